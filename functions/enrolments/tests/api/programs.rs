//! The patients of a program, its timeline, and moves.

use app::ports::{Catalogue, Change, EnrolmentReader, Enrolments, People};
use axum::Router;
use domain::booking::BookingEventKind;
use domain::booking_type::Completing;
use domain::calendar::CalendarSpan;
use domain::email::EmailAddress;
use domain::enrolment::{Cause, Enrolment, Facts, NewEnrolment, Status, enrol};
use domain::ids::{EnrolmentId, PatientId, ProgramId};
use domain::patient::Patient;
use domain::program::{
    Action, ActionKind, Addressee, Course, Frequency, Invite, Medium, Message, NextCycle,
    PrintOption, Program, ProgramName, ProgramType, WindowUse,
};
use domain::template::{Body, BodyKind, Content, MarkedBody, Template};
use domain::timing::{Reference, Span, Timing};
use serde_json::{Value, json};
use testkit::build::{self, at, number};
use testkit::dynamo::Dynamo;
use testkit::events::booking_event;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{NOW, empty};

/// A practice with a site, a patient and a template that any program can fill.
pub(crate) async fn practice() -> (Dynamo, Router) {
    let clinic = empty().await;
    let mut template = build::template();
    let text = "Hi {{ patient.first_name }}, {{ program.name }} {{ cycle.number }}/{{ cycle.of }}: {{ reference.date }}";
    let body = domain::template::Body::parse(domain::template::BodyKind::Sms, text).unwrap();
    template.content = domain::template::Content::Sms(body);
    clinic.dynamo.catalogue().create_template(&template).await.unwrap();
    clinic.dynamo.people().create_patient(&build::patient()).await.unwrap();
    (clinic.dynamo, clinic.router)
}

pub(crate) fn days(n: u16, before: bool) -> Timing {
    let span = Span::Calendar(CalendarSpan::Days(n), None);
    if before { Timing::Before(span) } else { Timing::After(span) }
}

pub(crate) fn pause(n: u128) -> Action {
    let id = domain::ids::ActionId::new(number(n));
    Action { id, timing: Timing::Enrolled, kind: ActionKind::Pause }
}

/// A recall of two cycles, half a year apart.
pub(crate) fn recall(n: u128, name: &str, actions: Vec<Action>) -> Program {
    let half_a_year = Frequency::new(CalendarSpan::Months(6));
    let next = NextCycle::FromFirstDate;
    Program {
        id: ProgramId::new(number(n)),
        kind: ProgramType::Recall,
        name: ProgramName::parse(name).unwrap(),
        course: Course::new(ProgramType::Recall, 2, half_a_year, next).unwrap(),
        ..build::program(actions)
    }
}

pub(crate) async fn store(dynamo: &Dynamo, program: &Program) {
    dynamo.catalogue().create_program(program, &build::saved()).await.unwrap();
}

/// Puts the patient on a program, with a reference date of 15 January 2027.
pub(crate) async fn add(dynamo: &Dynamo, program: &Program, n: u128) -> Enrolment {
    let (site, patient) = (build::site(), build::patient());
    let (bookings, completing) = (&[], &Completing::None);
    let facts = Facts {
        program,
        site: &site,
        patient: &patient,
        visit: None,
        referral: None,
        bookings,
        completing,
    };
    let new = NewEnrolment {
        id: EnrolmentId::new(number(n)),
        cause: Cause::Added(domain::actor::Actor::PatientConnect),
        reference: Reference::Date("2027-01-15".parse().unwrap()),
        practitioner: None,
        request_id: "req-1".into(),
    };
    let begun = enrol(new, facts, at(NOW)).unwrap();
    let enrolment = begun.enrolment.clone();
    dynamo.enrolments().commit(&[Change::new(None, begun, &[])]).await.unwrap();
    enrolment
}

pub(crate) async fn get(router: &Router, path: &str) -> ApiAnswer {
    call(router, ApiRequest::new("GET", path).by("[viewer]")).await
}

pub(crate) async fn post(router: &Router, path: &str, body: &Value) -> ApiAnswer {
    call(router, ApiRequest::new("POST", path).by("[admin]").json(body)).await
}

async fn enrolments(dynamo: &Dynamo) -> Vec<Enrolment> {
    dynamo.enrolment_reader().of_patient(&build::patient().id).await.unwrap().enrolments
}

