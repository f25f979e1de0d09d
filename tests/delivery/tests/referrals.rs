//! Referrals: from what is told of them to the messages that follow them up.

#![cfg(test)]

use app::enrolments::{Asked, Desk};
use app::events::Answer;
use app::people;
use app::ports::{
    Bookings, Catalogue, Clock, Days, EventResult, Letters, Referrals, Shelf, StoreError, Verdict,
};
use chrono::Duration;
use delivery::Clinic;
use domain::actor::Actor;
use domain::booking::BookingEventKind;
use domain::calendar::CalendarSpan;
use domain::distribution::{LetterStateName, ListedLetter};
use domain::enrolment::{Cause, EndReason, Enrolment, HoldReason, Status};
use domain::ids::PatientId;
use domain::intake::ReferralEventKind::{Added, Changed, Completed, Withdrawn};
use domain::intake::{ReferralOrigin, Told, ToldReferral, When};
use domain::patient::{Patient, Standing};
use domain::phi::Phi;
use domain::program::{
    Action, Addressee, Assignment, Course, PrintOption, Program, ReferralFilter, ReferralOrigins,
    ReferralTypes,
};
use domain::referral::{Referral, ReferralGone, ReferralKey, ReferralState};
use domain::template::{Body, BodyKind, Content};
use domain::text::{Code, ExternalId};
use domain::timing::{Span, Timing};
use domain::work::WorkKind;
use testkit::build::{self, event, letter, letter_template, patient_with_post, sms};
use testkit::referrals::{program, referrer, source, told};

const VISIT: &str = "2026-12-03T10:30:00+11:00";

fn a_week_later() -> Timing {
    Timing::After(Span::Calendar(CalendarSpan::Days(7), None))
}

/// What the text messages say.
async fn texts(clinic: &Clinic, text: &str) {
    let id = build::template().id;
    let before = clinic.dynamo.catalogue().template(&id).await.unwrap().unwrap();
    let mut after = before.clone();
    after.version += 1;
    after.content = Content::Sms(Body::parse(BodyKind::Sms, text).unwrap());
    clinic.dynamo.catalogue().save_template(&before, &after).await.unwrap();
}

/// A practice with these programs, whose booking type starts nothing.
async fn clinic_of(programs: &[Program]) -> Clinic {
    let clinic = Clinic::with(vec![]).await;
    texts(&clinic, "Hi {{ patient.first_name }}, please book at {{ site.name }}.").await;
    for program in programs {
        clinic.dynamo.catalogue().create_program(program, &build::saved()).await.unwrap();
    }
    clinic
}

/// A practice with a program of these actions.
async fn clinic(actions: Vec<Action>) -> Clinic {
    clinic_of(&[program(70, actions)]).await
}

async fn answer(clinic: &Clinic, id: &str, told: &ToldReferral) -> Result<Answer, StoreError> {
    let (told, now) = (Told::Referral(told.clone()), clinic.clock.now());
    testkit::events::tell(&clinic.dynamo, (&source(), id), &told, now).await
}

/// Takes in an event under an id of its own.
async fn tell(clinic: &Clinic, told: &ToldReferral) -> EventResult {
    let id = format!("evt-{:?}-{}", told.version, told.kind.as_str());
    match answer(clinic, &id, told).await.unwrap() {
        Answer::Done(result) => result,
        other @ (Answer::Duplicate(_) | Answer::Kept | Answer::AnotherEvent) => panic!("{other:?}"),
    }
}

async fn stored(clinic: &Clinic) -> Option<Referral> {
    let key = ReferralKey { source: source(), id: told(1, Added).id };
    clinic.dynamo.bookings().referral(&key).await.unwrap()
}

fn from(mut told: ToldReferral, referrer: Phi<domain::patient::Gp>) -> ToldReferral {
    told.details.as_mut().unwrap().referrer = Some(referrer);
    told
}

