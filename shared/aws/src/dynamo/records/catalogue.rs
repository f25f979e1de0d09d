//! Programs, booking types and sites.

use std::collections::{BTreeMap, BTreeSet};

use app::ports::BookingType;
use chrono::{NaiveDate, NaiveTime, Weekday};
use domain::calendar::CalendarSpan;
use domain::ids::{ActionId, BookingTypeId, ProgramId, SiteId, TemplateId};
use domain::program::{
    Action, ActionKind, Assignment, OnError, Program, ProgramName, ProgramType, WindowUse,
};
use domain::site::Site;
use domain::text::{Code, Label};
use domain::timing::{Span, Timing};
use domain::window::{SendingWindow, unnamed_holiday};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct ProgramData {
    id: ProgramId,
    version: u64,
    kind: String,
    name: ProgramName,
    actions: Vec<ActionData>,
    enabled: bool,
}

#[derive(Serialize, Deserialize)]
struct ActionData {
    id: ActionId,
    #[serde(flatten)]
    kind: KindData,
    timing: TimingData,
    pause_on_error: bool,
    ignore_window: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum KindData {
    Sms { template: TemplateId },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "snake_case")]
enum TimingData {
    Enrolled,
    On { at: Option<NaiveTime> },
    Before(SpanData),
    After(SpanData),
}

#[derive(Serialize, Deserialize)]
struct SpanData {
    amount: u32,
    unit: UnitData,
    at: Option<NaiveTime>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnitData {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

impl From<&Program> for ProgramData {
    fn from(program: &Program) -> Self {
        Self {
            id: program.id.clone(),
            version: program.version,
            kind: program.kind.as_str().to_owned(),
            name: program.name.clone(),
            actions: program.actions.iter().map(ActionData::from).collect(),
            enabled: program.assignment == Assignment::Enabled,
        }
    }
}

impl TryFrom<ProgramData> for Program {
    type Error = BadRecord;

    fn try_from(data: ProgramData) -> Result<Self, BadRecord> {
        let actions: Result<_, _> = data.actions.into_iter().map(Action::try_from).collect();
        Ok(Self {
            id: data.id,
            version: data.version,
            kind: ProgramType::parse(&data.kind).field("kind")?,
            name: data.name,
            actions: actions?,
            assignment: if data.enabled { Assignment::Enabled } else { Assignment::Disabled },
        })
    }
}

impl From<&Action> for ActionData {
    fn from(action: &Action) -> Self {
        let kind = match &action.kind {
            ActionKind::Sms { template } => KindData::Sms { template: template.clone() },
        };
        Self {
            id: action.id.clone(),
            kind,
            timing: action.timing.into(),
            pause_on_error: action.on_error == OnError::Pause,
            ignore_window: action.window == WindowUse::Ignore,
        }
    }
}

impl TryFrom<ActionData> for Action {
    type Error = BadRecord;

    fn try_from(data: ActionData) -> Result<Self, BadRecord> {
        let kind = match data.kind {
            KindData::Sms { template } => ActionKind::Sms { template },
        };
        Ok(Self {
            id: data.id,
            kind,
            timing: data.timing.try_into()?,
            on_error: if data.pause_on_error { OnError::Pause } else { OnError::Skip },
            window: if data.ignore_window { WindowUse::Ignore } else { WindowUse::Keep },
        })
    }
}

impl From<Timing> for TimingData {
    fn from(timing: Timing) -> Self {
        match timing {
            Timing::Enrolled => Self::Enrolled,
            Timing::On(at) => Self::On { at },
            Timing::Before(span) => Self::Before(span.into()),
            Timing::After(span) => Self::After(span.into()),
        }
    }
}

impl TryFrom<TimingData> for Timing {
    type Error = BadRecord;

    fn try_from(data: TimingData) -> Result<Self, BadRecord> {
        Ok(match data {
            TimingData::Enrolled => Self::Enrolled,
            TimingData::On { at } => Self::On(at),
            TimingData::Before(span) => Self::Before(span.try_into()?),
            TimingData::After(span) => Self::After(span.try_into()?),
        })
    }
}

impl From<Span> for SpanData {
    fn from(span: Span) -> Self {
        let (amount, unit, at) = match span {
            Span::Minutes(n) => (n, UnitData::Minutes, None),
            Span::Hours(n) => (n, UnitData::Hours, None),
            Span::Calendar(CalendarSpan::Days(n), at) => (n.into(), UnitData::Days, at),
            Span::Calendar(CalendarSpan::Weeks(n), at) => (n.into(), UnitData::Weeks, at),
            Span::Calendar(CalendarSpan::Months(n), at) => (n.into(), UnitData::Months, at),
        };
        Self { amount, unit, at }
    }
}

impl TryFrom<SpanData> for Span {
    type Error = BadRecord;

    fn try_from(data: SpanData) -> Result<Self, BadRecord> {
        let calendar = u16::try_from(data.amount).field("amount");
        Ok(match data.unit {
            UnitData::Minutes => Self::Minutes(data.amount),
            UnitData::Hours => Self::Hours(data.amount),
            UnitData::Days => Self::Calendar(CalendarSpan::Days(calendar?), data.at),
            UnitData::Weeks => Self::Calendar(CalendarSpan::Weeks(calendar?), data.at),
            UnitData::Months => Self::Calendar(CalendarSpan::Months(calendar?), data.at),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BookingTypeData {
    id: BookingTypeId,
    revision: u64,
    code: Code,
    name: Label,
    starts: BTreeSet<ProgramId>,
}

impl From<&BookingType> for BookingTypeData {
    fn from(kind: &BookingType) -> Self {
        Self {
            id: kind.id.clone(),
            revision: kind.revision,
            code: kind.code.clone(),
            name: kind.name.clone(),
            starts: kind.starts.clone(),
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
        }
    }
}

impl TryFrom<SiteData> for Site {
    type Error = BadRecord;

    fn try_from(data: SiteData) -> Result<Self, BadRecord> {
        let window = SendingWindow::new(data.opens, data.closes, data.days).field("window")?;
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
