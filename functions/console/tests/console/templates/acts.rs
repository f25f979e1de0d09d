//! Sending a template to oneself, and deleting it.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{SMS, email, program, sms};
use crate::support::Office;

#[tokio::test]
async fn a_test_goes_to_whoever_asks_for_it() {
    let office = Office::open().await;
    let (text, mail) = (sms(&office, "Recall").await, email(&office).await);
    let person = office.person(Role::Admin).await;
    let fields = [("channel", "sms"), ("name", "Recall"), ("body", SMS), ("to", "0491 570 006")];
    let page = person.sent(&format!("/app/templates/{text}/test"), &fields).await;
    page.shows("The test is on its way");
    let (to, said) = office.sms.outbox().pop().unwrap();
    assert_eq!(to, "+61491570006");
    assert!(said.starts_with("Hi Maria"), "{said}");
    let saved = office.read(&format!("/v1/templates/{mail}")).await;
    let fields = [
        ("channel", "email"),
        ("name", "Welcome"),
        ("subject", saved["subject"].as_str().unwrap()),
        ("body", saved["body"].as_str().unwrap()),
        ("to", "me@practice.example"),
    ];
    person.sent(&format!("/app/templates/{mail}/test"), &fields).await.shows("on its way");
    assert_eq!(office.email.outbox().len(), 1);
}

#[tokio::test]
async fn a_test_that_cannot_go_says_why_and_keeps_what_was_typed() {
    let office = Office::open().await;
    let id = sms(&office, "Recall").await;
    let person = office.person(Role::Admin).await;
    let path = format!("/app/templates/{id}/test");
    let other =
        [("channel", "sms"), ("name", "Recall"), ("body", "Not saved"), ("to", "0491 570 006")];
    let page = person.post(&path, &other).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("this is not saved yet")
        .has(">\nNot saved</textarea>")
        .has("value=\"0491 570 006\"");
    let wrong = [("channel", "sms"), ("name", "Recall"), ("body", SMS), ("to", "12")];
    let page = person.post(&path, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("id=\"f-to-error\"").has("value=\"12\"");
    office.api("POST", "/v1/sending/hold", &json!({ "why": "Wrong text" })).await;
    let held = [("channel", "sms"), ("name", "Recall"), ("body", SMS), ("to", "0491 570 006")];
    let page = person.post(&path, &held).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("All sending is on hold; release it first");
    assert!(office.sms.outbox().is_empty());
}

#[tokio::test]
async fn a_template_that_nothing_uses_is_deleted() {
    let office = Office::open().await;
    let id = sms(&office, "Recall").await;
    let person = office.person(Role::Admin).await;
    let page = person.get(&format!("/app/templates/{id}")).await;
    let version = page.hidden("version").replace("&quot;", "\"");
    let page = person.sent(&format!("/app/templates/{id}/delete"), &[("version", &version)]).await;
    page.shows("Deleted.").lacks("Recall");
}

#[tokio::test]
async fn a_template_in_use_is_not_deleted_and_its_programs_are_named() {
    let office = Office::open().await;
    let id = sms(&office, "Recall").await;
    let person = office.person(Role::Admin).await;
    let version = person.get(&format!("/app/templates/{id}")).await.hidden("version");
    let version = version.replace("&quot;", "\"");
    let stale = person.post(&format!("/app/templates/{id}/delete"), &[("version", "\"7\"")]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    stale.shows("Somebody else saved it since").shows("then delete it if you still want to");
    assert_eq!(stale.hidden("version"), version);
    program(&office, "Yearly check", &id).await;
    let page = person.post(&format!("/app/templates/{id}/delete"), &[("version", &version)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("These programs use the template: “Yearly check”");
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.post(&format!("/app/templates/{id}/delete"), &[("version", &version)]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}
