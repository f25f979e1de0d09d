//! A recalled patient books by another way than she is known by.

use app::ports::{Bookings, Catalogue, Clock, WorkList};
use chrono::Duration;
use delivery::Clinic;
use domain::booking::{BookingEventKind, BookingKey};
use domain::booking_type::BookingType;
use domain::calendar::CalendarSpan;
use domain::enrolment::{CycleEnd, Enrolment, Status};
use domain::ids::BookingTypeId;
use domain::program::{Completion, Program};
use domain::template::{Body, BodyKind, Content};
use domain::timing::{Span, Timing};
use domain::work::{WorkMonth, WorkOutcome};
use testkit::build::{self, sms};
use testkit::faults::{DEATHS, at_every_call};

use crate::support::{
    clinic, code, enrolments_of, external, made, maria, merge, of_web, tell, told,
};

fn recall() -> Program {
    let before = |days| Timing::Before(Span::Calendar(CalendarSpan::Days(days), None));
    let asks = vec![sms(1, before(60)), sms(2, before(30)), sms(3, before(7))];
    delivery::recall(Completion::SelectedTypes, asks)
}

/// Maria is on a recall, which has asked her once; and bookings of the type that completes it start
/// a program of their own.
async fn recalled() -> (Clinic, Enrolment) {
    let clinic = clinic().await;
    let program = recall();
    let catalogue = clinic.dynamo.catalogue();
    catalogue.create_program(&program, &build::saved()).await.unwrap();
    let before = build::booking_type();
    let completes = [program.id.clone()].into();
    let linked = BookingType { revision: 2, completes, ..before.clone() };
    catalogue.save_booking_type(&before, &linked).await.unwrap();
    let mut template = build::template();
    template.version = 2;
    let text = "Hi {{ patient.first_name }}, from {{ program.name }}.";
    template.content = Content::Sms(Body::parse(BodyKind::Sms, text).unwrap());
    catalogue.save_template(&build::template(), &template).await.unwrap();
    let enrolment = clinic.add(&program, "2027-01-15".parse().unwrap(), &[]).await;
    clinic.minute().await;
    (clinic, enrolment)
}

fn is_completed_by_web(enrolment: &Enrolment) -> bool {
    let by_web = |key: &BookingKey| key.source == code("web");
    enrolment.past.iter().any(|it| matches!(&it.by, CycleEnd::Booking { key, .. } if by_web(key)))
}

#[tokio::test]
async fn a_recalled_patient_who_books_from_another_mobile_is_offered_and_once_merged_chased_no_more()
 {
    let (clinic, recall) = recalled().await;
    let result = tell(&clinic, "evt-1", &made(maria())).await;
    assert_eq!((result.enrolled.len(), result.completed.len()), (1, 0));
    let known = build::patient().id;
    let [work] = clinic.work().await.try_into().unwrap();
    let offer = format!("would complete cycle 1 of “Check-up” of {known}: merge the two");
    assert!(work.summary.contains(&offer), "{}", work.summary);

    merge(&clinic, &work).await.unwrap();
    assert_eq!(clinic.work().await, [], "the question is answered");
    let resolved = clinic.dynamo.work_list();
    let month = WorkMonth::of(clinic.clock.now());
    assert_eq!(resolved.resolved(month).await.unwrap()[0].outcome, WorkOutcome::Done);

    let of_maria = clinic.enrolments().await;
    let after = of_maria.iter().find(|it| it.id == recall.id).unwrap();
    assert!(is_completed_by_web(after), "{after:?}");
    assert_eq!(after.cycle, 2);
    let begun = of_maria.iter().find(|it| it.id != recall.id).unwrap();
    assert_eq!(begun.patient, known, "what the booking began goes on with her");
    assert!(matches!(begun.status, Status::Active(_)), "{begun:?}");
    let booking = clinic.dynamo.bookings().booking(&made(maria()).key).await.unwrap().unwrap();
    assert_eq!(booking.matching.patient(), Some(&known));
    assert!(booking.completed.contains(&recall.id), "should it be cancelled, the recall is told");

    let asked = clinic.sms.outbox().len();
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), asked + 1, "the confirmation goes out");
    clinic.clock.advance(Duration::days(48));
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), asked + 1, "nobody who has booked is asked to");
}

#[tokio::test]
async fn the_question_is_asked_anew_with_what_a_later_event_would_complete() {
    let (clinic, _) = recalled().await;
    // Of a type that completes nothing.
    let mut first = made(maria());
    first.key.id = external("B-0");
    if let Some(details) = &mut first.details {
        details.booking_type = code("unlinked");
    }
    let other = BookingType {
        id: BookingTypeId::new(build::number(90)),
        code: code("unlinked"),
        starts: [].into(),
        ..build::booking_type()
    };
    clinic.dynamo.catalogue().create_booking_type(&other).await.unwrap();
    tell(&clinic, "evt-1", &first).await;
    let [plain] = clinic.work().await.try_into().unwrap();
    assert!(!plain.summary.contains("would complete"), "{}", plain.summary);
    tell(&clinic, "evt-2", &made(maria())).await;
    let [offered] = clinic.work().await.try_into().unwrap();
    assert_eq!((&offered.id, &offered.same_as), (&plain.id, &plain.same_as));
    assert!(offered.summary.starts_with(&plain.summary), "{}", offered.summary);
    assert!(offered.summary.contains("would complete cycle 1 of “Check-up”"));
    tell(&clinic, "evt-3", &told(2, BookingEventKind::Changed, maria())).await;
    assert_eq!(clinic.work().await, [offered], "it is said once");
}

#[test]
fn a_merge_may_die_at_any_call_and_ends_the_same_when_asked_again() {
    at_every_call(
        DEATHS,
        20,
        async || {
            let (clinic, _) = recalled().await;
            tell(&clinic, "evt-1", &made(maria())).await;
            let [work] = clinic.work().await.try_into().unwrap();
            (clinic, work)
        },
        async |(clinic, work)| merge(clinic, work).await,
        async |(clinic, work), struck| {
            let at = &struck.at;
            if !clinic.work().await.is_empty() {
                merge(&clinic, &work).await.unwrap();
            }
            assert_eq!(clinic.work().await, [], "{at}");
            let enrolments = clinic.enrolments().await;
            assert_eq!(enrolments.len(), 2, "{at}");
            assert!(enrolments.iter().any(is_completed_by_web), "{at}");
        },
    );
}

#[test]
fn an_intake_may_die_at_any_call_and_makes_one_record_and_one_question_when_told_again() {
    at_every_call(
        DEATHS,
        10,
        async || recalled().await.0,
        async |clinic| clinic.event("evt-1", &made(maria())).await,
        async |clinic, struck| {
            let at = &struck.at;
            clinic.event("evt-1", &made(maria())).await.unwrap();
            let [work] = clinic.work().await.try_into().unwrap();
            assert!(work.summary.contains("would complete"), "{at}: {}", work.summary);
            let new = of_web(&clinic, "W-77").await;
            assert_eq!(work.patient, new, "{at}");
            assert_eq!(enrolments_of(&clinic, &new.unwrap()).await.len(), 1, "{at}");
        },
    );
}
