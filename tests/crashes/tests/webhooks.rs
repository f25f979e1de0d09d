//! What other systems tell of referrals. What they tell of bookings is struck by `delivery`'s `kept`.

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
        practice.clinic.sweep_events().await;
        practice.clinic.deal_with_events().await.unwrap();
    }
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
fn what_is_told_of_referrals_is_whole_wherever_it_dies() {
    strike_all("referrals", &referrals());
}
