//! Events that were kept: whatever happens after the answer, they are dealt with, once.

#![cfg(test)]

use app::events::{self, Answer, Arrival, sweep::SweptEvents};
use app::ports::{Bookings, Catalogue, Clock, EventKey, Intake, KnownEvent, StoreError};
use chrono::Duration;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::intake::{ReferralEventKind, Told};
use domain::template::{Body, BodyKind, Content, Template};
use domain::text::ExternalId;
use domain::timing::Timing;
use testkit::build::{self, event, sms};
use testkit::events::told;
use testkit::faults::{DEATHS, at_every_call};
use testkit::referrals;

const VISIT: &str = "2026-12-03T10:30:00+11:00";

fn booking() -> Told {
    Told::Booking(told(&event(1, BookingEventKind::Made, VISIT)))
}

fn referral() -> Told {
    Told::Referral(referrals::told(1, ReferralEventKind::Added))
}

fn key(id: &str) -> EventKey {
    EventKey { source: build::booking().key.source, id: ExternalId::parse(id).unwrap() }
}

fn arrival(clinic: &Clinic, id: &str, told: &Told) -> Arrival {
    let (fingerprint, at) = (format!("{told:?}"), clinic.clock.now());
    Arrival { key: key(id), fingerprint, at, request_id: "req-1".to_owned() }
}

/// Keeps an event, and answers its sender.
async fn keep(clinic: &Clinic, id: &str, told: &Told) {
    events::keep(&clinic.dynamo.intake(), &arrival(clinic, id, told), told).await.unwrap();
}

/// A practice that both a booking and a referral begin something at.
async fn practice() -> Clinic {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let follow_up = referrals::program(70, vec![sms(20, Timing::Enrolled)]);
    clinic.dynamo.catalogue().create_program(&follow_up, &build::saved()).await.unwrap();
    // The message to somebody who was referred names no booking.
    let before = build::template();
    let text = Body::parse(BodyKind::Sms, "Hi {{ patient.first_name }}.").unwrap();
    let plain = Template { version: 2, content: Content::Sms(text), ..before.clone() };
    clinic.dynamo.catalogue().save_template(&before, &plain).await.unwrap();
    clinic
}

/// Takes in what is told, as a webhook does.
async fn take_in(clinic: &Clinic, told: &Told) -> Result<Answer, StoreError> {
    let dynamo = &clinic.dynamo;
    testkit::events::tell(dynamo, (&key("evt-1").source, "evt-1"), told, clinic.clock.now()).await
}

/// Life without the sender: minutes of sweeps, and of dealing with what they bring up. A process that
/// had an event may have died with it: the lease runs out.
async fn go_on(clinic: &Clinic) {
    for _ in 0..8 {
        clinic.clock.advance(Duration::minutes(1));
        clinic.sweep_events().await;
        clinic.deal_with_events().await.unwrap();
    }
}

async fn is_done(clinic: &Clinic, id: &str) -> bool {
    let known = clinic.dynamo.intake().event(&key(id)).await.unwrap();
    matches!(known, Some(KnownEvent::Done(_)))
}

#[test]
fn whoever_takes_an_event_in_may_die_at_any_call_and_once_it_is_kept_its_sender_is_not_needed() {
    for (told, least) in [(booking(), 6), (referral(), 5)] {
        let act = async |clinic: &Clinic| take_in(clinic, &told).await;
        at_every_call(DEATHS, least, practice, act, async |clinic, died| {
            let clinic = clinic.others();
            let kept = clinic.dynamo.intake().event(&key("evt-1")).await.unwrap().is_some();
            match died.answer {
                Ok(Answer::Kept | Answer::Done(_)) => assert!(kept, "{}", died.at),
                // It is told to send it again; only where nothing was kept that is needed.
                Err(_) if kept => {}
                Err(_) => drop(take_in(&clinic, &told).await.unwrap()),
                Ok(other) => panic!("{}: {other:?}", died.at),
            }
            go_on(&clinic).await;
            assert!(is_done(&clinic, "evt-1").await, "{}", died.at);
            clinic.enrolment().await;
            clinic.settle().await;
            assert_eq!(clinic.sms.outbox().len(), 1, "{}", died.at);
        });
    }
}

#[test]
fn the_function_that_deals_with_kept_events_may_die_at_any_call_and_the_next_sweep_goes_on() {
    for told in [booking(), referral()] {
        let start = async || {
            let clinic = practice().await;
            keep(&clinic, "evt-1", &told).await;
            clinic.clock.advance(Duration::minutes(1));
            assert_eq!(clinic.sweep_events().await.queued, 1);
            clinic
        };
        let act = async |clinic: &Clinic| clinic.deal_with_events().await;
        at_every_call(DEATHS, 6, start, act, async |clinic, died| {
            let clinic = clinic.others();
            assert!(died.answer.is_err(), "{}", died.at);
            go_on(&clinic).await;
            assert!(is_done(&clinic, "evt-1").await, "{}", died.at);
            clinic.enrolment().await;
            clinic.settle().await;
            assert_eq!(clinic.sms.outbox().len(), 1, "{}", died.at);
        });
    }
}

#[tokio::test]
async fn an_event_is_brought_up_after_its_grace_and_again_when_its_lease_has_run_out() {
    let clinic = practice().await;
    keep(&clinic, "evt-1", &booking()).await;
    clinic.clock.advance(Duration::seconds(59));
    assert_eq!(clinic.sweep_events().await, SweptEvents::default(), "whoever has it has a minute");
    clinic.clock.advance(Duration::seconds(46));
    let swept = clinic.sweep_events().await;
    assert_eq!((swept.queued, swept.oldest_seconds), (1, 45));
    assert_eq!(clinic.events.take(), [key("evt-1")]);
    clinic.clock.advance(Duration::minutes(4));
    assert_eq!(clinic.sweep_events().await.queued, 0, "it is with somebody");
    clinic.clock.advance(Duration::minutes(2));
    assert_eq!(clinic.sweep_events().await.queued, 1, "who had it has died");
    clinic.deal_with_events().await.unwrap();
    clinic.clock.advance(Duration::hours(1));
    assert_eq!(clinic.sweep_events().await.queued, 0, "it is dealt with");
    assert_eq!(clinic.enrolments().await.len(), 1);
}

#[tokio::test]
async fn an_event_that_the_queue_does_not_take_goes_with_the_next_sweep() {
    let clinic = practice().await;
    keep(&clinic, "evt-1", &booking()).await;
    clinic.clock.advance(Duration::minutes(5));
    clinic.events.refuse(true);
    let swept = clinic.sweep_events().await;
    assert_eq!((swept.queued, swept.refused), (0, 1));
    clinic.events.refuse(false);
    clinic.clock.advance(Duration::minutes(1));
    assert_eq!(clinic.sweep_events().await.queued, 1, "without waiting for its lease");
    assert_eq!(clinic.deal_with_events().await.unwrap(), 1);
    assert!(is_done(&clinic, "evt-1").await);
}

#[tokio::test]
async fn events_are_taken_in_while_all_sending_is_held() {
    let clinic = practice().await;
    clinic.hold_sending().await;
    keep(&clinic, "evt-1", &booking()).await;
    go_on(&clinic).await;
    assert!(clinic.dynamo.bookings().booking(&build::booking().key).await.unwrap().is_some());
    clinic.enrolment().await;
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox(), [], "nothing is sent");
    clinic.release_sending().await;
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1);
}