fn bare(told: ToldReferral) -> ToldReferral {
    ToldReferral { details: None, site: Vec::new(), ..told }
}

async fn letters(clinic: &Clinic) -> Vec<ListedLetter> {
    let store = clinic.dynamo.letters();
    let shelf = Shelf::Site(build::site().id, LetterStateName::ALL[0]);
    let found = store.shelf(&shelf, Days::default(), None, 50).await.unwrap();
    let ids: Vec<_> = found.into_iter().map(|placed| placed.letter).collect();
    store.letters(&ids).await.unwrap().letters
}

#[tokio::test]
async fn a_referral_is_followed_up_until_it_is_withdrawn_and_again_when_it_is_back() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled), sms(11, a_week_later())]).await;
    texts(&clinic, "{{ referral.from }} referred you on {{ referral.date }}.").await;
    let mut added = from(told(1, Added), referrer());
    added.details.as_mut().unwrap().issued = Some("2026-11-19".parse().unwrap());
    let result = tell(&clinic, &added).await;
    let enrolment = clinic.enrolment().await;
    assert_eq!(result.enrolled, [(program(70, vec![]).id, enrolment.id.clone())]);
    assert!(matches!(&enrolment.cause, Cause::Referral(key) if key.id == added.id));
    clinic.minute().await;
    let sent = clinic.sms.outbox();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].1, "Dr Amara Okafor referred you on 19 November 2026.");

    let withdrawn = tell(&clinic, &bare(told(2, Withdrawn))).await;
    assert_eq!(withdrawn.changed, result.enrolled);
    let Status::Ended { why, .. } = clinic.enrolment().await.status else { panic!("not ended") };
    assert_eq!(why, EndReason::Referral(ReferralGone::Withdrawn));

    let back = tell(&clinic, &from(told(3, Added), referrer())).await;
    assert_eq!((back.enrolled.len(), back.changed), (0, result.enrolled));
    clinic.clock.advance(Duration::hours(6 * 24 + 6));
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 2, "the first message is not sent again");
}

#[tokio::test]
async fn a_referral_whose_purpose_is_served_is_no_longer_followed_up() {
    let clinic = clinic(vec![sms(10, a_week_later())]).await;
    tell(&clinic, &told(1, Added)).await;
    tell(&clinic, &bare(told(2, Completed))).await;
    let Status::Ended { why, .. } = clinic.enrolment().await.status else { panic!("not ended") };
    assert_eq!(why, EndReason::Referral(ReferralGone::Completed));
}

#[tokio::test]
async fn which_programs_a_referral_starts_is_theirs_to_say() {
    let now = || vec![sms(10, Timing::Enrolled)];
    let code = |text: &str| Code::parse(text).unwrap();
    let podiatry = ReferralTypes::of([code("podiatry")].into());
    let (external, any) = (ReferralOrigins::External, ReferralOrigins::Any);
    let takes = |n, origins, types| Program {
        referrals: ReferralFilter { origins, types },
        ..program(n, now())
    };
    let disabled = Program { assignment: Assignment::Disabled, ..program(73, now()) };
    let usual = takes(70, external, ReferralTypes::Any);
    let (ours, only) = (takes(71, any, ReferralTypes::Any), takes(72, external, podiatry));
    let programs = [usual.clone(), ours.clone(), only.clone(), disabled];
    let cases = [
        (ReferralOrigin::External, None, vec![&usual, &ours]),
        (ReferralOrigin::External, Some("podiatry"), vec![&usual, &ours, &only]),
        (ReferralOrigin::Internal, Some("podiatry"), vec![&ours]),
    ];
    for (origin, kind, starts) in cases {
        let clinic = clinic_of(&programs).await;
        let mut added = told(1, Added);
        let details = added.details.as_mut().unwrap();
        details.origin = origin;
        details.referral_type = kind.into_iter().map(code).collect();
        let result = tell(&clinic, &added).await;
        let mut started: Vec<_> = result.enrolled.iter().map(|(program, _)| program).collect();
        started.sort();
        assert_eq!(started, starts.iter().map(|it| &it.id).collect::<Vec<_>>(), "{origin:?}");
        let told_off = result.remarks.concat().contains("“Referral 73” is disabled");
        assert_eq!(told_off, origin == ReferralOrigin::External, "{:?}", result.remarks);
    }
}

