//! For every call a sender makes: the process dies before it, and after it. Then life goes on, and
//! the invariants must hold: at most one message (I2), nothing lost (I1, I6).

#![cfg(test)]

use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::enrolment::{HoldReason, Status};
use domain::timing::Timing;
use testkit::build::{event, sms};
use testkit::wire::Fault;

const VISIT: &str = "2026-12-03T10:30:00+11:00";

async fn clinic_with_a_queued_message() -> (Clinic, app::ports::Pointer) {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.sweep().await;
    let pointer = clinic.queues.take().remove(0);
    (clinic, pointer)
}

#[tokio::test]
async fn a_sender_may_die_at_any_call_and_the_patient_gets_at_most_one_message() {
    for fault in [Fault::DeadBefore, Fault::DeadAfter] {
        let mut struck = 0;
        for call in 0.. {
            let (clinic, pointer) = clinic_with_a_queued_message().await;
            clinic.dynamo.wire.break_call(call, fault);
            let died = clinic.deliver(&pointer).await;
            if !clinic.dynamo.wire.mend() {
                break; // there is no such call
            }
            struck += 1;
            assert!(died.is_err() || clinic.sms.outbox().len() == 1, "{fault:?} at {call}");
            clinic.settle().await;
            let (sent, status) = (clinic.sms.outbox().len(), clinic.enrolment().await.status);
            assert!(sent <= 1, "I2: {sent} messages, {fault:?} at call {call}");
            match status {
                Status::Completed { .. } => assert_eq!(sent, 1, "{fault:?} at call {call}"),
                // Nobody can know whether it was sent: a person is asked.
                Status::Held { why: HoldReason::Unclear, .. } => {
                    assert_eq!(clinic.work().await.len(), 1, "{fault:?} at call {call}");
                }
                other @ (Status::Active(_) | Status::Held { .. } | Status::Ended { .. }) => {
                    panic!("{fault:?} at call {call} ends in {other:?}")
                }
            }
        }
        assert!(struck > 10, "{fault:?} struck only {struck} calls");
    }
}

#[tokio::test]
async fn an_intake_may_die_at_any_call_and_the_same_event_again_makes_it_whole() {
    for fault in [Fault::DeadBefore, Fault::DeadAfter] {
        let mut struck = 0;
        for call in 0.. {
            let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
            let made = event(1, BookingEventKind::Made, VISIT);
            clinic.dynamo.wire.break_call(call, fault);
            let died = clinic.event("evt-1", &made).await;
            if !clinic.dynamo.wire.mend() {
                break;
            }
            struck += 1;
            assert!(died.is_err(), "the sender is told to send it again: {fault:?} at {call}");
            clinic.event("evt-1", &made).await.unwrap();
            clinic.settle().await;
            assert_eq!(clinic.sms.outbox().len(), 1, "{fault:?} at call {call}");
        }
        assert!(struck > 5, "{fault:?} struck only {struck} calls");
    }
}

#[tokio::test]
async fn a_sweeper_may_die_at_any_call_and_the_next_one_goes_on() {
    for fault in [Fault::DeadBefore, Fault::DeadAfter] {
        let mut struck = 0;
        for call in 0.. {
            let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
            clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
            clinic.dynamo.wire.break_call(call, fault);
            clinic.sweep().await;
            if !clinic.dynamo.wire.mend() {
                break;
            }
            struck += 1;
            clinic.settle().await;
            assert_eq!(clinic.sms.outbox().len(), 1, "{fault:?} at call {call}");
        }
        assert!(struck > 30, "{fault:?} struck only {struck} calls");
    }
}

#[tokio::test]
async fn a_store_that_fails_for_a_moment_never_makes_a_message_unclear_that_was_not_sent() {
    let mut struck = 0;
    for call in 0.. {
        let (clinic, pointer) = clinic_with_a_queued_message().await;
        clinic.dynamo.wire.break_call(call, Fault::Brownout);
        let result = clinic.deliver(&pointer).await;
        if !clinic.dynamo.wire.mend() {
            break;
        }
        struck += 1;
        clinic.settle().await;
        let (sent, status) = (clinic.sms.outbox().len(), clinic.enrolment().await.status);
        assert_eq!(sent, 1, "call {call}: {result:?}, {status:?}");
    }
    assert!(struck > 10, "struck only {struck} calls");
}

#[tokio::test]
async fn no_message_follows_a_cancel_that_found_no_reservation_or_came_before_the_last_look() {
    let (mut before, mut after, mut last_look) = (0, 0, 0);
    for call in 0.. {
        let (clinic, pointer) = clinic_with_a_queued_message().await;
        let (others, pause) = (clinic.others(), clinic.dynamo.wire.pause_call(call));
        let delivery = async { clinic.deliver(&pointer).await };
        let mut delivery = std::pin::pin!(delivery);
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut delivery => break, // there is no such call
        }
        let cancelled = event(2, BookingEventKind::Cancelled, VISIT);
        others.event("evt-2", &cancelled).await.unwrap();
        let found_reservation = !others.ledger().await.is_empty();
        pause.release();
        let delivered = delivery.await;
        let sent = clinic.sms.outbox().len();
        if !found_reservation {
            before += 1;
            assert_eq!(sent, 0, "I3: cancelled at call {call}, and sent all the same");
        } else if sent == 0 {
            last_look += 1; // the reservation stood, and the last look saw the cancel
        } else {
            after += 1;
        }
        clinic.settle().await;
        assert!(clinic.sms.outbox().len() <= 1, "I2 at call {call}: {delivered:?}");
    }
    assert!(before > 5 && last_look > 0 && after > 0, "{before}, {last_look}, {after}");
}
