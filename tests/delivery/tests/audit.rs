//! The audit finds nothing in a practice in which all went well, and each thing that it must find.

#![cfg(test)]

use app::ports::Clock;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::enrolment::Status;
use domain::ids::ActionId;
use domain::program::{Action, ActionKind, Channel};
use domain::text::Code;
use domain::timing::Timing;
use testkit::audit::{Handed, audit, handed};
use testkit::build::{at, booking_type, event, number, patient, program, sms};
use testkit::dynamo::Dynamo;

const VISIT: &str = "2026-12-03T10:30:00+11:00";

fn pause() -> Action {
    let id = ActionId::new(number(11));
    Action { id, timing: Timing::Enrolled, kind: ActionKind::Pause }
}

/// A visit was booked, its first message is out, and the patient waits at a pause.
async fn clinic() -> Clinic {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled), pause()]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.settle().await;
    assert!(matches!(clinic.enrolment().await.status, Status::Held { .. }));
    clinic
}

/// The one thing that is wrong.
async fn problem(clinic: &Clinic) -> String {
    let mut problems = audit(&clinic.dynamo, now(clinic)).await;
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.remove(0)
}

fn now(clinic: &Clinic) -> DateTime<Utc> {
    clinic.clock.now()
}

/// The key of the first item of a table whose partition and sort key begin like this.
async fn key_of(dynamo: &Dynamo, table: &str, pk: &str, sk: &str) -> (String, String) {
    let dump = dynamo.dump().await;
    let mut keys =
        dump.keys().filter(|(of, p, s)| *of == table && p.starts_with(pk) && s.starts_with(sk));
    keys.next().map(|(_, pk, sk)| (pk.clone(), sk.clone())).expect("there is one")
}

async fn delete(dynamo: &Dynamo, table: &str, pk: &str, sk: &str) {
    let (pk, sk) = key_of(dynamo, table, pk, sk).await;
    let delete = dynamo.client.delete_item().table_name(table);
    let delete = delete.key("pk", AttributeValue::S(pk)).key("sk", AttributeValue::S(sk));
    delete.send().await.unwrap();
}

/// Writes an item anew under another sort key.
async fn copy(
    dynamo: &Dynamo,
    table: &'static str,
    pk: &str,
    sk: &str,
    to: impl Fn(&str) -> String,
) {
    let (pk, sk) = key_of(dynamo, table, pk, sk).await;
    let mut item = dynamo.dump().await.remove(&(table, pk, sk.clone())).unwrap();
    item.insert("sk".to_owned(), AttributeValue::S(to(&sk)));
    dynamo.client.put_item().table_name(table).set_item(Some(item)).send().await.unwrap();
}

async fn change(dynamo: &Dynamo, table: &'static str, pk: &str, sk: &str, expression: &str) {
    let (pk, sk) = key_of(dynamo, table, pk, sk).await;
    let update = dynamo.client.update_item().table_name(table).update_expression(expression);
    let update = update.key("pk", AttributeValue::S(pk)).key("sk", AttributeValue::S(sk));
    let update = if expression.contains(":other") {
        update.expression_attribute_values(
            ":other",
            AttributeValue::S("2026-11-22T08:00:00.000Z|x".to_owned()),
        )
    } else {
        update
    };
    update.send().await.unwrap();
}

#[tokio::test]
async fn nothing_is_wrong_where_all_went_well() {
    let clinic = clinic().await;
    assert_eq!(audit(&clinic.dynamo, now(&clinic)).await, Vec::<String>::new());
    let sent = handed(&clinic.dynamo, Channel::Sms).await;
    assert_eq!(sent, Handed { sent: 1, unknown: 0 });
    assert_eq!(sent.compared(Channel::Sms, 1), None);
    assert!(sent.compared(Channel::Sms, 2).is_some() && sent.compared(Channel::Sms, 0).is_some());
}

#[tokio::test]
async fn an_active_enrolment_outside_the_due_index_is_found_and_one_with_another_time_too() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    assert_eq!(audit(&clinic.dynamo, now(&clinic)).await, Vec::<String>::new());
    change(&clinic.dynamo, "enrolments", "enr_", "ENROLMENT", "SET due_key = :other").await;
    assert!(problem(&clinic).await.contains("an entry nobody can read"));
    change(&clinic.dynamo, "enrolments", "enr_", "ENROLMENT", "REMOVE due_key, due_shard").await;
    assert!(problem(&clinic).await.contains("not in the due index"));
}

