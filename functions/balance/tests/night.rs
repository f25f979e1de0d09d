//! A tick of the schedule, as `events/schedule-tick.json` has it, and an operator's wish, as
//! `events/balance-of-a-day.json` has it.

#![cfg(test)]

use app::balance::{BalanceError, Balancing};
use app::ports::{Balances, Begun, Catalogue, Clock, StoreError, WorkList};
use aws::dynamo::{
    BalanceStore, CatalogueStore, EnrolmentScanStore, LetterStore, WaitingStore, WorkListStore,
};
use balance_function::handler::{Failed, handle};
use chrono::Duration;
use domain::work::WorkKind;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::FakeClock;
use testkit::wire::Fault;

type Wired = Balancing<
    EnrolmentScanStore,
    BalanceStore,
    WorkListStore,
    CatalogueStore,
    LetterStore,
    WaitingStore,
    FakeClock,
>;

/// One hour after midnight in Sydney.
const ONE_OCLOCK: &str = "2026-11-23T01:00:00+11:00";

async fn balancing(dynamo: &Dynamo, now: &str) -> Wired {
    dynamo.catalogue().create_site(&build::site()).await.unwrap();
    wired(dynamo, now)
}

fn wired(dynamo: &Dynamo, now: &str) -> Wired {
    Balancing {
        scan: dynamo.enrolment_scan(),
        balances: dynamo.balances(),
        work: dynamo.work_list(),
        catalogue: dynamo.catalogue(),
        letters: dynamo.letters(),
        events: dynamo.waiting(),
        clock: FakeClock::at(now),
        segments: 2,
    }
}

