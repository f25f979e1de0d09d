//! A tick of the schedule, as `events/schedule-tick.json` has it.

#![cfg(test)]

use app::sweep::Sweeper;
use aws::dynamo::{CatalogueStore, DueStore, EnrolmentStore};
use serde_json::{Value, json};
use sweeper_function::handler::{CouldNotSweep, handle};
use testkit::dynamo::Dynamo;
use testkit::fakes::{FakeClock, FakeHere, FakeQueues};
use testkit::wire::Fault;

type Wired = Sweeper<DueStore, EnrolmentStore, CatalogueStore, FakeQueues, FakeClock, FakeHere>;

fn sweeper(dynamo: &Dynamo) -> Wired {
    Sweeper {
        index: dynamo.due_index(),
        enrolments: dynamo.enrolments(),
        settings: dynamo.catalogue(),
        queues: FakeQueues::default(),
        clock: FakeClock::at("2026-11-22T08:00:00Z"),
        here: FakeHere::default(),
    }
}

#[tokio::test]
async fn a_tick_with_nothing_due_queues_nothing_and_fails_nothing() {
    let path = format!("{}/../../events/schedule-tick.json", env!("CARGO_MANIFEST_DIR"));
    let tick: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(tick["source"], "aws.scheduler");
    let dynamo = Dynamo::start().await;
    let answer = handle(&sweeper(&dynamo), "test").await;
    assert_eq!(answer, Ok(json!({ "queued": 0, "parked": 0, "held": false })));
}

#[tokio::test]
async fn a_sweep_that_cannot_read_the_index_or_the_settings_fails_so_that_its_alarm_goes_off() {
    for settings_or_index in [0, 1] {
        let dynamo = Dynamo::start().await;
        dynamo.wire.break_call(settings_or_index, Fault::DeadBefore);
        let answer = handle(&sweeper(&dynamo), "test").await;
        assert_eq!(answer, Err(CouldNotSweep { shards: 20 }));
    }
}
