//! While two records of one person are merged, and after a merge that was cut off: what is told of the patient and
//! what is due begins nothing anew, and is not lost.

#![cfg(test)]

use std::collections::BTreeSet;

use app::deliver::DeliverError;
use app::events::Answer;
use app::ports::{Bookings, Catalogue, Clock, EventResult, People};
use chrono::Duration;
use delivery::{Clinic, recall};
use domain::booking::BookingEventKind::{Cancelled, Made, Moved};
use domain::booking::{BookingEvent, BookingEventKind, Matching};
use domain::booking_type::BookingType;
use domain::calendar::CalendarSpan;
use domain::enrolment::{Enrolment, HoldReason, Status};
use domain::ids::PatientId;
use domain::intake::ReferralEventKind::{Added, Changed};
use domain::intake::{Told, ToldReferral};
use domain::patient::{Patient, Standing};
use domain::phi::Phi;
use domain::program::{Action, Completion, Program};
use domain::text::ExternalId;
use domain::timing::{Span, Timing};
use testkit::build::{self, sms};
use testkit::fakes::Answer as Reply;
use testkit::referrals;

const VISIT: &str = "2026-12-03T10:30:00+11:00";
const LATER: &str = "2026-12-10T10:30:00+11:00";

fn days(n: u16) -> Span {
    Span::Calendar(CalendarSpan::Days(n), None)
}

fn reminder() -> Vec<Action> {
    vec![sms(10, Timing::Before(days(1)))]
}

fn done(answer: Answer) -> EventResult {
    match answer {
        Answer::Done(result) => result,
        other @ (Answer::Duplicate(_) | Answer::Kept | Answer::AnotherEvent) => panic!("{other:?}"),
    }
}

/// The diary tells of the booking, as the visit of whom it knows by that key.
async fn tell(
    clinic: &Clinic,
    version: u64,
    kind: BookingEventKind,
    (key, start): (&str, &str),
) -> EventResult {
    let mut event: BookingEvent = build::event_of("B-2001", "physio-initial", key, start);
    (event.kind, event.order.version) = (kind, Some(version));
    done(clinic.event(&format!("evt-{version}"), &event).await.unwrap())
}

async fn refer(clinic: &Clinic, told: &ToldReferral) -> EventResult {
    let id = format!("evt-{:?}", told.version);
    let (told, now) = (Told::Referral(told.clone()), clinic.clock.now());
    let event = (&referrals::source(), id.as_str());
    done(testkit::events::tell(&clinic.dynamo, event, &told, now).await.unwrap())
}

fn open(enrolments: Vec<Enrolment>) -> Vec<Enrolment> {
    enrolments.into_iter().filter(Enrolment::is_open).collect()
}

async fn create(clinic: &Clinic, program: &Program) {
    clinic.dynamo.catalogue().create_program(program, &build::saved()).await.unwrap();
}

#[tokio::test]
async fn a_booking_that_is_told_of_while_its_patient_is_merged_begins_nothing_anew() {
    let clinic = Clinic::with(reminder()).await;
    let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
    tell(&clinic, 1, Made, ("P-1001", VISIT)).await;
    let [begun] = clinic.enrolments_of(&first).await.try_into().unwrap();
    clinic.merge_cut_off(&first, &second).await;
    let told = tell(&clinic, 2, Moved, ("P-2", LATER)).await;
    assert_eq!((told.enrolled, told.changed.len()), (vec![], 1), "it goes on, later");
    let [theirs] = clinic.enrolments_of(&second).await.try_into().unwrap();
    assert_eq!((&theirs.id, theirs.is_open()), (&begun.id, true), "it went along");
    // Whoever asks for the merge again has nothing left to do there.
    clinic.merge(&first, &second).await;
    assert_eq!(clinic.enrolments_of(&second).await, [theirs]);
    assert_eq!(clinic.enrolments_of(&first).await, []);
}

fn follow_up(number: u128) -> Program {
    referrals::program(number, vec![sms(10, Timing::After(days(7)))])
}

/// The referral as it is told of whom the sender knows by that key.
fn referral_of(version: u64, key: &str) -> ToldReferral {
    let mut told = referrals::told(version, Changed);
    let details = told.details.as_mut().unwrap();
    details.patient.id = ExternalId::parse(key).ok().map(Phi::new);
    told
}

