//! A week of a source's events, told again and in any order.

#![cfg(test)]

use std::collections::BTreeMap;

use app::ports::{Bookings, EnrolmentReader};
use chrono::{Duration, Utc};
use domain::booking::{Booking, BookingEventKind as Kind, BookingKey};
use domain::enrolment::{Cause, Enrolment};
use domain::intake::ReferralEventKind;
use domain::referral::{Referral, ReferralKey};
use domain::text::{Code, ExternalId};
use proptest::prelude::{Just, Strategy};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use stories::{Language, Person, Practice, Step, Visit, What, at};
use testkit::dynamo::Dump;

const PEOPLE: [Person; 6] =
    [Person::Maria, Person::New(1), Person::New(2), Person::New(3), Person::New(4), Person::New(5)];
const BOOKINGS: u8 = 60;
const REFERRALS: u8 = 10;
const SUNDAY: &str = "2026-11-29T12:00:00Z";
const END: &str = "2026-12-06T12:00:00Z";

/// What becomes of bookings: each kind of event, with days by which the visit moves.
const LIVES: [&[(Kind, i64)]; 8] = [
    &[(Kind::Made, 0)],
    &[(Kind::Made, 0), (Kind::Moved, 2)],
    &[(Kind::Made, 0), (Kind::Changed, 0), (Kind::Cancelled, 0)],
    &[(Kind::Made, 0), (Kind::Arrived, 0), (Kind::Fulfilled, 0)],
    &[(Kind::Made, 0), (Kind::NotAttended, 0)],
    &[(Kind::Made, 0), (Kind::Deleted, 0)],
    &[(Kind::Requested, 0), (Kind::Made, 0), (Kind::Moved, 1), (Kind::Moved, -1)],
    &[(Kind::Made, 0), (Kind::Cancelled, 0), (Kind::Made, 3)],
];

fn person(n: u8) -> Person {
    PEOPLE[usize::from(n) % PEOPLE.len()]
}

/// The week, in order: every booking and referral with all its life.
fn week() -> Vec<Step> {
    let monday = at("2026-11-22T14:00:00Z");
    let mut steps = Vec::new();
    for n in 0..BOOKINGS {
        let kind = if n % 7 == 0 { "check-up" } else { "physio-initial" };
        let begins = monday + Duration::minutes(i64::from(n) * 97);
        let mut start = at("2026-11-30T22:00:00Z") + Duration::minutes(i64::from(n) * 180);
        for (version, (what, days)) in (1..).zip(LIVES[usize::from(n) % LIVES.len()]) {
            start += Duration::days(*days);
            let visit = Visit { kind, start, who: person(n) };
            let what = What::Booking {
                id: format!("B-{n}"),
                version,
                kind: *what,
                visit: (*what != Kind::Deleted).then_some(visit),
            };
            let at = begins + Duration::minutes(i64::try_from(version).unwrap() * 400);
            steps.push(Step { at, what });
        }
    }
    let lives: [&[(ReferralEventKind, bool)]; 3] = [
        &[(ReferralEventKind::Added, true)],
        &[(ReferralEventKind::Added, false), (ReferralEventKind::Changed, true)],
        &[(ReferralEventKind::Added, true), (ReferralEventKind::Withdrawn, true)],
    ];
    for n in 0..REFERRALS {
        let begins = monday + Duration::minutes(i64::from(n) * 550);
        for (version, (kind, referrer)) in (1..).zip(lives[usize::from(n) % lives.len()]) {
            let (kind, referrer, who) = (*kind, *referrer, person(n));
            let id = format!("R-{n}");
            let what = What::Referral { id, version, kind, referrer, who };
            let at = begins + Duration::minutes(i64::try_from(version).unwrap() * 700);
            steps.push(Step { at, what });
        }
    }
    steps.sort_by_key(|step| step.at);
    steps
}

/// The steps, each with its place in the week, in some order, and some of them several times.
fn shuffled(seed: u8, week: &[Step]) -> Vec<(usize, Step)> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let all: Vec<_> = week.iter().cloned().enumerate().collect();
    let again = all.iter().filter(|(n, _)| (n + usize::from(seed)).is_multiple_of(3)).cloned();
    let arriving: Vec<_> = all.iter().cloned().chain(again).collect();
    Just(arriving).prop_shuffle().new_tree(&mut runner).unwrap().current()
}

/// What is stored but for the records of events.
async fn practice_of(practice: &Practice) -> Dump {
    let mut dump = practice.clinic.dynamo.dump_of_practice().await;
    dump.retain(|(_, pk, _), _| !pk.starts_with("EVENT#"));
    dump
}

