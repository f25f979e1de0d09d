//! Writing a template.

use aws::http::Role;
use http::StatusCode;

use super::{HOSTILE, SMS, email, program, sms};
use crate::support::Office;

#[tokio::test]
async fn a_template_is_begun_for_a_channel_with_the_tags_that_it_may_use() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    person.get("/app/templates/new").await.shows("How is it sent?");
    let page = person.get("/app/templates/new?channel=sms").await;
    page.shows("New SMS template").shows("Tags to insert").has_not("name=\"subject\"");
    page.has("data-insert=\"{{ patient.first_name }}\" data-into=\"f-body\"");
    page.shows("here you see it as a patient will");
    let page = person.get("/app/templates/new?channel=email").await;
    page.has("data-insert=\"{{ patient.first_name }}\" data-into=\"f-subject f-body\"");
    page.has("name=\"subject\"").has("formtarget=\"look-frame\"").has("data-live=\"look-frame\"");
    let page = person.get("/app/templates/new?channel=letter").await;
    page.has("formaction=\"/app/templates/letter\"").has("formtarget=\"_blank\"");
}

#[tokio::test]
async fn what_is_written_is_created_once() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let fields = [("channel", "sms"), ("name", "Recall"), ("body", SMS), ("once", "k")];
    let page = person.sent("/app/templates/new", &fields).await;
    page.shows("Created.").shows(SMS).shows("Recall");
    let made = office.read("/v1/templates").await;
    assert_eq!(made["items"].as_array().unwrap().len(), 1);
    assert_eq!(made["items"][0]["body"], SMS);
}

#[tokio::test]
async fn an_email_is_saved_with_its_subject() {
    let office = Office::open().await;
    let id = email(&office).await;
    let person = office.person(Role::Admin).await;
    let page = person.get(&format!("/app/templates/{id}")).await;
    let version = page.hidden("version").replace("&quot;", "\"");
    let fields = [
        ("channel", "email"),
        ("name", "Welcome"),
        ("subject", "Hello {{ patient.first_name }}"),
        ("body", "Dear\r\nall"),
        ("version", &version),
    ];
    person.sent(&format!("/app/templates/{id}"), &fields).await.shows("Saved.");
    let saved = office.read(&format!("/v1/templates/{id}")).await;
    assert_eq!(saved["subject"], "Hello {{ patient.first_name }}");
    assert_eq!(saved["body"], "Dear\nall");
}

#[tokio::test]
async fn what_is_refused_is_kept_with_the_reason_beside_it() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let body = format!("{HOSTILE} {{{{ patient.nickname }}}}");
    let fields = [("channel", "email"), ("name", HOSTILE), ("subject", HOSTILE), ("body", &body)];
    let page = person.post("/app/templates/new", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.text().matches("known tags are").count(), 1, "{}", page.text());
    page.shows("Body uses unknown tags: patient.nickname").has("id=\"f-body-error\"");
    page.has("data-guard=\"typed\"");
    page.shows(&body).has_not("<script>alert");
    page.has("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"");
}

#[tokio::test]
async fn what_somebody_else_saved_meanwhile_is_shown_beside_what_was_typed() {
    let office = Office::open().await;
    let id = sms(&office, "Recall").await;
    let person = office.person(Role::Admin).await;
    let path = format!("/app/templates/{id}");
    let version = person.get(&path).await.hidden("version").replace("&quot;", "\"");
    let theirs = serde_json::json!({ "channel": "sms", "name": "Recall", "body": "Theirs" });
    office.api("PUT", &format!("/v1/templates/{id}"), &theirs).await;
    let mine = [("channel", "sms"), ("name", "Recall"), ("body", "Mine"), ("version", &version)];
    let page = person.post(&path, &mine).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Somebody else saved it").shows("Theirs").has(">\nMine</textarea>");
    let newer = page.hidden("version").replace("&quot;", "\"");
    let again = [("channel", "sms"), ("name", "Recall"), ("body", "Mine"), ("version", &newer)];
    person.sent(&path, &again).await.shows("Saved.");
    assert_eq!(office.read(&format!("/v1/templates/{id}")).await["body"], "Mine");
}

#[tokio::test]
async fn the_editor_says_which_programs_send_it() {
    let office = Office::open().await;
    let id = sms(&office, "Recall").await;
    let person = office.person(Role::Admin).await;
    let path = format!("/app/templates/{id}");
    person.get(&path).await.shows("Delete template…").lacks("Used by");
    let programs = [program(&office, "Yearly", &id).await, program(&office, HOSTILE, &id).await];
    let page = person.get(&path).await;
    page.shows("Used by 2 programs")
        .shows(HOSTILE)
        .has_not("<script>alert")
        .lacks("Delete template…");
    page.has(&format!("href=\"/app/programs/{}\"", programs[0]));
}
