//! What happens in a story, in no system's words.

use chrono::{DateTime, Duration, Utc};
use domain::booking::BookingEventKind;
use domain::intake::ReferralEventKind;

/// Something that happens, and when.
#[derive(Debug, Clone)]
pub struct Step {
    /// When it happens. It is told at once.
    pub at: DateTime<Utc>,
    /// What.
    pub what: What,
}

/// What happens.
#[derive(Debug, Clone)]
pub enum What {
    /// Something happens to a booking.
    Booking {
        /// Which.
        id: &'static str,
        /// The system's count of its changes.
        version: u64,
        /// What happens.
        kind: BookingEventKind,
        /// What it is then; `None` when it is only said that it is gone.
        visit: Option<Visit>,
    },
    /// Something happens to a referral of Maria's.
    Referral {
        /// Which.
        id: &'static str,
        /// The system's count of its changes.
        version: u64,
        /// What happens.
        kind: ReferralEventKind,
        /// Whether it names its referrer.
        referrer: bool,
    },
}

/// A visit to Harbour Clinic.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    /// The code of its type.
    pub kind: &'static str,
    /// When it starts. It lasts half an hour.
    pub start: DateTime<Utc>,
    /// Whose it is.
    pub who: Person,
}

impl Visit {
    /// When it ends.
    pub fn end(&self) -> DateTime<Utc> {
        self.start + Duration::minutes(30)
    }
}

/// Who books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// Maria Rossi, whom the practice knows by the diary's key.
    Maria,
    /// Jonas Weber, of whom the practice has not heard: the diary describes him.
    Jonas,
}

impl Person {
    /// The diary's key.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Maria => "P-1001",
            Self::Jonas => "P-1002",
        }
    }

    /// First and last name, day of birth, and mobile.
    pub const fn describe(self) -> [&'static str; 4] {
        match self {
            Self::Maria => ["Maria", "Rossi", "1984-03-09", "0491 570 006"],
            Self::Jonas => ["Jonas", "Weber", "1971-12-30", "0491 570 156"],
        }
    }
}

/// An instant, as RFC 3339 has it.
///
/// # Panics
/// When it is none.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time as in RFC 3339")
}

/// A booking's step.
pub fn booked(
    when: &str,
    (id, version): (&'static str, u64),
    kind: BookingEventKind,
    visit: Option<Visit>,
) -> Step {
    Step { at: at(when), what: What::Booking { id, version, kind, visit } }
}