fn event(name: &str) -> Value {
    let path = format!("{}/../../events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[tokio::test]
async fn the_first_tick_an_hour_after_the_practices_midnight_balances_the_day_and_no_later_one() {
    let dynamo = Dynamo::start().await;
    let balancing = balancing(&dynamo, ONE_OCLOCK).await;
    let tick = event("schedule-tick");
    let balanced = json!({ "balanced": "2026-11-22", "difference": 0, "new": 0 });
    assert_eq!(handle(&balancing, "test", &tick).await, Ok(balanced.clone()));
    let nothing = json!({ "balanced": null });
    assert_eq!(handle(&balancing, "test", &tick).await, Ok(nothing.clone()));
    balancing.clock.put_to("2026-11-24T00:59:59+11:00");
    assert_eq!(handle(&balancing, "test", &tick).await, Ok(nothing));
    balancing.clock.put_to("2026-11-24T01:00:00+11:00");
    let next = json!({ "balanced": "2026-11-23", "difference": 0, "new": 0 });
    assert_eq!(handle(&balancing, "test", &tick).await, Ok(next));
}

#[tokio::test]
async fn an_operator_may_ask_for_a_day_again_and_not_for_one_that_is_not_over() {
    let dynamo = Dynamo::start().await;
    let balancing = balancing(&dynamo, ONE_OCLOCK).await;
    let balanced = json!({ "balanced": "2026-11-22", "difference": 0, "new": 0 });
    for _ in 0..2 {
        let answer = handle(&balancing, "test", &event("balance-of-a-day")).await;
        assert_eq!(answer, Ok(balanced.clone()));
    }
    let today = "2026-11-23".parse().unwrap();
    let not_over = handle(&balancing, "test", &json!({ "day": "2026-11-23" })).await;
    assert_eq!(not_over, Err(Failed::Balance(BalanceError::NotOver(today))));
    for wrong in [json!({ "day": "yesterday" }), json!({ "day": 22 }), json!({ "day": null })] {
        assert_eq!(handle(&balancing, "test", &wrong).await, Err(Failed::NoDay), "{wrong}");
    }
}

#[tokio::test]
async fn days_on_which_nothing_ran_are_made_up_for_one_by_one_a_week_at_most() {
    let dynamo = Dynamo::start().await;
    let balancing = balancing(&dynamo, ONE_OCLOCK).await;
    let tick = event("schedule-tick");
    handle(&balancing, "test", &tick).await.unwrap();
    balancing.clock.put_to("2026-12-05T01:00:00+11:00");
    let mut days = Vec::new();
    for _ in 0..7 {
        let answer = handle(&balancing, "test", &tick).await.unwrap();
        days.push(answer["balanced"].as_str().unwrap().to_owned());
    }
    assert_eq!(days.first().map(String::as_str), Some("2026-11-28"));
    assert_eq!(days.last().map(String::as_str), Some("2026-12-04"));
    assert_eq!(handle(&balancing, "test", &tick).await, Ok(json!({ "balanced": null })));
}

#[tokio::test]
async fn a_run_that_fails_at_any_call_is_made_again_by_the_next_tick() {
    let calls = {
        let dynamo = Dynamo::start().await;
        let balancing = balancing(&dynamo, ONE_OCLOCK).await;
        let made = || dynamo.wire.calls().values().sum::<usize>();
        let before = made();
        handle(&balancing, "test", &event("schedule-tick")).await.unwrap();
        made() - before
    };
    assert!(calls > 5, "{calls}");
    for call in 0..calls {
        let dynamo = Dynamo::start().await;
        let balancing = balancing(&dynamo, ONE_OCLOCK).await;
        dynamo.wire.break_call(call, Fault::DeadBefore);
        let failed = handle(&balancing, "test", &event("schedule-tick")).await;
        let unavailable = |failed: &Result<Value, Failed>| {
            matches!(failed, Err(Failed::Balance(BalanceError::Store(StoreError::Unavailable(_)))))
        };
        assert!(unavailable(&failed), "call {call}: {failed:?}");
        dynamo.wire.mend();
        let day = "2026-11-22".parse().unwrap();
        assert_eq!(balancing.balances.balance(day).await.unwrap(), None, "call {call}");
        balancing.clock.advance(Duration::hours(1));
        let balanced = json!({ "balanced": "2026-11-22", "difference": 0, "new": 0 });
        let again = handle(&balancing, "test", &event("schedule-tick")).await;
        assert_eq!(again, Ok(balanced), "call {call}");
    }
}

/// The sentences of what waits for a person because it cannot be read.
async fn unreadable(balancing: &Wired) -> Vec<String> {
    let open = balancing.work.open().await.unwrap();
    let about = open.into_iter().filter(|work| work.item.kind == WorkKind::Unreadable);
    about.map(|work| work.item.summary).collect()
}

#[tokio::test]
async fn a_balance_that_cannot_be_read_is_made_anew_and_a_person_hears_of_it() {
    let dynamo = Dynamo::start().await;
    let balancing = balancing(&dynamo, ONE_OCLOCK).await;
    let tick = event("schedule-tick");
    handle(&balancing, "test", &tick).await.unwrap();
    balancing.clock.advance(Duration::days(1));
    handle(&balancing, "test", &tick).await.unwrap();
    dynamo.spoil("catalogue", "BALANCE", "2026-11-23").await;
    let again = json!({ "balanced": "2026-11-23", "difference": 0, "new": 0 });
    assert_eq!(handle(&balancing, "test", &tick).await, Ok(again));
    let told = unreadable(&balancing).await;
    assert!(told.len() == 1 && told[0].contains("the balance of 23 November 2026"), "{told:?}");
    assert_eq!(handle(&balancing, "test", &tick).await, Ok(json!({ "balanced": null })));
    // Nor does an older one stop what comes after it.
    dynamo.spoil("catalogue", "BALANCE", "2026-11-22").await;
    balancing.clock.advance(Duration::days(1));
    let next = json!({ "balanced": "2026-11-24", "difference": 0, "new": 0 });
    assert_eq!(handle(&balancing, "test", &tick).await, Ok(next));
}

/// A run that has begun, and has died.
async fn begun(dynamo: &Dynamo, balancing: &Wired) {
    dynamo.wire.break_call(5, Fault::DeadBefore);
    assert!(handle(balancing, "test", &event("schedule-tick")).await.is_err());
    dynamo.wire.mend();
}

#[tokio::test]
async fn how_far_it_had_come_that_cannot_be_read_is_begun_anew_and_a_person_hears_of_it() {
    let dynamo = Dynamo::start().await;
    let balancing = balancing(&dynamo, ONE_OCLOCK).await;
    begun(&dynamo, &balancing).await;
    dynamo.spoil("catalogue", "BALANCE_RUN", "2026-11-22").await;
    let balanced = json!({ "balanced": "2026-11-22", "difference": 0, "new": 0 });
    assert_eq!(handle(&balancing, "test", &event("schedule-tick")).await, Ok(balanced));
    let told = unreadable(&balancing).await;
    assert!(told.len() == 1 && told[0].contains("of 22 November 2026"), "{told:?}");
}

#[tokio::test]
async fn of_two_runs_at_once_for_a_day_one_does_it_and_who_has_died_is_waited_for_a_quarter_of_an_hour()
 {
    let dynamo = Dynamo::start().await;
    let balancing = balancing(&dynamo, ONE_OCLOCK).await;
    begun(&dynamo, &balancing).await;
    let busy = json!({ "busy": "2026-11-22" });
    for event in [event("schedule-tick"), event("balance-of-a-day")] {
        assert_eq!(handle(&balancing, "test", &event).await, Ok(busy.clone()));
    }
    balancing.clock.advance(Duration::minutes(15) - Duration::seconds(1));
    assert_eq!(handle(&balancing, "test", &event("schedule-tick")).await, Ok(busy.clone()));
    balancing.clock.advance(Duration::seconds(1));
    let pause = dynamo.wire.pause_call(4); // it has read how far it has come, and keeps that it goes on
    let tick = event("schedule-tick");
    let first = handle(&balancing, "test", &tick);
    let unwatched = dynamo.unwatched();
    let by_hand = async {
        pause.reached().await;
        let clock = balancing.clock.now().to_rfc3339();
        let other = wired(&unwatched, &clock);
        let answer = handle(&other, "test", &event("balance-of-a-day")).await;
        pause.release();
        answer
    };
    let (first, by_hand) = tokio::join!(first, by_hand);
    let balanced = json!({ "balanced": "2026-11-22", "difference": 0, "new": 0 });
    assert_eq!((first, by_hand), (Ok(busy), Ok(balanced)));
    let day = "2026-11-22".parse().unwrap();
    assert_eq!(balancing.balances.progress(day).await, Ok(Begun::Not));
}
