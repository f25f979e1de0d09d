//! Booking types and sites.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime, Weekday};
use domain::address::AddressLine;
use domain::booking_type::BookingType;
use domain::email::EmailAddress;
use domain::ids::{BookingTypeId, ProgramId, SiteId};
use domain::sender::{OriginationNumber, SenderId, SmsSender};
use domain::site::{Letterhead, ShownPhone, Site};
use domain::text::{Code, Label};
use domain::window::{SendingWindow, unnamed_holiday};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct BookingTypeData {
    id: BookingTypeId,
    revision: u64,
    code: Code,
    name: Label,
    starts: BTreeSet<ProgramId>,
    #[serde(default)]
    completes: BTreeSet<ProgramId>,
}

impl From<&BookingType> for BookingTypeData {
    fn from(kind: &BookingType) -> Self {
        Self {
            id: kind.id.clone(),
            revision: kind.revision,
            code: kind.code.clone(),
            name: kind.name.clone(),
            starts: kind.starts.clone(),
            completes: kind.completes.clone(),
        }
    }
}

impl From<BookingTypeData> for BookingType {
    fn from(data: BookingTypeData) -> Self {
        Self {
            id: data.id,
            revision: data.revision,
            code: data.code,
            name: data.name,
            starts: data.starts,
            completes: data.completes,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SiteData {
    id: SiteId,
    revision: u64,
    code: Code,
    name: Label,
    zone: chrono_tz::Tz,
    opens: NaiveTime,
    closes: NaiveTime,
    days: Vec<Weekday>,
    holidays: BTreeSet<NaiveDate>,
    /// Not in rows from the time when holidays had no names.
    #[serde(default)]
    holiday_names: BTreeMap<NaiveDate, Label>,
    #[serde(default)]
    sms: SenderData,
    /// Not in rows from the time when email was not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    #[serde(default)]
    letterhead: LetterheadData,
}

#[derive(Default, Serialize, Deserialize)]
struct LetterheadData {
    address: Vec<AddressLine>,
    phone: Option<ShownPhone>,
    email: Option<String>,
}

impl From<&Letterhead> for LetterheadData {
    fn from(letterhead: &Letterhead) -> Self {
        Self {
            address: letterhead.address.clone(),
            phone: letterhead.phone.clone(),
            email: letterhead.email.as_ref().map(|email| email.as_str().to_owned()),
        }
    }
}

impl LetterheadData {
    fn read(self) -> Result<Letterhead, BadRecord> {
        let email = self.email.map(|email| EmailAddress::parse(&email)).transpose();
        let email = email.field("letterhead.email")?;
        Ok(Letterhead { address: self.address, phone: self.phone, email })
    }
}

/// Whom a site's text messages come from; sites had no sender of their own at first.
#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum SenderData {
    #[default]
    Deployment,
    Id(String),
    Number(String),
}

impl From<&SmsSender> for SenderData {
    fn from(sender: &SmsSender) -> Self {
        match sender {
            SmsSender::Deployment => Self::Deployment,
            SmsSender::Id(id) => Self::Id(id.as_str().to_owned()),
            SmsSender::Number(number) => Self::Number(number.as_str().to_owned()),
        }
    }
}

impl SenderData {
    fn read(&self) -> Result<SmsSender, BadRecord> {
        Ok(match self {
            Self::Deployment => SmsSender::Deployment,
            Self::Id(id) => SmsSender::Id(SenderId::parse(id).field("sms.id")?),
            Self::Number(number) => {
                SmsSender::Number(OriginationNumber::parse(number).field("sms.number")?)
            }
        })
    }
}

impl From<&Site> for SiteData {
    fn from(site: &Site) -> Self {
        Self {
            id: site.id.clone(),
            revision: site.revision,
            code: site.code.clone(),
            name: site.name.clone(),
            zone: site.zone,
            opens: site.window.opens(),
            closes: site.window.closes(),
            days: site.window.days().collect(),
            holidays: site.window.holidays().keys().copied().collect(),
            holiday_names: site.window.holidays().clone(),
            sms: (&site.sms).into(),
            reply_to: site.reply_to.as_ref().map(|address| address.as_str().to_owned()),
            letterhead: (&site.letterhead).into(),
        }
    }
}

impl TryFrom<SiteData> for Site {
    type Error = BadRecord;

    fn try_from(data: SiteData) -> Result<Self, BadRecord> {
        let window = SendingWindow::new(data.opens, data.closes, data.days).field("window")?;
        let reply_to = data.reply_to.as_deref().map(EmailAddress::parse).transpose();
        let mut names = data.holiday_names;
        let holiday = |date| (date, names.remove(&date).unwrap_or_else(unnamed_holiday));
        let window = window.with_holidays(data.holidays.into_iter().map(holiday));
        Ok(Self {
            id: data.id,
            revision: data.revision,
            code: data.code,
            name: data.name,
            zone: data.zone,
            window,
            sms: data.sms.read()?,
            reply_to: reply_to.field("reply_to")?,
            letterhead: data.letterhead.read()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_holiday_from_before_holidays_had_names_is_a_public_holiday() {
        let row = |names| {
            json!({
                "id": "site_00000000000000000000000001", "revision": 1, "code": "harbour",
                "name": "Harbour Clinic", "zone": "Australia/Sydney", "opens": "09:00:00",
                "closes": "17:00:00", "days": ["Mon"], "holidays": ["2026-12-25", "2026-12-26"],
                "holiday_names": names,
            })
        };
        let names = |row: serde_json::Value| {
            let data: SiteData = serde_json::from_value(row).unwrap();
            let site = Site::try_from(data).unwrap();
            site.window.holidays().values().map(Label::to_string).collect::<Vec<_>>()
        };
        let mut old = row(json!({}));
        old.as_object_mut().unwrap().remove("holiday_names");
        assert_eq!(names(old), ["Public holiday", "Public holiday"]);
        let renamed = row(json!({ "2026-12-25": "Christmas Day", "2027-01-01": "no longer one" }));
        assert_eq!(names(renamed), ["Christmas Day", "Public holiday"]);
    }
}