#[tokio::test]
async fn those_on_a_program_are_listed_with_their_next_action_page_by_page() {
    let (dynamo, router) = practice().await;
    let program = recall(70, "Check-up", vec![build::sms(1, days(7, true)), pause(2)]);
    store(&dynamo, &program).await;
    for n in 1..=3 {
        add(&dynamo, &program, n).await;
    }
    let path = format!("/v1/programs/{}/patients?limit=2", program.id);
    let first = get(&router, &path).await.json;
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let one = &first["items"][0];
    assert_eq!(one["patient"]["last_name"], "Rossi");
    let next = json!({
        "action": program.actions[0].id, "step": 1, "steps": 2, "type": "sms",
        "due": "2027-01-07T13:00:00Z", "local": "Fri 8 Jan 2027, 12:00 am",
    });
    assert_eq!((&one["next_action"], &one["cycle"], &one["of"]), (&next, &json!(1), &json!(2)));
    let more = format!("{path}&cursor={}", first["next"].as_str().unwrap());
    let second = get(&router, &more).await.json;
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert_eq!(second["next"], Value::Null);
}

#[tokio::test]
async fn a_timeline_shows_dates_texts_parts_and_what_is_moved_or_fails() {
    let (dynamo, router) = practice().await;
    let actions = vec![build::sms(1, days(7, true)), pause(2), build::sms(3, days(2, false))];
    let program = recall(70, "Check-up", actions);
    store(&dynamo, &program).await;
    let path = format!("/v1/programs/{}/timeline", program.id);
    let wanted = json!({ "reference_date": "2027-01-15" });
    let drawn = post(&router, &path, &wanted).await.json;
    let items = drawn["items"].as_array().unwrap();
    assert_eq!(items.len(), 6, "two cycles of three actions: {drawn}");
    assert_eq!(items[0]["local"], "Fri 8 Jan 2027, 12:00 am");
    assert_eq!(items[0]["message"]["body"], "Hi Maria, Check-up 1/2: 15 January 2027");
    assert_eq!(items[0]["message"]["parts"], 1);
    assert_eq!((&items[1]["type"], &items[1]["outcome"]), (&json!("pause"), &json!("paused")));
    assert_eq!((&items[2]["step"], &items[2]["outcome"]), (&json!(3), &json!("sent")));
    assert_eq!(items[3]["message"]["body"], "Hi Maria, Check-up 2/2: 15 July 2027");

    let mut patient = build::patient();
    (patient.id, patient.identifiers) = (PatientId::new(number(9)), [].into());
    patient.mobile = None;
    dynamo.people().create_patient(&patient).await.unwrap();
    let wanted = json!({ "reference_date": "2027-01-15", "patient": patient.id });
    let drawn = post(&router, &path, &wanted).await.json;
    let first = &drawn["items"][0];
    assert_eq!(first["outcome"], "failed");
    assert_eq!(first["why"], "no mobile number");

    let wanted = json!({ "booking_start": "2027-01-15", "patient": "x", "site": "moon", "on": 1 });
    let refused = post(&router, &path, &wanted).await;
    assert_eq!(refused.pointers(), ["#/booking_start", "#/patient", "#/on"]);
}

/// The cycle and step of everything in a timeline, read page by page.
async fn in_pages(ask: impl AsyncFn(String) -> ApiAnswer) -> Vec<(u64, u64)> {
    let (mut seen, mut query) = (Vec::new(), "?limit=4".to_owned());
    loop {
        let page = ask(query).await;
        assert_eq!(page.status, 200, "{:?}", page.json);
        let items = page.json["items"].as_array().unwrap();
        assert!(!items.is_empty() && items.len() <= 4, "{:?}", page.json);
        let place = |it: &Value| (it["cycle"].as_u64().unwrap(), it["step"].as_u64().unwrap());
        seen.extend(items.iter().map(place));
        let Some(next) = page.json["next"].as_str() else { return seen };
        query = format!("?limit=4&cursor={next}");
    }
}

#[tokio::test]
async fn a_timeline_comes_in_pages() {
    let (dynamo, router) = practice().await;
    let actions = vec![build::sms(1, days(7, true)), pause(2), build::sms(3, days(2, false))];
    let program = recall(70, "Check-up", actions);
    store(&dynamo, &program).await;
    let all = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)];
    let path = format!("/v1/programs/{}/timeline", program.id);
    let wanted = json!({ "reference_date": "2027-01-15" });
    let seen =
        in_pages(async |query| post(&router, &format!("{path}{query}"), &wanted).await).await;
    assert_eq!(seen, all);
    let whole = post(&router, &path, &wanted).await.json;
    assert_eq!((whole["items"].as_array().unwrap().len(), &whole["next"]), (6, &Value::Null));

    let enrolment = add(&dynamo, &program, 1).await;
    let path = format!("/v1/enrolments/{}/timeline", enrolment.id);
    assert_eq!(in_pages(async |query| get(&router, &format!("{path}{query}")).await).await, all);
    for wrong in ["limit=0", "cursor=x", "all=true"] {
        assert_eq!(get(&router, &format!("{path}?{wrong}")).await.status, 400, "{wrong}");
    }
}