#[tokio::test]
async fn a_referral_that_no_program_takes_says_so_and_starts_what_takes_its_type_once_it_is_told() {
    let only = ReferralTypes::of([Code::parse("podiatry").unwrap()].into());
    let filter = ReferralFilter { types: only, ..ReferralFilter::default() };
    let podiatry = Program { referrals: filter, ..program(70, vec![sms(10, Timing::Enrolled)]) };
    let clinic = clinic_of(&[podiatry]).await;
    let nothing = tell(&clinic, &told(1, Added)).await;
    assert_eq!((nothing.enrolled.len(), nothing.verdict), (0, Verdict::Applied));
    assert!(nothing.remarks.concat().contains("No referral program takes"), "{nothing:?}");
    let mut filled = told(2, Changed);
    filled.details.as_mut().unwrap().referral_type = vec![Code::parse("podiatry").unwrap()];
    assert_eq!(tell(&clinic, &filled).await.enrolled.len(), 1);
}

#[tokio::test]
async fn a_letter_of_an_incomplete_referral_waits_and_goes_to_the_referrer_once_there_is_one() {
    let clinic = clinic(vec![letter(10, Addressee::Gp, PrintOption::Mail)]).await;
    clinic.dynamo.catalogue().create_template(&letter_template()).await.unwrap();
    let patient = Patient { revision: 2, ..patient_with_post() };
    let people = clinic.dynamo.people();
    app::ports::People::save_patient(&people, &build::patient(), &patient).await.unwrap();
    tell(&clinic, &told(1, Added)).await;
    clinic.settle().await;
    let Status::Held { why, .. } = clinic.enrolment().await.status else { panic!("not held") };
    assert_eq!(why, HoldReason::NoReferrer);
    let work = clinic.work().await;
    assert_eq!((work.len(), work[0].kind), (1, WorkKind::Failed));
    assert!(work[0].summary.contains("fill it in in “diary”"), "{}", work[0].summary);
    assert_eq!(letters(&clinic).await.len(), 0, "the patient's GP is not written to");

    let filled = tell(&clinic, &from(told(2, Changed), referrer())).await;
    assert_eq!(filled.changed.len(), 1);
    assert_eq!(clinic.work().await, [], "its work is done");
    clinic.settle().await;
    assert!(matches!(clinic.enrolment().await.status, Status::Completed { .. }));
    let listed = letters(&clinic).await;
    assert_eq!(listed[0].addressee, Addressee::Referrer);
    let lines = ["Dr Amara Okafor", "9 Ridge Road", "MARRICKVILLE NSW 2204"];
    assert_eq!(*listed[0].to.reveal(), lines);
}

#[tokio::test]
async fn a_text_that_names_the_referrer_waits_for_one_whatever_pause_on_error_says() {
    let mut first = sms(10, Timing::Enrolled);
    if let domain::program::ActionKind::Message(message) = &mut first.kind {
        message.on_error = domain::program::OnError::Skip;
    }
    let clinic = clinic(vec![first]).await;
    texts(&clinic, "{{ referral.from }} referred you to us.").await;
    clinic.clock.advance(Duration::days(1));
    let mut added = told(1, Added);
    added.time = When::Instant(clinic.clock.now());
    tell(&clinic, &added).await;
    clinic.settle().await;
    let Status::Held { why, .. } = clinic.enrolment().await.status else { panic!("not held") };
    assert_eq!((why, clinic.sms.outbox().len()), (HoldReason::NoReferrer, 0));
    tell(&clinic, &from(told(2, Changed), referrer())).await;
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox()[0].1, "Dr Amara Okafor referred you to us.");
}

