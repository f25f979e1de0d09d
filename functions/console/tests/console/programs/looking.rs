//! What the pages of programs show, and to whom.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{HOSTILE, enrol, monitoring, reminder, template};
use crate::support::Office;

#[tokio::test]
async fn an_empty_practice_is_told_what_to_do_next() {
    let office = Office::open().await;
    let page = office.person(Role::Admin).await.get("/app/programs").await;
    page.shows("There are no programs yet").has("href=\"/app/programs/new\"");
    let page = office.person(Role::FrontDesk).await.get("/app/programs").await;
    page.shows("An admin makes them").has_not("/app/programs/new");
}

#[tokio::test]
async fn the_list_is_narrowed_by_name_type_and_whether_it_is_enabled() {
    let office = Office::open().await;
    reminder(&office).await;
    monitoring(&office, "Weight").await;
    let viewer = office.person(Role::Viewer).await;
    viewer.get("/app/programs").await.shows("Booking reminder").shows("Weight").shows("2 actions");
    viewer.get("/app/programs").await.shows("No patients");
    viewer.get("/app/programs?q=book").await.shows("Booking reminder").lacks("Weight");
    viewer.get("/app/programs?type=general").await.lacks("Booking reminder").shows("Weight");
    let page = viewer.get("/app/programs?enabled=true&q=").await;
    page.lacks("Booking reminder").shows("Weight");
    page.has("<option value=\"true\" selected>");
    viewer.get("/app/programs?q=nothing").await.shows("No program fits");
}

#[tokio::test]
async fn a_program_is_shown_in_words() {
    let office = Office::open().await;
    let id = reminder(&office).await;
    let page = office.person(Role::Viewer).await.get(&format!("/app/programs/{id}")).await;
    page.shows("Booking reminder")
        .shows("1. SMS Reminder text 3 days before the booking, at 10:00")
        .shows("Pauses on an error")
        .shows("2. Pause At the time of the booking")
        .shows("Nobody new is put on it")
        .shows("On it now No patients");
    page.has("<title>Booking reminder · Patient Connect</title>");
}

#[tokio::test]
async fn who_may_only_look_sees_nothing_to_press() {
    let office = Office::open().await;
    let id = monitoring(&office, "Weight").await;
    for role in [Role::Viewer, Role::FrontDesk, Role::Clinician] {
        let person = office.person(role).await;
        let page = person.get(&format!("/app/programs/{id}")).await;
        page.has_not("method=\"post\" action=\"/app/").lacks("Disable…").lacks("Duplicate");
        page.lacks("Actions & Properties").lacks("Move patients");
        let page = person.get(&format!("/app/programs/{id}/booking-types")).await;
        page.has_not("method=\"post\" action=\"/app/").shows("No booking");
    }
    let page = office.person(Role::Admin).await.get(&format!("/app/programs/{id}")).await;
    page.shows("Disable").shows("Duplicate").shows("Actions & Properties").shows("Move patients");
}

#[tokio::test]
async fn the_timeline_is_drawn_and_says_the_same_as_a_table() {
    let office = Office::open().await;
    let id = reminder(&office).await;
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.get(&format!("/app/programs/{id}/timeline?date=2026-12-16&time=10:30")).await;
    page.has("<svg class=\"chart\"").shows("16 Dec 2026");
    page.shows("Sun 13 Dec 2026").shows("sending window").shows("Waits for a person");
    page.shows("Hello").shows("1 part");
    // Without a date there is one that shows what it does.
    viewer.get(&format!("/app/programs/{id}/timeline")).await.shows("Mon 7 Dec 2026");
}

