//! What happens to senders, and between them and the sweeper.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::ports::{SendError, Sms, SmsGateway};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::Duration;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::ledger::{LedgerState, Outcome};
use domain::timing::Timing;
use testkit::build::{event, sms};
use testkit::fakes::{Answer, FakeSms};
use testkit::wire::Fault;

use crate::support::{
    VISIT, assert_once_each, crowd, hand_over, minutes, mobile, sender_by, swept,
};

/// A booking, whose message is due.
async fn due() -> Clinic {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.clock.advance(Duration::minutes(1));
    clinic
}

/// Forgets which stretches of the index are on their way.
async fn forget_leases(clinic: &Clinic) {
    let dump = clinic.dynamo.dump().await;
    let leases: Vec<_> = dump.keys().filter(|(_, pk, _)| pk.starts_with("SWEEP#")).collect();
    assert!(!leases.is_empty(), "something is on its way");
    for (table, pk, sk) in leases {
        let delete = clinic.dynamo.client.delete_item().table_name(*table);
        let delete = delete.key("pk", AttributeValue::S(pk.clone()));
        delete.key("sk", AttributeValue::S(sk.clone())).send().await.unwrap();
    }
}

#[tokio::test]
async fn a_crash_after_enqueue_and_before_the_lease_is_recorded_sends_once() {
    let clinic = due().await;
    let mut queued = swept(&clinic).await;
    forget_leases(&clinic).await;
    queued.extend(swept(&clinic).await);
    assert_eq!(queued.len(), 2, "it is queued again, for nobody knows that it was");
    let sender = sender_by(&clinic, clinic.sms.clone());
    assert_eq!(hand_over(&clinic, &sender, &queued).await, [""; 0]);
    assert_eq!(clinic.sms.outbox().len(), 1);
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1);
}

#[tokio::test]
async fn a_crash_after_the_lease_and_before_enqueue_sends_once_when_the_lease_is_over() {
    let clinic = due().await;
    drop(swept(&clinic).await); // it was never queued
    minutes(&clinic, 4).await;
    assert_eq!(clinic.sms.outbox(), [], "it is on its way, as far as anybody knows");
    minutes(&clinic, 2).await;
    assert_eq!(clinic.sms.outbox().len(), 1);
    clinic.assert_sound().await;
}

#[tokio::test]
async fn a_patient_row_that_is_throttled_longer_than_the_handler_lives_is_sent_later() {
    let mut struck = 0;
    for call in 0.. {
        let clinic = due().await;
        let queued = swept(&clinic).await;
        let sender = sender_by(&clinic, clinic.sms.clone());
        // From this call on the store answers nobody while the handler lives.
        clinic.dynamo.wire.break_call(call, Fault::DeadBefore);
        let again = hand_over(&clinic, &sender, &queued).await;
        assert!(clinic.dynamo.wire.mend(), "call {call} was made");
        if !clinic.ledger().await.is_empty() {
            break; // it was reserved: what comes after is the crash points' concern
        }
        struck += 1;
        assert_eq!(again, ["0"], "call {call}: it comes again");
        assert_eq!(clinic.dynamo.busy_shards().len(), 1, "I1: still due");
        clinic.settle().await;
        assert_eq!(clinic.sms.outbox().len(), 1, "call {call}: sent later");
    }
    assert!(struck >= 5, "the patient's row is among the {struck} calls");
}

/// A provider's gateway that panics once, when it is the turn of one number.
struct Panics {
    provider: FakeSms,
    at: String,
    done: Arc<AtomicBool>,
}

impl SmsGateway for Panics {
    async fn turn(&self, sms: &Sms) {
        let first = sms.to.e164() == self.at && !self.done.swap(true, Ordering::Relaxed);
        assert!(!first, "a mistake that only one number brings to light");
    }

    async fn send(&self, sms: &Sms) -> Result<String, SendError> {
        self.provider.send(sms).await
    }
}

#[tokio::test]
async fn one_of_a_hundred_in_a_batch_panics_and_ninety_nine_are_done() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    crowd(&clinic, 100).await;
    clinic.clock.advance(Duration::minutes(1));
    let queued = swept(&clinic).await;
    assert_eq!(queued.len(), 100);
    let (provider, at, done) = (clinic.sms.clone(), mobile(50), Arc::default());
    let sender = sender_by(&clinic, Panics { provider, at: at.clone(), done });
    let again = hand_over(&clinic, &sender, &queued).await;
    let [place] = again.as_slice() else { panic!("one comes again: {again:?}") };
    assert_eq!(clinic.sms.outbox().len(), 99);
    assert!(clinic.sms.outbox().iter().all(|(to, _)| *to != at));
    let redelivered = [queued[place.parse::<usize>().unwrap()].clone()];
    assert_eq!(hand_over(&clinic, &sender, &redelivered).await, [""; 0]);
    assert_once_each(&clinic, 100);
    clinic.assert_sound().await;
}

#[tokio::test]
async fn a_provider_that_fails_for_half_a_batch_and_a_back_off_that_moves_the_due_time_contact_nobody_twice()
 {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    crowd(&clinic, 10).await;
    clinic.clock.advance(Duration::minutes(1));
    let queued = swept(&clinic).await;
    let fails = || Answer::Refuse(SendError::Transient("503: try later".to_owned()));
    clinic.sms.script((0..5).map(|_| Answer::Accept).chain((0..5).map(|_| fails())));
    let sender = sender_by(&clinic, clinic.sms.clone());
    hand_over(&clinic, &sender, &queued).await;
    assert_eq!(clinic.sms.outbox().len(), 5);
    // The whole batch again, as it was: its pointers are from before the back-off.
    hand_over(&clinic, &sender, &queued).await;
    minutes(&clinic, 20).await;
    assert_once_each(&clinic, 10);
    hand_over(&clinic, &sender, &queued).await;
    assert_once_each(&clinic, 10);
    clinic.assert_sound().await;
    clinic.assert_ledger_agrees().await;
}

#[tokio::test]
async fn two_actions_of_one_enrolment_due_in_the_same_minute_go_once_each_and_in_order() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled), sms(11, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.settle().await;
    let sent: Vec<_> = clinic
        .ledger()
        .await
        .into_iter()
        .filter_map(|row| match row.state {
            LedgerState::Settled { at, outcome: Outcome::Sent { .. } } => {
                Some((at, row.key.action))
            }
            LedgerState::Settled { .. } | LedgerState::Reserved { .. } => None,
        })
        .collect();
    assert_eq!(sent.len(), 2);
    assert!(sent.is_sorted(), "the first action goes first: {sent:?}");
}
