//! A clinic whose site has a number of its own, and a patient who was asked something.

use std::time::{Duration, SystemTime};

use app::ports::{Catalogue, Clock, People, Replies};
use app::replies::Receiver;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use delivery::Clinic;
use domain::booking::{Booking, BookingEventKind};
use domain::calendar::CalendarSpan;
use domain::patient::Patient;
use domain::program::{Action, ActionKind, Medium, Program, Reply};
use domain::reply::{Number, ReceivedReply, Unit, ValueRule};
use domain::sender::{OriginationNumber, SmsSender};
use domain::site::Site;
use domain::timing::{Span, Timing};
use domain::work::WorkKind;
use serde_json::{Value, json};
use sms_replies_function::handler::handle;
use testkit::build::{self, event, event_of, sms};

/// The topic of `events/sms-reply-*.json`.
pub(crate) const TOPIC: &str =
    "arn:aws:sns:ap-southeast-2:111122223333:harbour-SmsRepliesTopic-AbC123";
/// The patient's number.
pub(crate) const MARIA: &str = "+61491570006";
/// When the answers come.
pub(crate) const LATER: &str = "2026-11-23T01:45:00Z";

/// A message that asks for a blood sugar, right after the booking was made.
pub(crate) fn asks() -> Action {
    let number = |text| Some(Number::parse(text).unwrap());
    let unit = Unit::parse("mmol/L").unwrap();
    let value = Some(ValueRule::new(unit, number("4"), number("7.8")).unwrap());
    saving(sms(10, Timing::Enrolled), value)
}

/// The same message, its answers kept.
pub(crate) fn saving(mut action: Action, asked: Option<ValueRule>) -> Action {
    if let ActionKind::Message(message) = &mut action.kind
        && let Medium::Sms { reply, .. } = &mut message.medium
    {
        *reply = Reply::Saved { value: asked };
    }
    action
}

/// A reminder two days before the visit of 3 December.
pub(crate) fn reminds() -> Action {
    sms(11, Timing::Before(Span::Calendar(CalendarSpan::Days(2), None)))
}

/// A clinic that has a number, of a program of these actions. Maria's first message has gone, as
/// `msg-1`; it is Monday noon.
pub(crate) async fn clinic(actions: Vec<Action>) -> Clinic {
    clinic_of(actions, |_| {}).await
}

/// The same, with a change to the program.
pub(crate) async fn clinic_of(actions: Vec<Action>, change: impl Fn(&mut Program)) -> Clinic {
    let before = build::program(actions.clone());
    let clinic = Clinic::with(actions).await;
    let number = SmsSender::Number(OriginationNumber::parse("+61491570156").unwrap());
    let site = Site { revision: 2, sms: number, ..build::site() };
    clinic.dynamo.catalogue().save_site(&build::site(), &site).await.unwrap();
    let mut after = Program { version: 2, ..before.clone() };
    change(&mut after);
    clinic.dynamo.catalogue().save_program(&before, &after, &build::saved()).await.unwrap();
    let made = event(1, BookingEventKind::Made, "2026-12-03T10:30:00+11:00");
    clinic.event("evt-1", &made).await.unwrap();
    clinic.minute().await;
    clinic.clock.put_to(LATER);
    clinic
}

