//! What is done with a program as a whole.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{HOSTILE, enrol, id, monitoring, reminder};
use crate::support::Office;

#[tokio::test]
async fn a_new_program_goes_to_its_editor() {
    let office = Office::open().await;
    let admin = office.person(Role::Admin).await;
    let page = admin.get("/app/programs/new").await;
    page.shows("Gets a patient to book").shows("Messages around one booking");
    let fields = [
        ("type", "recall"),
        ("name", "Yearly check"),
        ("cycles", "3"),
        ("frequency_amount", "12"),
        ("frequency_unit", "months"),
        ("purpose", "care"),
        ("clinically_significant", "on"),
    ];
    let page = admin.sent("/app/programs/new", &fields).await;
    page.shows("Created.").shows("Actions & Properties").shows("Add its first action");
    let made = &office.read("/v1/programs").await["items"][0];
    assert_eq!(made["cycles"], 3);
    assert_eq!(made["frequency"], json!({ "amount": 12, "unit": "months" }));
    assert_eq!(made["clinically_significant"], true);
    assert_eq!(made["completion"], "any");
    assert_eq!(made["enabled"], false);
}

#[tokio::test]
async fn a_program_that_runs_once_takes_no_frequency_from_the_form() {
    let office = Office::open().await;
    let admin = office.person(Role::Admin).await;
    let fields = [
        ("type", "booking"),
        ("name", "Reminder"),
        ("cycles", "9"),
        ("frequency_amount", "12"),
        ("frequency_unit", "months"),
        ("purpose", "care"),
    ];
    admin.sent("/app/programs/new", &fields).await.shows("Created.");
    assert_eq!(office.read("/v1/programs").await["items"][0]["cycles"], 1);
}

