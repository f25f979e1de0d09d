//! The search.

use aws::http::Role;
use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::json;

use super::{HOSTILE, create, maria};
use crate::support::{CONSOLE, Office};

#[tokio::test]
async fn a_patient_is_found_by_how_their_name_begins_and_told_from_another_by_birth_and_mobile() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    create(&office, &json!({ "first_name": "Marco", "last_name": "Rosso" })).await;
    create(&office, &json!({ "first_name": "Ada", "last_name": "Yang" })).await;
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.get("/app/patients").await;
    page.shows("Type the beginning of a name").lacks("New patient").lacks("Import");
    let page = viewer.post("/app/patients", &[("last_name", "ros")]).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("2 patients").shows("Rossi, Maria").shows("3 Feb 1980").shows("0491 570 006");
    page.shows("Rosso, Marco").shows("not known").lacks("Yang");
    page.has(&format!("href=\"/app/patients/{maria}\""));
    for (field, value) in
        [("born", "1980-02-03"), ("mobile", "0491 570 006"), ("first_name", "mari")]
    {
        let page = viewer.post("/app/patients", &[(field, value)]).await;
        page.shows("1 patient").shows("Rossi, Maria");
    }
    let page = viewer.post("/app/patients", &[("source", "diary"), ("key", "P-1001")]).await;
    page.shows("Rossi, Maria");
    let page = viewer.post("/app/patients", &[("last_name", "nobody")]).await;
    page.shows("Nobody fits that").has("value=\"nobody\"");
    office.person(Role::FrontDesk).await.get("/app/patients").await.shows("New patient");
}

#[tokio::test]
async fn while_one_types_only_what_is_found_comes() {
    let office = Office::open().await;
    maria(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let typed = |body: String| {
        let request = Request::post("/app/patients")
            .header(header::COOKIE, &desk.cookie)
            .header(header::ORIGIN, CONSOLE)
            .header("hx-request", "true")
            .header("x-csrf-token", &desk.csrf)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        office.ask(request.body(Body::from(body)).unwrap())
    };
    let part = typed("last_name=ro".to_owned()).await;
    part.shows("Rossi, Maria").has_not("<html").has_not("<form");
    // Half a number is no mistake yet: it is told calmly.
    let part = typed("mobile=04".to_owned()).await;
    part.shows("Mobile is not a telephone number").has_not("class=\"alert\"").has_not("<html");
    typed(String::from("last_name=")).await.shows("Type the beginning");
}

#[tokio::test]
async fn a_long_list_goes_on_and_archived_records_come_when_they_are_asked_for() {
    let office = Office::open().await;
    for n in 0..51 {
        create(&office, &json!({ "first_name": format!("Ada {n:02}"), "last_name": "Smith" }))
            .await;
    }
    let gone = create(&office, &json!({ "first_name": "Bea", "last_name": "Yang" })).await;
    office.api("POST", &format!("/v1/patients/{gone}/archive"), &json!({})).await;
    let desk = office.person(Role::Viewer).await;
    let page = desk.post("/app/patients", &[("last_name", "smith")]).await;
    page.shows("50 patients so far").lacks("Ada 50");
    let next = page.hidden("next");
    let page = desk.post("/app/patients", &[("last_name", "smith"), ("next", &next)]).await;
    page.shows("Smith, Ada 50");
    desk.post("/app/patients", &[("last_name", "yang")]).await.shows("Nobody fits");
    let page = desk.post("/app/patients", &[("last_name", "yang"), ("all", "on")]).await;
    page.shows("Yang, Bea").shows("Archived");
}

#[tokio::test]
async fn what_cannot_be_searched_for_is_told_beside_the_field_that_keeps_it() {
    let office = Office::open().await;
    let desk = office.person(Role::Viewer).await;
    let fields = [("mobile", "(02) 5550 1234"), ("last_name", HOSTILE)];
    let page = desk.post("/app/patients", &fields).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.shows("Mobile is not a mobile number")
        .has("value=\"(02) 5550 1234\"")
        .has_not("<script>alert");
    let fields = [("source", HOSTILE), ("key", HOSTILE), ("last_name", "r")];
    let page = desk.post("/app/patients", &fields).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.has_not("<script>alert");
}
