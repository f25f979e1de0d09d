//! A tick of the schedule, as `events/schedule-tick.json` has it.

#![cfg(test)]

use app::sweep::Sweeper;
use serde_json::{Value, json};
use sweeper_function::handler::handle;
use testkit::dynamo::Dynamo;
use testkit::fakes::{FakeClock, FakeQueues};

#[tokio::test]
async fn a_tick_with_nothing_due_queues_nothing_and_fails_nothing() {
    let path = format!(
        "{}/../../events/schedule-tick.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let tick: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(tick["source"], "aws.scheduler");
    let dynamo = Dynamo::start().await;
    let sweeper = Sweeper {
        index: dynamo.due_index(),
        enrolments: dynamo.enrolments(),
        queues: FakeQueues::default(),
        clock: FakeClock::at("2026-11-22T08:00:00Z"),
    };
    assert_eq!(
        handle(&sweeper, "test").await,
        json!({ "queued": 0, "parked": 0 })
    );
}
