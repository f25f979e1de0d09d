//! Many patients, and much that is due at once.
//!
//! `PATIENT_CONNECT_SCALE` says how many; without it the tests try enough to see that it does not matter.

#![cfg(test)]

use std::collections::BTreeSet;

use app::deliver::Delivered;
use app::ports::{Catalogue, Enrolments, Ids, People, Queue, SendError};
use aws::queues::Lanes;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use delivery::Clinic;
use domain::enrolment::{Enrolment, Lane, Status};
use domain::ids::{EnrolmentId, PatientId};
use domain::patient::{Identifier, Patient};
use domain::phi::Phi;
use domain::program::Program;
use domain::template::{Body, BodyKind, Content, Template};
use domain::text::{Code, ExternalId};
use domain::timing::{Reference, Timing};
use testkit::build::{at, begun, event_of, number, patient, program, sms, template};
use testkit::dynamo::Dynamo;
use testkit::fakes::{Answer, CountingIds};

const VISIT: &str = "2026-12-03T10:30:00+11:00";

fn many(usual: usize) -> usize {
    proof::said(proof::SCALE).map_or(usual, |said| usize::try_from(said).expect("it fits"))
}

async fn clinic(name: &str) -> Clinic {
    let clinic = Clinic::over(Dynamo::inside(name).await, vec![sms(10, Timing::Enrolled)]).await;
    // Not about a visit: recalls have none.
    let text = "Hi {{ patient.first_name }}, your date is {{ reference.date }}.";
    let content = Content::Sms(Body::parse(BodyKind::Sms, text).unwrap());
    let plain = Template { version: 2, content, ..template() };
    clinic.dynamo.catalogue().save_template(&template(), &plain).await.unwrap();
    clinic
}

fn recall() -> Program {
    Program { actions: vec![sms(10, Timing::Enrolled)], ..program(Vec::new()) }
}

/// Puts so many more on the program of somebody who is on it, by staff, each due a moment after the other.
async fn enrol(
    clinic: &Clinic,
    (like, ids): (&Enrolment, &CountingIds),
    (number, from): (usize, DateTime<Utc>),
) {
    let first = "2026-12-20".parse::<NaiveDate>().expect("a date");
    let mut due = from;
    let mut left = number;
    while left > 0 {
        let of_one_write = left.min(40);
        left -= of_one_write;
        let change = |_| {
            let mut enrolment = like.clone();
            let id = ids.next();
            enrolment.id = EnrolmentId::new(id);
            enrolment.revision = 1;
            // No two texts are alike: one number does not get the same text more than a few times a day.
            enrolment.anchor.date = Reference::Date(
                first + Days::new(u64::try_from(id.0 % 1_000_000).expect("it fits")),
            );
            if let Status::Active(step) = &mut enrolment.status {
                step.due = due;
            }
            due += Duration::milliseconds(1);
            begun(enrolment)
        };
        let changes: Vec<_> = (0..of_one_write).map(change).collect();
        clinic.dynamo.enrolments().commit(&changes).await.unwrap();
    }
}

/// The queues of text messages at the lowest rate that the template takes, at length at the one it says.
fn texts() -> Lanes {
    let said = if proof::said(proof::SCALE).is_some() { "Default: " } else { "MinValue: " };
    let path = format!("{}/../../infra/template.yaml", env!("CARGO_MANIFEST_DIR"));
    let template = std::fs::read_to_string(path).unwrap();
    let (_, rate) = template.split_once("\n  SmsPerSecond:").expect("the parameter");
    let (_, rate) = rate.split_once(said).expect("it is said");
    let per_second = rate.lines().next().unwrap().parse().expect("a number");
    Lanes { visits: String::new(), others: String::new(), per_second }
}

/// Of a clinic with so many who are enrolled and not due: what a sweep reads that finds forty.
async fn read_by_a_sweep(enrolled: usize) -> f64 {
    let clinic = clinic(&format!("scale-{enrolled}")).await;
    let ids = CountingIds::after(1_000_000);
    let like = clinic.add(&recall(), "2026-12-20".parse().unwrap(), &[]).await;
    let now = app::ports::Clock::now(&clinic.clock);
    enrol(&clinic, (&like, &ids), (39, now - Duration::minutes(2))).await;
    enrol(&clinic, (&like, &ids), (enrolled, now + Duration::days(1))).await;
    let before = clinic.dynamo.wire.read_units();
    assert_eq!(clinic.sweep().await.queued, 40);
    clinic.dynamo.wire.read_units() - before
}

