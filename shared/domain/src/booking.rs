//! Bookings, as another system reports them: late, twice and out of order.

mod event;
mod state;
#[cfg(test)]
mod tests;

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
    /// When it was made: the time of the earliest event that has come, whatever else came of that. A
    /// visit that is heard of only when it takes place counts as made then.
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
    /// It tells that the booking was made earlier.
    pub earlier: bool,
}

impl News {
    /// What an event is to a booking of which nothing is known: all it says is news.
    pub const fn all_of(event: &BookingEvent) -> Self {
        let (details, state) = (event.details.is_some(), event.kind.state().is_some());
        Self { details, state, earlier: true }
    }
}

impl Booking {
    /// A booking of which nothing is known but what this event tells.
    pub fn told(event: &BookingEvent, matching: Matching) -> Self {
        let details = event.details.as_ref();
        let (start, end) = details.map_or((event.order.time, None), |it| (it.start, it.end));
        Self {
            key: event.key.clone(),
            revision: 1,
            told_by: details.map(|_| event.stamp()),
            state_told_by: event.kind.state().map(|_| event.stamp()),
            state: event.kind.state().unwrap_or(BookingState::Booked),
            booking_type: details.map_or_else(untold, |it| it.booking_type.clone()),
            start,
            end,
            matching,
            made_at: event.order.time,
            caused: BTreeSet::new(),
            completed: BTreeSet::new(),
            moved_at: None,
            confirmation: None,
        }
    }

    /// What `event` is to what is known; `None` when it is old. Events may come twice, late or in
    /// any order; an older one changes nothing, but that it may tell that the booking was made
    /// earlier. A booking that waits for a match takes its newest event again.
    pub fn news(&self, event: &BookingEvent) -> Option<News> {
        let stamp = event.stamp();
        let waits = matches!(self.matching, Matching::Waiting { .. });
        let details = event.details.is_some()
            && self
                .told_by
                .is_none_or(|told_by| stamp.is_newer_than(told_by) || (waits && stamp == told_by));
        let state = event.kind.state().is_some()
            && self.state_told_by.is_none_or(|told_by| stamp.is_newer_than(told_by));
        let earlier = event.order.time < self.made_at;
        (details || state || earlier).then_some(News { details, state, earlier })
    }

    /// The booking after an event that is news to it and came at `now`. `matching` is whose it is by
    /// the event's details.
    #[must_use]
    pub fn after(
        &self,
        event: &BookingEvent,
        news: News,
        matching: Matching,
        now: DateTime<Utc>,
    ) -> Self {
        let told = Self::told(event, matching);
        let details = if news.details { &told } else { self };
        let state = if news.state { &told } else { self };
        Self {
            revision: self.revision + 1,
            state_told_by: state.state_told_by,
            state: state.state,
            made_at: self.made_at.min(told.made_at),
            caused: self.caused.clone(),
            completed: self.completed.clone(),
            moved_at: match self.told_by {
                Some(_) if details.start != self.start => Some(now),
                Some(_) | None => self.moved_at,
            },
            // What was answered was about the visit as it was then.
            confirmation: self.confirmation.filter(|_| {
                details.start == self.start && details.matching.patient() == self.matching.patient()
            }),
            ..details.clone()
        }
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

/// Stands where the type of a booking will be told.
fn untold() -> Code {
    Code::parse("untold").expect("a word is a code")
}
