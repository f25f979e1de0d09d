//! What the schedule and the queues ask: of the sweeper, the senders, `intake`, `sms-replies` and
//! `delivery-events`.

#![cfg(test)]

use std::path::Path;

use app::events::{Arrival, keep};
use app::ports::{Catalogue, Clock, EnrolmentReader, EventKey, People, Pointer, Queue, Queues};
use app::replies::Receiver;
use aws::deliveries;
use aws::event_queue::encode;
use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use chrono::Duration;
use crashes::{
    Function, Heard, Operation, Practice, Stage, block_on, letter_program, post, strike,
};
use domain::booking::BookingEventKind;
use domain::email::EmailAddress;
use domain::enrolment::Lane;
use domain::ids::{ProgramId, TemplateId};
use domain::intake::Told;
use domain::ledger::{LedgerState, Outcome};
use domain::patient::Patient;
use domain::program::{
    ActionKind, Carrier, Channel, Invite, Medium, Program, ProgramName, ProgramType,
};
use domain::template::{Body, BodyKind, Content, MarkedBody, Template};
use domain::text::{ExternalId, Label};
use domain::timing::Timing;
use serde_json::{Value, json};
use testkit::build::{self, event};
use testkit::events::told;
use testkit::sending::{batch_of, come_again, deadline};

fn strike_all(name: &str, operations: &[Operation]) {
    let saved = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    strike(&block_on(Stage::set(&saved)), operations);
}

fn heard(done: bool) -> Heard {
    if done { Heard::Done } else { Heard::Again }
}

/// A batch of one message.
fn batch(body: String) -> SqsEvent {
    let mut message = SqsMessage::default();
    message.message_id = Some("0".to_owned());
    message.body = Some(body);
    let mut batch = SqsEvent::default();
    batch.records.push(message);
    batch
}

/// Time passes, in which what is due is swept and sent: until what was on its way comes again, and until
/// what may have been sent is unclear.
async fn life_goes_on(practice: &Practice) {
    for _ in 0..7 {
        practice.clinic.minute().await;
    }
    practice.clinic.clock.advance(Duration::minutes(10));
    for _ in 0..3 {
        practice.clinic.minute().await;
    }
}

async fn sweep(practice: &Practice) -> Heard {
    heard(practice.clinic.sweep_due().await.failed == 0)
}

async fn plan_anew(practice: &Practice) -> Heard {
    heard(practice.clinic.plan_anew().await.is_ok())
}

fn schedule() -> Vec<Operation> {
    vec![
        Operation::new("what is due is swept", |practice| Box::pin(sweep(practice)))
            .followed(|practice| Box::pin(life_goes_on(practice))),
        Operation::new("patients are planned anew", |practice| Box::pin(plan_anew(practice))),
    ]
}

/// The one message of a channel that is due is queued.
async fn queue(practice: &Practice, channel: Channel) {
    let others = practice.clinic.others();
    others.clock.advance(Duration::minutes(1));
    others.sweep_due().await;
    let mut queued = others.queues.take();
    queued.retain(|pointer| pointer.carrier == Carrier::Channel(channel));
    assert_eq!(queued.len(), 1, "{queued:?}");
    let to = Queue::of(Carrier::Channel(channel), Lane::Visits);
    others.queues.send(to, &queued).await;
}

/// An email that says nothing of a booking.
fn plain_email() -> Template {
    let subject = Body::parse(BodyKind::Subject, "{{ program.name }}").unwrap();
    let body = MarkedBody::email("Dear {{ patient.first_name }},\n\n**please ring** us.").unwrap();
    Template {
        id: TemplateId::new(build::number(9)),
        name: Label::parse("Plain email").unwrap(),
        content: Content::Email { subject, body },
        ..build::template()
    }
}

/// One email at once.
fn email_program() -> Program {
    let mut action = build::email(90, Timing::Enrolled);
    if let ActionKind::Message(message) = &mut action.kind
        && let Medium::Email { template, invite, .. } = &mut message.medium
    {
        (*template, *invite) = (plain_email().id, Invite::Without);
    }
    let (id, kind) = (ProgramId::new(build::number(109)), ProgramType::General);
    let name = ProgramName::parse("Our emails").unwrap();
    Program { id, kind, name, ..build::program(vec![action]) }
}