/// An action whose message is an email, or a letter to the patient.
fn other_than_sms(n: u128, medium: Medium) -> Action {
    let ActionKind::Message(message) = build::sms(n, Timing::Enrolled).kind else {
        unreachable!("an SMS is a message")
    };
    let kind = ActionKind::Message(Message { medium, ..message });
    Action { id: domain::ids::ActionId::new(number(n)), timing: Timing::Enrolled, kind }
}

#[tokio::test]
async fn a_timeline_shows_what_goes_by_each_channel_and_foresees_who_has_no_address() {
    let (dynamo, router) = practice().await;
    let body = MarkedBody::email("Dear **{{ patient.first_name }}**").unwrap();
    let subject = Body::parse(BodyKind::Subject, "Time for a visit").unwrap();
    let content = Content::Email { subject, body };
    let mailed = Template { content, ..build::email_template() };
    dynamo.catalogue().create_template(&mailed).await.unwrap();
    let email =
        Medium::Email { template: mailed.id, window: WindowUse::Ignore, invite: Invite::Without };
    let template = build::template().id;
    let letter = Medium::Letter { template, to: Addressee::Patient, print: PrintOption::ALL[0] };
    let before = build::patient();
    let after = Patient {
        email: EmailAddress::parse("maria@example.com").ok(),
        revision: 2,
        ..before.clone()
    };
    dynamo.people().save_patient(&before, &after).await.unwrap();
    let actions =
        vec![build::sms(1, Timing::Enrolled), other_than_sms(2, email), other_than_sms(3, letter)];
    let program = recall(70, "Check-up", actions);
    store(&dynamo, &program).await;
    let enrolment = add(&dynamo, &program, 1).await;
    let path = format!("/v1/enrolments/{}/timeline", enrolment.id);
    let drawn = get(&router, &path).await.json;
    let items = drawn["items"].as_array().unwrap();
    let no_address = json!("no postal address");
    assert_eq!((&items[0]["outcome"], &items[1]["outcome"]), (&json!("sent"), &json!("sent")));
    assert_eq!(items[1]["message"]["subject"], "Time for a visit");
    let body = items[1]["message"]["body"].as_str().unwrap();
    assert!(body.starts_with("Dear Maria\n"), "{body}");
    assert_eq!((&items[2]["outcome"], &items[2]["why"]), (&json!("failed"), &no_address));
    let shown = get(&router, &format!("/v1/enrolments/{}", enrolment.id)).await.json;
    assert_eq!(shown["steps"][2]["why"], "it will fail: no postal address");
}

#[tokio::test]
async fn a_booking_programs_timeline_counts_from_the_visit_and_says_what_is_too_late() {
    let (dynamo, router) = practice().await;
    let program =
        build::program(vec![build::sms(1, Timing::Enrolled), build::sms(2, days(30, true))]);
    store(&dynamo, &program).await;
    let path = format!("/v1/programs/{}/timeline", program.id);
    let wanted = json!({ "booking_start": "2026-12-03T10:30:00+11:00" });
    let drawn = post(&router, &path, &wanted).await.json;
    assert_eq!(drawn["items"][0]["outcome"], "sent");
    assert_eq!(
        (&drawn["items"][1]["outcome"], &drawn["items"][1]["why"]),
        (&json!("skipped"), &json!("too late"))
    );
    let refused = post(&router, &path, &json!({ "reference_date": "2026-12-03" })).await;
    assert_eq!(refused.pointers(), ["#/reference_date", "#/booking_start"]);
}

#[tokio::test]
async fn an_enrolments_timeline_is_what_is_left_of_it() {
    let (dynamo, router) = practice().await;
    let program = recall(70, "Check-up", vec![build::sms(1, days(7, true))]);
    store(&dynamo, &program).await;
    let enrolment = add(&dynamo, &program, 1).await;
    let drawn = get(&router, &format!("/v1/enrolments/{}/timeline", enrolment.id)).await.json;
    assert_eq!(drawn["items"].as_array().unwrap().len(), 2);
    assert_eq!(drawn["items"][0]["at"], "2027-01-07T13:00:00Z");
}

