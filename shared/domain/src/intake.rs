//! What other systems tell, in whichever language they speak: read and checked, and not yet matched
//! to anything that is known here. Every dialect is read into these types, so that the same story
//! told in each of them does the same.

mod booking;
mod presented;
mod referral;
mod when;

pub use self::booking::{ToldBooking, ToldVisit};
pub use self::presented::{PresentedPatient, SourceNames};
pub use self::referral::{ReferralEventKind, ReferralOrigin, ToldReferral, ToldReferralDetails};
pub use self::when::{Until, When};
