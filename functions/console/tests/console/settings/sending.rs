//! Holding and releasing all sending.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{HOSTILE, program};
use crate::support::{Office, Trouble};

/// Two patients on a program whose message is due.
async fn two_due(office: &Office) {
    let program = program(office, "General care", "general").await;
    office.api("POST", &format!("/v1/programs/{program}/enable"), &json!({})).await;
    for (name, mobile) in [("Maria", "+61491570156"), ("Aroha", "+61491570157")] {
        let patient = json!({
            "first_name": name, "last_name": "Rossi", "mobile": mobile,
            "site": "harbour",
        });
        let patient = office.api("POST", "/v1/patients", &patient).await;
        let enrolment = json!({ "program": program, "patient": patient["id"] });
        office.api("POST", "/v1/enrolments", &enrolment).await;
    }
    office.clock.advance(chrono::Duration::minutes(5));
}

#[tokio::test]
async fn while_messages_go_out_only_an_admin_can_hold_them() {
    let office = Office::open().await;
    let page = office.person(Role::Clinician).await.get("/app/settings/sending").await;
    page.shows("Messages go out when they are due").lacks("Hold all sending");
    let page = office.person(Role::Admin).await.get("/app/settings/sending").await;
    page.shows("Hold all sending…").lacks("Release");
}

#[tokio::test]
async fn sending_is_held_without_waiting_for_what_is_due() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let trouble = Trouble::Refusal(StatusCode::SERVICE_UNAVAILABLE, None);
    office.troubles.lock().unwrap().push_back(trouble);
    let page = person.get("/app/settings/sending").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Hold all sending…");
    assert_eq!(office.troubles.lock().unwrap().len(), 1, "nothing else is asked for");
}

#[tokio::test]
async fn what_a_release_would_do_is_missed_and_the_page_is_there() {
    let office = Office::open().await;
    office.api("POST", "/v1/sending/hold", &json!({ "why": "Wrong text" })).await;
    let person = office.person(Role::Admin).await;
    let trouble = Trouble::Refusal(StatusCode::SERVICE_UNAVAILABLE, None);
    office.troubles.lock().unwrap().push_back(trouble);
    let page = person.get("/app/settings/sending").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Wrong text").shows("It cannot be told just now").lacks("Release all sending…");
    person.get("/app/settings/sending").await.shows("Release all sending…");
}

#[tokio::test]
async fn a_release_that_is_refused_for_another_reason_says_that_one() {
    let office = Office::open().await;
    office.api("POST", "/v1/sending/hold", &json!({ "why": "Wrong text" })).await;
    let person = office.person(Role::Admin).await;
    office.troubles.lock().unwrap().push_back(Trouble::Refusal(StatusCode::CONFLICT, None));
    let page = person.post("/app/settings/sending/release", &[("messages", "0")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("It was refused, and nothing was changed").lacks("More would go out now");
}

#[tokio::test]
async fn all_sending_is_held_with_why_and_released_again() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let page = person.sent("/app/settings/sending/hold", &[("why", HOSTILE)]).await;
    page.shows("All sending is on hold now").shows(HOSTILE).has_not("<script>alert");
    page.shows("On hold since Mon 23 Nov 2026, 10:00").shows("Held by you");
    page.shows("No message goes out at once").shows("Release all sending…");
    let viewer = office.person(Role::Viewer).await.get("/app/settings/sending").await;
    viewer
        .shows("Held by somebody")
        .shows("What a release would do now")
        .lacks("Release all sending…");
    let page = person.sent("/app/settings/sending/release", &[("messages", "0")]).await;
    page.shows("Sending is released").shows("Messages go out when they are due");
    assert_eq!(office.read("/v1/sending").await["state"], "on");
}

#[tokio::test]
async fn a_hold_says_why() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let page = person.post("/app/settings/sending/hold", &[("why", "")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("id=\"f-why-error\"").has("<details class=\"confirm\" open>");
    let long = "Wrong text. ".repeat(300);
    let page = person.post("/app/settings/sending/hold", &[("why", &long)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("<details class=\"confirm\" open>").has(&format!("value=\"{long}\""));
    person.get("/app/settings/sending").await.has("<details class=\"confirm\">");
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.post("/app/settings/sending/hold", &[("why", "x")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(office.read("/v1/sending").await["state"], "on");
}

#[tokio::test]
async fn a_release_lets_no_more_out_than_the_person_saw() {
    let office = Office::open().await;
    office.api("POST", "/v1/sending/hold", &json!({ "why": "Wrong text" })).await;
    let person = office.person(Role::Admin).await;
    let before = person.get("/app/settings/sending").await.hidden("messages");
    assert_eq!(before, "0");
    two_due(&office).await;
    let page = person.post("/app/settings/sending/release", &[("messages", &before)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("More would go out now than when you looked").shows("2 messages may go out at once");
    page.shows("General care").shows("By program");
    assert_eq!(office.read("/v1/sending").await["state"], "held");
    let now = page.hidden("messages");
    assert_eq!(now, "2");
    person.sent("/app/settings/sending/release", &[("messages", &now)]).await.shows("released");
}
