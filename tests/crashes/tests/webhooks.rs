//! What other systems tell: bookings and referrals, by the webhooks, and events that were only kept.

#![cfg(test)]

use std::path::Path;

use app::ports::Clock;
use aws::clock::SystemClock;
use crashes::{Function, Heard, Operation, Practice, Stage, block_on, strike};
use serde_json::{Value, json};
use testkit::deliveries::{CURRENT, Sample};

fn strike_all(name: &str, operations: &[Operation]) {
    let saved = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    strike(&block_on(Stage::set(&saved)), operations);
}

/// A delivery of our JSON, under an id. What was only kept is brought up by and by.
fn tells(name: &'static str, function: Function, path: &'static str, body: &Value) -> Operation {
    let body = body.to_string();
    Operation::new(name, move |practice| {
        let sample = Sample::of("application/json", body.clone());
        let request = sample.signed(path, CURRENT, "evt-new", SystemClock.now().timestamp());
        Box::pin(async move { Heard::of(&practice.ask(function, request).await) })
    })
    .followed(|practice| Box::pin(bring_up(practice)))
}

/// The sweeper brings up what waits, and it is dealt with.
async fn bring_up(practice: &Practice) {
    for _ in 0..3 {
        practice.clinic.clock.advance(chrono::Duration::minutes(2));
        practice.clinic.sweep_due_events().await;
        practice.clinic.deal_with_events().await.unwrap();
    }
}

fn booking(kind: &str, id: &str, version: u64, of_type: &str, patient: &str) -> Value {
    json!({
        "type": kind, "timestamp": "2026-11-22T10:30:00Z",
        "data": {
            "booking": {
                "id": id, "version": version, "type": of_type, "site": "harbour",
                "start": "2026-12-08T10:30:00+11:00",
            },
            "patient": { "id": patient },
        },
    })
}

fn bookings() -> Vec<Operation> {
    let path = "/webhooks/bookings/diary";
    let tells = |name, body: Value| tells(name, Function::Bookings, path, &body);
    let mut new = booking("booking.made", "B-9", 1, "physio-initial", "P-9009");
    new["data"]["patient"] = json!({
        "id": "P-9009", "first_name": "Ida", "last_name": "Berg", "mobile": "0491 570 110",
    });
    let of_otto = |of_type| booking("booking.made", "B-9", 1, of_type, "P-1003");
    let of_maria = |kind| booking(kind, "B-2001", 2, "physio-initial", "P-1001");
    vec![
        tells("a visit is booked", of_otto("physio-initial")),
        // That a record was made is remarked only by the life that has made it.
        tells("somebody new books", new).need_only_be_sound(),
        tells("a visit is moved", of_maria("booking.moved")),
        tells("a visit is cancelled", of_maria("booking.cancelled")),
        tells("a visit completes a recall", of_otto("check-up")),
        tells("a visit of an unknown type is booked", of_otto("unknown")).need_only_be_sound(),
    ]
}

fn referral(kind: &str) -> Value {
    json!({
        "type": kind, "timestamp": "2026-11-22T10:30:00Z",
        "data": {
            "referral": { "id": "R-9", "version": 1, "site": "harbour", "origin": "external" },
            "patient": { "id": "P-1003" },
        },
    })
}

fn referrals() -> Vec<Operation> {
    let path = "/webhooks/referrals/diary";
    vec![tells("a referral is added", Function::Referrals, path, &referral("referral.added"))]
}

#[test]
fn what_is_told_of_bookings_is_whole_wherever_it_dies() {
    strike_all("bookings", &bookings());
}

#[test]
fn what_is_told_of_referrals_is_whole_wherever_it_dies() {
    strike_all("referrals", &referrals());
}
