//! Recalls: the bookings that complete their cycles, and go again; and timings that are edited.

#![cfg(test)]

use app::deliver::Delivered;
use app::events::Answer;
use app::ports::{Bookings, Catalogue, Change, Clock, Enrolments, EventResult, SaveError};
use chrono::{Duration, NaiveDate};
use delivery::{Clinic, recall};
use domain::booking::{Booking, BookingEventKind};
use domain::booking_type::{BookingType, Completing};
use domain::calendar::CalendarSpan;
use domain::enrolment::{CycleEnd, Enrolment, Event, Facts, Status, decide};
use domain::program::{Action, ActionKind, Completion, Course, Program, ProgramName, ProgramType};
use domain::template::{Body, BodyKind, Content};
use domain::timing::{Span, Timing};
use testkit::build::{self, event, event_of, sms};

const VISIT: &str = "2026-12-03T10:30:00+11:00";

fn days_before(days: u16) -> Timing {
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), None))
}

fn reference() -> NaiveDate {
    "2027-01-15".parse().unwrap()
}

/// A practice with a recall, whose booking type starts nothing.
async fn clinic(program: &Program) -> Clinic {
    let clinic = Clinic::with(vec![]).await;
    let catalogue = clinic.dynamo.catalogue();
    catalogue.create_program(program, &build::saved()).await.unwrap();
    let mut template = build::template();
    template.version = 2;
    let text = "Hi {{ patient.first_name }}, time for {{ program.name }}.";
    template.content = Content::Sms(Body::parse(BodyKind::Sms, text).unwrap());
    catalogue.save_template(&build::template(), &template).await.unwrap();
    let before = build::booking_type();
    let completes = [program.id.clone()].into();
    let linked = BookingType { revision: 2, starts: [].into(), completes, ..before.clone() };
    catalogue.save_booking_type(&before, &linked).await.unwrap();
    clinic
}

async fn tell(clinic: &Clinic, version: u64, kind: BookingEventKind) -> EventResult {
    let answer = clinic.event(&format!("evt-{version}"), &event(version, kind, VISIT)).await;
    match answer.unwrap() {
        Answer::Done(result) => result,
        other @ (Answer::Duplicate(_) | Answer::Kept | Answer::AnotherEvent) => panic!("{other:?}"),
    }
}

async fn stored(clinic: &Clinic) -> Booking {
    clinic.dynamo.bookings().booking(&build::booking().key).await.unwrap().unwrap()
}

fn is_completed_by_booking(enrolment: &Enrolment) -> bool {
    enrolment.past.iter().any(|past| matches!(past.by, CycleEnd::Booking { .. }))
}

#[tokio::test]
async fn a_booking_completes_the_cycle_and_a_cancelled_one_opens_it_again() {
    for completion in [Completion::AnyBooking, Completion::SelectedTypes] {
        let program = recall(completion, vec![sms(1, days_before(7))]);
        let clinic = clinic(&program).await;
        let enrolment = clinic.add(&program, reference(), &[]).await;
        let made = tell(&clinic, 1, BookingEventKind::Made).await;
        assert_eq!(made.completed, [(program.id.clone(), enrolment.id.clone())]);
        let second = clinic.enrolment().await;
        assert_eq!((second.cycle, is_completed_by_booking(&second)), (2, true));
        let arrived = tell(&clinic, 2, BookingEventKind::Arrived).await;
        assert_eq!((arrived.changed, arrived.completed), (vec![], vec![]), "it touched nothing");

        let cancelled = tell(&clinic, 3, BookingEventKind::Cancelled).await;
        assert_eq!(cancelled.changed, [(program.id.clone(), enrolment.id)]);
        let again = clinic.enrolment().await;
        assert_eq!((again.cycle, again.past.len()), (1, 0));
        assert_eq!(again.due(), clinic_due(&again), "it waits for its old time");

        let back = tell(&clinic, 4, BookingEventKind::Made).await;
        assert_eq!(back.completed.len(), 1, "the booking is back");
    }
}

