//! A batch of queue messages, as `events/sqs-email-batch.json` has it.

#![cfg(test)]

use app::deliver::{EmailCourier, WithWayOut};
use send_email_function::handle;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeEmail, FakeHere, FakeWaysOut};
use testkit::sending::{NO_POINTER, batch, come_again, deadline, delivery};

#[tokio::test]
async fn a_message_that_is_no_pointer_fails_alone_and_a_stale_one_is_done() {
    let (dynamo, clock) = (Dynamo::start().await, FakeClock::at("2026-11-22T08:00:00Z"));
    let email = FakeEmail::default();
    let courier = EmailCourier { gateway: email.clone() };
    let courier = WithWayOut { courier, ways_out: FakeWaysOut };
    let delivery =
        delivery(&dynamo, &clock, &CountingIds::default(), &FakeHere::default(), courier);
    let answer =
        handle(&delivery, &dynamo.day_counts(), batch("sqs-email-batch.json"), deadline(&clock))
            .await;
    assert_eq!(come_again(answer), [NO_POINTER]);
    assert!(email.outbox().is_empty());
}
