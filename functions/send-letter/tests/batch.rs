//! A batch of queue messages, as `events/sqs-letter-batch.json` has it.

#![cfg(test)]

use app::deliver::LetterCourier;
use send_letter_function::handle;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeEpost, FakeHere};
use testkit::sending::{NO_POINTER, batch, come_again, deadline, delivery};

#[tokio::test]
async fn a_message_that_is_no_pointer_fails_alone_and_a_stale_one_is_done() {
    let (dynamo, clock) = (Dynamo::start().await, FakeClock::at("2026-11-22T08:00:00Z"));
    let epost = FakeEpost::default();
    let courier = LetterCourier::new(
        dynamo.letters(),
        dynamo.files(),
        Some(epost.clone()),
        dynamo.work_list(),
        clock.clone(),
    );
    let delivery =
        delivery(&dynamo, &clock, &CountingIds::default(), &FakeHere::default(), courier);
    let answer =
        handle(&delivery, &dynamo.day_counts(), batch("sqs-letter-batch.json"), deadline(&clock))
            .await;
    assert_eq!(come_again(answer), [NO_POINTER]);
    assert_eq!(epost.taken(), [""; 0]);
    assert_eq!(dynamo.dump().await.len(), 0, "and nothing is written");
}
