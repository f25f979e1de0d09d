//! Events in which something is unknown, or that cannot be read: they wait for a person, are tried
//! again, and keep no other from being dealt with.

#![cfg(test)]

use app::enrolments::{Asked, Desk, Resolution, WorkStep};
use app::events::Answer;
use app::ports::{Catalogue, Clock, Verdict};
use chrono::Duration;
use delivery::Clinic;
use domain::actor::Actor;
use domain::booking::{BookingEvent, BookingEventKind};
use domain::booking_type::BookingType;
use domain::ids::BookingTypeId;
use domain::text::{Code, ExternalId};
use domain::timing::Timing;
use domain::work::{WorkItem, WorkKind, WorkOutcome};
use testkit::build::{self, event, event_of, sms};

const VISIT: &str = "2026-12-03T10:30:00+11:00";

async fn practice() -> Clinic {
    Clinic::with(vec![sms(10, Timing::Enrolled)]).await
}

/// A booking of a type that is not known yet.
fn of_unknown_type() -> BookingEvent {
    event_of("B-2001", "podiatry", "P-1001", VISIT)
}

async fn tell(clinic: &Clinic, id: &str, event: &BookingEvent) -> Verdict {
    match clinic.event(id, event).await.unwrap() {
        Answer::Done(result) => result.verdict,
        other @ (Answer::Duplicate(_) | Answer::Kept | Answer::AnotherEvent) => panic!("{other:?}"),
    }
}

/// So long, a sweep, and dealing with what it brings up: how much that was.
async fn later(clinic: &Clinic, time: Duration) -> usize {
    clinic.clock.advance(time);
    clinic.sweep_events().await;
    clinic.deal_with_events().await.unwrap()
}

async fn add_podiatry(clinic: &Clinic) {
    let podiatry = BookingType {
        id: BookingTypeId::new(build::number(50)),
        code: Code::parse("podiatry").unwrap(),
        ..build::booking_type()
    };
    clinic.dynamo.catalogue().create_booking_type(&podiatry).await.unwrap();
}

async fn resolve(clinic: &Clinic, work: &WorkItem) {
    let who = ExternalId::parse("person-1").unwrap();
    let by = Actor::Person(who.clone());
    let asked = Asked { by, request_id: "req-2".to_owned(), at: clinic.clock.now() };
    let outcome = WorkOutcome::NotNeeded;
    let step = WorkStep::Resolve(Resolution { outcome, note: None, then: None });
    let desk = Desk {
        enrolments: &clinic.dynamo.enrolments(),
        reader: &clinic.dynamo.enrolment_reader(),
        catalogue: &clinic.dynamo.catalogue(),
        people: &clinic.dynamo.people(),
        bookings: &clinic.dynamo.bookings(),
    };
    let list = clinic.dynamo.work_list();
    desk.work(&list, &work.id, &step, (&who, &asked)).await.unwrap();
}

#[tokio::test]
async fn what_was_missing_is_added_and_the_next_try_begins_what_the_booking_begins() {
    let clinic = practice().await;
    assert_eq!(tell(&clinic, "evt-1", &of_unknown_type()).await, Verdict::Unmatched);
    assert_eq!(clinic.work().await.len(), 1);
    assert_eq!(later(&clinic, Duration::minutes(9)).await, 0, "it is too early");
    assert_eq!(later(&clinic, Duration::minutes(2)).await, 1, "it is tried, and still unknown");
    assert_eq!(clinic.work().await.len(), 1, "and is not asked for twice");
    add_podiatry(&clinic).await;
    assert_eq!(later(&clinic, Duration::minutes(11)).await, 1);
    clinic.enrolment().await;
    assert_eq!(clinic.work().await, [], "nobody has to see to it any more");
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1);
    assert_eq!(later(&clinic, Duration::days(1)).await, 0, "and it is tried no more");
}

#[tokio::test]
async fn what_staff_have_resolved_by_hand_is_raised_again_by_its_sender_and_by_no_retry() {
    let clinic = practice().await;
    tell(&clinic, "evt-1", &of_unknown_type()).await;
    resolve(&clinic, &clinic.work().await.remove(0)).await;
    for hours in [1, 2, 24] {
        assert_eq!(later(&clinic, Duration::hours(hours)).await, 1, "it is tried");
        assert_eq!(clinic.work().await, [], "staff have seen to it");
    }
    assert_eq!(tell(&clinic, "evt-1", &of_unknown_type()).await, Verdict::Unmatched);
    assert_eq!(clinic.work().await.len(), 1, "its sender asks for it anew");
}