#[tokio::test]
async fn a_withdrawal_that_comes_first_is_remembered_and_an_old_event_changes_nothing() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    tell(&clinic, &bare(told(2, Withdrawn))).await;
    let late = tell(&clinic, &told(1, Added)).await;
    assert_eq!((late.enrolled.len(), late.verdict), (0, Verdict::Applied));
    assert_eq!(clinic.enrolments().await, []);
    let known = stored(&clinic).await;
    let again = answer(&clinic, "again", &told(1, Added)).await.unwrap();
    let Answer::Done(result) = again else { panic!("{again:?}") };
    assert_eq!(result.verdict, Verdict::Superseded);
    assert_eq!(stored(&clinic).await, known);
    let id = "evt-Some(1)-referral.added";
    assert!(matches!(answer(&clinic, id, &told(1, Added)).await, Ok(Answer::Duplicate(_))));
    assert_eq!(answer(&clinic, id, &told(5, Changed)).await, Ok(Answer::AnotherEvent));
}

/// All orders of so many things.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let longer = |order: Vec<usize>| {
        (0..=order.len()).map(move |place| {
            let mut order = order.clone();
            order.insert(place, n - 1);
            order
        })
    };
    orders(n - 1).into_iter().flat_map(longer).collect()
}

#[tokio::test]
async fn one_life_told_in_any_order_and_twice_ends_in_the_same_referral_and_follows_nothing_up() {
    let life = [
        told(1, Added),
        from(told(2, Changed), referrer()),
        bare(told(3, Withdrawn)),
        told(4, Changed),
    ];
    let mut ends = Vec::new();
    for order in orders(life.len()) {
        let clinic = clinic(vec![sms(10, a_week_later())]).await;
        for (n, event) in order.iter().chain(&order).map(|place| &life[*place]).enumerate() {
            answer(&clinic, &format!("evt-{n}"), event).await.unwrap();
        }
        let open = clinic.enrolments().await.iter().filter(|it| it.is_open()).count();
        assert_eq!(open, 0, "{order:?}");
        let referral = stored(&clinic).await.unwrap();
        assert_eq!(referral.state, ReferralState::Withdrawn);
        ends.push(Referral { revision: 0, caused: [].into(), ..referral });
    }
    assert_eq!(ends.len(), 24);
    assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "{ends:?}");
}

#[tokio::test]
async fn a_referral_that_is_heard_of_late_counts_from_the_day_it_was_added_at_its_site() {
    let clinic = clinic(vec![sms(10, a_week_later())]).await;
    tell(&clinic, &told(2, Changed)).await;
    // Without an offset: what the clock on the site's wall showed.
    let on_site = When::OnSite("2026-11-20T00:30:00".parse().unwrap());
    let earlier = ToldReferral { time: on_site, ..bare(told(1, Added)) };
    let result = tell(&clinic, &earlier).await;
    assert_eq!(result.changed.len(), 1);
    let enrolment = clinic.enrolment().await;
    assert_eq!(
        enrolment.reference(Course::ONCE).unwrap().date(build::site().zone).to_string(),
        "2026-11-20"
    );
    assert_eq!(stored(&clinic).await.unwrap().added_at, build::at("2026-11-19T13:30:00Z"));
}