#[tokio::test]
async fn a_referral_that_is_told_of_while_its_patient_is_merged_begins_nothing_anew() {
    for is_moved in [false, true] {
        let clinic = Clinic::with(vec![]).await;
        let (here, there) = (follow_up(70), follow_up(71));
        create(&clinic, &here).await;
        let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
        refer(&clinic, &referrals::told(1, Added)).await;
        if is_moved {
            create(&clinic, &there).await;
            clinic.move_all(here.id, &there).await;
        }
        let begun = clinic.enrolments_of(&first).await;
        clinic.merge_cut_off(&first, &second).await;
        let told = refer(&clinic, &referrals::told(2, Changed)).await;
        assert_eq!(told.enrolled, [], "{is_moved}");
        let ids = |all: &[Enrolment]| all.iter().map(|it| it.id.clone()).collect::<BTreeSet<_>>();
        assert_eq!(ids(&clinic.enrolments_of(&second).await), ids(&begun), "all went along");
        assert_eq!(clinic.enrolments_of(&first).await, [], "{is_moved}");
    }
}

#[tokio::test]
async fn a_booking_that_was_both_records_goes_on_once_while_they_are_merged() {
    for is_first_kept in [true, false] {
        let clinic = Clinic::with(reminder()).await;
        let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
        tell(&clinic, 1, Made, ("P-1001", VISIT)).await;
        tell(&clinic, 2, Moved, ("P-2", VISIT)).await;
        let (from, into) = if is_first_kept { (&second, &first) } else { (&first, &second) };
        clinic.merge_cut_off(from, into).await;
        for (version, start) in [(3, LATER), (4, VISIT)] {
            let told = tell(&clinic, version, Moved, ("P-2", start)).await;
            assert_eq!(told.enrolled, [], "{is_first_kept}");
        }
        assert_eq!(open(clinic.enrolments_of(into).await).len(), 1, "{is_first_kept}");
        clinic.merge(from, into).await;
        tell(&clinic, 5, Moved, ("P-2", LATER)).await;
        assert_eq!(open(clinic.enrolments_of(into).await).len(), 1, "{is_first_kept}");
        assert_eq!(clinic.enrolments_of(from).await, [], "{is_first_kept}");
    }
}

#[tokio::test]
async fn a_referral_that_comes_back_from_a_third_record_after_the_merge_goes_on_once() {
    for is_cut_off in [false, true] {
        let clinic = Clinic::with(vec![]).await;
        create(&clinic, &follow_up(70)).await;
        let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
        let third = clinic.record(4, "P-3").await;
        refer(&clinic, &referrals::told(1, Added)).await;
        refer(&clinic, &referral_of(2, "P-3")).await;
        if is_cut_off {
            clinic.merge_cut_off(&first, &second).await;
        } else {
            clinic.merge(&first, &second).await;
        }
        for version in [3, 4] {
            let told = refer(&clinic, &referral_of(version, "P-2")).await;
            assert_eq!(told.enrolled, [], "{is_cut_off}");
        }
        assert_eq!(open(clinic.enrolments_of(&second).await).len(), 1, "{is_cut_off}");
        assert_eq!(open(clinic.enrolments_of(&third).await), [], "{is_cut_off}");
    }
}

#[tokio::test]
async fn what_is_unclear_is_told_of_though_its_patient_is_merged() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
    tell(&clinic, 1, Made, ("P-1001", VISIT)).await;
    clinic.sms.script([Reply::AcceptInSilence]);
    clinic.minute().await;
    clinic.merge_cut_off(&first, &second).await;
    for _ in 0..30 {
        clinic.minute().await;
    }
    let [held] = clinic.enrolments_of(&first).await.try_into().unwrap();
    assert!(matches!(held.status, Status::Held { why: HoldReason::Unclear, .. }), "{held:?}");
}

/// The booking was somebody else's between two events, so that what it has begun for the one who was merged is
/// ended when the merge comes, and their booking is not with them.
#[tokio::test]
async fn a_booking_that_comes_back_from_a_third_record_after_the_merge_goes_on_once() {
    for is_cut_off in [false, true] {
        let clinic = Clinic::with(reminder()).await;
        let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
        let third = clinic.record(4, "P-3").await;
        tell(&clinic, 1, Made, ("P-1001", VISIT)).await;
        tell(&clinic, 2, Moved, ("P-3", VISIT)).await;
        if is_cut_off {
            clinic.merge_cut_off(&first, &second).await;
        } else {
            clinic.merge(&first, &second).await;
        }
        for (version, start) in [(3, LATER), (4, VISIT)] {
            let told = tell(&clinic, version, Moved, ("P-2", start)).await;
            assert_eq!(told.enrolled, [], "{is_cut_off}");
        }
        assert_eq!(open(clinic.enrolments_of(&second).await).len(), 1, "{is_cut_off}");
        assert_eq!(open(clinic.enrolments_of(&third).await), [], "{is_cut_off}");
    }
}

