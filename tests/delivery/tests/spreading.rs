//! A big batch on one opening: counted by the sweeper, spread by the senders.

#![cfg(test)]

use std::collections::BTreeSet;

use app::deliver::Delivered;
use app::ports::{Catalogue, Clock, EnrolmentReader, People};
use chrono::{DateTime, Duration, Utc};
use delivery::Clinic;
use domain::enrolment::{Crowd, NoteEvent, Status};
use domain::patient::{Patient, PersonName};
use domain::phi::Phi;
use domain::program::{
    Action, ActionKind, Medium, Message, OnError, Program, ProgramType, Reply, UsefulFor, WindowUse,
};
use domain::template::{Body, BodyKind, Content};
use domain::timing::Timing;
use testkit::build::{self, at};
use testkit::wire::Fault;

/// Monday's opening, to which what is wished for on Saturday is moved.
const OPENING: &str = "2026-11-30T09:00:00+11:00";

/// A practice with so many enrolments that fall on that opening.
async fn clinic_with(enrolments: u32) -> Clinic {
    let clinic = Clinic::with(vec![]).await;
    let catalogue = clinic.dynamo.catalogue();
    let mut template = build::template();
    template.version = 2;
    let text = "Hi {{ patient.first_name }}, time for {{ program.name }}.";
    template.content = Content::Sms(Body::parse(BodyKind::Sms, text).unwrap());
    catalogue.save_template(&build::template(), &template).await.unwrap();
    let window = WindowUse::Keep;
    let medium = Medium::Sms { template: template.id, reply: Reply::NotKept, window };
    let message = Message { medium, on_error: OnError::Pause, useful_for: UsefulFor::default() };
    let kind = ActionKind::Message(message);
    let action = Action { kind, ..build::sms(10, Timing::On(None)) };
    let before = build::program(vec![]);
    let program =
        Program { kind: ProgramType::General, version: 2, actions: vec![action], ..before.clone() };
    for _ in 0..enrolments {
        clinic.add(&program, "2026-11-28".parse().unwrap(), &[]).await;
    }
    clinic.clock.advance(at(OPENING) - clinic.clock.now());
    save(&clinic, &before, &program).await;
    clinic
}

async fn save(clinic: &Clinic, before: &Program, program: &Program) {
    let catalogue = clinic.dynamo.catalogue();
    catalogue.save_program(before, program, &build::saved()).await.unwrap();
}

/// The patient has another name than before.
async fn rename(clinic: &Clinic, number: usize) {
    let people = clinic.dynamo.people();
    let before = people.patient(&build::patient().id).await.unwrap().unwrap();
    let letter = |number| char::from(b'a' + u8::try_from(number % 26).unwrap());
    let name = format!("Maria{}{}", letter(number / 26), letter(number));
    let first_name = Phi::new(PersonName::parse(&name).unwrap());
    let after = Patient { revision: before.revision + 1, first_name, ..before.clone() };
    people.save_patient(&before, &after).await.unwrap();
}

/// When each enrolment is due, as stored.
async fn due(clinic: &Clinic) -> Vec<DateTime<Utc>> {
    let active = clinic.enrolments().await.into_iter();
    active.filter_map(|enrolment| enrolment.due().map(|(due, _)| due)).collect()
}

#[tokio::test]
async fn a_crowd_on_an_opening_is_spread_over_the_day_and_each_message_goes_once() {
    let clinic = clinic_with(120).await;
    assert_eq!(clinic.sweep().await.queued, 120);
    let queued = clinic.queues.take();
    assert!(queued.iter().all(|pointer| pointer.crowd == Crowd::Counted(120)), "{queued:?}");
    for pointer in &queued {
        assert_eq!(clinic.deliver(pointer).await, Ok(Delivered::NotSent));
    }
    assert_eq!(clinic.sms.outbox().len(), 0);
    let slots = due(&clinic).await;
    assert_eq!(slots.len(), 120);
    assert!(slots.iter().all(|slot| *slot > at(OPENING)), "{slots:?}");
    assert!(slots.iter().collect::<BTreeSet<_>>().len() > 100, "hardly two at once: {slots:?}");
    let one = clinic.enrolments().await.remove(0).id;
    let (_, notes) = clinic.dynamo.enrolment_reader().records(&one).await.unwrap();
    assert_eq!(notes.iter().map(|note| note.event).collect::<Vec<_>>(), [NoteEvent::Spread]);
    // A message that comes twice changes nothing.
    assert_eq!(clinic.deliver(&queued[0]).await, Ok(Delivered::NotSent));
    assert_eq!(due(&clinic).await, slots);

    let mut sent = 0;
    for half_hour in 1..=16 {
        clinic.clock.advance(Duration::minutes(30));
        clinic.sweep().await;
        for pointer in clinic.queues.take() {
            // No two texts are alike: one number does not get the same text more than a few times a day.
            rename(&clinic, sent).await;
            assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
            sent += 1;
        }
        let come = slots.iter().filter(|slot| **slot <= clinic.clock.now()).count();
        assert_eq!(sent, come, "after {half_hour} half hours");
    }
    assert_eq!((sent, clinic.sms.outbox().len()), (120, 120));
    let over = |status: &Status| matches!(status, Status::Completed { .. });
    assert!(clinic.enrolments().await.iter().all(|enrolment| over(&enrolment.status)));
}

#[tokio::test]
async fn what_falls_on_an_opening_with_few_others_goes_at_once() {
    let clinic = clinic_with(3).await;
    clinic.sweep().await;
    for pointer in clinic.queues.take() {
        assert_eq!(pointer.crowd, Crowd::Counted(3));
        assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
    }
    assert_eq!(clinic.sms.outbox().len(), 3);
}

#[tokio::test]
async fn a_shard_that_cannot_be_read_leaves_the_others_their_crowd() {
    let clinic = clinic_with(3).await;
    // After the settings, the leases of the first shard.
    clinic.dynamo.wire.break_call(1, Fault::Brownout);
    let swept = clinic.sweep().await;
    assert_eq!(swept.failed, 1);
    let queued = clinic.queues.take();
    assert!(!queued.is_empty());
    let crowd = Crowd::Counted(u32::try_from(queued.len()).unwrap());
    assert!(queued.iter().all(|pointer| pointer.crowd == crowd), "{queued:?}");
}
