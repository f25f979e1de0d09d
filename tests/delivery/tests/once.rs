//! What a booking or a referral has put a patient on is there once, whatever program or record it goes
//! to.

#![cfg(test)]

use app::events::Answer;
use app::ports::{Catalogue, Clock, EventResult};
use delivery::Clinic;
use domain::booking::BookingEventKind::{Made, Moved};
use domain::booking::{BookingEvent, BookingEventKind};
use domain::booking_type::BookingType;
use domain::calendar::CalendarSpan;
use domain::enrolment::Enrolment;
use domain::ids::ProgramId;
use domain::intake::ReferralEventKind::{Added, Changed, Withdrawn};
use domain::intake::{Told, ToldReferral};
use domain::phi::Phi;
use domain::program::{Action, Program};
use domain::text::ExternalId;
use domain::timing::{Span, Timing};
use testkit::build::{self, sms};
use testkit::referrals;

const VISIT: &str = "2026-12-03T10:30:00+11:00";
const LATER: &str = "2026-12-10T10:30:00+11:00";

fn week() -> Vec<Action> {
    vec![sms(10, Timing::After(Span::Calendar(CalendarSpan::Days(7), None)))]
}

fn reminder() -> Vec<Action> {
    vec![sms(10, Timing::Before(Span::Calendar(CalendarSpan::Days(1), None)))]
}

async fn create(clinic: &Clinic, program: &Program) {
    clinic.dynamo.catalogue().create_program(program, &build::saved()).await.unwrap();
}

fn done(answer: Answer) -> EventResult {
    match answer {
        Answer::Done(result) => result,
        other @ (Answer::Duplicate(_) | Answer::Kept | Answer::AnotherEvent) => panic!("{other:?}"),
    }
}

async fn refer(clinic: &Clinic, told: &ToldReferral) -> EventResult {
    let id = format!("evt-{:?}-{}", told.version, told.kind.as_str());
    let (told, now) = (Told::Referral(told.clone()), clinic.clock.now());
    done(
        testkit::events::tell(&clinic.dynamo, (&referrals::source(), &id), &told, now)
            .await
            .unwrap(),
    )
}

async fn book(clinic: &Clinic, event: &BookingEvent) -> EventResult {
    let id = format!("evt-{:?}", event.order.version);
    done(clinic.event(&id, event).await.unwrap())
}

fn open(enrolments: Vec<Enrolment>) -> Vec<Enrolment> {
    enrolments.into_iter().filter(Enrolment::is_open).collect()
}

#[tokio::test]
async fn who_was_moved_to_another_referral_program_is_told_of_there_and_begins_it_no_second_time() {
    let clinic = Clinic::with(vec![]).await;
    let (first, second) = (referrals::program(70, week()), referrals::program(71, week()));
    create(&clinic, &first).await;
    refer(&clinic, &referrals::told(1, Added)).await;
    create(&clinic, &second).await;
    clinic.move_all(first.id.clone(), &second).await;
    let [moved] = open(clinic.enrolments().await).try_into().unwrap();
    for version in [2, 3] {
        let changed = refer(&clinic, &referrals::told(version, Changed)).await;
        assert_eq!((changed.enrolled.len(), changed.changed.len()), (0, 0), "begun once is begun");
    }
    let bare = ToldReferral { details: None, site: vec![], ..referrals::told(4, Withdrawn) };
    assert_eq!(refer(&clinic, &bare).await.changed, [(second.id, moved.id)]);
    assert_eq!(open(clinic.enrolments().await), []);
}

#[tokio::test]
async fn who_was_moved_to_a_program_that_the_booking_type_starts_now_begins_it_no_second_time() {
    let clinic = Clinic::with(reminder()).await;
    book(&clinic, &build::event(1, Made, VISIT)).await;
    let first = build::program(reminder());
    let second = Program {
        id: ProgramId::new(build::number(71)),
        name: referrals::program(71, vec![]).name,
        ..first.clone()
    };
    create(&clinic, &second).await;
    clinic.move_all(first.id, &second).await;
    let before = build::booking_type();
    let after = BookingType { revision: 2, starts: [second.id.clone()].into(), ..before.clone() };
    clinic.dynamo.catalogue().save_booking_type(&before, &after).await.unwrap();
    let [moved] = open(clinic.enrolments().await).try_into().unwrap();
    let told = book(&clinic, &build::event(2, Moved, LATER)).await;
    assert_eq!(told.enrolled, [], "begun once is begun");
    assert!(told.changed.contains(&(second.id, moved.id)), "{:?}", told.changed);
    assert_eq!(open(clinic.enrolments().await).len(), 1);
}

fn visit_of(version: u64, kind: BookingEventKind, key: &str, start: &str) -> BookingEvent {
    let mut event = build::event_of("B-2001", "physio-initial", key, start);
    (event.kind, event.order.version) = (kind, Some(version));
    event
}

#[tokio::test]
async fn a_booking_that_was_the_other_records_first_takes_up_one_enrolment_once_they_are_one() {
    for is_first_kept in [true, false] {
        let clinic = Clinic::with(reminder()).await;
        let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
        book(&clinic, &visit_of(1, Made, "P-1001", VISIT)).await;
        book(&clinic, &visit_of(2, Moved, "P-2", VISIT)).await;
        assert_eq!(
            (
                clinic.enrolments_of(&first).await.len(),
                open(clinic.enrolments_of(&second).await).len()
            ),
            (1, 1)
        );
        let (from, into) = if is_first_kept { (&second, &first) } else { (&first, &second) };
        clinic.merge(from, into).await;
        for (version, start) in [(3, LATER), (4, VISIT)] {
            let moved = book(&clinic, &visit_of(version, Moved, "P-2", start)).await;
            assert_eq!(moved.enrolled, [], "{is_first_kept}");
        }
        let theirs = clinic.enrolments_of(into).await;
        assert_eq!((theirs.len(), open(theirs).len()), (2, 1), "{is_first_kept}");
    }
}

#[tokio::test]
async fn a_referral_that_was_the_other_records_first_takes_up_one_enrolment_once_they_are_one() {
    for is_first_kept in [true, false] {
        let clinic = Clinic::with(vec![]).await;
        create(&clinic, &referrals::program(70, week())).await;
        let (first, second) = (build::patient().id, clinic.record(3, "P-2").await);
        let of_second = |version| {
            let mut told = referrals::told(version, Changed);
            let details = told.details.as_mut().unwrap();
            details.patient.id = ExternalId::parse("P-2").ok().map(Phi::new);
            told
        };
        refer(&clinic, &referrals::told(1, Added)).await;
        refer(&clinic, &of_second(2)).await;
        let (from, into) = if is_first_kept { (&second, &first) } else { (&first, &second) };
        clinic.merge(from, into).await;
        let told = refer(&clinic, &of_second(3)).await;
        assert_eq!((told.enrolled, told.changed), (vec![], vec![]), "{is_first_kept}");
        let theirs = clinic.enrolments_of(into).await;
        assert_eq!((theirs.len(), open(theirs).len()), (2, 1), "{is_first_kept}");
    }
}
