//! What every language must tell.

use chrono::{DateTime, NaiveDate, Utc};
use domain::booking::BookingEventKind;
use domain::intake::{PresentedPatient, ReferralEventKind};
use domain::patient::check_birth_date;
use domain::phi::Phi;

/// How much of what it is about an event must tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// All of it.
    All,
    /// As much as the sender likes: it ends something, or says how far it has come.
    Any,
}

impl Telling {
    pub(crate) const fn of_booking(kind: BookingEventKind) -> Self {
        match kind {
            BookingEventKind::Made | BookingEventKind::Changed | BookingEventKind::Moved => {
                Self::All
            }
            BookingEventKind::Requested
            | BookingEventKind::Arrived
            | BookingEventKind::Fulfilled
            | BookingEventKind::NotAttended
            | BookingEventKind::Cancelled
            | BookingEventKind::Deleted => Self::Any,
        }
    }

    pub(crate) const fn of_referral(kind: ReferralEventKind) -> Self {
        match kind {
            ReferralEventKind::Added | ReferralEventKind::Changed => Self::All,
            ReferralEventKind::Completed | ReferralEventKind::Withdrawn => Self::Any,
        }
    }
}

/// What is wrong with a patient who is not described well enough to be found.
pub(crate) const WHO: &str = "must say who it is: an id, or first and last name with a date of birth, a mobile or a Medicare number";

/// Whether somebody can be found by it: by the sender's key, or by their name and something besides.
pub(crate) fn is_somebody(patient: &PresentedPatient) -> bool {
    let named = patient.first_name.is_some() && patient.last_name.is_some();
    let besides =
        patient.date_of_birth.is_some() || patient.mobile.is_some() || patient.medicare.is_some();
    patient.id.is_some() || (named && besides)
}

/// A date on which a patient can be born.
pub(crate) fn birth_date(date: Option<NaiveDate>, now: DateTime<Utc>) -> Option<Phi<NaiveDate>> {
    date.filter(|date| check_birth_date(*date, now).is_ok()).map(Phi::new)
}
