//! The languages in which other systems tell of bookings and referrals: bytes and headers in, told
//! events out. No network, no clock, no storage.

mod delivery;
mod dialect;
mod heard;
pub mod hl7;
mod names;
mod refused;
mod times;
mod told;

use domain::intake::{ToldBooking, ToldReferral};

pub use self::delivery::{Delivery, ResourcePath};
pub use self::dialect::{Dialect, Mode};
pub use self::heard::{EventId, Heard, HeardEvent, Notice, PassedOver};
pub use self::refused::{Refusal, Refused};

/// Reads what came to the bookings' address.
///
/// # Errors
/// When it is not in a language that is read, or says something that cannot be. Nothing of it was taken
/// in then.
pub fn bookings(delivery: &Delivery<'_>) -> Result<Heard<ToldBooking>, Refused> {
    match Dialect::claimed(delivery.headers)? {
        Dialect::Hl7 => hl7::bookings(delivery),
        Dialect::Json | Dialect::CloudEvents(_) | Dialect::Fhir => {
            Err(refused::malformed("not yet"))
        }
    }
}

/// Reads what came to the referrals' address.
///
/// # Errors
/// As [`bookings`].
pub fn referrals(delivery: &Delivery<'_>) -> Result<Heard<ToldReferral>, Refused> {
    match Dialect::claimed(delivery.headers)? {
        Dialect::Hl7 => hl7::referrals(delivery),
        Dialect::Json | Dialect::CloudEvents(_) | Dialect::Fhir => {
            Err(refused::malformed("not yet"))
        }
    }
}
