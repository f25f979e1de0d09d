//! What a booking system says of a booking, and where that stands among what it said before.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::{BookingKey, BookingState};
use crate::intake::PresentedPatient;
use crate::text::Code;

/// What a booking system says happened, in the order in which a booking's life goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookingEventKind {
    /// A booking was asked for, and is not confirmed: it is pending, or on a waiting list.
    Requested,
    /// A booking was made.
    Made,
    /// Something other than its time and state changed.
    Changed,
    /// It was given another time.
    Moved,
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

impl BookingEventKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Requested,
        Self::Made,
        Self::Changed,
        Self::Moved,
        Self::Arrived,
        Self::Fulfilled,
        Self::NotAttended,
        Self::Cancelled,
        Self::Deleted,
    ];

    /// The event's type in the webhook, such as `booking.made`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "booking.requested",
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

    /// What the booking is after the event; `None` for an event that does not say.
    pub const fn state(self) -> Option<BookingState> {
        match self {
            Self::Requested => Some(BookingState::Requested),
            Self::Made | Self::Moved => Some(BookingState::Booked),
            Self::Changed => None,
            Self::Arrived => Some(BookingState::Arrived),
            Self::Fulfilled => Some(BookingState::Fulfilled),
            Self::Cancelled => Some(BookingState::Cancelled),
            Self::NotAttended => Some(BookingState::NotAttended),
            Self::Deleted => Some(BookingState::Deleted),
        }
    }
}

/// Where an event stands in a booking's life: by the sender's version where both events have one,
/// else by the sender's time.
///
/// That orders all events of a sender who counts every change, of one who counts none, and of one who
/// counts some by a count that its clock goes with. For one who counts some and whose clock goes
/// against its count there is no order that keeps to both: of 1 on Tuesday, one without a version on
/// Monday and 2 on Sunday each is newer than one of the others. Such a sender's booking stays as the
/// last to win among them left it; it contradicts itself, and nobody else can say what it means. Two
/// events of one kind and moment, without a version, of which each says something else, cannot be told
/// apart either: the first to come counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventOrder {
    /// The sender's count of changes to the booking.
    pub version: Option<u64>,
    /// When the sender says it happened.
    pub time: DateTime<Utc>,
}

/// An event's place among those of its booking, or its referral. Of two at the same moment the one
/// that is further on in its life is the newer, so that any order of arrival ends in the same state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<K = BookingEventKind> {
    /// By the sender's count or clock.
    pub order: EventOrder,
    /// What it said.
    pub kind: K,
}

impl<K: Copy + Ord> Stamp<K> {
    fn compare(self, other: Self) -> Ordering {
        let by_time = self.order.time.cmp(&other.order.time);
        let by_order = match (self.order.version, other.order.version) {
            (Some(mine), Some(theirs)) => mine.cmp(&theirs).then(by_time),
            (Some(_) | None, None) | (None, Some(_)) => by_time,
        };
        by_order.then_with(|| self.kind.cmp(&other.kind))
    }

    pub(crate) fn is_newer_than(self, other: Self) -> bool {
        self.compare(other).is_gt()
    }
}

/// What a booking event says, once the site's clock and the codes it names are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingEvent {
    /// The booking.
    pub key: BookingKey,
    /// What happened.
    pub kind: BookingEventKind,
    /// Where it stands among the booking's events.
    pub order: EventOrder,
    /// What the booking is; `None` for an event that tells its state only.
    pub details: Option<BookingDetails>,
}

/// What a booking is, as an event tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingDetails {
    /// The sender's code for the type of booking.
    pub booking_type: Code,
    /// The sender's code for the site.
    pub site: Option<Code>,
    /// When the visit starts.
    pub start: DateTime<Utc>,
    /// When the visit ends.
    pub end: Option<DateTime<Utc>>,
    /// Whose it is, as the sender describes them.
    pub patient: PresentedPatient,
}

impl BookingEvent {
    /// Its place among the booking's events.
    pub const fn stamp(&self) -> Stamp {
        Stamp { order: self.order, kind: self.kind }
    }
}
