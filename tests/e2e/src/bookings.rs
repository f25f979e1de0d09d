//! A booking system, as the stack sees it.

use std::sync::Mutex;

use serde_json::{Value, json};
use stack::{Answer, Secret, Stack, Webhook, unix_seconds};

use crate::unique;

/// The source whose secret the template makes.
pub const DIARY: &str = "diary";

/// The event of `events/booking-made.json`, about another booking, type, site and patient.
///
/// # Panics
/// When the file is not a booking event.
pub fn booking_made(booking: &str, booking_type: &str, site: &str, patient: &str) -> Value {
    let file = include_str!("../../../events/booking-made.json");
    let mut event: Value = serde_json::from_str(file).expect("the file is JSON");
    for (pointer, value) in [
        ("/data/booking/id", booking),
        ("/data/booking/type", booking_type),
        ("/data/booking/site", site),
        ("/data/patient/id", patient),
    ] {
        *event.pointer_mut(pointer).expect("the file is a booking") = json!(value);
    }
    event
}

/// The same booking's cancellation, as its newest version.
///
/// # Panics
/// When `made` is not a booking event.
pub fn cancelled(made: &Value) -> Value {
    let mut event = made.clone();
    *event.pointer_mut("/type").expect("an event") = json!("booking.cancelled");
    *event.pointer_mut("/data/booking/version").expect("a booking") = json!(2);
    event
}

/// `event` as a message of its own, sent and signed now.
///
/// # Panics
/// When the stack's secret cannot sign.
pub fn message(stack: &Stack, event: &Value) -> Webhook {
    let secret = &stack.description().webhook_secret;
    signed(secret, event.to_string().as_bytes())
}

/// `body` as a message of its own, sent and signed now.
///
/// # Panics
/// When the secret cannot sign.
pub fn signed(secret: &Secret, body: &[u8]) -> Webhook {
    let id = format!("msg_{}", unique());
    Webhook::signed(secret, &id, unix_seconds(), body).expect("the secret signs")
}

/// Posts a message.
///
/// One at a time: of two bookings taken in at the same moment, the one stored last may begin before
/// one that was swept already, and then waits for the sweeper's lease of five minutes to run out.
///
/// # Panics
/// When no answer comes.
pub fn post(stack: &Stack, webhook: &Webhook) -> Answer {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock();
    stack.post_webhook(DIARY, webhook).expect("an answer")
}

/// Posts a message that must be taken in, and returns the answer.
///
/// # Panics
/// When it is not taken in.
pub fn taken_in(stack: &Stack, webhook: &Webhook) -> Value {
    let answer = post(stack, webhook);
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.json().expect("JSON")
}

/// What the answer to a message says was done.
pub fn outcome(answer: &Value) -> &str {
    answer["outcome"].as_str().unwrap_or_default()
}

/// The one enrolment that an answer to a message names.
///
/// # Panics
/// When there is not exactly one.
pub fn enrolment(answer: &Value) -> String {
    let begun = answer["enrolled"].as_array().expect("a list");
    assert_eq!(begun.len(), 1, "{answer}");
    begun[0]["enrolment"].as_str().expect("an id").to_owned()
}