#[tokio::test]
async fn a_link_that_is_taken_out_opens_no_cycle_that_its_bookings_have_completed() {
    let program = recall(Completion::SelectedTypes, vec![sms(1, days_before(7))]);
    let clinic = clinic(&program).await;
    clinic.add(&program, reference(), &[]).await;
    tell(&clinic, 1, BookingEventKind::Made).await;
    let second = clinic.enrolment().await;
    assert!(is_completed_by_booking(&second));

    let catalogue = clinic.dynamo.catalogue();
    let linked = catalogue.booking_type(&build::booking_type().id).await.unwrap().unwrap();
    let unlinked = BookingType { revision: 3, completes: [].into(), ..linked.clone() };
    catalogue.save_booking_type(&linked, &unlinked).await.unwrap();
    for (version, kind) in [(2, BookingEventKind::Arrived), (3, BookingEventKind::Fulfilled)] {
        tell(&clinic, version, kind).await;
        let after = clinic.enrolment().await;
        assert_eq!((after.cycle, &after.past), (2, &second.past), "{kind:?}");
    }
}

fn clinic_due(
    enrolment: &Enrolment,
) -> Option<(chrono::DateTime<chrono::Utc>, domain::program::Carrier)> {
    let sms = domain::program::Carrier::Channel(domain::program::Channel::Sms);
    enrolment.due().map(|_| (build::at("2027-01-07T13:00:00Z"), sms))
}

#[tokio::test]
async fn a_referral_ends_when_the_patient_books_and_asks_again_when_the_booking_goes() {
    let asks = vec![
        sms(10, Timing::Enrolled),
        sms(11, Timing::After(Span::Calendar(CalendarSpan::Days(7), None))),
    ];
    let kind = ProgramType::Referral;
    let completion = kind.usual_completion();
    let program = Program { kind, course: Course::ONCE, ..recall(completion, asks) };
    let clinic = clinic(&program).await;
    clinic.add(&program, "2026-11-22".parse().unwrap(), &[]).await;
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), 1);
    tell(&clinic, 1, BookingEventKind::Made).await;
    let booked = clinic.enrolment().await;
    assert!(matches!(booked.status, Status::Completed { .. }) && is_completed_by_booking(&booked));
    clinic.clock.advance(Duration::days(8));
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), 1, "nobody who has booked is asked to");
    tell(&clinic, 2, BookingEventKind::Cancelled).await;
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), 2);
}

#[tokio::test]
async fn a_booking_of_another_type_completes_nothing() {
    let program = recall(Completion::SelectedTypes, vec![sms(1, days_before(7))]);
    let clinic = clinic(&program).await;
    clinic.add(&program, reference(), &[]).await;
    let other = event_of("B-2001", "unheard-of", "P-1001", VISIT);
    clinic.event("evt-1", &other).await.unwrap();
    assert!(!is_completed_by_booking(&clinic.enrolment().await));
}

#[tokio::test]
async fn a_booking_that_nobody_saw_at_enrolment_is_seen_before_sending() {
    let program = recall(Completion::AnyBooking, vec![sms(1, days_before(7))]);
    let clinic = clinic(&program).await;
    let mut made = event(1, BookingEventKind::Made, "2027-01-20T10:30:00+11:00");
    clinic.event("evt-1", &made).await.unwrap();
    // Enrolled by somebody who read the bookings a moment before it was made.
    let enrolment = clinic.add(&program, reference(), &[]).await;
    clinic.clock.advance(Duration::days(47)); // 8 January
    assert_eq!(clinic.minute().await, [Ok(Delivered::NotSent)]);
    assert_eq!(clinic.sms.outbox(), [], "a patient who has booked is not chased");
    assert!(is_completed_by_booking(&clinic.enrolment().await));
    assert!(stored(&clinic).await.completed.contains(&enrolment.id), "the booking knows");

    made.kind = BookingEventKind::Cancelled;
    made.order.version = Some(2);
    clinic.event("evt-2", &made).await.unwrap();
    assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)], "now they are");
    assert_eq!(clinic.sms.outbox().len(), 1);
}

#[tokio::test]
async fn a_booking_that_goes_while_it_completes_a_cycle_completes_nothing() {
    let program = recall(Completion::AnyBooking, vec![sms(1, days_before(7))]);
    let clinic = clinic(&program).await;
    let enrolment = clinic.add(&program, reference(), &[]).await;
    tell_without_effect(&clinic, &program).await;
    let known = stored(&clinic).await;
    let completes = decided(&program, &enrolment, &known, clinic.clock.now());
    assert_eq!(completes.claimed.len(), 1);
    tell(&clinic, 2, BookingEventKind::Cancelled).await; // meanwhile
    let store = clinic.dynamo.enrolments();
    assert_eq!(store.commit(&[completes]).await, Err(SaveError::Stale));
    assert!(!is_completed_by_booking(&clinic.enrolment().await));
}