/// Maria has an address, and an email is due to her.
async fn due_by_email(practice: &Practice) {
    let others = practice.clinic.others();
    let (people, catalogue) = (others.dynamo.people(), others.dynamo.catalogue());
    let maria = people.patient(&build::patient().id).await.unwrap().unwrap();
    let email = EmailAddress::parse("maria@example.com").ok();
    let with_address = Patient { revision: maria.revision + 1, email, ..maria.clone() };
    people.save_patient(&maria, &with_address).await.unwrap();
    catalogue.create_template(&plain_email()).await.unwrap();
    catalogue.create_program(&email_program(), &build::saved()).await.unwrap();
    let day = "2027-01-15".parse().unwrap();
    others.add(&email_program(), day, &[]).await;
    queue(practice, Channel::Email).await;
}

/// A letter to Maria is due.
async fn due_by_letter(practice: &Practice) {
    let day = "2027-01-15".parse().unwrap();
    practice.clinic.others().add(&letter_program(), day, &[]).await;
    queue(practice, Channel::Letter).await;
}

async fn send(practice: &Practice) -> Heard {
    let pointer = due_pointer(practice).await;
    let (clinic, batch) = (&practice.clinic, batch_of(std::slice::from_ref(&pointer)));
    let (counts, until) = (clinic.dynamo.day_counts(), deadline(&clinic.clock));
    let answer = match pointer.carrier {
        Carrier::Channel(Channel::Letter) => {
            Box::pin(deliveries::handle(&clinic.letter_sender(), &counts, batch, until)).await
        }
        Carrier::Channel(Channel::Email) => {
            Box::pin(deliveries::handle(&clinic.email_sender(), &counts, batch, until)).await
        }
        Carrier::Staff | Carrier::Channel(Channel::Sms) => {
            Box::pin(deliveries::handle(&clinic.sender(), &counts, batch, until)).await
        }
    };
    heard(come_again(answer).is_empty())
}

/// The pointer that was taken from the queue, which is there until it is done.
async fn due_pointer(practice: &Practice) -> Pointer {
    let pointer = practice.clinic.queues.take().remove(0);
    practice.clinic.queues.send(Queue::Sms(Lane::Visits), std::slice::from_ref(&pointer)).await;
    pointer
}

async fn keep_event(practice: &Practice) {
    let others = practice.clinic.others();
    let moved = event(2, BookingEventKind::Moved, "2026-12-08T10:30:00+11:00");
    let arrival = Arrival {
        key: kept(),
        fingerprint: "1".to_owned(),
        at: others.clock.now(),
        request_id: "req-1".to_owned(),
    };
    let told = Told::Booking(told(&moved));
    keep(&others.dynamo.intake(), &arrival, &told).await.unwrap();
}

fn kept() -> EventKey {
    EventKey { source: build::booking().key.source, id: ExternalId::parse("evt-9").unwrap() }
}