#[tokio::test]
async fn what_cannot_be_matched_goes_to_the_work_list_and_is_tried_again_when_it_is_sent_again() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    let people = clinic.dynamo.people();
    let archived = Patient { revision: 2, standing: Standing::Archived, ..build::patient() };
    app::ports::People::save_patient(&people, &build::patient(), &archived).await.unwrap();
    let result = tell(&clinic, &told(1, Added)).await;
    assert_eq!(result.verdict, Verdict::Unmatched);
    assert_eq!(result.remarks, ["The patient is archived."]);
    let work = clinic.work().await;
    assert_eq!((work.len(), work[0].kind), (1, WorkKind::Unmatched));
    assert!(work[0].summary.starts_with("Referral R-1 from “diary”, of its patient P-1001"));

    let current = Patient { revision: 3, ..build::patient() };
    app::ports::People::save_patient(&people, &archived, &current).await.unwrap();
    let again = tell(&clinic, &told(1, Added)).await;
    assert_eq!((again.verdict, again.enrolled.len()), (Verdict::Applied, 1));
    assert_eq!(clinic.work().await, []);
}

#[tokio::test]
async fn a_referral_of_nobody_who_is_known_waits_until_it_is_withdrawn() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    let mut stranger = told(1, Added);
    stranger.details.as_mut().unwrap().patient.id =
        Some(Phi::new(ExternalId::parse("P-9999").unwrap()));
    let result = tell(&clinic, &stranger).await;
    assert!(result.remarks[0].starts_with("No patient has the identifier that “diary” gave"));
    assert_eq!(clinic.work().await.len(), 1);
    tell(&clinic, &bare(told(2, Withdrawn))).await;
    assert_eq!(clinic.work().await, [], "there is nothing to mend any more");
}

#[tokio::test]
async fn a_patient_who_has_booked_already_is_asked_by_none_of_the_programs() {
    let asks = || vec![sms(10, Timing::Enrolled)];
    let clinic = clinic_of(&[program(70, asks()), program(71, asks())]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    let result = tell(&clinic, &told(1, Added)).await;
    assert_eq!((result.enrolled.len(), result.completed.len()), (2, 2));
    let is_completed = |it: &Enrolment| matches!(it.status, Status::Completed { .. });
    assert!(clinic.enrolments().await.iter().all(is_completed));
    let booking = clinic.dynamo.bookings().booking(&build::booking().key).await.unwrap().unwrap();
    assert_eq!(booking.completed.len(), 2, "should it go, both are told");
}

#[tokio::test]
async fn no_message_follows_a_withdrawal_that_found_no_reservation_or_came_before_the_last_look() {
    let (mut before, mut after, mut last_look) = (0, 0, 0);
    for call in 0.. {
        let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
        clinic.clock.advance(Duration::days(1));
        let mut added = told(1, Added);
        added.time = When::Instant(clinic.clock.now());
        tell(&clinic, &added).await;
        let pointer = clinic.queued().await;
        let (others, pause) = (clinic.others(), clinic.dynamo.wire.pause_call(call));
        let delivery = async { clinic.deliver(&pointer).await };
        let mut delivery = std::pin::pin!(delivery);
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut delivery => break, // there is no such call
        }
        tell(&others, &bare(told(2, Withdrawn))).await;
        let found_reservation = !others.ledger().await.is_empty();
        pause.release();
        let delivered = delivery.await;
        let sent = clinic.sms.outbox().len();
        if !found_reservation {
            before += 1;
            assert_eq!(sent, 0, "withdrawn at call {call}, and sent all the same: {delivered:?}");
        } else if sent == 0 {
            last_look += 1;
        } else {
            after += 1;
        }
    }
    assert!(before > 5 && last_look > 0 && after > 0, "{before}, {last_look}, {after}");
}

