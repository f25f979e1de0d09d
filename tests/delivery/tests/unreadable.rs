//! A stored record that cannot be read: what is behind it, and others, go on.

#![cfg(test)]

use app::deliver::Delivered;
use app::events::Answer;
use app::ports::{Catalogue, EnrolmentReader, StoreError, Verdict};
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::calendar::CalendarSpan;
use domain::ids::ProgramId;
use domain::program::{
    Completion, Course, Frequency, NextCycle, Program, ProgramName, ProgramType,
};
use domain::timing::{Span, Timing};
use domain::work::WorkKind;
use testkit::build::{self, event, sms};

fn days_before(days: u16) -> Timing {
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), None))
}

/// A recall that any booking completes.
fn recall(n: u128, days: u16) -> Program {
    let half_a_year = Frequency::new(CalendarSpan::Months(6));
    Program {
        id: ProgramId::new(build::number(n)),
        kind: ProgramType::Recall,
        name: ProgramName::parse(&format!("Check-up {n}")).unwrap(),
        course: Course::new(ProgramType::Recall, 2, half_a_year, NextCycle::FromFirstDate).unwrap(),
        completion: Completion::AnyBooking,
        ..build::program(vec![sms(n, days_before(days))])
    }
}

async fn store(clinic: &Clinic, program: &Program) {
    clinic.dynamo.catalogue().create_program(program, &build::saved()).await.unwrap();
}

#[tokio::test]
async fn an_enrolment_that_cannot_be_read_keeps_no_booking_from_being_reminded_of() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let (spoiled, other) = (recall(70, 7), recall(71, 7));
    for program in [&spoiled, &other] {
        store(&clinic, program).await;
    }
    let date = "2027-01-15".parse().unwrap();
    let lost = clinic.add(&spoiled, date, &[]).await.id;
    let kept = clinic.add(&other, date, &[]).await.id;
    clinic.dynamo.spoil("enrolments", lost.as_str(), "ENROLMENT").await;

    let made = event(1, BookingEventKind::Made, "2026-12-03T10:30:00+11:00");
    let Answer::Done(result) = clinic.event("evt-1", &made).await.unwrap() else {
        panic!("it is dealt with")
    };
    assert_eq!((result.verdict, result.enrolled.len()), (Verdict::Applied, 1));
    assert_eq!(result.completed, [(other.id.clone(), kept)], "the rest happens");
    let work = clinic.work().await;
    let [work] = work.as_slice() else { panic!("{work:?}") };
    assert_eq!((work.kind, &work.enrolment), (WorkKind::Unreadable, &Some(lost.clone())));
    assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)], "the booking is confirmed");

    // One that has begun it, or that it has completed, is told of once.
    let begun = &result.enrolled[0].1;
    clinic.dynamo.spoil("enrolments", begun.as_str(), "ENROLMENT").await;
    let moved = event(2, BookingEventKind::Moved, "2026-12-04T10:30:00+11:00");
    assert!(matches!(clinic.event("evt-2", &moved).await, Ok(Answer::Done(_))));
    let about: Vec<_> = clinic.work().await.into_iter().filter_map(|work| work.enrolment).collect();
    assert!(about.len() == 2 && about.contains(&lost) && about.contains(begun), "{about:?}");
}

#[tokio::test]
async fn patients_are_planned_anew_past_one_who_cannot_be_read() {
    let clinic = Clinic::with(vec![]).await;
    let program = recall(70, 7);
    store(&clinic, &program).await;
    let date = "2027-01-15".parse().unwrap();
    let lost = clinic.add(&program, date, &[]).await.id;
    clinic.add(&program, date, &[]).await;
    clinic.dynamo.spoil("enrolments", lost.as_str(), "ENROLMENT").await;
    let earlier = Program { version: 2, ..recall(70, 30) };
    clinic.dynamo.catalogue().save_program(&program, &earlier, &build::saved()).await.unwrap();
    assert_eq!(clinic.plan_anew().await, Ok(1));
    assert_eq!(clinic.plan_anew().await, Ok(0), "it is done");
}

#[tokio::test]
async fn a_program_whose_patients_cannot_be_planned_anew_holds_no_other_program_up() {
    let clinic = Clinic::with(vec![]).await;
    let date = "2027-01-15".parse().unwrap();
    for n in [70, 71] {
        let program = recall(n, 7);
        store(&clinic, &program).await;
        clinic.add(&program, date, &[]).await;
        let earlier = Program { version: 2, ..recall(n, 30) };
        clinic.dynamo.catalogue().save_program(&program, &earlier, &build::saved()).await.unwrap();
    }
    // The first program's list is to be gone on with at no place of it.
    let replan = app::ports::Replan { program: recall(70, 7).id, version: 2, after: None };
    let nowhere = Some("nowhere".to_owned());
    let catalogue = clinic.dynamo.catalogue();
    app::ports::Replans::advance_replan(&catalogue, &replan, nowhere).await.unwrap();
    let failed = clinic.plan_anew().await;
    assert!(matches!(failed, Err(StoreError::Refused(_))), "it is said: {failed:?}");
    let reader = clinic.dynamo.enrolment_reader();
    for (n, due) in [(70, "2027-01-07T13:00:00Z"), (71, "2026-12-15T13:00:00Z")] {
        let page = reader.of_program(&recall(n, 7).id, None, 10).await.unwrap();
        let next = page.enrolments[0].due().map(|(due, _)| due);
        assert_eq!(next, Some(build::at(due)), "program {n}");
    }
}

#[tokio::test]
async fn a_replan_that_cannot_be_read_holds_no_other_program_up() {
    let clinic = Clinic::with(vec![]).await;
    let date = "2027-01-15".parse().unwrap();
    for n in [70, 71] {
        let program = recall(n, 7);
        store(&clinic, &program).await;
        clinic.add(&program, date, &[]).await;
        let earlier = Program { version: 2, ..recall(n, 30) };
        clinic.dynamo.catalogue().save_program(&program, &earlier, &build::saved()).await.unwrap();
    }
    clinic.dynamo.spoil("catalogue", "REPLAN", recall(70, 7).id.as_str()).await;
    assert_eq!(clinic.plan_anew().await, Ok(1));
}