#[tokio::test]
async fn what_a_booking_has_begun_for_a_third_record_keeps_nobody_from_beginning() {
    let clinic = Clinic::with(reminder()).await;
    let (first, second) = (build::patient(), clinic.record(3, "P-2").await);
    let third = clinic.record(4, "P-3").await;
    tell(&clinic, 1, Made, ("P-3", VISIT)).await;
    let archived =
        Patient { standing: Standing::Archived, revision: first.revision + 1, ..first.clone() };
    clinic.dynamo.people().save_patient(&first, &archived).await.unwrap();
    // Their visit waits: they are not contacted.
    tell(&clinic, 2, Moved, ("P-1001", VISIT)).await;
    clinic.merge(&first.id, &second).await;
    let told = tell(&clinic, 3, Moved, ("P-1001", LATER)).await;
    assert_eq!(told.enrolled.len(), 1, "they are contacted now, and were on nothing");
    assert_eq!(open(clinic.enrolments_of(&second).await).len(), 1);
    assert_eq!(open(clinic.enrolments_of(&third).await), []);
}

#[tokio::test]
async fn a_recall_is_asked_again_whose_booking_goes_while_its_patient_is_merged() {
    let clinic = Clinic::with(vec![]).await;
    let program = recall(Completion::SelectedTypes, vec![sms(1, Timing::Before(days(7)))]);
    create(&clinic, &program).await;
    let before = build::booking_type();
    let completes = [program.id.clone()].into();
    let linked = BookingType { revision: 2, starts: [].into(), completes, ..before.clone() };
    clinic.dynamo.catalogue().save_booking_type(&before, &linked).await.unwrap();
    let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
    clinic.add(&program, "2027-01-15".parse().unwrap(), &[]).await;
    tell(&clinic, 1, Made, ("P-1001", VISIT)).await;
    let [asked] = clinic.enrolments_of(&first).await.try_into().unwrap();
    assert_eq!((asked.cycle, asked.past.len()), (2, 1), "they have booked");
    clinic.merge_cut_off(&first, &second).await;
    tell(&clinic, 2, Cancelled, ("P-2", VISIT)).await;
    clinic.merge(&first, &second).await;
    let [again] = clinic.enrolments_of(&second).await.try_into().unwrap();
    assert_eq!((again.id, again.cycle, again.past.len()), (asked.id, 1, 0), "and have not");
}

#[tokio::test]
async fn what_a_merge_that_was_cut_off_has_left_goes_along_with_the_next_one() {
    let clinic = Clinic::with(reminder()).await;
    let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
    let third = clinic.record(4, "P-3").await;
    tell(&clinic, 1, Made, ("P-1001", VISIT)).await;
    clinic.merge_cut_off(&first, &second).await;
    clinic.merge(&second, &third).await;
    assert_eq!(open(clinic.enrolments_of(&third).await).len(), 1);
    let key = build::booking().key;
    let booking = clinic.dynamo.bookings().booking(&key).await.unwrap().unwrap();
    assert!(matches!(booking.matching, Matching::Matched { patient, .. } if patient == third));
    // Whoever asks for the first merge again is told that it is done.
    clinic.merge(&first, &third).await;
}

#[tokio::test]
async fn a_message_that_falls_due_while_its_patient_is_merged_waits_and_goes_once() {
    let now = vec![sms(10, Timing::Enrolled), sms(11, Timing::Before(days(1)))];
    let clinic = Clinic::with(now).await;
    let (first, second): (PatientId, _) = (build::patient().id, clinic.record(3, "P-2").await);
    tell(&clinic, 1, Made, ("P-1001", VISIT)).await;
    clinic.merge_cut_off(&first, &second).await;
    let mut told = Vec::new();
    for _ in 0..20 {
        told.extend(clinic.minute().await);
    }
    assert!(told.len() > 1 && told.iter().all(|it| *it == Err(DeliverError::Merging)), "{told:?}");
    assert_eq!(clinic.sms.outbox().len(), 0);
    let [waits] = clinic.enrolments_of(&first).await.try_into().unwrap();
    assert!(waits.is_open() && waits.finished.is_empty(), "it has not failed: {waits:?}");
    clinic.merge(&first, &second).await;
    for _ in 0..20 {
        clinic.minute().await;
    }
    assert_eq!(clinic.sms.outbox().len(), 1);
    clinic.clock.advance(Duration::days(12));
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), 1, "the visit has begun");
}