async fn lived_a_week(language: Language) -> Practice {
    let practice = Practice::open().await;
    practice.live_through(language, &week(), SUNDAY).await;
    practice
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_that_is_told_again_shuffled_and_doubled_changes_nothing() {
    for language in [Language::Json, Language::Hl7] {
        let (practice, left_alone) = tokio::join!(lived_a_week(language), lived_a_week(language));
        assert!(practice.clinic.sms.outbox().len() > 60, "a week in which something happens");
        let (all, before) =
            (practice.clinic.dynamo.dump_of_practice().await, practice_of(&practice).await);
        for (n, step) in shuffled(1, &week()) {
            practice.hear(language, &step, &format!("evt-{n}")).await;
        }
        assert_eq!(practice.clinic.dynamo.dump_of_practice().await, all, "{language:?}");
        for seed in 2..4 {
            for (nth, (n, step)) in shuffled(seed, &week()).iter().enumerate() {
                practice.hear(language, step, &format!("again-{seed}-{nth}-{n}")).await;
            }
            assert_eq!(practice_of(&practice).await, before, "{language:?}, seed {seed}");
        }
        for practice in [&practice, &left_alone] {
            practice.live_until(at(END), Duration::hours(12)).await;
        }
        assert_eq!(practice.clinic.sms.outbox(), left_alone.clinic.sms.outbox(), "{language:?}");
        for who in PEOPLE {
            let (told, untold) = (practice.histories(who).await, left_alone.histories(who).await);
            assert_eq!(told, untold, "{language:?}: {who:?}");
        }
    }
}

/// How many open enrolments there are of one kind, and when the first of them is due.
type Open = (u32, Option<chrono::DateTime<Utc>>);

/// What a week must end in, in whatever order it is told.
#[derive(Debug, PartialEq)]
struct Ends {
    bookings: Vec<Booking>,
    referrals: Vec<Referral>,
    open: BTreeMap<(String, String), Open>,
    messages: Vec<(String, String)>,
}

/// What depends on the order, and may: how often it was written; when we heard that it had moved,
/// which is about our hearing; and which enrolments it has begun and completed, since one that was
/// gone when it was heard of has begun and completed nothing.
fn settled(booking: Booking) -> Booking {
    let (caused, completed) = ([].into(), [].into());
    Booking { revision: 0, moved_at: None, caused, completed, ..booking }
}

fn cause(enrolment: &Enrolment) -> String {
    match &enrolment.cause {
        Cause::Booking(key) => key.id.to_string(),
        Cause::Referral(key) => key.id.to_string(),
        Cause::Added(_) => "added".to_owned(),
    }
}

async fn ends(practice: &Practice) -> Ends {
    let source = || Code::parse("diary").unwrap();
    let store = practice.clinic.dynamo.bookings();
    let (mut bookings, mut referrals, mut open) = (Vec::new(), Vec::new(), BTreeMap::new());
    for n in 0..BOOKINGS {
        let key =
            BookingKey { source: source(), id: ExternalId::parse(&format!("B-{n}")).unwrap() };
        bookings.push(settled(store.booking(&key).await.unwrap().unwrap()));
    }
    for n in 0..REFERRALS {
        let key =
            ReferralKey { source: source(), id: ExternalId::parse(&format!("R-{n}")).unwrap() };
        let referral = app::ports::Referrals::referral(&store, &key).await.unwrap().unwrap();
        referrals.push(Referral { revision: 0, caused: [].into(), ..referral });
    }
    let reader = practice.clinic.dynamo.enrolment_reader();
    for who in PEOPLE {
        let all = reader.of_patient(&practice.patient(who).await).await.unwrap().enrolments;
        for enrolment in all.into_iter().filter(Enrolment::is_open) {
            let due = enrolment.due().map(|(due, _)| due);
            let name = (enrolment.program.to_string(), cause(&enrolment) + &who.id());
            open.insert(name, (enrolment.cycle.into(), due));
        }
    }
    let mut messages = practice.clinic.sms.outbox();
    messages.sort();
    Ends { bookings, referrals, open, messages }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_that_comes_on_sunday_ends_the_same_in_whatever_order_it_comes() {
    for language in [Language::Json, Language::Hl7] {
        let in_order: Vec<_> = week().into_iter().enumerate().collect();
        let mut expected = None;
        for arriving in [in_order, shuffled(5, &week()), shuffled(6, &week())] {
            let practice = Practice::open().await;
            practice.clinic.clock.put_to(SUNDAY);
            for (n, step) in arriving {
                practice.hear(language, &step, &format!("evt-{n}")).await;
            }
            let at_once = ends(&practice).await;
            practice.live_until(at(END), Duration::hours(12)).await;
            let found = (at_once, ends(&practice).await);
            match &expected {
                None => expected = Some(found),
                Some(expected) => assert_eq!(*expected, found, "{language:?}"),
            }
        }
    }
}
