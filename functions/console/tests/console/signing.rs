//! In and out.

use aws::http::Role;
use axum::body::Body;
use http::{Request, StatusCode, header};

use crate::support::{CONSOLE, Office, Screen};

/// The cookie that a page sets under that name.
fn cookie(screen: &Screen, name: &str) -> Option<String> {
    let set = screen.headers.get_all(header::SET_COOKIE).iter();
    let mut pairs = set.filter_map(|it| it.to_str().unwrap().split(';').next());
    pairs.find(|pair| pair.starts_with(&format!("{name}="))).map(ToOwned::to_owned)
}

fn parameter(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').unwrap();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(its, _)| its == name).unwrap().1.into_owned()
}

async fn get(office: &Office, path: &str, cookie: &str) -> Screen {
    let request = Request::get(path).header(header::COOKIE, cookie);
    office.ask(request.body(Body::empty()).unwrap()).await
}

/// Somebody who was sent to Cognito, as their browser stands then: the cookie, and where they were sent.
async fn sent_away(office: &Office) -> (String, String) {
    let begun = get(office, "/sign-in?to=/app/work", "").await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    let url = begun.location().to_owned();
    office.cognito.says.lock().unwrap().nonce = parameter(&url, "nonce");
    (cookie(&begun, "__Host-signing-in").unwrap(), url)
}