#[tokio::test]
async fn patients_are_moved_once_with_the_step_that_is_chosen_for_them() {
    let (dynamo, router) = practice().await;
    let old = recall(70, "Old check-up", vec![build::sms(1, days(7, true)), pause(2)]);
    let new = recall(
        71,
        "New check-up",
        vec![build::sms(3, days(9, true)), build::sms(4, days(1, true))],
    );
    store(&dynamo, &old).await;
    store(&dynamo, &new).await;
    for n in 1..=3 {
        add(&dynamo, &old, n).await;
    }
    let order = json!({ "to": new.id, "step": new.actions[1].id, "disable": true, "limit": 2 });
    let path = format!("/v1/programs/{}/moves", old.id);
    let shown = post(&router, &format!("{path}/preview"), &order).await.json;
    assert_eq!(shown["moved"].as_array().unwrap().len(), 2);
    assert!(
        enrolments(&dynamo).await.iter().all(|e| e.program == old.id),
        "a preview moves nobody"
    );

    let first = post(&router, &path, &order).await.json;
    assert_eq!(first["moved"][0]["next_due"], "2027-01-13T13:00:00Z");
    let mut rest = order.clone();
    rest["cursor"] = first["next"].clone();
    let second = post(&router, &path, &rest).await.json;
    assert_eq!((second["moved"].as_array().unwrap().len(), &second["next"]), (1, &Value::Null));
    let again = post(&router, &path, &order).await.json;
    assert_eq!(again["moved"], json!([]), "nobody is left to move");

    let all = enrolments(&dynamo).await;
    let on_new: Vec<_> = all.iter().filter(|e| e.program == new.id).collect();
    assert_eq!(on_new.len(), 3);
    for moved in on_new {
        let Status::Active(step) = &moved.status else { panic!("not active: {moved:?}") };
        assert_eq!(step.action, new.actions[1].id);
        let (_, notes) = dynamo.enrolment_reader().records(&moved.id).await.unwrap();
        assert_eq!(notes.len(), 1, "one entry on each side");
    }
    let listed = dynamo.catalogue().program(&old.id).await.unwrap().unwrap();
    assert_eq!(listed.assignment, domain::program::Assignment::Disabled);
}

#[tokio::test]
async fn a_moved_booking_follows_its_patient_to_the_new_program() {
    let (dynamo, router) = practice().await;
    let catalogue = dynamo.catalogue();
    catalogue.create_booking_type(&build::booking_type()).await.unwrap();
    let old = build::program(vec![build::sms(1, days(3, true))]);
    let mut new = build::program(vec![build::sms(2, days(2, true))]);
    (new.id, new.name) = (ProgramId::new(number(71)), ProgramName::parse("New").unwrap());
    store(&dynamo, &old).await;
    store(&dynamo, &new).await;
    let tell = async |n: u64, start: &str| {
        let event = build::event(n, BookingEventKind::Moved, start);
        booking_event(&dynamo, &format!("evt-{n}"), &event, at(NOW)).await.unwrap();
    };
    tell(1, "2026-12-03T10:30:00+11:00").await;
    let order = json!({ "to": new.id, "step": new.actions[0].id });
    let moved = post(&router, &format!("/v1/programs/{}/moves", old.id), &order).await.json;
    assert_eq!(moved["moved"].as_array().unwrap().len(), 1, "{moved}");
    tell(2, "2026-12-10T10:30:00+11:00").await;
    let all = enrolments(&dynamo).await;
    let follows = all.iter().find(|e| e.program == new.id).unwrap();
    assert_eq!(follows.due().unwrap().0, at("2026-12-08T10:30:00+11:00"));
}

#[tokio::test]
async fn a_move_that_cannot_be_is_refused_and_says_why() {
    let (dynamo, router) = practice().await;
    let old = recall(70, "Old", vec![build::sms(1, days(7, true))]);
    let mut new = recall(71, "New", vec![build::sms(2, days(7, true))]);
    new.assignment = domain::program::Assignment::Disabled;
    let booking = build::program(vec![build::sms(3, Timing::Enrolled)]);
    for program in [&old, &new, &booking] {
        store(&dynamo, program).await;
    }
    add(&dynamo, &old, 1).await;
    let path = format!("/v1/programs/{}/moves", old.id);
    let wrong = json!({ "to": old.id, "step": new.actions[0].id });
    assert_eq!(post(&router, &path, &wrong).await.pointers(), ["#/to", "#/step"]);
    let disabled = json!({ "to": new.id, "step": new.actions[0].id });
    assert_eq!(post(&router, &path, &disabled).await.status, 409);
    let other_kind = json!({ "to": booking.id, "step": booking.actions[0].id });
    let refused = post(&router, &path, &other_kind).await.json;
    let why = refused["refused"][0]["why"].as_str().unwrap();
    assert!(why.contains("cannot take each other's patients"), "{why}");
    assert_eq!(enrolments(&dynamo).await.len(), 1, "nothing was changed");
}
