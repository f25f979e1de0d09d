//! The sites.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{HOSTILE, site, version};
use crate::support::Office;

const FIELDS: [(&str, &str); 16] = [
    ("name", "Hill Clinic"),
    ("code", "hill"),
    ("time_zone", "Australia/Perth"),
    ("opens", "08:30"),
    ("closes", "18:00"),
    ("days", "monday"),
    ("days", "tuesday"),
    ("days", "wednesday"),
    ("days", "saturday"),
    ("sender", "number"),
    ("number", "+61491570156"),
    ("sender_id", ""),
    ("reply_to", "desk@hill.example"),
    ("address", "1 Hill Road\r\n\r\nPerth WA 6000"),
    ("phone", "(08) 5550 1234"),
    ("email", ""),
];

/// The same with other values.
fn with(others: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = FIELDS.iter().filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
    kept.chain(others).copied().collect()
}

#[tokio::test]
async fn sites_are_read_by_everybody_and_made_by_admins() {
    let office = Office::open().await;
    let id = site(&office).await;
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.get("/app/settings/sites").await;
    page.shows("Harbour Clinic").shows("Mon–Fri, 09:00 to 17:00").lacks("New site");
    let page = viewer.get(&format!("/app/settings/sites/{id}")).await;
    page.shows("Australia/Sydney").has_not("name=\"opens\"").has_not("Save site");
    assert_eq!(viewer.get("/app/settings/sites/new").await.location(), "/app/settings/sites");
    let admin = office.person(Role::Admin).await;
    admin.get("/app/settings/sites").await.shows("New site");
    let page = admin.get("/app/settings/sites/new").await;
    page.shows("On these days").has("value=\"monday\" checked").has("value=\"Australia/Perth\"");
    assert!(page.size < 30_000, "{}", page.size);
    admin.get("/app/settings/sites?q=none").await.shows("No site fits");
}

#[tokio::test]
async fn a_site_is_created_with_all_that_the_form_has() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let page = person.sent("/app/settings/sites/new", &FIELDS).await;
    page.shows("Created.").shows("Hill Clinic").shows("Mon–Wed, Sat, 08:30 to 18:00");
    let site = office.read("/v1/sites?q=hill").await["items"][0].clone();
    assert_eq!(site["time_zone"], "Australia/Perth");
    assert_eq!(site["sms"], json!({ "number": "+61491570156" }));
    assert_eq!(site["reply_to"], "desk@hill.example");
    let letterhead = json!({ "address": ["1 Hill Road", "Perth WA 6000"], "phone": "(08) 5550 1234", "email": null });
    assert_eq!(site["letterhead"], letterhead);
}

#[tokio::test]
async fn a_site_is_changed_and_keeps_its_holidays() {
    let office = Office::open().await;
    let id = site(&office).await;
    let days = json!({ "holidays": [{ "date": "2026-12-25", "name": "Christmas Day" }] });
    office.api("PUT", &format!("/v1/sites/{id}/holidays"), &days).await;
    let person = office.person(Role::Admin).await;
    let path = format!("/app/settings/sites/{id}");
    let now = version(&person.get(&path).await);
    let mut fields = with(&[("sender", "name"), ("sender_id", "HillClinic")]);
    fields.push(("version", &now));
    let page = person.sent(&path, &fields).await;
    page.shows("Saved.").has("value=\"HillClinic\"").has("value=\"name\" checked");
    let saved = office.read(&format!("/v1/sites/{id}")).await;
    assert_eq!(saved["sms"], json!({ "sender_id": "HillClinic" }));
    assert_eq!(saved["sending_window"]["holidays"], json!(["2026-12-25"]));
    let now = version(&person.get(&path).await);
    let mut fields = with(&[("sender", "")]);
    fields.push(("version", &now));
    person.sent(&path, &fields).await.shows("Saved.");
    assert_eq!(office.read(&format!("/v1/sites/{id}")).await["sms"], json!(null));
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let mut wrong = with(&[
        ("name", HOSTILE),
        ("code", "x y"),
        ("time_zone", "Mars/Olympus"),
        ("closes", "07:00"),
        ("days", "noday"),
        ("number", "12 ab"),
        ("reply_to", "nobody"),
        ("phone", HOSTILE),
        ("email", "x"),
        ("address", "1\n2\n3\n4\n5"),
    ]);
    let page = person.post("/app/settings/sites/new", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has_not("<script>alert").has("value=\"Mars/Olympus\"").has("value=\"12 ab\"");
    for field in ["time_zone", "number", "reply_to", "email", "address"] {
        page.has(&format!("id=\"f-{field}-error\""));
    }
    page.has("id=\"days-error\"").has(">\n1\n2\n3\n4\n5</textarea>");
    wrong.retain(|(name, _)| *name != "days");
    person.post("/app/settings/sites/new", &wrong).await.has("id=\"days-error\"");
    let twice = with(&[("code", "harbour")]);
    let page = person.post("/app/settings/sites/new", &twice).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("id=\"f-code-error\"").has("value=\"harbour\"").has("value=\"Hill Clinic\"");
    assert_eq!(office.read("/v1/sites").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_somebody_else_saved_of_a_site_is_shown_beside_what_was_typed() {
    let office = Office::open().await;
    let id = site(&office).await;
    let person = office.person(Role::Admin).await;
    let path = format!("/app/settings/sites/{id}");
    let before = version(&person.get(&path).await);
    let theirs = json!({ "code": "harbour", "name": "Theirs", "time_zone": "Australia/Sydney" });
    office.api("PUT", &format!("/v1/sites/{id}"), &theirs).await;
    let mut mine = FIELDS.to_vec();
    mine.push(("version", &before));
    let page = person.post(&path, &mine).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Somebody else saved it").shows("Theirs").has("value=\"Hill Clinic\"");
    let now = version(&page);
    let mut again = FIELDS.to_vec();
    again.push(("version", &now));
    person.sent(&path, &again).await.shows("Saved.");
}
