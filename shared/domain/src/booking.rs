//! Bookings, as another system reports them: late, twice and out of order.

mod event;
mod state;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

pub use self::event::{BookingDetails, BookingEvent, BookingEventKind, EventOrder, Stamp};
pub use self::state::{BookingState, Gone};
use crate::ids::{EnrolmentId, PatientId, SiteId};
use crate::text::{Code, ExternalId};

/// Names a booking: the system it lives in and that system's key for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookingKey {
    /// The system.
    pub source: Code,
    /// Its key.
    pub id: ExternalId,
}

/// Whether a booking could be matched to what we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matching {
    /// Patient, site and booking type are known.
    Matched {
        /// Whose it is.
        patient: PatientId,
        /// Where it is.
        site: SiteId,
    },
    /// Something is not: it waits on the work list, and the same event sent again is tried again.
    Waiting {
        /// Whose it is, should that be known.
        patient: Option<PatientId>,
    },
}

impl Matching {
    /// The same, of another record of the patient.
    #[must_use]
    pub fn of(self, patient: &PatientId) -> Self {
        match self {
            Self::Matched { site, patient: _ } => Self::Matched { patient: patient.clone(), site },
            Self::Waiting { patient: _ } => Self::Waiting { patient: Some(patient.clone()) },
        }
    }

    /// Whose the booking is.
    pub const fn patient(&self) -> Option<&PatientId> {
        match self {
            Self::Matched { patient, .. } => Some(patient),
            Self::Waiting { patient } => patient.as_ref(),
        }
    }
}

/// What is known of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its key.
    pub key: BookingKey,
    /// Counts changes, for conditional writes.
    pub revision: u64,
    /// The event that told its details: type, site, times, patient. `None` while none has come: then
    /// they stand for nothing, and it waits for a match.
    pub told_by: Option<Stamp>,
    /// The event that told its state; `None` while only others have come.
    pub state_told_by: Option<Stamp>,
    /// What it is now.
    pub state: BookingState,
    /// The sender's code for its type.
    pub booking_type: Code,
    /// When the visit starts.
    pub start: DateTime<Utc>,
    /// When the visit ends.
    pub end: Option<DateTime<Utc>>,
    /// Whose and where it is.
    pub matching: Matching,
    /// When it was made: the time of the earliest event that was applied. A visit that is heard of
    /// only when it takes place counts as made then.
    pub made_at: DateTime<Utc>,
    /// The enrolments it has caused.
    pub caused: BTreeSet<EnrolmentId>,
    /// The enrolments of which it has completed a cycle. Should the booking go, they are told.
    pub completed: BTreeSet<EnrolmentId>,
    /// When we last heard that it starts at another time than before.
    pub moved_at: Option<DateTime<Utc>>,
    /// What the patient has answered about it, as it is now.
    pub confirmation: Option<Confirmation>,
}

/// What a patient has answered about a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmation {
    /// What.
    pub answer: VisitAnswer,
    /// When.
    pub at: DateTime<Utc>,
}

/// An answer about a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitAnswer {
    /// They will come.
    Confirmed,
    /// They will not.
    Declined,
}

impl VisitAnswer {
    /// Every answer.
    pub const ALL: [Self; 2] = [Self::Confirmed, Self::Declined];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
        }
    }

    /// The answer of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == text)
    }
}

/// What an event is to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// It tells newer details.
    pub details: bool,
    /// It tells a newer state.
    pub state: bool,
}

impl Booking {
    /// What `event` is to what is known; `None` when it is old. Events may come twice, late or in
    /// any order; an older one changes nothing. A booking that waits for a match takes its newest
    /// event again.
    pub fn news(&self, event: &BookingEvent) -> Option<News> {
        let stamp = event.stamp();
        let waits = matches!(self.matching, Matching::Waiting { .. });
        let details = event.details.is_some()
            && self
                .told_by
                .is_none_or(|told_by| stamp.is_newer_than(told_by) || (waits && stamp == told_by));
        let state = event.kind.state().is_some()
            && self.state_told_by.is_none_or(|told_by| stamp.is_newer_than(told_by));
        (details || state).then_some(News { details, state })
    }

    /// Whether there is a visit that messages can be about: not gone, and of some length (a
    /// zero-length entry is a note in the diary).
    pub fn is_visit(&self) -> bool {
        self.state.gone().is_none() && self.end != Some(self.start)
    }