/// An event of `events/`.
pub(crate) fn file(name: &str) -> String {
    let path = format!("{}/../../events/sms-reply-{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// An answer in its envelope. `answers` is the message that the provider names.
pub(crate) fn envelope(id: &str, from: &str, text: &str, answers: Option<&str>) -> String {
    let mut payload = json!({
        "originationNumber": from, "destinationNumber": "+61491570156",
        "messageKeyword": "KEYWORD", "messageBody": text, "inboundMessageId": id,
    });
    if let Some(answers) = answers {
        payload["previousPublishedMessageId"] = json!(answers);
    }
    wrapped(&payload)
}

pub(crate) fn wrapped(payload: &Value) -> String {
    json!({
        "Type": "Notification", "MessageId": "1", "TopicArn": TOPIC,
        "Message": payload.to_string(), "Timestamp": "2026-11-23T01:40:00.000Z",
    })
    .to_string()
}

/// Hands a batch over and answers the places of those that come again.
pub(crate) async fn hand_over(clinic: &Clinic, bodies: &[String]) -> Vec<usize> {
    let receiver = Receiver {
        replies: clinic.dynamo.replies(),
        sent: clinic.dynamo.sent(),
        catalogue: clinic.dynamo.catalogue(),
        people: clinic.dynamo.people(),
        enrolments: clinic.dynamo.enrolment_reader(),
        bookings: clinic.dynamo.bookings(),
    };
    let mut batch = SqsEvent::default();
    for (place, body) in bodies.iter().enumerate() {
        let mut message = SqsMessage::default();
        message.message_id = Some(place.to_string());
        message.body = Some(body.clone());
        batch.records.push(message);
    }
    let deadline = SystemTime::from(clinic.clock.now()) + Duration::from_secs(30);
    let answer: SqsBatchResponse = handle(&receiver, &clinic.clock, TOPIC, batch, deadline).await;
    answer.batch_item_failures.iter().map(|it| it.item_identifier.parse().unwrap()).collect()
}

/// Hands one answer over, which is dealt with.
pub(crate) async fn take(clinic: &Clinic, body: String) {
    assert_eq!(hand_over(clinic, &[body]).await, [0; 0]);
}

/// Maria, as she is stored.
pub(crate) async fn maria(clinic: &Clinic) -> Patient {
    clinic.dynamo.people().patient(&build::patient().id).await.unwrap().unwrap()
}

/// What Maria answered, newest first.
pub(crate) async fn answers(clinic: &Clinic) -> Vec<ReceivedReply> {
    let records = [build::patient().id].into();
    clinic.dynamo.replies().of_patient(&records, None, 100).await.unwrap()
}

/// The booking, as it is stored.
pub(crate) async fn booking(clinic: &Clinic) -> Booking {
    use app::ports::Bookings;
    clinic.dynamo.bookings().booking(&build::booking().key).await.unwrap().unwrap()
}

/// What waits for a person: kind and text.
pub(crate) async fn work(clinic: &Clinic) -> Vec<(WorkKind, String)> {
    let items = clinic.work().await.into_iter();
    items
        .map(|it| {
            (it.kind, it.reply.map(|it| it.reveal().text.as_str().to_owned()).unwrap_or_default())
        })
        .collect()
}

/// What the history of Maria's enrolment says of her answers.
pub(crate) async fn told(clinic: &Clinic) -> Vec<String> {
    use app::ports::EnrolmentReader;
    let id = clinic.enrolment().await.id;
    let (_, notes) = clinic.dynamo.enrolment_reader().records(&id).await.unwrap();
    let replied = notes.into_iter().filter(|note| note.event.as_str() == "replied");
    replied.map(|note| note.text).collect()
}

/// A second program of these actions, and the booking type `review` that starts it.
pub(crate) async fn second_program(clinic: &Clinic, actions: Vec<Action>) -> Program {
    use domain::booking_type::BookingType;
    use domain::ids::{BookingTypeId, ProgramId};
    use domain::program::ProgramName;
    use domain::text::{Code, Label};

    let program = Program {
        id: ProgramId::new(build::number(40)),
        name: ProgramName::parse("Reviews").unwrap(),
        ..build::program(actions)
    };
    clinic.dynamo.catalogue().create_program(&program, &build::saved()).await.unwrap();
    let review = BookingType {
        id: BookingTypeId::new(build::number(41)),
        code: Code::parse("review").unwrap(),
        name: Label::parse("Review").unwrap(),
        starts: [program.id.clone()].into(),
        ..build::booking_type()
    };
    clinic.dynamo.catalogue().create_booking_type(&review).await.unwrap();
    program
}

/// A booking of that id on that program, for Maria or another one's key, at `at`; its first messages go
/// at once.
pub(crate) async fn book(
    clinic: &Clinic,
    id: &str,
    kind: &str,
    patient: &str,
    start: &str,
    at: &str,
) {
    let made = event_of(id, kind, patient, start);
    clinic.clock.put_to(at);
    let sent = clinic.sms.outbox().len();
    clinic.event(&format!("evt-{id}"), &made).await.unwrap();
    clinic.minute().await;
    clinic.minute().await;
    assert!(clinic.sms.outbox().len() > sent, "its message has gone");
    clinic.clock.put_to(LATER);
}
