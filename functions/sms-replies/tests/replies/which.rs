//! Which message an answer answers, when it may be one of several.

use app::ports::{Bookings, Catalogue, People, Replies};
use delivery::Clinic;
use domain::booking::{Booking, BookingEventKind, VisitAnswer};
use domain::ids::{ActionId, TemplateId};
use domain::program::{Action, ActionKind, Medium, Program, ProgramType};
use domain::reply::{Unit, ValueRule};
use domain::template::{Body, BodyKind, Content, Template};
use domain::text::ExternalId;
use domain::timing::Timing;
use domain::work::WorkKind;
use testkit::build::{self, event, sms};

use crate::shared::luca;
use crate::support::{
    LATER, MARIA, answers, asks, book, booking, clinic, envelope, saving, second_program, take,
    told, work,
};

const REVIEW: &str = "2026-12-10T09:00:00+11:00";

/// A message that asks for a weight.
fn asks_weight() -> Action {
    let unit = Unit::parse("kg").unwrap();
    saving(sms(12, Timing::Enrolled), Some(ValueRule::new(unit, None, None).unwrap()))
}

/// A message that keeps no answers.
fn tells() -> Action {
    sms(13, Timing::Enrolled)
}

async fn booking_of(clinic: &Clinic, id: &str) -> Booking {
    let mut key = build::booking().key;
    key.id = ExternalId::parse(id).unwrap();
    clinic.dynamo.bookings().booking(&key).await.unwrap().unwrap()
}

async fn texts_for_staff(clinic: &Clinic) -> Vec<String> {
    let work = work(clinic).await.into_iter();
    work.map(|(kind, text)| {
        assert_eq!(kind, WorkKind::Replied);
        text
    })
    .collect()
}

#[tokio::test]
async fn an_answer_to_a_reminder_is_no_value_of_somebody_else_on_the_number() {
    let clinic = clinic(vec![asks()]).await;
    clinic.dynamo.people().create_patient(&luca()).await.unwrap();
    second_program(&clinic, vec![tells()]).await;
    book(&clinic, "B-2002", "review", "P-1002", REVIEW, "2026-11-22T09:00:00Z").await;
    take(&clinic, envelope("in-1", MARIA, "7.30 is fine", None)).await;
    assert!(answers(&clinic).await.is_empty(), "nobody can tell whose it is");
    assert_eq!(texts_for_staff(&clinic).await, ["7.30 is fine"]);
}

#[tokio::test]
async fn an_answer_after_a_message_that_keeps_none_is_not_kept_with_an_older_one() {
    let clinic = clinic(vec![asks()]).await;
    second_program(&clinic, vec![tells()]).await;
    book(&clinic, "B-2002", "review", "P-1001", REVIEW, "2026-11-22T09:00:00Z").await;
    take(&clinic, envelope("in-1", MARIA, "7.30 is fine", None)).await;
    assert!(answers(&clinic).await[0].answers.is_none());
    assert_eq!(texts_for_staff(&clinic).await, ["7.30 is fine"]);
}

#[tokio::test]
async fn of_two_questions_at_once_neither_has_an_answer_that_names_none() {
    let clinic = clinic(vec![asks(), asks_weight()]).await;
    clinic.clock.put_to("2026-11-22T08:03:00Z");
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 2);
    clinic.clock.put_to(LATER);
    take(&clinic, envelope("in-1", MARIA, "82", None)).await;
    assert!(answers(&clinic).await[0].answers.is_none());
    assert_eq!(texts_for_staff(&clinic).await, ["82"]);

    // One of them is answered by name: the other can be meant.
    take(&clinic, envelope("in-2", MARIA, "7.2", Some("msg-1"))).await;
    take(&clinic, envelope("in-3", MARIA, "82.5", None)).await;
    let kept = answers(&clinic).await.into_iter().find(|kept| kept.id.as_str() == "in-3").unwrap();
    assert_eq!(kept.answers.unwrap().action, asks_weight().id);
    assert_eq!(texts_for_staff(&clinic).await.len(), 1);
}

#[tokio::test]
async fn a_question_that_was_asked_again_in_the_same_unit_stands_for_those_before_it() {
    let clinic = clinic(vec![asks()]).await;
    let again = Action { id: ActionId::new(build::number(14)), ..asks() };
    second_program(&clinic, vec![again.clone()]).await;
    book(&clinic, "B-2002", "review", "P-1001", REVIEW, "2026-11-22T23:00:00Z").await;
    take(&clinic, envelope("in-1", MARIA, "7.1", None)).await;
    assert_eq!(answers(&clinic).await[0].answers.as_ref().unwrap().action, again.id);
    assert!(work(&clinic).await.is_empty());
}

#[tokio::test]
async fn a_message_that_is_named_and_is_none_of_ours_leaves_the_last_one() {
    let clinic = clinic(vec![asks()]).await;
    take(&clinic, envelope("in-1", MARIA, "7.2", Some("id-of-another-kind"))).await;
    assert_eq!(answers(&clinic).await[0].answers.as_ref().unwrap().action, asks().id);
    assert!(work(&clinic).await.is_empty());
}