/// Has the booking made while the program is completed by none, so that it completes nothing yet.
async fn tell_without_effect(clinic: &Clinic, program: &Program) {
    let catalogue = clinic.dynamo.catalogue();
    let ignoring = Program { completion: Completion::Ignore, version: 2, ..program.clone() };
    catalogue.save_program(program, &ignoring, &build::saved()).await.unwrap();
    tell(clinic, 1, BookingEventKind::Made).await;
    let again = Program { version: 3, ..program.clone() };
    catalogue.save_program(&ignoring, &again, &build::saved()).await.unwrap();
}

fn decided(
    program: &Program,
    enrolment: &Enrolment,
    booking: &Booking,
    now: chrono::DateTime<chrono::Utc>,
) -> Change {
    let (site, patient) = (build::site(), build::patient());
    let bookings = std::slice::from_ref(booking);
    let completing = &Completing::All;
    let facts = Facts {
        program,
        site: &site,
        patient: &patient,
        visit: None,
        referral: None,
        bookings,
        completing,
    };
    let decision = decide(enrolment, facts, Event::BookingsChanged, now);
    Change::new(Some(enrolment.clone()), decision, bookings)
}

#[tokio::test]
async fn a_timing_edited_to_an_earlier_time_is_brought_forward_for_those_who_wait() {
    let program = recall(Completion::Ignore, vec![sms(1, days_before(7))]);
    let clinic = clinic(&program).await;
    clinic.add(&program, reference(), &[]).await;
    assert_eq!(clinic.plan_anew().await, Ok(0), "nothing was saved");
    let earlier = Program { version: 2, actions: vec![sms(1, days_before(30))], ..program.clone() };
    clinic.dynamo.catalogue().save_program(&program, &earlier, &build::saved()).await.unwrap();
    assert_eq!(clinic.plan_anew().await, Ok(1));
    let due = clinic.enrolment().await.due().map(|(due, _)| due);
    assert_eq!(due, Some(build::at("2026-12-15T13:00:00Z")));
    assert_eq!(clinic.plan_anew().await, Ok(0), "once is enough");

    let renamed =
        Program { version: 3, name: ProgramName::parse("Other").unwrap(), ..earlier.clone() };
    clinic.dynamo.catalogue().save_program(&earlier, &renamed, &build::saved()).await.unwrap();
    assert_eq!(clinic.plan_anew().await, Ok(0), "a name plans nobody anew");
}

#[tokio::test]
async fn a_recall_runs_through_its_cycles_and_completes() {
    let program = recall(Completion::Ignore, vec![sms(1, days_before(7)), sms(2, days_before(1))]);
    let clinic = clinic(&program).await;
    clinic.add(&program, reference(), &[]).await;
    let mut rounds = 0;
    while let Some((due, _)) = clinic.enrolment().await.due() {
        clinic.clock.advance(due - clinic.clock.now());
        clinic.minute().await;
        rounds += 1;
        assert!(rounds < 100, "I6: it does not come to an end");
    }
    assert!(matches!(clinic.enrolment().await.status, Status::Completed { .. }));
    let sent = clinic.sms.outbox();
    assert_eq!(sent.len(), 4, "two actions in each of two cycles: {sent:?}");
    assert_eq!(clinic.enrolment().await.past.len(), 2);
}

#[tokio::test]
async fn a_pause_that_was_made_a_message_while_it_waited_is_sent() {
    let message = sms(1, days_before(7));
    let pause = Action { kind: ActionKind::Pause, ..message.clone() };
    let program = recall(Completion::Ignore, vec![pause]);
    let clinic = clinic(&program).await;
    clinic.add(&program, reference(), &[]).await;
    let saved = Program { version: 2, actions: vec![message], ..program.clone() };
    clinic.dynamo.catalogue().save_program(&program, &saved, &build::saved()).await.unwrap();
    clinic.clock.advance(Duration::days(47)); // before the patient was planned anew
    assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)]);
}