#[tokio::test]
async fn a_date_that_is_none_is_said_beside_its_field() {
    let office = Office::open().await;
    let id = monitoring(&office, "Weight").await;
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.get(&format!("/app/programs/{id}/timeline?date=soon")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("value=\"soon\"").has("aria-invalid=\"true\"");
}

#[tokio::test]
async fn the_timeline_of_many_cycles_has_a_row_for_each() {
    let office = Office::open().await;
    let template = template(&office, "sms", "Weigh").await;
    let draft = json!({
        "type": "program", "name": "Weigh-in", "cycles": 3,
        "frequency": { "amount": 1, "unit": "months" },
        "actions": [{ "type": "sms", "template": template, "timing": { "when": "on", "at": "10:00" } }],
    });
    let id = super::id(&office.api("POST", "/v1/programs", &draft).await);
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.get(&format!("/app/programs/{id}/timeline?date=2027-01-29")).await;
    page.shows("Cycle 1").shows("Cycle 3").shows("Fri 29 Jan 2027, 10:00").shows("Mon 29 Mar 2027");
}

#[tokio::test]
async fn who_is_on_a_program_is_listed_with_what_comes_next() {
    let office = Office::open().await;
    let id = monitoring(&office, "Weight").await;
    let viewer = office.person(Role::Viewer).await;
    viewer.get(&format!("/app/programs/{id}/patients")).await.shows("No patients are on it now");
    let enrolment = enrol(&office, &id).await;
    let page = viewer.get(&format!("/app/programs/{id}/patients")).await;
    page.shows("Maria Rossi").shows("1 of 1").shows("Action 1 of 2").shows("Active");
    page.has(&format!("href=\"/app/enrolments/{enrolment}\"")).shows("Mon 30 Nov 2026, 10:00");
    viewer.get(&format!("/app/programs/{id}")).await.shows("1 patient is on it now");
    let page = viewer.get("/app/programs").await;
    page.has(&format!("href=\"/app/programs/{id}/patients\"")).shows("1 patient");
    page.has("aria-label=\"1 patient on Weight\"");
}

#[tokio::test]
async fn versions_say_what_changed_in_words() {
    let office = Office::open().await;
    let id = monitoring(&office, "Weight").await;
    let mut program = office.read(&format!("/v1/programs/{id}")).await;
    program["name"] = json!("Weight at home");
    program["actions"][0]["timing"]["amount"] = json!(14);
    office.api("PUT", &format!("/v1/programs/{id}"), &program).await;
    let page = office.person(Role::Admin).await.get(&format!("/app/programs/{id}/versions")).await;
    page.shows("Version 3").shows("by you").shows("Name Weight Weight at home");
    page.shows("7 days after the day the patient is added, at 10:00");
    page.shows("14 days after the day the patient is added, at 10:00");
    page.shows("Version 2").shows("Enabled No Yes").shows("Version 1").shows("Created.");
    let page = office.person(Role::Viewer).await.get(&format!("/app/programs/{id}/versions")).await;
    page.shows("by somebody");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_no_page() {
    let office = Office::open().await;
    let viewer = office.person(Role::Viewer).await;
    for page in ["", "/timeline", "/patients", "/versions", "/booking-types"] {
        let page = viewer.get(&format!("/app/programs/prog_none{page}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.text());
    }
}

#[tokio::test]
async fn hostile_text_stays_text_on_every_page() {
    let office = Office::open().await;
    let template = template(&office, "sms", HOSTILE).await;
    let kind = json!({ "code": "first", "name": HOSTILE });
    office.api("POST", "/v1/booking-types", &kind).await;
    let draft = json!({
        "type": "referral", "name": HOSTILE,
        "actions": [{ "type": "sms", "template": template, "timing": { "when": "enrolled" },
                      "save_reply": true, "value": { "unit": "<b>kg" } }],
    });
    let id = super::id(&office.api("POST", "/v1/programs", &draft).await);
    let admin = office.person(Role::Admin).await;
    for page in ["", "/edit", "/booking-types", "/timeline", "/patients", "/versions", "/move"] {
        let page = admin.get(&format!("/app/programs/{id}{page}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        page.shows(HOSTILE).has_not("<script>alert").has_not("<b>kg");
        page.has_not(" style=").has_not(" onclick=");
    }
    let query = "q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&type=x%22%3E&enabled=%22%3E";
    admin.get(&format!("/app/programs?{query}")).await.has_not("<script>alert");
}
