//! Requests with an `Idempotency-Key`: sent again, they create nothing more.

use axum::Router;
use chrono::Duration;
use serde_json::{Value, json};
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::requests::{ApiAnswer, ApiRequest, call};
use testkit::wire::Fault;

use crate::router_with;

const KEY: &str = "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"";

/// The calls that a creating request makes: take the key, create, keep the answer.
const CREATE: usize = 1;

struct Practice {
    dynamo: Dynamo,
    clock: FakeClock,
    /// Whose calls the wire of `dynamo` breaks and holds up.
    router: Router,
    /// Another copy of the function, which works undisturbed.
    other: Router,
}

impl Practice {
    async fn open() -> Self {
        let (dynamo, ids) = (Dynamo::start().await, CountingIds::default());
        let clock = FakeClock::at("2026-11-22T08:00:00Z");
        let over = |dynamo: &Dynamo| router_with(dynamo, clock.clone(), ids.clone());
        let (router, other) = (over(&dynamo), over(&dynamo.unwatched()));
        Self { dynamo, clock, router, other }
    }

    async fn templates(&self) -> usize {
        let request = ApiRequest::new("GET", "/v1/templates").by("[viewer]");
        call(&self.other, request).await.json["items"].as_array().unwrap().len()
    }
}

fn hello(name: &str) -> Value {
    json!({ "channel": "sms", "name": name, "body": "Hi {{ patient.first_name }}" })
}

fn posted(key: &str, body: &Value) -> ApiRequest {
    let request = ApiRequest::new("POST", "/v1/templates").by("[admin]").json(body);
    request.header("idempotency-key", key)
}

async fn post(router: &Router, key: &str, body: &Value) -> ApiAnswer {
    call(router, posted(key, body)).await
}

#[track_caller]
fn assert_replayed(again: &ApiAnswer, first: &ApiAnswer) {
    assert_eq!(again.header("idempotency-replay"), "true");
    assert_eq!((again.status, &again.json), (first.status, &first.json));
    for name in ["etag", "content-type"] {
        assert_eq!(again.header(name), first.header(name));
    }
}

#[tokio::test]
async fn a_request_sent_again_is_answered_as_before_and_creates_nothing_more() {
    let practice = Practice::open().await;
    let first = post(&practice.router, KEY, &hello("Hello")).await;
    assert_eq!((first.status.as_u16(), first.header("etag")), (201, "\"1\""));
    assert_eq!(first.header("idempotency-replay"), "");
    for key in [KEY, KEY.trim_matches('"')] {
        assert_replayed(&post(&practice.router, key, &hello("Hello")).await, &first);
    }
    assert_eq!(practice.templates().await, 1);
    let other = post(&practice.router, "another", &hello("Hello")).await;
    assert_eq!(other.status, 201);
    assert_eq!(practice.templates().await, 2);
}

