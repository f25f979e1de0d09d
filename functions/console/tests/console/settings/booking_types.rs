//! The booking types.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{HOSTILE, program, version};
use crate::support::Office;

#[tokio::test]
async fn where_there_are_no_booking_types_it_says_what_to_do_next() {
    let office = Office::open().await;
    let person = office.person(Role::Viewer).await;
    person.get("/app/settings/booking-types").await.shows("An admin creates them");
    let refused = person.get("/app/settings/booking-types/new").await;
    assert_eq!(refused.location(), "/app/settings/booking-types");
    let person = office.person(Role::Admin).await;
    person.get("/app/settings/booking-types").await.shows("Create one for each type");
}

#[tokio::test]
async fn a_booking_type_says_which_programs_it_starts_and_completes() {
    let office = Office::open().await;
    let recall = program(&office, HOSTILE, "recall").await;
    let booking = program(&office, "Reminder", "booking").await;
    program(&office, "General care", "general").await;
    let person = office.person(Role::Admin).await;
    let page = person.get("/app/settings/booking-types/new").await;
    page.shows("Reminder").lacks("General care").shows(HOSTILE).has_not("<script>alert");
    let fields = [
        ("name", "Physio"),
        ("code", "physio-initial"),
        ("completes", recall.as_str()),
        ("starts", booking.as_str()),
    ];
    let page = person.sent("/app/settings/booking-types/new", &fields).await;
    page.shows("Created.").shows("physio-initial").shows("Reminder").has_not("<script>alert");
    let made = office.read("/v1/booking-types").await["items"][0].clone();
    assert_eq!((&made["starts"], &made["completes"]), (&json!([booking]), &json!([recall])));
    let path = format!("/app/settings/booking-types/{}", made["id"].as_str().unwrap());
    let page = person.get(&path).await;
    page.has(&format!("value=\"{recall}\" checked"));
    let fields = [("name", "Physio"), ("code", "physio-initial"), ("version", &version(&page))];
    person.sent(&path, &fields).await.shows("Saved.");
    assert_eq!(office.read("/v1/booking-types").await["items"][0]["completes"], json!([]));
    let viewer = office.person(Role::Viewer).await;
    viewer.get(&path).await.shows("physio-initial").has_not("type=\"checkbox\"");
}

#[tokio::test]
async fn what_is_wrong_with_a_booking_type_is_said_and_kept() {
    let office = Office::open().await;
    let recall = program(&office, "Recall", "recall").await;
    let person = office.person(Role::Admin).await;
    let wrong = [("name", HOSTILE), ("code", ""), ("starts", recall.as_str())];
    let page = person.post("/app/settings/booking-types/new", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("id=\"f-code-error\"").has_not("<script>alert");
    page.has(&format!("name=\"starts\" value=\"{recall}\" checked"));
    let draft = json!({ "code": "physio", "name": "Physio" });
    let made = office.api("POST", "/v1/booking-types", &draft).await;
    let path = format!("/app/settings/booking-types/{}", made["id"].as_str().unwrap());
    let before = version(&person.get(&path).await);
    let theirs = json!({ "code": "physio", "name": "Theirs", "completes": [recall] });
    office.api("PUT", &path.replace("/app/settings", "/v1"), &theirs).await;
    let mine = [("name", "Mine"), ("code", "physio"), ("version", &before)];
    let page = person.post(&path, &mine).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Somebody else saved it").shows("Theirs").shows("Recall").has("value=\"Mine\"");
    let mine = [("name", "Mine"), ("code", "physio"), ("version", &version(&page))];
    person.sent(&path, &mine).await.shows("Saved.").shows("Mine");
}
