//! Holidays, of one site and of many.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{HOSTILE, site, version};
use crate::support::Office;

#[tokio::test]
async fn the_holidays_of_a_site_are_read_by_everybody() {
    let office = Office::open().await;
    let path = format!("/app/settings/sites/{}/holidays", site(&office).await);
    let viewer = office.person(Role::FrontDesk).await;
    viewer.get(&path).await.shows("There are no holidays yet").has_not("name=\"date\"");
    let days = json!({ "holidays": [{ "date": "2026-12-25", "name": HOSTILE }] });
    office.api("PUT", &path.replace("/app/settings", "/v1"), &days).await;
    let page = viewer.get(&path).await;
    page.shows("Fri 25 Dec 2026").shows(HOSTILE).has_not("<script>alert");
}

#[tokio::test]
async fn holidays_are_added_renamed_and_removed_in_one_form() {
    let office = Office::open().await;
    let path = format!("/app/settings/sites/{}/holidays", site(&office).await);
    let person = office.person(Role::Admin).await;
    let page = person.get(&path).await;
    page.has("aria-label=\"Day of row 1\"");
    let first = [
        ("date", "2026-12-25"),
        ("name", "Christmas"),
        ("date", ""),
        ("name", ""),
        ("date", "2026-12-26"),
        ("name", "Boxing Day"),
        ("version", &version(&page)),
    ];
    let page = person.sent(&path, &first).await;
    page.shows("Saved.").has("value=\"Christmas\"").has("aria-label=\"Name of Boxing Day\"");
    let second = [
        ("date", "2026-12-25"),
        ("name", "Christmas Day"),
        ("date", "2026-12-26"),
        ("name", "Boxing Day"),
        ("remove", "1"),
        ("version", &version(&page)),
    ];
    person.sent(&path, &second).await.shows("Saved.");
    let saved = office.read(&path.replace("/app/settings", "/v1")).await;
    assert_eq!(saved["holidays"], json!([{ "date": "2026-12-25", "name": "Christmas Day" }]));
}

#[tokio::test]
async fn a_wrong_row_says_so_and_all_rows_are_kept() {
    let office = Office::open().await;
    let path = format!("/app/settings/sites/{}/holidays", site(&office).await);
    let person = office.person(Role::Admin).await;
    let now = version(&person.get(&path).await);
    let wrong = [
        ("date", "2026-12-24"),
        ("name", "Removed"),
        ("date", "2026-12-25"),
        ("name", HOSTILE),
        ("date", "2026-12-25"),
        ("name", "Again"),
        ("remove", "0"),
        ("version", &now),
    ];
    let page = person.post(&path, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Day of Again is listed twice").has("id=\"date-2-error\"").has_not("<script>alert");
    page.has("name=\"remove\" value=\"0\" checked").has("value=\"Removed\"");
}

#[tokio::test]
async fn holidays_that_somebody_else_saved_are_shown_beside_those_that_were_typed() {
    let office = Office::open().await;
    let path = format!("/app/settings/sites/{}/holidays", site(&office).await);
    let person = office.person(Role::Admin).await;
    let now = version(&person.get(&path).await);
    let theirs = json!({ "holidays": [{ "date": "2027-01-26", "name": "Australia Day" }] });
    office.api("PUT", &path.replace("/app/settings", "/v1"), &theirs).await;
    let mine = [("date", "2026-12-25"), ("name", "Christmas"), ("version", &now)];
    let page = person.post(&path, &mine).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Somebody else saved it").shows("2027-01-26 Australia Day");
    page.has("value=\"Christmas\"");
    let mine = [("date", "2026-12-25"), ("name", "Christmas"), ("version", &version(&page))];
    person.sent(&path, &mine).await.shows("Saved.");
}

#[tokio::test]
async fn a_holiday_is_added_to_many_sites_and_said_of_each() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let hill = [
        ("code", "hill"),
        ("name", "Hill <b>"),
        ("time_zone", "Australia/Perth"),
        ("opens", "09:00"),
        ("closes", "17:00"),
        ("days", "monday"),
    ];
    person.sent("/app/settings/sites/new", &hill).await.shows("Created.");
    person.get("/app/settings/holidays").await.shows("Every site (2)").shows("Hill <b>");
    let one = [("date", "2026-12-25"), ("name", "Christmas"), ("which", "some"), ("sites", "hill")];
    let page = person.post("/app/settings/holidays", &one).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Hill <b>: Added").has_not("<b>");
    let all = [("date", "2026-12-25"), ("name", "Christmas"), ("which", "all")];
    let page = person.post("/app/settings/holidays", &all).await;
    page.shows("Hill <b>: Was there already").shows("Harbour Clinic: Added");
    let none = [("date", "2026-12-25"), ("name", HOSTILE), ("which", "some")];
    let page = person.post("/app/settings/holidays", &none).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("value=\"some\" checked").has_not("<script>alert");
    let both =
        [("date", "2026-12-28"), ("name", "Boxing Day"), ("which", "all"), ("sites", "hill")];
    let page = person.post("/app/settings/holidays", &both).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("No holiday was added").has("id=\"sites-error\"").has("value=\"2026-12-28\"");
    page.has("value=\"all\" checked").has("value=\"hill\" checked").has("value=\"Boxing Day\"");
    page.has_not("value=\"harbour\" checked");
    for it in office.read("/v1/sites").await["items"].as_array().unwrap() {
        assert_eq!(it["sending_window"]["holidays"], json!(["2026-12-25"]));
    }
    let viewer = office.person(Role::Viewer).await.get("/app/settings/holidays").await;
    assert_eq!(viewer.location(), "/app/settings/sites");
}