#[tokio::test]
async fn a_hold_without_work_is_found_and_work_without_its_hold() {
    let clinic = clinic().await;
    delete(&clinic.dynamo, "work-list", "OPEN", "").await;
    assert!(problem(&clinic).await.contains("nothing is on the work list for it"));

    let clinic = self::clinic().await;
    copy(&clinic.dynamo, "work-list", "OPEN", "", |_| "work_00000000000000000000000000".to_owned())
        .await;
    let problem = problem(&clinic).await;
    assert!(problem.contains("is not where its id says"), "{problem}");

    // An older release's enrolment, from before it was held.
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled), pause()]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    let (pk, sk) = key_of(&clinic.dynamo, "enrolments", "enr_", "ENROLMENT").await;
    let before = clinic.dynamo.dump().await.remove(&("enrolments", pk, sk)).unwrap();
    clinic.settle().await;
    let put = clinic.dynamo.client.put_item().table_name("enrolments").set_item(Some(before));
    put.send().await.unwrap();
    assert!(self::problem(&clinic).await.contains("its enrolment is not held for it"));
}

#[tokio::test]
async fn an_action_that_was_sent_twice_is_found() {
    let clinic = clinic().await;
    let again = |sk: &str| sk.replace("#0001", "#0002");
    copy(&clinic.dynamo, "enrolments", "enr_", "LEDGER#", again).await;
    let problems = audit(&clinic.dynamo, now(&clinic)).await;
    assert!(problems.iter().any(|it| it.contains("may both have arrived")), "{problems:#?}");
    assert!(problems.iter().any(|it| it.contains("was sent as msg-1, and so was another")));
}

#[tokio::test]
async fn what_lost_its_ledger_index_its_list_or_its_patients_entry_is_found() {
    let cases = [
        ("LEDGER#", "REMOVE sent_to, sent_key", "not found by where it went"),
        ("ENROLMENT", "REMOVE open_program", "is listed with its program"),
    ];
    for (sk, expression, expected) in cases {
        let clinic = clinic().await;
        change(&clinic.dynamo, "enrolments", "enr_", sk, expression).await;
        let problem = problem(&clinic).await;
        assert!(problem.contains(expected), "{problem}");
    }
    let clinic = clinic().await;
    delete(&clinic.dynamo, "enrolments", "ENROLMENTS#", "").await;
    assert!(problem(&clinic).await.contains("has no entry with"));
}

#[tokio::test]
async fn what_is_half_of_a_booking_an_event_a_patient_or_a_name_is_found() {
    let cases = [
        ("intake", "BOOKINGS#", "", "has no entry for the booking"),
        ("people", "IDENTIFIER#", "", "leads to None"),
        ("catalogue", "PROGRAM_NAME", "", "PROGRAM_NAME leads to {}"),
        ("catalogue", "BOOKING_TYPE_CODE", "", "BOOKING_TYPE_CODE leads to {}"),
        ("catalogue", "SITE_CODE", "", "SITE_CODE leads to {}"),
        ("catalogue", "PROGRAM_VERSION#", "", "is not what counts"),
    ];
    for (table, pk, sk, expected) in cases {
        let clinic = clinic().await;
        delete(&clinic.dynamo, table, pk, sk).await;
        let problem = problem(&clinic).await;
        assert!(problem.contains(expected), "{pk}: {problem}");
    }
}

#[tokio::test]
async fn records_that_are_gone_are_missed_by_all_that_lead_to_them() {
    let dynamo = clinic().await.dynamo;
    let at = at("2026-11-23T08:00:00Z");
    delete(&dynamo, "intake", "BOOKING#", "").await;
    delete(&dynamo, "people", patient().id.as_str(), "PATIENT").await;
    delete(&dynamo, "catalogue", "PROGRAM", program(Vec::new()).id.as_str()).await;
    let problems = audit(&dynamo, at).await;
    for expected in [
        "which is not there",
        "who is not there",
        "for no booking of theirs",
        "who does not have it",
    ] {
        assert!(problems.iter().any(|it| it.contains(expected)), "{expected}: {problems:#?}");
    }
    let linked = format!("{} is linked to", booking_type().id);
    assert!(problems.iter().any(|it| it.contains(&linked)), "{problems:#?}");
}

#[tokio::test]
async fn an_event_that_waits_and_is_not_brought_up_is_found() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let mut unknown = event(1, BookingEventKind::Made, VISIT);
    unknown.details.as_mut().unwrap().booking_type = Code::parse("other").unwrap();
    clinic.event("evt-1", &unknown).await.unwrap();
    assert_eq!(audit(&clinic.dynamo, now(&clinic)).await, Vec::<String>::new());
    change(&clinic.dynamo, "intake", "EVENT#", "", "REMOVE due_key, due_shard").await;
    assert!(problem(&clinic).await.contains("is not brought up"));
}
