//! Bookings, as another system reports them: late, twice and out of order.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::ids::{EnrolmentId, PatientId, SiteId};
use crate::phi::Phi;
use crate::text::{Code, ExternalId};

/// Names a booking: the system it lives in and that system's key for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookingKey {
    /// The system.
    pub source: Code,
    /// Its key.
    pub id: ExternalId,
}

/// What a booking system says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingEventKind {
    /// A booking was made.
    Made,
    /// It was given another time.
    Moved,
    /// Something other than its time changed.
    Changed,
    /// The patient has arrived.
    Arrived,
    /// The visit took place.
    Fulfilled,
    /// It was cancelled.
    Cancelled,
    /// The patient did not come.
    NotAttended,
    /// It was deleted.
    Deleted,
}

impl BookingEventKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Made,
        Self::Moved,
        Self::Changed,
        Self::Arrived,
        Self::Fulfilled,
        Self::Cancelled,
        Self::NotAttended,
        Self::Deleted,
    ];

    /// The event's type in the webhook, such as `booking.made`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "booking.made",
            Self::Moved => "booking.moved",
            Self::Changed => "booking.changed",
            Self::Arrived => "booking.arrived",
            Self::Fulfilled => "booking.fulfilled",
            Self::Cancelled => "booking.cancelled",
            Self::NotAttended => "booking.not_attended",
            Self::Deleted => "booking.deleted",
        }
    }

    /// The kind of that type.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What the booking is after the event.
    pub const fn state(self) -> BookingState {
        match self {
            Self::Made | Self::Moved | Self::Changed => BookingState::Booked,
            Self::Arrived => BookingState::Arrived,
            Self::Fulfilled => BookingState::Fulfilled,
            Self::Cancelled => BookingState::Cancelled,
            Self::NotAttended => BookingState::NotAttended,
            Self::Deleted => BookingState::Deleted,
        }
    }
}

/// What a booking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookingState {
    /// The visit is to come.
    Booked,
    /// The patient has arrived.
    Arrived,
    /// The visit took place.
    Fulfilled,
    /// The patient did not come.
    NotAttended,
    /// It was cancelled.
    Cancelled,
    /// It was deleted.
    Deleted,
}

impl BookingState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Booked,
        Self::Arrived,
        Self::Fulfilled,
        Self::NotAttended,
        Self::Cancelled,
        Self::Deleted,
    ];

    /// The name used in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Arrived => "arrived",
            Self::Fulfilled => "fulfilled",
            Self::NotAttended => "not_attended",
            Self::Cancelled => "cancelled",
            Self::Deleted => "deleted",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Why a booking in this state has no visit any more; `None` while it has.
    pub const fn gone(self) -> Option<Gone> {
        match self {
            Self::Booked | Self::Arrived | Self::Fulfilled => None,
            Self::Cancelled => Some(Gone::Cancelled),
            Self::NotAttended => Some(Gone::NotAttended),
            Self::Deleted => Some(Gone::Deleted),
        }
    }
}

/// Why there is no visit any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// The booking was cancelled.
    Cancelled,
    /// The patient did not come.
    NotAttended,
    /// The booking was deleted.
    Deleted,
}

/// Where an event stands in a booking's life: by the sender's version where both events have one,
/// else by the sender's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventOrder {
    /// The sender's count of changes to the booking.
    pub version: Option<u64>,
    /// When the sender says it happened.
    pub time: DateTime<Utc>,
}

impl EventOrder {
    fn compare(self, other: Self) -> Ordering {
        match (self.version, other.version) {
            (Some(mine), Some(theirs)) if mine != theirs => mine.cmp(&theirs),
            _ => self.time.cmp(&other.time),
        }
    }
}

/// What a booking event says, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingEvent {
    /// The booking.
    pub key: BookingKey,
    /// What happened.
    pub kind: BookingEventKind,
    /// Where it stands among the booking's events.
    pub order: EventOrder,
    /// The sender's code for the type of booking.
    pub booking_type: Code,
    /// The sender's code for the site.
    pub site: Option<Code>,
    /// When the visit starts.
    pub start: DateTime<Utc>,
    /// When the visit ends.
    pub end: Option<DateTime<Utc>>,
    /// The sender's key for the patient.
    pub patient: Phi<ExternalId>,
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
    Waiting,
}

/// What is known of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its key.
    pub key: BookingKey,
    /// Counts changes, for conditional writes.
    pub revision: u64,
    /// Where its newest event stands.
    pub order: EventOrder,
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
    /// The enrolments it has caused.
    pub caused: BTreeSet<EnrolmentId>,
}

impl Booking {
    /// Whether `event` is news. Events may come twice, late or in any order; an older one changes
    /// nothing. Of two at the same moment the one that is further on in a booking's life wins, so
    /// that any order of arrival ends in the same state. A booking that still waits for a match
    /// takes its newest event again.
    pub fn is_news(&self, event: &BookingEvent) -> bool {
        let order = event
            .order
            .compare(self.order)
            .then_with(|| event.kind.state().cmp(&self.state));
        order.is_gt() || (order.is_eq() && self.matching == Matching::Waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: BookingEventKind, version: Option<u64>, time: &str) -> BookingEvent {
        BookingEvent {
            key: BookingKey {
                source: Code::parse("diary").unwrap(),
                id: ExternalId::parse("B-1").unwrap(),
            },
            kind,
            order: EventOrder {
                version,
                time: time.parse().unwrap(),
            },
            booking_type: Code::parse("physio").unwrap(),
            site: None,
            start: "2026-12-03T00:00:00Z".parse().unwrap(),
            end: None,
            patient: Phi::new(ExternalId::parse("P-1").unwrap()),
        }
    }

    fn booking(newest: &BookingEvent, matching: Matching) -> Booking {
        Booking {
            key: newest.key.clone(),
            revision: 1,
            order: newest.order,
            state: newest.kind.state(),
            booking_type: newest.booking_type.clone(),
            start: newest.start,
            end: newest.end,
            matching,
            caused: BTreeSet::new(),
        }
    }

    #[test]
    fn the_newest_event_by_version_or_else_by_time_wins() {
        use BookingEventKind::{Cancelled, Made, Moved};
        let (early, late) = ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
        let cases = [
            (
                event(Moved, Some(2), early),
                event(Made, Some(1), late),
                true,
            ), // version before time
            (
                event(Made, Some(1), late),
                event(Moved, Some(2), early),
                false,
            ),
            (event(Moved, None, late), event(Made, None, early), true),
            (
                event(Made, None, early),
                event(Cancelled, None, late),
                false,
            ), // cancelled: stays so
            (
                event(Cancelled, None, early),
                event(Made, None, early),
                true,
            ), // same moment
            (
                event(Made, None, early),
                event(Cancelled, None, early),
                false,
            ),
            (
                event(Made, Some(1), early),
                event(Made, Some(1), early),
                false,
            ), // twice
        ];
        for (arriving, known, news) in cases {
            let matching = Matching::Matched {
                patient: PatientId::new(ulid::Ulid::from_parts(0, 1)),
                site: SiteId::new(ulid::Ulid::from_parts(0, 1)),
            };
            let known = booking(&known, matching);
            assert_eq!(
                known.is_news(&arriving),
                news,
                "{arriving:?} after {known:?}"
            );
        }
    }

    #[test]
    fn a_booking_that_waits_for_a_match_takes_its_newest_event_again() {
        let made = event(BookingEventKind::Made, Some(1), "2026-11-01T00:00:00Z");
        assert!(booking(&made, Matching::Waiting).is_news(&made));
    }
}