async fn deal_with(practice: &Practice) -> Heard {
    let dynamo = &practice.clinic.dynamo;
    let context = intake_function::handler::Context {
        intake: dynamo.intake(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        newcomers: dynamo.newcomers(),
        clock: practice.clinic.clock.clone(),
    };
    let deadline = deadline(&practice.clinic.clock);
    let answer = intake_function::handler::handle(&context, batch(encode(&kept())), deadline).await;
    heard(come_again(answer).is_empty())
}

const TOPIC: &str = "arn:aws:sns:ap-southeast-2:111122223333:harbour-SmsRepliesTopic-AbC123";

/// The provider's id of the message that Maria got.
async fn sent(practice: &Practice) -> String {
    let others = practice.clinic.others();
    for enrolment in others.enrolments().await {
        let records = others.dynamo.enrolment_reader().records(&enrolment.id).await;
        for row in records.unwrap().0 {
            if let (Channel::Sms, LedgerState::Settled { outcome, .. }) = (row.channel, row.state)
                && let Outcome::Sent { provider_id } = outcome
            {
                return provider_id;
            }
        }
    }
    panic!("she got one");
}

/// Maria answers her message.
async fn answer(practice: &Practice, file: &str) -> Heard {
    let dynamo = &practice.clinic.dynamo;
    let receiver = Receiver {
        replies: dynamo.replies(),
        sent: dynamo.sent(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        enrolments: dynamo.enrolment_reader(),
        bookings: dynamo.bookings(),
    };
    let path = format!("{}/../../events/sms-reply-{file}.json", env!("CARGO_MANIFEST_DIR"));
    let body = std::fs::read_to_string(path).unwrap().replace("msg-1", &sent(practice).await);
    let clock = &practice.clinic.clock;
    let handle = sms_replies_function::handler::handle;
    let answer = handle(&receiver, clock, TOPIC, batch(body), deadline(clock)).await;
    heard(come_again(answer).is_empty())
}

/// SNS says what became of Maria's message.
async fn receive(practice: &Practice, status: &str) -> Heard {
    let path =
        format!("{}/../../events/sns-sms-status-{status}-line.json", env!("CARGO_MANIFEST_DIR"));
    let mut line: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    line["notification"]["messageId"] = json!(sent(practice).await);
    line["notification"]["timestamp"] = json!("2026-11-22 08:01:00.000");
    line["delivery"]["destination"] = json!("+61491570006");
    let batch = json!({ "Records": [{
        "messageId": "0", "body": line.to_string(), "messageAttributes": {},
        "attributes": { "ApproximateReceiveCount": "1" },
    }]});
    let (receiving, clock) = (practice.clinic.receiving(), &practice.clinic.clock);
    let counts = practice.clinic.dynamo.day_counts();
    let handle = delivery_events_function::handler::handle;
    let answer =
        handle(&receiving, &counts, &practice.receipts, batch, deadline(clock)).await.unwrap();
    heard(answer["batchItemFailures"] == json!([]))
}

fn queues() -> Vec<Operation> {
    vec![
        Operation::new("a text message is sent", |practice| Box::pin(send(practice)))
            .prepared(|practice| Box::pin(queue(practice, Channel::Sms)))
            .followed(|practice| Box::pin(life_goes_on(practice)))
            .need_only_be_sound(),
        Operation::new("an email is sent", |practice| Box::pin(send(practice)))
            .prepared(|practice| Box::pin(due_by_email(practice)))
            .followed(|practice| Box::pin(life_goes_on(practice)))
            .need_only_be_sound(),
        Operation::new("a letter is written", |practice| Box::pin(send(practice)))
            .prepared(|practice| Box::pin(due_by_letter(practice)))
            .followed(|practice| Box::pin(life_goes_on(practice)))
            .need_only_be_sound(),
        Operation::new("an event that was kept is dealt with", |practice| {
            Box::pin(deal_with(practice))
        })
        .prepared(|practice| Box::pin(keep_event(practice))),
    ]
}

fn answers() -> Vec<Operation> {
    let release = format!("/v1/patients/{}/release-sms", build::patient().id);
    let release = post(&release, &Value::Null);
    vec![
        Operation::http("a number that is on hold is released", Function::Patients, release)
            .prepared(|practice| {
                Box::pin(async move {
                    assert_eq!(answer(practice, "stop").await, Heard::Done);
                })
            }),
        Operation::new("a patient answers STOP", |p| Box::pin(answer(p, "stop"))),
        Operation::new("a patient answers yes", |p| Box::pin(answer(p, "yes"))),
        Operation::new("a message arrived", |p| Box::pin(receive(p, "success"))),
        Operation::new("a message did not arrive", |p| Box::pin(receive(p, "failure"))),
    ]
}

#[test]
fn the_schedules_work_is_whole_wherever_it_dies() {
    strike_all("schedule", &schedule());
}

#[test]
fn what_a_queue_hands_out_is_whole_wherever_it_dies() {
    strike_all("queues", &queues());
}

#[test]
fn what_patients_and_providers_say_is_whole_wherever_it_dies() {
    strike_all("answers", &answers());
}
