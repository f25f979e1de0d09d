//! HL7 v2, in ER7.

mod answer;
mod booking;
mod charset;
mod error;
mod message;
mod no_referral;
mod open;
mod patient;
mod referral;
mod slot;
mod status;
mod time;

use domain::phi::Phi;

pub use self::answer::{AckCode, Hl7Answer, Hl7Header};
pub(crate) use self::booking::bookings;
pub use self::error::{Condition, Hl7Error, Place};
use self::message::Message;
pub(crate) use self::referral::referrals;
use crate::delivery::Delivery;
use crate::dialect::Dialect;
use crate::heard::{EventId, Heard, HeardEvent};
use crate::refused::{Refusal, Refused};

/// What an answer in HL7 v2 needs of a message that may be anything: for refusals that come before it is
/// read, such as that it is too long.
pub fn header_of(delivery: &Delivery<'_>) -> Hl7Header {
    open::header_of(delivery)
}

/// Refuses a message: with AR where such messages are not read at all, else with AE.
fn refuse(header: Hl7Header, errors: Vec<Hl7Error>) -> Refused {
    let why = Refusal::Wrong(error::invalid(&errors));
    let rejects = errors.iter().any(|error| error.condition.rejects());
    let answer = if rejects { header.reject(errors) } else { header.error(errors) };
    Refused { why, hl7: Some(Box::new(answer)) }
}

/// What a message told.
fn heard<T>(message: Message, told: Option<T>, passed_over: Vec<(String, String)>) -> Heard<T> {
    let mut heard = Heard::nothing(Dialect::Hl7);
    for (what, why) in passed_over {
        heard.pass_over(what, why);
    }
    if let Some(told) = told {
        let id = EventId::of(&[&message.sender, message.header.control_id()]);
        heard.events.push(HeardEvent { id: Some(id), says: Phi::new(message.says), told });
    }
    heard.hl7 = Some(message.header);
    heard
}
