//! What other systems tell, in whichever language they speak: read and checked, and not yet matched
//! to anything that is known here. Every dialect is read into these types, so that the same story
//! told in each of them does the same.

mod booking;
mod presented;
mod referral;
mod when;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use self::booking::{ToldBooking, ToldVisit};
pub use self::presented::{PresentedPatient, SourceNames};
pub use self::referral::{ReferralEventKind, ReferralOrigin, ToldReferral, ToldReferralDetails};
pub use self::when::{Until, When};

/// What another system tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Of a booking.
    Booking(ToldBooking),
    /// Of a referral.
    Referral(ToldReferral),
}

impl Told {
    /// When the sender says it happened.
    pub const fn time(&self) -> When {
        match self {
            Self::Booking(told) => told.time,
            Self::Referral(told) => told.time,
        }
    }

    /// Whether it claims to have happened so long after `now` that no clock can be so wrong. It would
    /// make every later event look old.
    pub fn is_from_the_future(&self, now: DateTime<Utc>) -> bool {
        let latest = now + chrono::Duration::days(366);
        self.time().instant(Tz::UTC).is_none_or(|time| time > latest)
    }
}