/// Maria has been written to on a program without a booking, after the message about her visit.
async fn on_a_general_program() -> (Clinic, Program) {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    let body = Body::parse(BodyKind::Sms, "Hi {{ patient.first_name }}, how are you?").unwrap();
    let id = TemplateId::new(build::number(42));
    let greeting = Template { id: id.clone(), content: Content::Sms(body), ..build::template() };
    clinic.dynamo.catalogue().create_template(&greeting).await.unwrap();
    let mut greets = tells();
    if let ActionKind::Message(message) = &mut greets.kind
        && let Medium::Sms { template, .. } = &mut message.medium
    {
        *template = id;
    }
    let mut program = second_program(&clinic, vec![greets]).await;
    let before = program.clone();
    (program.version, program.kind) = (2, ProgramType::General);
    clinic.dynamo.catalogue().save_program(&before, &program, &build::saved()).await.unwrap();
    clinic.clock.put_to("2026-11-22T09:00:00Z");
    clinic.add(&program, "2026-11-22".parse().unwrap(), &[]).await;
    clinic.minute().await;
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), 2);
    clinic.clock.put_to(LATER);
    (clinic, program)
}

#[tokio::test]
async fn yes_to_a_message_about_no_booking_confirms_no_visit() {
    for named in [None, Some("msg-2")] {
        let (clinic, program) = on_a_general_program().await;
        take(&clinic, envelope("in-1", MARIA, "No", named)).await;
        assert_eq!(booking(&clinic).await.confirmation, None, "{named:?}");
        assert_eq!(texts_for_staff(&clinic).await, ["No"]);
        assert_eq!(clinic.work().await[0].program, Some(program.id), "about that message");
    }
}

#[tokio::test]
async fn yes_is_not_guessed_at_when_two_visits_were_written_about_within_two_days() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    book(&clinic, "B-2002", "physio-initial", "P-1001", REVIEW, "2026-11-22T09:00:00Z").await;
    take(&clinic, envelope("in-1", MARIA, "Y", None)).await;
    assert_eq!(booking(&clinic).await.confirmation, None);
    assert_eq!(booking_of(&clinic, "B-2002").await.confirmation, None);
    assert_eq!(texts_for_staff(&clinic).await, ["Y"]);

    // By name there is no doubt; and then the other one is left.
    take(&clinic, envelope("in-2", MARIA, "Y", Some("msg-1"))).await;
    assert_eq!(booking(&clinic).await.confirmation.unwrap().answer, VisitAnswer::Confirmed);
    take(&clinic, envelope("in-3", MARIA, "Y", None)).await;
    let other = booking_of(&clinic, "B-2002").await.confirmation;
    assert_eq!(other.unwrap().answer, VisitAnswer::Confirmed);
    assert_eq!(texts_for_staff(&clinic).await.len(), 1);
}

#[tokio::test]
async fn a_visit_that_has_gone_leaves_no_doubt_about_the_other() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    book(&clinic, "B-2002", "physio-initial", "P-1001", REVIEW, "2026-11-22T09:00:00Z").await;
    let cancelled = event(2, BookingEventKind::Cancelled, "2026-12-03T10:30:00+11:00");
    clinic.event("evt-gone", &cancelled).await.unwrap();
    take(&clinic, envelope("in-1", MARIA, "Y", None)).await;
    assert!(booking_of(&clinic, "B-2002").await.confirmation.is_some());
    assert!(work(&clinic).await.is_empty());
}

#[tokio::test]
async fn yes_to_a_message_of_before_a_move_does_not_confirm_the_new_time() {
    for named in [None, Some("msg-1")] {
        let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
        let moved = event(2, BookingEventKind::Moved, "2026-12-04T10:30:00+11:00");
        clinic.event("evt-2", &moved).await.unwrap();
        // Something else of it changes: its time has still moved since the message.
        let changed = event(3, BookingEventKind::Changed, "2026-12-04T10:30:00+11:00");
        clinic.event("evt-3", &changed).await.unwrap();
        take(&clinic, envelope("in-1", MARIA, "Y", named)).await;
        assert_eq!(booking(&clinic).await.confirmation, None, "{named:?}");
        assert_eq!(texts_for_staff(&clinic).await, ["Y"]);
    }
}

#[tokio::test]
async fn no_to_a_question_for_a_number_is_kept_and_is_work() {
    let clinic = clinic(vec![asks()]).await;
    take(&clinic, envelope("in-1", MARIA, "No", None)).await;
    let kept = answers(&clinic).await.remove(0);
    assert_eq!(kept.answers.unwrap().action, asks().id);
    let items = work(&clinic).await;
    assert!(items.contains(&(WorkKind::Replied, "No".to_owned())), "{items:?}");
    assert!(!told(&clinic).await.is_empty());
    let read = clinic.dynamo.replies().of_patient(&[build::patient().id].into(), None, 9).await;
    assert_eq!(read.unwrap().len(), 1);
}