#[tokio::test]
async fn a_sweep_reads_what_is_due_however_many_are_enrolled() {
    let few = read_by_a_sweep(1_000).await;
    // 20 leases and the settings, a unit each; a query of each shard, half a unit for what is small.
    assert!((few - 31.0).abs() < 1e-9, "{few} read units");
    for enrolled in BTreeSet::from([10_000, many(10_000)]) {
        let read = read_by_a_sweep(enrolled).await;
        println!("a sweep that finds 40 among {enrolled}: {read} read units");
        assert!((read - few).abs() < 1e-9, "{read} read units with {enrolled}, {few} with 1,000");
    }
    let most = u64::try_from(many(10_000).max(10_000)).expect("it fits");
    proof::note("enrolments among which a sweep reads no more than among 1,000", most);
}

#[tokio::test]
async fn a_backlog_drains_once_without_flooding_its_queue_and_holds_up_no_visit() {
    let texts = texts();
    let (a_minute, deepest) = (texts.handed_on(Lane::Others, 60), texts.deepest(Lane::Others));
    // More than the queue holds.
    let backlog = many(1_200).clamp(deepest * 3 / 2, 100_000);
    let clinic = clinic("backlog").await;
    clinic.queues.hold_at_most(deepest);
    let ids = CountingIds::after(1_000_000);
    let like = clinic.add(&recall(), "2026-12-20".parse().unwrap(), &[]).await;
    let now = app::ports::Clock::now(&clinic.clock);
    enrol(&clinic, (&like, &ids), (backlog - 1, now - Duration::minutes(30))).await;
    let identifier = Identifier {
        source: Code::parse("diary").unwrap(),
        id: Phi::new(ExternalId::parse("P-1002").unwrap()),
    };
    let other = Patient {
        id: PatientId::new(number(1_002)),
        identifiers: BTreeSet::from([identifier]),
        ..patient()
    };
    clinic.dynamo.people().create_patient(&other).await.unwrap();
    let (mut queued, mut visits, mut minutes) = (0, 0, 0);
    while clinic.sms.outbox().len() < backlog + visits {
        minutes += 1;
        let sent = clinic.sms.outbox().len();
        assert!(minutes <= backlog / a_minute + 10, "{sent} of {backlog} after {minutes} minutes");
        // Somebody books, and is to hear of it at once.
        let visit = at(VISIT) + Duration::minutes(i64::try_from(minutes).expect("it fits"));
        let (id, visit) = (format!("B-{minutes}"), visit.to_rfc3339());
        let made = event_of(&id, "physio-initial", "P-1002", &visit);
        clinic.event(&format!("evt-{minutes}"), &made).await.unwrap();
        clinic.clock.advance(Duration::minutes(1));
        let swept = clinic.sweep().await;
        queued += swept.queued;
        assert!(swept.queued <= deepest + 1, "{swept:?}");
        let of_visits = clinic.queues.take_of(Queue::Sms(Lane::Visits), usize::MAX);
        assert_eq!(of_visits.len(), 1, "the confirmation of minute {minutes}");
        visits += 1;
        for pointer in
            of_visits.iter().chain(&clinic.queues.take_of(Queue::Sms(Lane::Others), a_minute))
        {
            let delivered = clinic.deliver(pointer).await;
            assert!(
                matches!(delivered, Ok(Delivered::Sent | Delivered::Stale)),
                "{delivered:?} of {pointer:?}"
            );
        }
    }
    assert_eq!(clinic.sms.outbox().len(), backlog + visits, "I2: nobody twice");
    // Each once, but for what was still queued when its lease ran out.
    let again = queued - backlog - visits;
    assert!(again * 10 <= backlog, "{again} of {backlog} were queued again");
    println!("{backlog} drained in {minutes} minutes; {again} were queued again");
    proof::note("actions of a backlog drained, each once", backlog as u64);
}

#[tokio::test]
async fn a_provider_that_takes_nothing_for_two_hours_gets_everything_after_it() {
    let clinic = clinic("paused").await;
    let ids = CountingIds::after(1_000_000);
    let like = clinic.add(&recall(), "2026-12-20".parse().unwrap(), &[]).await;
    let now = app::ports::Clock::now(&clinic.clock);
    enrol(&clinic, (&like, &ids), (9, now)).await;
    let paused = Answer::Refuse(SendError::Barred("the account is paused".to_owned()));
    // Ten messages, each half hour, for two hours.
    clinic.sms.script(std::iter::repeat_n(paused, 40));
    for _ in 0..115 {
        clinic.minute().await;
    }
    assert_eq!(clinic.sms.outbox().len(), 0);
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 10);
    assert_eq!(clinic.work().await.len(), 0, "nobody has to do anything");
}