    /// The booking with what its patient has answered about it; `None` when they answered the same
    /// before, or a later word is known.
    pub fn answered(&self, answer: VisitAnswer, at: DateTime<Utc>) -> Option<Self> {
        let known = self.confirmation;
        if known.is_some_and(|known| known.answer == answer || known.at > at) {
            return None;
        }
        let confirmation = Some(Confirmation { answer, at });
        Some(Self { revision: self.revision + 1, confirmation, ..self.clone() })
    }

    /// Whether it is a live booking of that patient.
    pub fn is_visit_of(&self, patient: &PatientId) -> bool {
        self.is_visit() && self.matching.patient() == Some(patient)
    }

    /// Why it is no visit of that patient; `None` while it is one.
    pub fn gone_for(&self, patient: &PatientId) -> Option<Gone> {
        let theirs = self.matching.patient() == Some(patient);
        let entry = (!self.is_visit()).then_some(Gone::NotConfirmed);
        self.state.gone().or(entry).or((!theirs).then_some(Gone::Reassigned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::PresentedPatient;

    fn event(kind: BookingEventKind, version: Option<u64>, time: &str) -> BookingEvent {
        BookingEvent {
            key: BookingKey {
                source: Code::parse("diary").unwrap(),
                id: ExternalId::parse("B-1").unwrap(),
            },
            kind,
            order: EventOrder { version, time: time.parse().unwrap() },
            details: Some(BookingDetails {
                booking_type: Code::parse("physio").unwrap(),
                site: None,
                start: "2026-12-03T00:00:00Z".parse().unwrap(),
                end: None,
                patient: PresentedPatient::by_id(ExternalId::parse("P-1").unwrap()),
            }),
        }
    }

    fn booking(newest: &BookingEvent, matching: Matching) -> Booking {
        let details = newest.details.clone().unwrap();
        Booking {
            key: newest.key.clone(),
            revision: 1,
            told_by: Some(newest.stamp()),
            state_told_by: newest.kind.state().map(|_| newest.stamp()),
            state: newest.kind.state().unwrap_or(BookingState::Booked),
            booking_type: details.booking_type,
            start: details.start,
            end: details.end,
            matching,
            made_at: newest.order.time,
            caused: BTreeSet::new(),
            completed: BTreeSet::new(),
            moved_at: None,
            confirmation: None,
        }
    }

    fn matched() -> Matching {
        Matching::Matched {
            patient: PatientId::new(ulid::Ulid::from_parts(0, 1)),
            site: SiteId::new(ulid::Ulid::from_parts(0, 1)),
        }
    }

    #[test]
    fn the_newest_event_by_version_or_else_by_time_wins() {
        use BookingEventKind::{Cancelled, Made, Moved};
        let (early, late) = ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
        let cases = [
            (event(Moved, Some(2), early), event(Made, Some(1), late), true), // version before time
            (event(Made, Some(1), late), event(Moved, Some(2), early), false),
            (event(Moved, None, late), event(Made, None, early), true),
            (event(Made, None, early), event(Cancelled, None, late), false), // cancelled: stays so
            (event(Cancelled, None, early), event(Made, None, early), true), // the same moment
            (event(Moved, None, early), event(Made, None, early), true),
            (event(Made, None, early), event(Cancelled, None, early), false),
            (event(Made, Some(1), early), event(Made, Some(1), early), false), // twice
        ];
        for (arriving, known, news) in cases {
            let known = booking(&known, matched());
            assert_eq!(known.news(&arriving).is_some(), news, "{arriving:?} after {known:?}");
        }
    }

    #[test]
    fn a_change_that_says_nothing_of_the_state_leaves_it_to_the_events_that_do() {
        use BookingEventKind::{Cancelled, Changed};
        let time = "2026-11-01T00:00:00Z";
        let cancelled = booking(&event(Cancelled, Some(2), time), matched());
        let changed = event(Changed, Some(3), time);
        assert_eq!(cancelled.news(&changed), Some(News { details: true, state: false }));
        // And the other way round: the cancel that comes late is still news to the state.
        let changed = booking(&changed, matched());
        let late_cancel = event(Cancelled, Some(2), time);
        assert_eq!(changed.news(&late_cancel), Some(News { details: false, state: true }));
    }

    #[test]
    fn a_booking_that_waits_for_a_match_takes_its_newest_event_again() {
        let made = event(BookingEventKind::Made, Some(1), "2026-11-01T00:00:00Z");
        let waiting = Matching::Waiting { patient: None };
        assert!(booking(&made, waiting).news(&made).is_some());
    }
}
