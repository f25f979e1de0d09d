//! The distribution list.

use aws::http::Role;
use http::StatusCode;
use testkit::build;

use super::{HOSTILE, hostile, ids, office};
use crate::support::Office;

#[tokio::test]
async fn where_nothing_waits_it_says_what_to_do_next() {
    let office = Office::open().await;
    let page = office.person(Role::Viewer).await.get("/app/letters").await;
    page.shows("No letter waits to be printed.").has("href=\"/app/letters?state=printed\"");
    let viewer = office.person(Role::Viewer).await;
    viewer
        .get("/app/letters?state=printed")
        .await
        .shows("Everything that was printed is in the post.");
    viewer.get("/app/letters?state=returned").await.shows("No letter is like this.");
}

#[tokio::test]
async fn a_viewer_sees_what_waits_and_cannot_print() {
    let office = office(2).await;
    let page = office.person(Role::Viewer).await.get("/app/letters").await;
    page.shows("Visit letter Maria Rossi Maria Rossi Sun 22 Nov 2026 Harbour Clinic By mail");
    page.shows("Waits to be printed").has_not("/app/letters/batches").has_not("name=\"letter\"");
    let page = office.person(Role::FrontDesk).await.get("/app/letters").await;
    page.shows("Print all 2 letters that wait").shows("Print the ticked").has("name=\"letter\"");
}

#[tokio::test]
async fn it_is_narrowed_and_what_is_no_day_is_said_beside_its_field() {
    let office = office(1).await;
    let desk = office.person(Role::FrontDesk).await;
    let program = build::program(Vec::new()).id;
    let all =
        format!("/app/letters?state=&program={program}&print=mail&from=2026-11-22&to=2026-11-22");
    desk.get(&all)
        .await
        .shows("Visit letter")
        .has("value=\"2026-11-22\"")
        .shows("Booking confirmation");
    desk.get("/app/letters?from=2026-11-23").await.shows("No letter is like this.");
    desk.get("/app/letters?state=posted").await.lacks("Visit letter");
    let page = desk.get("/app/letters?from=soon").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.has("value=\"soon\"").has("id=\"f-from-error\"");
}

#[tokio::test]
async fn a_long_list_comes_in_pages_that_are_small() {
    let office = office(60).await;
    let desk = office.person(Role::FrontDesk).await;
    for path in ["/app/letters", "/app/letters?state="] {
        let page = desk.get(path).await;
        page.shows("Print all that wait (99 at most at once)");
        assert!(page.size < 100_000, "{}", page.size);
        let next = page.html.split("<p class=\"more\"><a href=\"").nth(1).unwrap();
        let next = next.split('"').next().unwrap().replace("&amp;", "&");
        desk.get(&next).await.shows("Print all 10 letters that wait");
    }
}

#[tokio::test]
async fn whatever_a_letter_says_stays_text() {
    let office = office(0).await;
    let id = hostile(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    desk.get("/app/letters").await.shows(HOSTILE).has_not("<script>");
    desk.get(&format!("/app/letters/{id}")).await.shows(HOSTILE).has_not("<script>");
    let typed = [("do", "ticked"), ("sides", HOSTILE), ("of_site", HOSTILE), ("of_from", HOSTILE)];
    desk.post("/app/letters/batches", &typed).await.has_not("<script>");
    let page = desk
        .post(&format!("/app/letters/{id}/withdrawn"), &[("why-withdrawn", &HOSTILE.repeat(10))])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has_not("<script>").shows("Why must");
    assert_eq!(ids(&office).await.len(), 1);
}