#[tokio::test]
async fn a_referral_of_a_record_that_was_merged_goes_on_under_the_one_that_is_used() {
    let clinic = clinic(vec![sms(10, a_week_later())]).await;
    tell(&clinic, &told(1, Added)).await;
    let begun = clinic.enrolment().await;
    let people = clinic.dynamo.people();
    let other = Patient {
        id: PatientId::new(build::number(3)),
        identifiers: [].into(),
        ..build::patient()
    };
    app::ports::People::create_patient(&people, &other).await.unwrap();
    people::merge(&people, &begun.patient, &other.id).await.unwrap();
    let (enrolments, reader) = (clinic.dynamo.enrolments(), clinic.dynamo.enrolment_reader());
    let (catalogue, bookings) = (clinic.dynamo.catalogue(), clinic.dynamo.bookings());
    let desk = Desk {
        enrolments: &enrolments,
        reader: &reader,
        catalogue: &catalogue,
        people: &people,
        bookings: &bookings,
    };
    let asked =
        Asked { by: Actor::PatientConnect, request_id: "req-1".to_owned(), at: clinic.clock.now() };
    for _ in 0..2 {
        desk.rehome(&begun.patient, &other.id, &asked).await.unwrap();
    }
    let changed = tell(&clinic, &told(2, Changed)).await;
    assert_eq!((changed.enrolled.len(), changed.changed.len()), (0, 0), "they are on it already");
    let found = app::ports::EnrolmentReader::of_patient(&reader, &other.id).await.unwrap();
    assert_eq!(found.enrolments.len(), 1);
    assert!(found.enrolments[0].is_open());
    let withdrawn = tell(&clinic, &bare(told(3, Withdrawn))).await;
    assert_eq!(withdrawn.changed.len(), 1);
}

#[tokio::test]
async fn a_referred_patient_who_books_is_left_alone() {
    let clinic = clinic(vec![sms(10, a_week_later())]).await;
    tell(&clinic, &told(1, Added)).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    assert!(matches!(clinic.enrolment().await.status, Status::Completed { .. }));
    let withdrawn = tell(&clinic, &bare(told(2, Withdrawn))).await;
    assert_eq!(withdrawn.changed, [], "there is nothing left to end");
}

#[tokio::test]
async fn who_has_booked_since_the_referral_was_added_is_not_chased_however_late_it_is_heard_of() {
    for (added_at, expected) in [("2026-11-05T00:00:00Z", 1), ("2026-11-21T00:00:00Z", 0)] {
        let clinic =
            clinic(vec![sms(10, Timing::After(Span::Calendar(CalendarSpan::Days(60), None)))])
                .await;
        let mut seen = event(1, BookingEventKind::Made, "2026-11-20T10:30:00+11:00");
        seen.order.time = build::at("2026-11-10T00:00:00Z");
        clinic.event("evt-1", &seen).await.unwrap();
        let added = ToldReferral { time: When::Instant(build::at(added_at)), ..told(1, Added) };
        let result = tell(&clinic, &added).await;
        assert_eq!((result.enrolled.len(), result.completed.len()), (1, expected), "{added_at}");
        assert_eq!(clinic.enrolment().await.is_open(), expected == 0, "{added_at}");
    }
}

#[tokio::test]
async fn nobody_waits_for_a_referrer_who_was_named_while_the_message_was_looked_at() {
    let mut came_between = 0;
    for call in 0.. {
        let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
        texts(&clinic, "{{ referral.from }} referred you to us.").await;
        clinic.clock.advance(Duration::days(1));
        let mut added = told(1, Added);
        added.time = When::Instant(clinic.clock.now());
        tell(&clinic, &added).await;
        let pointer = clinic.queued().await;
        let (others, pause) = (clinic.others(), clinic.dynamo.wire.pause_call(call));
        let delivery = async { clinic.deliver(&pointer).await };
        let mut delivery = std::pin::pin!(delivery);
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut delivery => break, // there is no such call
        }
        let waited = matches!(others.enrolment().await.status, Status::Held { .. });
        // At the moment of the first word: nothing else of the enrolment is changed by it.
        let named = ToldReferral { time: added.time, ..from(told(2, Changed), referrer()) };
        tell(&others, &named).await;
        pause.release();
        let delivered = delivery.await;
        came_between += usize::from(!waited);
        clinic.settle().await;
        assert_eq!(clinic.sms.outbox().len(), 1, "named at call {call}: {delivered:?}");
    }
    assert!(came_between > 5, "{came_between}");
}
