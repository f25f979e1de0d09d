//! The count of the day: what it says, what it costs, and that nothing depends on it.

#![cfg(test)]

use std::collections::BTreeMap;
use std::time::Duration as StdDuration;

use app::deliver::Delivered;
use app::ports::{Clock, DayCounts, Pointer, Seen, SendError};
use app::today::Tally;
use aws::deliveries::{count, handle};
use chrono::Duration;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::program::Channel;
use domain::text::ExternalId;
use domain::timing::Timing;
use testkit::build::{event, sms};
use testkit::fakes::{Answer, NoCounts};
use testkit::sending::{batch_of, come_again, deadline};
use testkit::wire::Fault;

const VISIT: &str = "2026-12-03T10:30:00+11:00";

/// So many messages that are due.
async fn due(visits: usize) -> (Clinic, Vec<Pointer>) {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    for n in 0..visits {
        let mut made = event(1, BookingEventKind::Made, VISIT);
        made.key.id = ExternalId::parse(&format!("B-{n}")).unwrap();
        clinic.event(&format!("evt-{n}"), &made).await.unwrap();
    }
    clinic.clock.advance(Duration::minutes(1));
    clinic.sweep().await;
    let queued = clinic.queues.take();
    assert_eq!(queued.len(), visits);
    (clinic, queued)
}

/// Hands a batch over, and answers which of its messages come again.
async fn hand_over(clinic: &Clinic, counts: &impl DayCounts, pointers: &[Pointer]) -> Vec<String> {
    let until = deadline(&clinic.clock);
    come_again(Box::pin(handle(&clinic.sender(), counts, batch_of(pointers), until)).await)
}

async fn seen(clinic: &Clinic) -> BTreeMap<Channel, Seen> {
    let now = clinic.clock.now();
    let time = now - Duration::hours(1)..now + Duration::hours(1);
    clinic.dynamo.day_counts().between(time).await.unwrap()
}

fn texts(sent: u64, failed: u64) -> BTreeMap<Channel, Seen> {
    [(Channel::Sms, Seen { sent, failed })].into()
}

#[tokio::test]
async fn a_batch_counts_what_was_sent_and_what_failed_for_good() {
    let (clinic, queued) = due(4).await;
    let refuse = |why| Answer::Refuse(why);
    clinic.sms.script([
        Answer::Accept,
        refuse(SendError::Permanent("invalid number".into())),
        refuse(SendError::Transient("throttled".into())),
        Answer::Accept,
    ]);
    let counts = clinic.dynamo.day_counts();
    assert_eq!(hand_over(&clinic, &counts, &queued).await, [""; 0]);
    assert_eq!(seen(&clinic).await, texts(2, 1), "what is to be tried again is neither");
    assert_eq!(hand_over(&clinic, &counts, &queued).await, [""; 0]);
    assert_eq!(seen(&clinic).await, texts(2, 1), "a batch that comes twice is counted once");
}

#[tokio::test]
async fn a_message_that_is_given_up_after_all_its_attempts_has_failed() {
    let (clinic, mut queued) = due(1).await;
    let throttled = || Answer::Refuse(SendError::Transient("throttled".into()));
    clinic.sms.script(std::iter::repeat_with(throttled).take(8).collect::<Vec<_>>());
    let counts = clinic.dynamo.day_counts();
    for attempt in 1..=8 {
        assert_eq!(hand_over(&clinic, &counts, &queued).await, [""; 0]);
        let failed = clinic.dynamo.day_counts();
        let all = clinic.clock.now() - Duration::days(1)..clinic.clock.now() + Duration::days(1);
        let failed = failed.between(all).await.unwrap();
        assert_eq!(failed == texts(0, 1), attempt == 8, "{attempt}: {failed:?}");
        if attempt < 8 {
            clinic.clock.advance(Duration::hours(2));
            clinic.sweep().await;
            queued = clinic.queues.take();
        }
    }
}

#[tokio::test]
async fn a_batch_costs_one_write_unit_more_however_many_messages_it_has() {
    for messages in [1, 5] {
        let (clinic, queued) = due(messages).await;
        let mut before = clinic.dynamo.wire.write_units();
        let mut units = || {
            let now = clinic.dynamo.wire.write_units();
            now - std::mem::replace(&mut before, now)
        };
        assert_eq!(hand_over(&clinic, &clinic.dynamo.day_counts(), &queued).await, [""; 0]);
        let expected = 6.0 * f64::from(u32::try_from(messages).unwrap()) + 1.0;
        let cost = units();
        assert!((cost - expected).abs() < 1e-9, "{messages}: {cost}");
        // What was done before is neither counted nor paid for.
        assert_eq!(hand_over(&clinic, &clinic.dynamo.day_counts(), &queued).await, [""; 0]);
        assert!(units() < 1e-9);
    }
}

#[tokio::test]
async fn a_count_that_cannot_be_kept_changes_nothing_else() {
    let (clinic, queued) = due(3).await;
    assert_eq!(hand_over(&clinic, &NoCounts::Down, &queued).await, [""; 0], "I7");
    assert_eq!(clinic.sms.outbox().len(), 3);
    assert_eq!(seen(&clinic).await, BTreeMap::new(), "it is lost");
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 3, "I2");
    clinic.assert_sound().await;
}

#[tokio::test]
async fn a_count_is_not_tried_when_the_answer_of_the_batch_might_not_be_given() {
    let (clinic, queued) = due(1).await;
    let mut tally = Tally::default();
    tally.delivered(&queued[0], Delivered::Sent);
    let counts = clinic.dynamo.day_counts();
    for (left, expected) in [(1_999, 0), (2_000, 1)] {
        count(&tally, &counts, StdDuration::from_millis(left), clinic.clock.now()).await;
        let seen = seen(&clinic).await;
        assert_eq!(seen.get(&Channel::Sms).map_or(0, |seen| seen.sent), expected, "{left} ms");
    }
}

#[tokio::test]
async fn a_count_whose_answer_is_lost_is_not_repeated() {
    let (clinic, queued) = due(1).await;
    let mut tally = Tally::default();
    tally.delivered(&queued[0], Delivered::Sent);
    let now = clinic.clock.now();
    clinic.dynamo.wire.break_call(0, Fault::AnswerLost);
    tally.keep(&clinic.dynamo.day_counts(), now).await;
    assert!(clinic.dynamo.wire.mend(), "it is lost");
    assert_eq!(seen(&clinic).await, texts(1, 0));
}

#[tokio::test]
async fn of_two_who_have_the_same_message_one_counts_it_whenever_the_other_comes() {
    let (clinic, queued) = due(1).await;
    let before = clinic.dynamo.wire.made();
    hand_over(&clinic, &clinic.dynamo.day_counts(), &queued).await;
    let calls = clinic.dynamo.wire.made() - before;
    for call in 0..calls {
        let (clinic, queued) = due(1).await;
        let others = clinic.others();
        let (counts, theirs) = (clinic.dynamo.day_counts(), others.dynamo.day_counts());
        let pause = clinic.dynamo.wire.pause_call(call);
        let second = async {
            pause.reached().await;
            hand_over(&others, &theirs, &queued).await;
            pause.release();
        };
        tokio::join!(hand_over(&clinic, &counts, &queued), second);
        assert_eq!(clinic.sms.outbox().len(), 1, "I2 at call {call}");
        assert_eq!(seen(&clinic).await, texts(1, 0), "at call {call}");
    }
    assert!(calls > 5, "{calls}");
}
