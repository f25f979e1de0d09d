//! What other systems told, as it is kept until it is dealt with.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, Utc};
use domain::booking::BookingEventKind;
use domain::intake::{
    PresentedPatient, ReferralEventKind, ReferralOrigin, Told, ToldBooking, ToldReferral,
    ToldReferralDetails, ToldVisit, Until, When,
};
use domain::patient::{MedicareNumber, PersonName};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

use super::patient::{AddressData, GpData, read_email};
use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToldData {
    Booking(Box<BookingToldData>),
    Referral(Box<ReferralToldData>),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BookingToldData {
    id: ExternalId,
    kind: String,
    version: Option<u64>,
    time: WhenData,
    visit: Option<VisitData>,
    site: Vec<Code>,
}

#[derive(Serialize, Deserialize)]
struct VisitData {
    booking_type: Vec<Code>,
    start: WhenData,
    end: Option<UntilData>,
    patient: PresentedData,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ReferralToldData {
    id: ExternalId,
    kind: String,
    version: Option<u64>,
    time: WhenData,
    details: Option<DetailsData>,
    site: Vec<Code>,
}

#[derive(Serialize, Deserialize)]
struct DetailsData {
    referral_type: Vec<Code>,
    issued: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    origin: String,
    referrer: Option<GpData>,
    patient: PresentedData,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WhenData {
    Instant(DateTime<Utc>),
    OnSite(NaiveDateTime),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UntilData {
    At(WhenData),
    Seconds(i64),
}

#[derive(Serialize, Deserialize)]
struct PresentedData {
    id: Option<ExternalId>,
    first_name: Option<PersonName>,
    last_name: Option<PersonName>,
    date_of_birth: Option<NaiveDate>,
    mobile: Option<String>,
    email: Option<String>,
    medicare: Option<String>,
    address: Option<AddressData>,
}

impl From<&Told> for ToldData {
    fn from(told: &Told) -> Self {
        match told {
            Told::Booking(told) => Self::Booking(Box::new(told.into())),
            Told::Referral(told) => Self::Referral(Box::new(told.into())),
        }
    }
}

impl TryFrom<ToldData> for Told {
    type Error = BadRecord;

    fn try_from(data: ToldData) -> Result<Self, BadRecord> {
        Ok(match data {
            ToldData::Booking(data) => Self::Booking(data.read()?),
            ToldData::Referral(data) => Self::Referral(data.read()?),
        })
    }
}

impl From<&ToldBooking> for BookingToldData {
    fn from(told: &ToldBooking) -> Self {
        Self {
            id: told.id.clone(),
            kind: told.kind.as_str().to_owned(),
            version: told.version,
            time: told.time.into(),
            visit: told.visit.as_ref().map(VisitData::from),
            site: told.site.clone(),
        }
    }
}

impl BookingToldData {
    fn read(self) -> Result<ToldBooking, BadRecord> {
        Ok(ToldBooking {
            id: self.id,
            kind: BookingEventKind::parse(&self.kind).field("told.kind")?,
            version: self.version,
            time: self.time.into(),
            visit: self.visit.map(VisitData::read).transpose()?,
            site: self.site,
        })
    }
}

impl From<&ToldVisit> for VisitData {
    fn from(visit: &ToldVisit) -> Self {
        Self {
            booking_type: visit.booking_type.clone(),
            start: visit.start.into(),
            end: visit.end.map(UntilData::from),
            patient: (&visit.patient).into(),
        }
    }
}

impl VisitData {
    fn read(self) -> Result<ToldVisit, BadRecord> {
        Ok(ToldVisit {
            booking_type: self.booking_type,
            start: self.start.into(),
            end: self.end.map(Until::try_from).transpose()?,
            patient: self.patient.read()?,
        })
    }
}

impl From<&ToldReferral> for ReferralToldData {
    fn from(told: &ToldReferral) -> Self {
        Self {
            id: told.id.clone(),
            kind: told.kind.as_str().to_owned(),
            version: told.version,
            time: told.time.into(),
            details: told.details.as_ref().map(DetailsData::from),
            site: told.site.clone(),
        }
    }
}

impl ReferralToldData {
    fn read(self) -> Result<ToldReferral, BadRecord> {
        Ok(ToldReferral {
            id: self.id,
            kind: ReferralEventKind::parse(&self.kind).field("told.kind")?,
            version: self.version,
            time: self.time.into(),
            details: self.details.map(DetailsData::read).transpose()?,
            site: self.site,
        })
    }
}

impl From<&ToldReferralDetails> for DetailsData {
    fn from(details: &ToldReferralDetails) -> Self {
        Self {
            referral_type: details.referral_type.clone(),
            issued: details.issued,
            valid_until: details.valid_until,
            origin: details.origin.as_str().to_owned(),
            referrer: details.referrer.as_ref().map(|gp| gp.reveal().into()),
            patient: (&details.patient).into(),
        }
    }
}

impl DetailsData {
    fn read(self) -> Result<ToldReferralDetails, BadRecord> {
        Ok(ToldReferralDetails {
            referral_type: self.referral_type,
            issued: self.issued,
            valid_until: self.valid_until,
            origin: ReferralOrigin::parse(&self.origin).field("told.origin")?,
            referrer: self.referrer.map(GpData::read).transpose()?.map(Phi::new),
            patient: self.patient.read()?,
        })
    }
}

impl From<When> for WhenData {
    fn from(when: When) -> Self {
        match when {
            When::Instant(at) => Self::Instant(at),
            When::OnSite(local) => Self::OnSite(local),
        }
    }
}

impl From<WhenData> for When {
    fn from(data: WhenData) -> Self {
        match data {
            WhenData::Instant(at) => Self::Instant(at),
            WhenData::OnSite(local) => Self::OnSite(local),
        }
    }
}

impl From<Until> for UntilData {
    fn from(until: Until) -> Self {
        match until {
            Until::At(when) => Self::At(when.into()),
            Until::For(long) => Self::Seconds(long.num_seconds()),
        }
    }
}

impl TryFrom<UntilData> for Until {
    type Error = BadRecord;

    fn try_from(data: UntilData) -> Result<Self, BadRecord> {
        Ok(match data {
            UntilData::At(when) => Self::At(when.into()),
            UntilData::Seconds(long) => Self::For(Duration::try_seconds(long).field("told.end")?),
        })
    }
}

impl From<&PresentedPatient> for PresentedData {
    fn from(patient: &PresentedPatient) -> Self {
        Self {
            id: patient.id.as_ref().map(|id| id.reveal().clone()),
            first_name: patient.first_name.as_ref().map(|name| name.reveal().clone()),
            last_name: patient.last_name.as_ref().map(|name| name.reveal().clone()),
            date_of_birth: patient.date_of_birth.as_ref().map(|date| *date.reveal()),
            mobile: patient.mobile.as_ref().map(|mobile| mobile.e164().to_owned()),
            email: patient.email.as_ref().map(|email| email.as_str().to_owned()),
            medicare: patient.medicare.as_ref().map(|number| number.as_str().to_owned()),
            address: patient.address.as_ref().map(|address| address.reveal().into()),
        }
    }
}

impl PresentedData {
    fn read(self) -> Result<PresentedPatient, BadRecord> {
        let mobile = self.mobile.as_deref().map(MobileNumber::from_e164).transpose();
        let medicare = self.medicare.as_deref().map(MedicareNumber::parse).transpose();
        Ok(PresentedPatient {
            id: self.id.map(Phi::new),
            first_name: self.first_name.map(Phi::new),
            last_name: self.last_name.map(Phi::new),
            date_of_birth: self.date_of_birth.map(Phi::new),
            mobile: mobile.field("told.mobile")?,
            email: read_email(self.email).field("told.email")?,
            medicare: medicare.field("told.medicare")?,
            address: self.address.map(AddressData::read).transpose()?.map(Phi::new),
        })
    }
}