#[tokio::test]
async fn a_person_signs_in_by_the_pages_of_cognito_and_comes_back_to_where_they_wanted_to_go() {
    let office = Office::open().await;
    let first = get(&office, "/app/signed-in-again", "").await;
    assert_eq!(first.location(), "/sign-in?to=%2Fapp%2Fsigned-in-again");
    let begun = get(&office, first.location(), "").await;
    let url = begun.location().to_owned();
    assert!(url.starts_with("https://sign-in.example/oauth2/authorize?"), "{url}");
    assert_eq!(parameter(&url, "redirect_uri"), format!("{CONSOLE}/signed-in"));
    assert_eq!(parameter(&url, "code_challenge_method"), "S256");
    office.cognito.says.lock().unwrap().nonce = parameter(&url, "nonce");

    let signing_in = cookie(&begun, "__Host-signing-in").unwrap();
    let back = format!("/signed-in?code=c&state={}", parameter(&url, "state"));
    let done = get(&office, &back, &signing_in).await;
    assert_eq!(done.location(), "/app/signed-in-again", "{}", done.text());
    let page = get(&office, done.location(), &cookie(&done, "__Host-session").unwrap()).await;
    page.shows("jo@practice.example").shows("Front desk");
    let names = office.sessions.names().await.unwrap();
    assert_eq!(names["person-front-desk"], "jo@practice.example");
    let asked = office.cognito.asked.lock().unwrap().clone();
    assert_eq!(asked[0].1["grant_type"], "authorization_code");
    assert!(asked[0].1["code_verifier"].len() >= 43);

    // Its code, and what was remembered for it, are good once.
    let again = get(&office, &back, &signing_in).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_is_signed_in_by_an_answer_that_is_not_meant_for_them() {
    let office = Office::open().await;
    let refused = async |cookie: &str, path: &str| {
        let answer = get(&office, path, cookie).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
        assert!(super::signing::cookie(&answer, "__Host-session").is_none());
    };
    // Another browser's state, no state, no cookie, Cognito's refusal.
    let (cookie, url) = sent_away(&office).await;
    let state = parameter(&url, "state");
    refused("", &format!("/signed-in?code=c&state={state}")).await;
    refused(&cookie, "/signed-in?code=c&state=another").await;
    let (cookie, url) = sent_away(&office).await;
    refused(&cookie, &format!("/signed-in?error=access_denied&state={}", parameter(&url, "state")))
        .await;
    // A token for another nonce, from another pool, for another client, from yesterday.
    for spoil in [
        (|says| says.nonce = "another".to_owned()) as fn(&mut crate::support::Says),
        |says| says.issuer = "https://evil.example/pool".to_owned(),
        |says| says.audience = "another-client".to_owned(),
        |says| says.good_for = -60,
        |says| says.refuses = Some("NotAuthorizedException"),
    ] {
        let (cookie, url) = sent_away(&office).await;
        let honest = office.cognito.says.lock().unwrap().clone();
        spoil(&mut office.cognito.says.lock().unwrap());
        refused(&cookie, &format!("/signed-in?code=c&state={}", parameter(&url, "state"))).await;
        *office.cognito.says.lock().unwrap() = honest;
    }
}

#[tokio::test]
async fn a_token_that_runs_out_is_renewed_with_the_roles_of_now_and_a_session_ends_after_its_time()
{
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    person.get("/app/signed-in-again").await.shows("Admin");
    office.clock.advance(chrono::Duration::minutes(30));
    person.get("/app/signed-in-again").await.shows("Front desk").lacks("Admin");

    // Used each half hour, until the working day is over.
    for _ in 0..22 {
        office.clock.advance(chrono::Duration::minutes(30));
        assert_eq!(person.get("/app/signed-in-again").await.status, StatusCode::OK);
    }
    office.clock.advance(chrono::Duration::minutes(31));
    assert_eq!(person.get("/app/signed-in-again").await.status, StatusCode::SEE_OTHER);

    // Left alone for an hour.
    let person = office.person(Role::Admin).await;
    office.clock.advance(chrono::Duration::minutes(61));
    assert_eq!(person.get("/app/signed-in-again").await.status, StatusCode::SEE_OTHER);

    // Disabled at Cognito.
    let person = office.person(Role::Admin).await;
    office.clock.advance(chrono::Duration::minutes(30));
    office.cognito.says.lock().unwrap().refuses = Some("TooManyRequestsException");
    assert_eq!(person.get("/app/signed-in-again").await.status, StatusCode::SERVICE_UNAVAILABLE);
    office.cognito.says.lock().unwrap().refuses = Some("NotAuthorizedException");
    assert_eq!(person.get("/app/signed-in-again").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_written_again_by_a_page_that_was_under_way() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let secret = person.cookie.split('=').nth(1).unwrap();
    let secret = console_function::session::Secret::parse(secret).unwrap();
    let mut read = office.sessions.open(&secret, office.now()).await.unwrap().unwrap();
    assert!(office.sessions.forget(&secret).await.unwrap());
    assert!(!office.sessions.keep(&secret, &mut read, office.now()).await.unwrap());
    assert_eq!(office.sessions.open(&secret, office.now()).await.unwrap(), None);
}

#[tokio::test]
async fn who_began_in_two_tabs_is_signed_in_by_the_later_one_and_the_earlier_one_harms_nothing() {
    let office = Office::open().await;
    let (_, first) = sent_away(&office).await;
    let (cookie_now, second) = sent_away(&office).await;
    let state = |url: &str| parameter(url, "state");
    let early = format!("/signed-in?code=c&state={}", state(&first));
    assert_eq!(get(&office, &early, &cookie_now).await.status, StatusCode::BAD_REQUEST);
    let back = format!("/signed-in?code=c&state={}", state(&second));
    let done = get(&office, &back, &cookie_now).await;
    assert_eq!(done.location(), "/app/work");
    // The Back button: they are signed in.
    let session = cookie(&done, "__Host-session").unwrap();
    assert_eq!(get(&office, &early, &session).await.location(), "/app/work");
}

#[tokio::test]
async fn who_signs_out_is_out_here_and_at_cognito_and_nobody_elses_page_can_do_it_for_them() {
    let office = Office::open().await;
    let person = office.person(Role::Viewer).await;
    let out = |origin: &'static str| {
        Request::post("/sign-out")
            .header(header::COOKIE, &person.cookie)
            .header(header::ORIGIN, origin)
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(office.ask(out("https://evil.example")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(person.get("/app/signed-in-again").await.status, StatusCode::OK);

    let done = office.ask(out(CONSOLE)).await;
    assert!(done.location().starts_with("https://sign-in.example/logout?client_id=the-client&"));
    assert_eq!(cookie(&done, "__Host-session").as_deref(), Some("__Host-session="));
    assert_eq!(person.get("/app/signed-in-again").await.status, StatusCode::SEE_OTHER);
    let asked = office.cognito.asked.lock().unwrap().clone();
    assert_eq!(asked[0].0, "RevokeToken");
    assert!(asked[0].1["body"].contains("\"Token\":\"refresh\""));
}

#[tokio::test]
async fn what_is_stored_of_a_session_tells_nothing_to_who_reads_the_table() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let secret = person.cookie.split('=').nth(1).unwrap();
    let stored = format!("{:?}", office.dynamo.dump().await);
    for hidden in [secret, "admin@practice.example", "refresh", "the-token-of-the-form", "e30."] {
        assert!(!stored.contains(hidden), "{hidden}");
    }
}
