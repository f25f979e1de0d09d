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
        id: String,
        /// The system's count of its changes.
        version: u64,
        /// What happens.
        kind: BookingEventKind,
        /// What it is then; `None` when it is only said that it is gone.
        visit: Option<Visit>,
    },
    /// Something happens to a referral.
    Referral {
        /// Which.
        id: String,
        /// The system's count of its changes.
        version: u64,
        /// What happens.
        kind: ReferralEventKind,
        /// Whether it names its referrer.
        referrer: bool,
        /// Whose it is.
        who: Person,
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

/// Who books, or is referred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// Maria Rossi, whom the practice knows by the diary's key.
    Maria,
    /// Somebody of whom the practice has not heard: the diary describes them.
    New(u8),
}

impl Person {
    /// The diary's key.
    pub fn id(self) -> String {
        match self {
            Self::Maria => "P-1001".to_owned(),
            Self::New(n) => format!("P-2{n:03}"),
        }
    }

    /// First and last name, day of birth, and mobile.
    pub fn describe(self) -> [String; 4] {
        match self {
            Self::Maria => ["Maria", "Rossi", "1984-03-09", "0491 570 006"].map(str::to_owned),
            Self::New(n) => {
                let letter = char::from(b'a' + n % 26);
                let (day, mobile) = (n % 28 + 1, 570_156 + u32::from(n % 4));
                let last = format!("We{letter}ber");
                ["Jonas".to_owned(), last, format!("1971-12-{day:02}"), format!("0491 {mobile}")]
            }
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
    (id, version): (&str, u64),
    kind: BookingEventKind,
    visit: Option<Visit>,
) -> Step {
    Step { at: at(when), what: What::Booking { id: id.to_owned(), version, kind, visit } }
}
