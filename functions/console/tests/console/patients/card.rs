//! The card of a patient: what stands on it for whom, choices, holds, and the record as a whole.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{enrolled, maria};
use crate::support::Office;

#[tokio::test]
async fn a_viewer_reads_the_card_and_is_offered_nothing_they_may_not_do() {
    let office = Office::open().await;
    let (maria, _) = enrolled(&office).await;
    let address = format!("/app/patients/{maria}");
    let page = office.person(Role::Viewer).await.get(&address).await;
    page.shows("Maria Rossi").shows("Six-monthly call").shows("Wed 31 Mar 2027").shows("1 of 1");
    page.shows("Waits for a person").shows("It is at a pause, until you go on");
    page.lacks("Edit").lacks("Enrol on").lacks("Archive").lacks("Write down").lacks("nothing more");
    page.has_not("method=\"post\" action=\"/app/patients");
    let page = office.person(Role::FrontDesk).await.get(&address).await;
    page.shows("Edit")
        .shows("Enrol on a program")
        .shows("Archive this patient")
        .lacks("Merge into");
    office.person(Role::Admin).await.get(&address).await.shows("Merge into another record");
}

#[tokio::test]
async fn a_choice_is_written_down_with_how_it_is_known() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let card = format!("/app/patients/{maria}");
    desk.get(&card).await.shows("Not said: it is sent").shows("Not said: none is sent");
    let consents = format!("{card}/consents");
    let mut fields = vec![("channel", "sms"), ("purpose", "commercial"), ("choice", "given")];
    let page = desk.post(&consents, &fields).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.shows("How you know ").has("value=\"commercial\" selected");
    fields.push(("how", "signed form 7"));
    desk.sent(&consents, &fields).await.shows("Wants it").shows("You: signed form 7");
    let out = [("channels", "sms"), ("channels", "email"), ("why", "rang us")];
    let page = desk.sent(&format!("{card}/opt-out"), &out).await;
    page.shows("Wants none").shows("rang us");
    let patient = office.read(&format!("/v1/patients/{maria}")).await;
    assert_eq!(patient["opted_out"], json!(["sms", "email"]));
    let page = desk.post(&format!("{card}/opt-out"), &[("why", "rang us")]).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.shows("What is ticked ").has("value=\"rang us\"");
}

#[tokio::test]
async fn archiving_says_what_ends_and_the_record_can_be_restored() {
    let office = Office::open().await;
    let (maria, enrolment) = enrolled(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let card = format!("/app/patients/{maria}");
    desk.get(&card).await.shows("The program they are on ends.");
    let standing = format!("{card}/standing");
    let page = desk.sent(&standing, &[("to", "archive")]).await;
    page.shows("Archived. Nothing is sent").shows("This record is archived").shows("Restore");
    page.shows("They are on no program now").lacks("Enrol on a program");
    assert_eq!(office.read(&format!("/v1/enrolments/{enrolment}")).await["status"], "ended");
    desk.get(&format!("{card}?over=on")).await.shows("Six-monthly call").shows("Ended");
    desk.sent(&standing, &[("to", "restore")]).await.shows("Restored.").lacks("is archived");
    desk.sent(&standing, &[("to", "deceased")]).await.shows("This patient has died");
}

#[tokio::test]
async fn what_a_viewer_sends_all_the_same_changes_nothing() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let viewer = office.person(Role::Viewer).await;
    let card = format!("/app/patients/{maria}");
    let how = ("how", "x");
    for (path, fields) in [
        ("standing", vec![("to", "archive")]),
        ("consents", vec![("channel", "sms"), ("purpose", "care"), ("choice", "withdrawn"), how]),
        ("opt-out", vec![("channels", "sms"), ("why", "x")]),
        ("release", vec![("channel", "sms")]),
        ("edit", vec![("first_name", "Other"), ("last_name", "Name"), ("version", "\"1\"")]),
        ("merge/into", vec![("into", maria.as_str())]),
    ] {
        let page = viewer.post(&format!("{card}/{path}"), &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    let patient = office.read(&format!("/v1/patients/{maria}")).await;
    assert_eq!((&patient["version"], &patient["standing"]), (&json!(1), &json!("current")));
}

#[tokio::test]
async fn there_is_no_card_of_nobody() {
    let office = Office::open().await;
    let viewer = office.person(Role::Viewer).await;
    for path in
        ["/app/patients/pat_0", "/app/enrolments/enr_0", "/app/patients/%3Cb%3E/replies.csv"]
    {
        assert_eq!(viewer.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn what_ends_with_a_record_is_counted_whichever_page_of_programs_is_looked_at() {
    let office = Office::open().await;
    let (maria, recall) = (super::maria(&office).await, super::recall(&office).await);
    let draft = json!({ "patient": maria, "program": recall, "reference_date": "2027-03-31" });
    for _ in 0..3 {
        office.api("POST", "/v1/enrolments", &draft).await;
    }
    let desk = office.person(Role::FrontDesk).await;
    let page = office.read(&format!("/v1/patients/{maria}/enrolments?limit=2")).await;
    let next = page["next"].as_str().unwrap();
    let page = desk.get(&format!("/app/patients/{maria}?cursor={next}")).await;
    page.shows("All 3 programs they are on end.");
    desk.get(&format!("/app/patients/{maria}")).await.shows("All 3 programs they are on end.");
}