#[tokio::test]
async fn a_refusal_is_an_answer_too() {
    let practice = Practice::open().await;
    let wrong = json!({ "channel": "sms", "name": "", "body": "Hi" });
    let first = post(&practice.router, KEY, &wrong).await;
    assert_eq!(first.pointers(), ["#/name"]);
    let again = post(&practice.router, KEY, &wrong).await;
    assert_replayed(&again, &first);
    assert_eq!(again.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let practice = Practice::open().await;
    post(&practice.router, KEY, &hello("Hello")).await;
    let refused = post(&practice.router, KEY, &hello("Goodbye")).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert!(refused.json["detail"].as_str().unwrap().contains("Idempotency-Key"));
    assert_eq!(practice.templates().await, 1);
}

#[tokio::test]
async fn a_key_is_the_callers_own_and_the_routes_own() {
    let practice = Practice::open().await;
    post(&practice.router, KEY, &hello("Hello")).await;
    let claims = json!({
        "sub": "person-2", "token_use": "access", "cognito:groups": "[admin]",
    });
    let by_another = posted(KEY, &hello("Hello")).with_claims(&claims);
    let answer = call(&practice.router, by_another).await;
    assert_eq!((answer.status.as_u16(), answer.header("idempotency-replay")), (201, ""));
    assert_eq!(practice.templates().await, 2);

    let kind = json!({ "code": "physio", "name": "Physio" });
    let elsewhere = ApiRequest::new("POST", "/v1/booking-types").by("[admin]").json(&kind);
    let answer = call(&practice.router, elsewhere.header("idempotency-key", KEY)).await;
    assert_eq!((answer.status.as_u16(), answer.header("idempotency-replay")), (201, ""));
}

#[tokio::test]
async fn who_lost_their_role_is_not_shown_the_answer() {
    let practice = Practice::open().await;
    post(&practice.router, KEY, &hello("Hello")).await;
    let demoted = posted(KEY, &hello("Hello")).by("[viewer]");
    assert_eq!(call(&practice.router, demoted).await.status, 403);
}

#[tokio::test]
async fn a_request_that_is_worked_on_still_is_409_and_says_when_to_ask_again() {
    let practice = Practice::open().await;
    let pause = practice.dynamo.wire.pause_call(CREATE);
    let body = hello("Hello");
    let first = post(&practice.router, KEY, &body);
    let meanwhile = async {
        pause.reached().await;
        let running = post(&practice.other, KEY, &body).await;
        let other_body = post(&practice.other, KEY, &hello("Goodbye")).await;
        pause.release();
        (running, other_body)
    };
    let (first, (running, other_body)) = tokio::join!(first, meanwhile);
    assert_eq!((running.status.as_u16(), running.header("retry-after")), (409, "2"));
    assert_eq!(running.header("content-type"), "application/problem+json");
    assert_eq!(other_body.status, 422);
    assert_eq!(first.status, 201);
    assert_replayed(&post(&practice.other, KEY, &body).await, &first);
}

#[tokio::test]
async fn two_at_once_create_one_record() {
    let practice = Practice::open().await;
    let body = hello("Hello");
    let both = tokio::join!(post(&practice.router, KEY, &body), post(&practice.other, KEY, &body));
    for answer in [&both.0, &both.1] {
        assert!([201, 409].contains(&answer.status.as_u16()), "{answer:?}");
    }
    assert_eq!(practice.templates().await, 1);
}

#[tokio::test]
async fn of_many_at_once_one_is_worked_on_and_the_others_are_409_or_given_its_answer() {
    let practice = Practice::open().await;
    let body = hello("Hello");
    let pause = practice.dynamo.wire.pause_call(CREATE);
    let first = post(&practice.router, KEY, &body);
    let meanwhile = async {
        pause.reached().await;
        let others = (0..10).map(|_| post(&practice.other, KEY, &body));
        let others = futures_util::future::join_all(others).await;
        pause.release();
        others
    };
    let (first, others) = tokio::join!(first, meanwhile);
    assert_eq!(first.status, 201);
    let statuses: Vec<_> = others.iter().map(|other| other.status.as_u16()).collect();
    assert_eq!(statuses, [409; 10], "each comes while the first is worked on");
    assert_eq!(practice.templates().await, 1);

    let again = (0..10).map(|_| post(&practice.other, KEY, &body));
    for again in futures_util::future::join_all(again).await {
        assert_replayed(&again, &first);
    }
    assert_eq!(practice.templates().await, 1);
}

#[tokio::test]
async fn a_refusal_by_what_was_stored_is_told_again_when_it_would_be_taken_by_now() {
    let practice = Practice::open().await;
    let kind = |name: &str| json!({ "code": name, "name": "Physio" });
    let create = |key: &str, body: &Value| {
        let request = ApiRequest::new("POST", "/v1/booking-types").by("[admin]").json(body);
        request.header("idempotency-key", key)
    };
    let first = call(&practice.router, create("first", &kind("physio"))).await;
    assert_eq!(first.status, 201);
    let refused = call(&practice.router, create(KEY, &kind("physio"))).await;
    assert_eq!(refused.pointers(), ["#/code"]);
    let path = format!("/v1/booking-types/{}", first.json["id"].as_str().unwrap());
    let renamed = ApiRequest::new("PUT", &path).by("[admin]").header("if-match", "\"1\"");
    assert_eq!(call(&practice.router, renamed.json(&kind("physio-initial"))).await.status, 200);
    assert_replayed(&call(&practice.router, create(KEY, &kind("physio"))).await, &refused);
    let anew = call(&practice.router, create("anew", &kind("physio"))).await;
    assert_eq!(anew.status, 201, "a new key is a new request: {:?}", anew.json);
}

#[tokio::test]
async fn a_stale_save_is_412_whatever_its_key_because_a_version_guards_it_already() {
    let practice = Practice::open().await;
    let created = post(&practice.router, "create", &hello("Hello")).await;
    let path = format!("/v1/templates/{}", created.json["id"].as_str().unwrap());
    let save = || {
        let request = ApiRequest::new("PUT", &path).by("[admin]").json(&hello("Hello again"));
        request.header("if-match", "\"1\"").header("idempotency-key", KEY)
    };
    assert_eq!(call(&practice.router, save()).await.status, 200);
    let again = call(&practice.router, save()).await;
    assert_eq!((again.status.as_u16(), again.header("idempotency-replay")), (412, ""));
}

#[tokio::test]
async fn the_same_key_for_another_record_of_the_same_route_is_refused() {
    let practice = Practice::open().await;
    let program = |name: &str| json!({ "type": "general", "name": name, "actions": [] });
    let mut paths = Vec::new();
    for name in ["One", "Two"] {
        let request = ApiRequest::new("POST", "/v1/programs").by("[admin]").json(&program(name));
        let created = call(&practice.router, request).await;
        paths.push(format!("/v1/programs/{}/duplicate", created.json["id"].as_str().unwrap()));
    }
    let copy = |path: &str| {
        let request = ApiRequest::new("POST", path).by("[admin]").json(&json!({ "name": "Copy" }));
        request.header("idempotency-key", KEY)
    };
    assert_eq!(call(&practice.router, copy(&paths[0])).await.status, 201);
    assert_eq!(call(&practice.router, copy(&paths[1])).await.status, 422);
}

#[tokio::test]
async fn a_failure_of_ours_is_not_kept_and_the_key_is_free() {
    let practice = Practice::open().await;
    practice.dynamo.wire.break_call(CREATE, Fault::Brownout);
    let failed = post(&practice.router, KEY, &hello("Hello")).await;
    assert_eq!((failed.status.as_u16(), failed.header("retry-after")), (503, "5"));
    let again = post(&practice.router, KEY, &hello("Hello")).await;
    assert_eq!((again.status.as_u16(), again.header("idempotency-replay")), (201, ""));
    assert_eq!(practice.templates().await, 1);
}

#[tokio::test]
async fn a_lost_answer_of_the_store_does_not_make_a_request_its_own_rival() {
    for call in 0..3 {
        let practice = Practice::open().await;
        practice.dynamo.wire.break_call(call, Fault::AnswerLost);
        let first = post(&practice.router, KEY, &hello("Hello")).await;
        assert_eq!(first.status, 201, "call {call}");
        assert_replayed(&post(&practice.router, KEY, &hello("Hello")).await, &first);
    }
}

#[tokio::test]
async fn a_process_that_dies_leaves_the_key_taken_for_a_minute() {
    let practice = Practice::open().await;
    practice.dynamo.wire.break_call(CREATE, Fault::DeadBefore);
    post(&practice.router, KEY, &hello("Hello")).await;
    assert_eq!(post(&practice.other, KEY, &hello("Hello")).await.status, 409);
    practice.clock.advance(Duration::seconds(60));
    assert_eq!(post(&practice.other, KEY, &hello("Hello")).await.status, 201);
    assert_eq!(practice.templates().await, 1);
}

#[tokio::test]
async fn what_a_process_made_before_it_died_is_found_and_not_made_again() {
    for call in [CREATE, CREATE + 1] {
        let practice = Practice::open().await;
        practice.dynamo.wire.break_call(call, Fault::DeadAfter);
        post(&practice.router, KEY, &hello("Hello")).await;
        practice.clock.advance(Duration::seconds(60));
        let again = post(&practice.other, KEY, &hello("Hello")).await;
        assert_eq!(again.status, 201, "call {call}");
        assert_eq!(practice.templates().await, 1, "call {call}");
    }
}

#[tokio::test]
async fn who_was_overtaken_does_not_overwrite_the_answer() {
    let practice = Practice::open().await;
    let pause = practice.dynamo.wire.pause_call(CREATE);
    let body = hello("Hello");
    let meanwhile = async {
        pause.reached().await;
        practice.clock.advance(Duration::minutes(2));
        let quick = post(&practice.other, KEY, &body).await;
        pause.release();
        quick
    };
    let (slow, quick) = tokio::join!(post(&practice.router, KEY, &body), meanwhile);
    assert_eq!((slow.status.as_u16(), quick.status.as_u16()), (201, 201));
    assert_eq!(slow.json["id"], quick.json["id"], "what one has made the other finds");
    assert_eq!(practice.templates().await, 1);
    assert_replayed(&post(&practice.other, KEY, &body).await, &quick);
}

#[tokio::test]
async fn a_key_is_free_again_after_a_day_by_the_clock() {
    let practice = Practice::open().await;
    let first = post(&practice.router, KEY, &hello("Hello")).await;
    practice.clock.advance(Duration::hours(24) - Duration::seconds(1));
    assert_replayed(&post(&practice.router, KEY, &hello("Hello")).await, &first);
    practice.clock.advance(Duration::seconds(1));
    let later = post(&practice.router, KEY, &hello("Goodbye")).await;
    assert_eq!((later.status.as_u16(), later.header("idempotency-replay")), (201, ""));
}

#[tokio::test]
async fn the_header_may_be_missing_and_must_be_a_key_if_it_is_there() {
    let practice = Practice::open().await;
    for _ in 0..2 {
        let request = ApiRequest::new("POST", "/v1/templates").by("[admin]");
        assert_eq!(call(&practice.router, request.json(&hello("Hello"))).await.status, 201);
    }
    assert_eq!(practice.templates().await, 2);
    for key in ["", "\"\"", "a b", "\"open", &"k".repeat(256)] {
        let refused = post(&practice.router, key, &hello("Hello")).await;
        assert_eq!(refused.status, 400, "{key}");
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }
    assert_eq!(practice.templates().await, 2);
}