#[tokio::test]
async fn what_is_unknown_is_tried_for_sixty_days_and_its_sender_may_bring_it_up_after_that() {
    let clinic = practice().await;
    tell(&clinic, "evt-1", &of_unknown_type()).await;
    let mut tries = 0;
    for _ in 0..61 {
        tries += later(&clinic, Duration::days(1)).await;
    }
    assert!((59..=61).contains(&tries), "{tries}");
    assert_eq!(later(&clinic, Duration::days(2)).await, 0);
    add_podiatry(&clinic).await;
    assert_eq!(tell(&clinic, "evt-1", &of_unknown_type()).await, Verdict::Applied);
    assert_eq!(clinic.work().await, []);
}

#[tokio::test]
async fn an_old_event_takes_no_booking_that_still_waits_off_the_work_list() {
    let clinic = practice().await;
    let mut newer = of_unknown_type();
    newer.order.version = Some(2);
    newer.kind = BookingEventKind::Changed;
    tell(&clinic, "evt-2", &newer).await;
    let mut older = of_unknown_type();
    older.order.time -= Duration::hours(1);
    tell(&clinic, "evt-1", &older).await;
    assert_eq!(clinic.work().await.len(), 1, "its type is still unknown");
    add_podiatry(&clinic).await;
    assert_eq!(later(&clinic, Duration::minutes(11)).await, 1);
    assert_eq!(clinic.work().await, []);
    clinic.enrolment().await;
}

#[tokio::test]
async fn an_event_of_a_patient_who_cannot_be_read_waits_for_a_person_and_is_tried_again() {
    let clinic = practice().await;
    let patient = build::patient().id;
    let before = clinic.dynamo.dump().await;
    let record = &before[&("people", patient.to_string(), "PATIENT".to_owned())];
    clinic.dynamo.spoil("people", patient.as_str(), "PATIENT").await;
    let made = event(1, BookingEventKind::Made, VISIT);
    assert_eq!(clinic.event("evt-1", &made).await, Ok(Answer::Kept));
    assert_eq!(later(&clinic, Duration::minutes(2)).await, 1);
    let work = clinic.work().await;
    assert_eq!(work.iter().map(|item| item.kind).collect::<Vec<_>>(), [WorkKind::Unreadable]);

    let somebody = event_of("B-2002", "physio-initial", "P-9999", VISIT);
    assert_eq!(tell(&clinic, "evt-2", &somebody).await, Verdict::Unmatched, "others go on");

    let put = clinic.dynamo.client.put_item().table_name("people");
    put.set_item(Some(record.clone())).send().await.unwrap();
    later(&clinic, Duration::minutes(11)).await;
    clinic.enrolment().await;
}

#[tokio::test]
async fn an_event_whose_record_cannot_be_read_is_put_on_the_work_list_once_and_blocks_nobody() {
    let clinic = practice().await;
    assert_eq!(tell(&clinic, "evt-1", &of_unknown_type()).await, Verdict::Unmatched);
    let other = event_of("B-2002", "podiatry", "P-1001", VISIT);
    assert_eq!(tell(&clinic, "evt-2", &other).await, Verdict::Unmatched);
    clinic.dynamo.spoil("intake", "EVENT#diary\nevt-1", "EVENT").await;
    add_podiatry(&clinic).await;
    assert_eq!(later(&clinic, Duration::minutes(11)).await, 2);
    clinic.enrolment().await;
    let unreadable = |item: &&WorkItem| item.kind == WorkKind::Unreadable;
    assert_eq!(clinic.work().await.iter().filter(unreadable).count(), 1);
    assert_eq!(later(&clinic, Duration::days(1)).await, 0, "only support can mend it");
    let again = clinic.event("evt-1", &of_unknown_type()).await;
    assert_eq!(again, Ok(Answer::Kept), "it is brought to staff again");
    // What it told is taken in under another id.
    assert_eq!(tell(&clinic, "evt-3", &of_unknown_type()).await, Verdict::Applied);
}
