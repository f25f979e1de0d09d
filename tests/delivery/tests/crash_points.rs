//! For every call a sender makes: the process dies before it, and after it. Then life goes on, and
//! the invariants must hold: at most one message (I2), nothing lost (I1, I6).

#![cfg(test)]

use app::ports::Pointer;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::timing::Timing;
use testkit::build::{event, sms};
use testkit::faults::{DEATHS, at_every_call};
use testkit::wire::Fault;

const VISIT: &str = "2026-12-03T10:30:00+11:00";

async fn clinic_without_a_booking() -> Clinic {
    Clinic::with(vec![sms(10, Timing::Enrolled)]).await
}

async fn clinic_with_a_booking() -> Clinic {
    let clinic = clinic_without_a_booking().await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic
}

async fn clinic_with_a_queued_message() -> (Clinic, Pointer) {
    let clinic = clinic_with_a_booking().await;
    let pointer = clinic.queued().await;
    (clinic, pointer)
}

#[test]
fn a_sender_may_die_at_any_call_and_the_patient_gets_at_most_one_message() {
    let deliver = async |(clinic, pointer): &(Clinic, Pointer)| clinic.deliver(pointer).await;
    at_every_call(DEATHS, 11, clinic_with_a_queued_message, deliver, async |(clinic, _), died| {
        assert!(died.answer.is_err() || clinic.sms.outbox().len() == 1, "{}", died.at);
        clinic.settle().await;
        clinic.assert_sent_once_or_asked(&died).await;
    });
}

#[test]
fn a_sweeper_may_die_at_any_call_and_the_next_one_goes_on() {
    let sweep = async |clinic: &Clinic| clinic.sweep().await;
    at_every_call(DEATHS, 31, clinic_with_a_booking, sweep, async |clinic, died| {
        clinic.settle().await;
        assert_eq!(clinic.sms.outbox().len(), 1, "{}", died.at);
    });
}

#[test]
fn a_store_that_fails_for_a_moment_never_makes_a_message_unclear_that_was_not_sent() {
    let deliver = async |(clinic, pointer): &(Clinic, Pointer)| clinic.deliver(pointer).await;
    let faults = &[Fault::Brownout];
    at_every_call(
        faults,
        11,
        clinic_with_a_queued_message,
        deliver,
        async |(clinic, _), struck| {
            clinic.settle().await;
            let (sent, status) = (clinic.sms.outbox().len(), clinic.enrolment().await.status);
            assert_eq!(sent, 1, "{}: {:?}, {status:?}", struck.at, struck.answer);
        },
    );
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
