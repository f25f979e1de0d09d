//! A batch of queue messages, as `events/sqs-intake-batch.json` has it: an event that was kept, a
//! message that is none of ours, and another event.

#![cfg(test)]

use app::events::{Arrival, keep};
use app::ports::{Bookings, Catalogue, EventKey, Intake, KnownEvent, People};
use aws::dynamo::{CatalogueStore, IntakeStore, NewcomerStore, PeopleStore};
use domain::booking::BookingEventKind;
use domain::intake::Told;
use domain::text::ExternalId;
use domain::timing::Timing;
use intake_function::handler::{Context, handle};
use testkit::build::{self, event, sms};
use testkit::dynamo::Dynamo;
use testkit::events::told;
use testkit::fakes::FakeClock;
use testkit::sending::{NO_POINTER, batch, come_again, deadline};
use testkit::wire::Fault;

const BATCH: &str = "sqs-intake-batch.json";
const FIRST: &str = "059f36b4-87a3-44ab-83d2-661975830a7d";
const THIRD: &str = "6d5f0c1e-1c57-4d0e-9f7b-6a1f0c8c0a11";

type Wired = Context<IntakeStore, CatalogueStore, PeopleStore, NewcomerStore, FakeClock>;

/// A practice that was told of a booking, and had no time to deal with it.
async fn practice() -> (Dynamo, Wired) {
    let (dynamo, clock) = (Dynamo::start().await, FakeClock::at("2026-11-22T08:00:00Z"));
    let catalogue = dynamo.catalogue();
    catalogue.create_site(&build::site()).await.unwrap();
    let program = build::program(vec![sms(10, Timing::Enrolled)]);
    catalogue.create_program(&program, &build::saved()).await.unwrap();
    catalogue.create_booking_type(&build::booking_type()).await.unwrap();
    dynamo.people().create_patient(&build::patient()).await.unwrap();
    let made = event(1, BookingEventKind::Made, "2026-12-03T10:30:00+11:00");
    let told = Told::Booking(told(&made));
    let arrival = Arrival {
        key: key("evt-1"),
        fingerprint: "1".to_owned(),
        at: build::at("2026-11-22T07:58:00Z"),
        request_id: "req-1".to_owned(),
    };
    keep(&dynamo.intake(), &arrival, &told).await.unwrap();
    let context = Context {
        intake: dynamo.intake(),
        catalogue,
        people: dynamo.people(),
        newcomers: dynamo.newcomers(),
        clock,
    };
    (dynamo, context)
}

fn key(id: &str) -> EventKey {
    EventKey { source: build::booking().key.source, id: ExternalId::parse(id).unwrap() }
}

async fn is_done(dynamo: &Dynamo) -> bool {
    let known = dynamo.intake().event(&key("evt-1")).await.unwrap();
    matches!(known, Some(KnownEvent::Done(_)))
}

#[tokio::test]
async fn a_message_that_is_no_key_fails_alone_and_an_event_that_is_gone_is_done() {
    let (dynamo, context) = practice().await;
    let deadline = deadline(&context.clock);
    let answer = handle(&context, batch(BATCH), deadline).await;
    assert_eq!(come_again(answer), [NO_POINTER]);
    assert!(is_done(&dynamo).await);
    let booking = dynamo.bookings().booking(&build::booking().key).await.unwrap().unwrap();
    assert_eq!(booking.caused.len(), 1);
    let before = dynamo.dump().await;
    let answer = handle(&context, batch(BATCH), deadline).await;
    assert_eq!(come_again(answer), [NO_POINTER]);
    assert_eq!(dynamo.dump().await, before, "what is brought up twice is done once");
}

#[tokio::test]
async fn an_event_that_cannot_be_dealt_with_now_comes_again() {
    let (dynamo, context) = practice().await;
    dynamo.wire.break_call(0, Fault::DeadBefore);
    let answer = handle(&context, batch(BATCH), deadline(&context.clock)).await;
    assert_eq!(come_again(answer), [FIRST, NO_POINTER, THIRD]);
    assert!(dynamo.wire.mend(), "the call was made");
    assert!(!is_done(&dynamo).await);
    handle(&context, batch(BATCH), deadline(&context.clock)).await;
    assert!(is_done(&dynamo).await);
}
