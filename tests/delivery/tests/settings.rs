//! The practice's settings on the path: its name, and holding all sending. Whatever a hold comes
//! between, each message goes out once after the release, or not at all when it is too late.

#![cfg(test)]

use app::deliver::{DeliverError, Delivered};
use app::ports::{Catalogue, Pointer, PracticeSettings, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::Duration;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::ledger::{LedgerState, Outcome};
use domain::template::{Body, BodyKind, Content, Template};
use domain::text::{ExternalId, Label};
use domain::timing::Timing;
use testkit::build::{event, sms, template};
use testkit::faults::{DEATHS, at_every_call};

const VISIT: &str = "2026-12-03T10:30:00+11:00";

async fn clinic_with_a_booking() -> Clinic {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic
}

async fn clinic_with_a_queued_message() -> (Clinic, Pointer) {
    let clinic = clinic_with_a_booking().await;
    let pointer = clinic.queued().await;
    (clinic, pointer)
}

#[tokio::test]
async fn what_is_queued_when_sending_is_held_goes_out_once_after_the_release() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    for n in 1..=3 {
        let mut made = event(1, BookingEventKind::Made, VISIT);
        made.key.id = ExternalId::parse(&format!("B-{n}")).unwrap();
        clinic.event(&format!("evt-{n}"), &made).await.unwrap();
    }
    clinic.sweep().await;
    let queued = clinic.queues.take();
    assert_eq!(queued.len(), 3);
    let before = clinic.enrolments().await;
    clinic.hold_sending().await;
    for pointer in &queued {
        assert_eq!(clinic.deliver(pointer).await, Ok(Delivered::Held));
    }
    for _ in 0..10 {
        assert!(clinic.minute().await.is_empty(), "nothing is handed out");
    }
    assert_eq!(clinic.enrolments().await, before, "what is due stays as it is");
    assert_eq!(clinic.sms.outbox(), []);
    clinic.release_sending().await;
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 3, "I6: each goes out after the release");
}

#[tokio::test]
async fn a_held_message_uses_up_no_attempts_however_often_it_comes() {
    let (clinic, pointer) = clinic_with_a_queued_message().await;
    clinic.hold_sending().await;
    for _ in 0..20 {
        assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Held));
    }
    assert_eq!(clinic.ledger().await, [], "nothing was reserved");
    clinic.release_sending().await;
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
}

#[tokio::test]
async fn while_sending_is_held_a_sweep_says_so_and_writes_nothing() {
    let clinic = clinic_with_a_booking().await;
    clinic.hold_sending().await;
    let before = clinic.dynamo.wire.write_units();
    let swept = clinic.sweep().await;
    assert!(swept.held && swept.queued == 0, "{swept:?}");
    assert!((clinic.dynamo.wire.write_units() - before).abs() < f64::EPSILON);
    assert!(clinic.queues.take().is_empty());
    clinic.release_sending().await;
    let swept = clinic.sweep().await;
    assert!(!swept.held && swept.queued == 1, "{swept:?}");
}

#[tokio::test]
async fn what_is_too_late_when_sending_is_released_is_skipped() {
    let clinic = clinic_with_a_booking().await;
    clinic.hold_sending().await;
    clinic.clock.advance(Duration::hours(25));
    clinic.release_sending().await;
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox(), []);
    let ledger = clinic.ledger().await;
    let skipped = |row: &domain::ledger::LedgerRow| {
        matches!(&row.state, LedgerState::Settled { outcome: Outcome::Skipped { .. }, .. })
    };
    assert!(ledger.len() == 1 && ledger.iter().all(skipped), "{ledger:?}");
}

#[tokio::test]
async fn no_message_follows_a_hold_that_came_before_the_last_look_and_it_costs_one_attempt() {
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
        others.hold_sending().await;
        let found_reservation = !others.ledger().await.is_empty();
        pause.release();
        let delivered = delivery.await;
        let sent = clinic.sms.outbox().len();
        if !found_reservation {
            before += 1;
            assert_eq!(sent, 0, "held at call {call}, and sent all the same: {delivered:?}");
        } else if sent == 0 {
            last_look += 1;
            assert_eq!(delivered, Ok(Delivered::NotSent), "held at call {call}");
            let state = others.ledger().await.remove(0).state;
            let why = "all sending was put on hold".to_owned();
            let expected = Outcome::NotSent { why };
            assert!(
                matches!(&state, LedgerState::Settled { outcome, .. } if *outcome == expected),
                "the attempt is settled by what is certain: {state:?}"
            );
        } else {
            after += 1;
        }
        for _ in 0..20 {
            clinic.minute().await;
        }
        assert_eq!(clinic.sms.outbox().len(), sent, "nothing goes out while it is held");
        assert!(clinic.ledger().await.len() <= 1, "a hold uses up no further attempts");
        clinic.release_sending().await;
        clinic.settle().await;
        assert_eq!(clinic.sms.outbox().len(), 1, "I2, I6 at call {call}: {delivered:?}");
    }
    assert!(before > 3 && last_look > 0 && after > 0, "{before}, {last_look}, {after}");
}

#[test]
fn a_sender_may_die_at_any_call_before_a_hold_and_the_patient_gets_at_most_one_message() {
    let deliver = async |(clinic, pointer): &(Clinic, Pointer)| clinic.deliver(pointer).await;
    at_every_call(DEATHS, 11, clinic_with_a_queued_message, deliver, async |(clinic, _), died| {
        clinic.hold_sending().await;
        let sent = clinic.sms.outbox().len();
        for _ in 0..20 {
            clinic.minute().await;
        }
        assert_eq!(clinic.sms.outbox().len(), sent, "held, {}", died.at);
        clinic.release_sending().await;
        clinic.settle().await;
        clinic.assert_sent_once_or_asked(&died).await;
    });
}

#[tokio::test]
async fn while_the_settings_cannot_be_read_nothing_goes_out_and_no_enrolment_is_blamed() {
    let (clinic, pointer) = clinic_with_a_queued_message().await;
    let before = clinic.enrolment().await;
    let (pk, sk) = ("SETTINGS".to_owned(), "PRACTICE".to_owned());
    let broken = clinic.dynamo.client.put_item().table_name("catalogue");
    let broken = broken.item("pk", AttributeValue::S(pk)).item("sk", AttributeValue::S(sk));
    broken.item("data", AttributeValue::S("nonsense".into())).send().await.unwrap();
    let failed = clinic.deliver(&pointer).await;
    let refused = matches!(failed, Err(DeliverError::Store(StoreError::Refused(_))));
    assert!(refused, "it comes again: {failed:?}");
    assert_eq!(clinic.sweep().await.failed, 20, "the sweep's alarm goes off");
    assert_eq!((clinic.work().await, clinic.enrolment().await), (vec![], before));
}

#[tokio::test]
async fn a_message_names_the_practice_as_its_settings_do() {
    let (clinic, pointer) = clinic_with_a_queued_message().await;
    let catalogue = clinic.dynamo.catalogue();
    let body = Body::parse(BodyKind::Sms, "From {{ practice.name }}").unwrap();
    let named = Template { version: 2, content: Content::Sms(body), ..template() };
    catalogue.save_template(&template(), &named).await.unwrap();
    let settings = catalogue.settings().await.unwrap();
    let settings = settings.named(Label::parse("Harbour Health").unwrap());
    catalogue.save_settings(&settings).await.unwrap();
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
    assert_eq!(clinic.sms.outbox()[0].1, "From Harbour Health");
}
