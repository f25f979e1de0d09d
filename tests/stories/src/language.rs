//! A step of a story in each language, in the shape of the files in `events/`.

mod fhir;
mod hl7;
mod json;

use testkit::deliveries::{BEARER, CURRENT, Sample};
use testkit::requests::ApiRequest;

use crate::story::{Step, What};

/// What a delivery is about, and with that where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A booking.
    Booking,
    /// A referral.
    Referral,
}

/// A language of other systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Our own JSON, signed.
    Json,
    /// FHIR R4, with a bearer secret.
    Fhir,
    /// HL7 v2, with a bearer secret.
    Hl7,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Json, Self::Fhir, Self::Hl7];

    /// The delivery that tells the step under an id; `now` is the time of the signature.
    pub fn tell(self, step: &Step, id: &str, now: i64) -> (Subject, ApiRequest) {
        let (subject, path) = match step.what {
            What::Booking { .. } => (Subject::Booking, "/webhooks/bookings/diary"),
            What::Referral { .. } => (Subject::Referral, "/webhooks/referrals/diary"),
        };
        let request = match self {
            Self::Json => {
                Sample::of("application/json", json::say(step)).signed(path, CURRENT, id, now)
            }
            Self::Fhir => {
                Sample::of("application/fhir+json", fhir::say(step)).bearing("POST", path, BEARER)
            }
            Self::Hl7 => Sample::of("x-application/hl7-v2+er7", hl7::say(step, id))
                .bearing("POST", path, BEARER),
        };
        (subject, request)
    }
}
