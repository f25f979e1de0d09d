//! What stands before each page.

use aws::http::Role;
use axum::body::Body;
use http::{Request, StatusCode, header};

use crate::support::{CONSOLE, Office};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_form_that_comes_without_a_session_keeps_what_was_typed() {
    let office = Office::open().await;
    let request = Request::post("/app/signed-in-again")
        .header(header::ORIGIN, CONSOLE)
        .header(header::CONTENT_TYPE, FORM)
        .body(Body::from("note=Called+%3Cb%3Etwice%3C%2Fb%3E&csrf=old"))
        .unwrap();
    let page = office.ask(request).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    page.shows("Your session has ended")
        .has("name=\"note\" value=\"Called &lt;b&gt;twice&lt;/b&gt;\"");
    page.has_not("old");
}

#[tokio::test]
async fn a_form_of_an_earlier_session_is_shown_and_sent_only_by_the_person() {
    let office = Office::open().await;
    let person = office.person(Role::FrontDesk).await;
    for csrf in ["", "csrf=&", "csrf=another&"] {
        let request = Request::post("/app/signed-in-again")
            .header(header::COOKIE, &person.cookie)
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from(format!("{csrf}note=typed")))
            .unwrap();
        let page = office.ask(request).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.shows("from an earlier session").shows("typed");
        assert_eq!(page.hidden("csrf"), person.csrf);
    }
}

#[tokio::test]
async fn a_form_of_somebody_elses_page_is_not_taken() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "https://console.example.evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let request = Request::post("/app/signed-in-again")
            .header(header::COOKIE, &person.cookie)
            .header(name, value)
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from(format!("csrf={}", person.csrf)))
            .unwrap();
        let page = office.ask(request).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}: {value}");
        page.shows("not sent from a page of Patient Connect");
    }
}

#[tokio::test]
async fn a_page_is_kept_nowhere_and_loads_only_what_is_ours() {
    let office = Office::open().await;
    let page = office.person(Role::Viewer).await.get("/app/signed-in-again").await;
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    page.has_not(" style=").has_not("<script>").has_not(" onclick=");
}

#[tokio::test]
async fn whoever_has_no_role_is_told_whom_to_ask() {
    let office = Office::open().await;
    let person = office.person(Role::Viewer).await;
    let secret = person.cookie.split('=').nth(1).unwrap();
    let secret = console_function::session::Secret::parse(secret).unwrap();
    let mut session = office.sessions.open(&secret, office.now()).await.unwrap().unwrap();
    session.role = None;
    office.sessions.keep(&secret, &mut session, office.now()).await.unwrap();
    let page = person.get("/app/signed-in-again").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.shows("Ask an admin");
}

#[tokio::test]
async fn while_all_sending_is_on_hold_every_page_says_so() {
    let office = Office::open().await;
    let person = office.person(Role::Viewer).await;
    person.get("/app/signed-in-again").await.lacks("on hold");
    office.api("POST", "/v1/sending/hold", &serde_json::json!({ "why": "Wrong template" })).await;
    person
        .get("/app/signed-in-again")
        .await
        .shows("All sending is on hold")
        .shows("Wrong template");
}

#[tokio::test]
async fn what_pages_need_is_served_to_anybody_for_good_and_small() {
    let office = Office::open().await;
    let page = office.person(Role::Viewer).await.get("/app/signed-in-again").await;
    for ending in [".css", ".js", ".svg"] {
        let (before, _) = page.html.split_once(ending).unwrap();
        let start = before.rfind("/assets/").unwrap();
        let path = format!("{}{ending}", &before[start..]);
        let request = Request::get(&path).header("accept-encoding", "gzip, br");
        let asset = office.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(asset.status, StatusCode::OK, "{path}");
        assert_eq!(asset.headers["content-encoding"], "gzip");
        assert!(asset.headers["cache-control"].to_str().unwrap().contains("immutable"));
        assert!(asset.size < 30_000, "{path}: {}", asset.size);
    }
    let missing = Request::get("/assets/none.css").body(Body::empty()).unwrap();
    assert_eq!(office.ask(missing).await.status, StatusCode::NOT_FOUND);
}
