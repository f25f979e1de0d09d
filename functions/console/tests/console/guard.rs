//! What stands before each page.

use aws::http::Role;
use axum::body::Body;
use http::{Request, StatusCode, header};

use crate::support::{CONSOLE, Office, Trouble};

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
            .header(header::ORIGIN, CONSOLE)
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
        ("origin", ""),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("x-none", "no origin is said"),
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
    page.shows("Ask an admin").shows("Sign out");

    // An admin gave them one a moment later.
    office.clock.advance(chrono::Duration::seconds(11));
    person.get("/app/signed-in-again").await.shows("Front desk");
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

#[tokio::test]
async fn what_was_typed_is_kept_when_the_api_does_not_answer_or_fails() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    for trouble in [
        Trouble::Nothing,
        Trouble::Refusal(StatusCode::SERVICE_UNAVAILABLE, None),
        Trouble::Refusal(StatusCode::TOO_MANY_REQUESTS, None),
        Trouble::Refusal(StatusCode::INTERNAL_SERVER_ERROR, Some(("x-request-id", "req-77"))),
        Trouble::Refusal(StatusCode::UNAUTHORIZED, None),
    ] {
        office.troubles.lock().unwrap().push_back(trouble.clone());
        let page = person.post("/app/settings/sending/hold", &[("why", "Wrong text")]).await;
        assert!(!page.status.is_success(), "{trouble:?}: {}", page.text());
        page.shows("What you typed is kept on this page").lacks("raw");
        page.shows("sending it again may do it twice: look first").lacks("it is not done twice");
        assert_eq!(page.hidden("why"), "Wrong text");
        assert_eq!(page.hidden("csrf"), person.csrf);
        assert_eq!(office.read("/v1/sending").await["state"], "on");
        if let Trouble::Refusal(_, Some((_, id))) = trouble {
            page.shows(id);
        }
    }
}

#[tokio::test]
async fn a_read_is_asked_for_again_when_its_connection_was_gone() {
    let office = Office::open().await;
    let person = office.person(Role::Viewer).await;
    office.troubles.lock().unwrap().push_back(Trouble::Nothing);
    assert_eq!(person.get("/app/settings/sites").await.status, StatusCode::OK);
    office.troubles.lock().unwrap().extend([Trouble::Nothing, Trouble::Nothing]);
    let page = person.get("/app/settings/sites").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    page.shows("No answer");
}

#[tokio::test]
async fn who_presses_twice_is_answered_once_it_is_done() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let running = Trouble::Refusal(StatusCode::CONFLICT, Some(("retry-after", "1")));
    office.troubles.lock().unwrap().extend([running.clone(), running]);
    let fields =
        [("first_name", "Ana"), ("last_name", "Silva"), ("site", "harbour"), ("mobile", "")];
    let made = person.post("/app/patients/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
}

#[tokio::test]
async fn what_goes_wrong_with_a_part_of_a_page_is_said_in_its_place() {
    let office = Office::open().await;
    let person = office.person(Role::Viewer).await;
    let part = |cookie: String| {
        Request::get("/app/settings/sites")
            .header(header::COOKIE, cookie)
            .header("hx-request", "true")
            .body(Body::empty())
            .unwrap()
    };
    let out = office.ask(part("a=b".to_owned())).await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED);
    office.troubles.lock().unwrap().extend([Trouble::Nothing, Trouble::Nothing]);
    let none = office.ask(part(person.cookie.clone())).await;
    assert_eq!(none.status, StatusCode::BAD_GATEWAY);
    for screen in [out, none] {
        screen.has("data-failed").has_not("<html");
        assert_eq!(screen.headers["hx-reselect"], "[data-failed]");
        assert!(!screen.headers.contains_key("hx-retarget"));
    }
}