#[tokio::test]
async fn a_new_program_that_is_wrong_keeps_what_was_typed() {
    let office = Office::open().await;
    monitoring(&office, "Weight").await;
    let admin = office.person(Role::Admin).await;
    let fields = [
        ("type", "recall"),
        ("name", HOSTILE),
        ("cycles", "many"),
        ("frequency_amount", ""),
        ("frequency_unit", "weeks"),
        ("purpose", "commercial"),
    ];
    let page = admin.post("/app/programs/new", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("value=\"many\"")
        .has("value=\"&quot;&gt;&lt;script&gt;alert(1)")
        .has_not("<script>alert");
    page.has("value=\"recall\" checked").has("value=\"commercial\" checked");
    page.has("<option value=\"weeks\" selected>").shows("Cycles must be");
    let page = admin
        .post(
            "/app/programs/new",
            &[("type", "general"), ("name", "Weight"), ("cycles", "1"), ("purpose", "care")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("value=\"Weight\"").has("id=\"f-name-error\"");
}

#[tokio::test]
async fn it_is_enabled_when_nothing_is_missing_and_disabled_again() {
    let office = Office::open().await;
    let id = reminder(&office).await;
    let (admin, page) = (office.person(Role::Admin).await, format!("/app/programs/{id}"));
    admin.sent(&format!("{page}/enable"), &[]).await.shows("Patients are put on it from now on");
    assert_eq!(office.read(&format!("/v1/programs/{id}")).await["enabled"], true);
    admin.sent(&format!("{page}/disable"), &[]).await.shows("Nobody new is put on it");
    assert_eq!(office.read(&format!("/v1/programs/{id}")).await["enabled"], false);
}

#[tokio::test]
async fn what_is_missing_is_said_before_and_after_it_is_tried() {
    let office = Office::open().await;
    let empty = json!({ "type": "booking", "name": "Nothing yet" });
    let empty = id(&office.api("POST", "/v1/programs", &empty).await);
    let admin = office.person(Role::Admin).await;
    admin.get(&format!("/app/programs/{empty}")).await.shows("needs at least one action");
    let page = admin.post(&format!("/app/programs/{empty}/enable"), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("It cannot be enabled yet").shows("Actions needs at least one action");
    // A tag that this type cannot fill is told by the API.
    let body = json!({ "channel": "sms", "name": "Of a visit", "body": "At {{ booking.time }}" });
    let text = id(&office.api("POST", "/v1/templates", &body).await);
    let draft = json!({ "type": "general", "name": "Wrong text", "actions": [
        { "type": "sms", "template": text, "timing": { "when": "enrolled" } }] });
    let wrong = id(&office.api("POST", "/v1/programs", &draft).await);
    let page = admin.post(&format!("/app/programs/{wrong}/enable"), &[]).await;
    page.shows("Action 1, template").shows("booking.time");
}

#[tokio::test]
async fn what_is_missing_is_said_without_ids() {
    let office = Office::open().await;
    let draft = json!({ "type": "general", "name": "Without its text", "actions": [
        { "type": "sms", "template": "tmpl_00000000000000000000000000", "timing": { "when": "enrolled" } }] });
    let program = id(&office.api("POST", "/v1/programs", &draft).await);
    let admin = office.person(Role::Admin).await;
    let page = admin.post(&format!("/app/programs/{program}/enable"), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Action 1, template does not exist any more; choose another one").lacks("tmpl_");
}

#[tokio::test]
async fn a_copy_has_another_name_and_begins_disabled() {
    let office = Office::open().await;
    let original = monitoring(&office, "Weight").await;
    let admin = office.person(Role::Admin).await;
    let path = format!("/app/programs/{original}/duplicate");
    let page = admin.post(&path, &[("name", "Weight")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("value=\"Weight\"").has("id=\"f-name-error\"");
    let page = admin.sent(&path, &[("name", "Blood pressure")]).await;
    page.shows("Created.").shows("Blood pressure").shows("Disabled");
    assert_eq!(office.read("/v1/programs").await["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_program_with_patients_is_not_deleted_and_one_without_is() {
    let office = Office::open().await;
    let program = monitoring(&office, "Weight").await;
    enrol(&office, &program).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}"));
    let page = admin.get(&path).await;
    page.shows("1 patient is on it, so that it cannot be deleted yet").has_not("/delete\"");
    // Nor by a page from before somebody was put on it.
    let version =
        format!("\"{}\"", office.read(&format!("/v1/programs/{program}")).await["version"]);
    let page = admin.post(&format!("{path}/delete"), &[("version", &version)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("1 patient is on “Weight”");

    let other = reminder(&office).await;
    let path = format!("/app/programs/{other}");
    let page = admin.get(&path).await;
    page.shows("It is gone for good");
    let stale = admin.post(&format!("{path}/delete"), &[("version", "\"7\"")]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    stale.shows("Somebody else changed the program");
    let version = page.hidden("version").replace("&quot;", "\"");
    admin.sent(&format!("{path}/delete"), &[("version", &version)]).await.shows("Deleted.");
    assert_eq!(office.read("/v1/programs").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_role_may_not_do_is_not_done_either() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let person = office.person(Role::Clinician).await;
    // With the versions that an admin's forms have: nothing else may be what keeps them from it.
    let admin = office.person(Role::Admin).await;
    let page = admin.get(&format!("/app/programs/{program}/booking-types")).await;
    let (version, links) = (page.hidden("program"), page.hidden("links"));
    let sent = [
        ("name", "x"),
        ("version", version.as_str()),
        ("program", version.as_str()),
        ("links", links.as_str()),
        ("completion", "any"),
    ];
    for act in ["enable", "disable", "duplicate", "delete", "booking-types", "edit", "move"] {
        let page = person.post(&format!("/app/programs/{program}/{act}"), &sent).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{act}: {}", page.text());
    }
    // What is old is no way to an admin's form either.
    let stale = [("program", "\"7\""), ("links", "\"7\""), ("completion", "any")];
    let page = person.post(&format!("/app/programs/{program}/booking-types"), &stale).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.has_not("name=\"completion\"");
    let page = person
        .post("/app/programs/new", &[("type", "booking"), ("name", "x"), ("purpose", "care")])
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(office.read(&format!("/v1/programs/{program}")).await["version"], 1);
}
