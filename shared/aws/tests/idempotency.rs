//! What is kept under an `Idempotency-Key`, with a handler that answers as it is told.

#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws::dynamo::IdempotencyStore;
use aws::http::{Api, JsonBody, KeepsAnswers, Method, Role};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use chrono::Duration;
use http::StatusCode;
use serde_json::{Value, json};
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::requests::{ApiAnswer, ApiRequest, call};
use tokio::sync::Notify;

struct Works {
    answers: IdempotencyStore,
    clock: FakeClock,
    calls: AtomicUsize,
    begun: Notify,
    overtaken: Notify,
}

impl KeepsAnswers for Works {
    fn answers(&self) -> &IdempotencyStore {
        &self.answers
    }
}

/// Answers with the status and as many characters as the body says.
async fn work(State(works): State<Arc<Works>>, JsonBody(body): JsonBody) -> Response {
    works.calls.fetch_add(1, Ordering::Relaxed);
    let number = |name: &str| body.get(name).and_then(Value::as_u64).unwrap_or_default();
    let status = StatusCode::from_u16(number("status").try_into().unwrap()).unwrap();
    let text = "x".repeat(number("length").try_into().unwrap());
    (status, Json(json!({ "text": text }))).into_response()
}

/// The first one is overtaken, and fails; the others create.
async fn fail_late(State(works): State<Arc<Works>>) -> StatusCode {
    if works.calls.fetch_add(1, Ordering::Relaxed) > 0 {
        return StatusCode::CREATED;
    }
    works.begun.notify_one();
    works.overtaken.notified().await;
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn works() -> (Arc<Works>, Router) {
    let (dynamo, clock) = (Dynamo::start().await, FakeClock::at("2026-11-22T08:00:00Z"));
    let works = Arc::new(Works {
        answers: dynamo.answers(&clock, &CountingIds::default()),
        clock,
        calls: AtomicUsize::new(0),
        begun: Notify::new(),
        overtaken: Notify::new(),
    });
    let api = Api::new().creating("/works", Role::Viewer, work).creating(
        "/late",
        Role::Viewer,
        fail_late,
    );
    (Arc::clone(&works), api.into_router(works))
}

async fn post(router: &Router, path: &str, body: &Value) -> ApiAnswer {
    let request = ApiRequest::new("POST", path).by("[viewer]").json(body);
    call(router, request.header("idempotency-key", "k")).await
}

#[tokio::test]
async fn every_answer_but_a_failure_of_ours_is_kept() {
    for (status, calls) in [(200, 1), (201, 1), (202, 1), (404, 1), (422, 1), (500, 2), (503, 2)] {
        let (works, router) = works().await;
        let body = json!({ "status": status });
        for _ in 0..2 {
            assert_eq!(post(&router, "/works", &body).await.status, status);
        }
        assert_eq!(works.calls.load(Ordering::Relaxed), calls, "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_for_the_table_is_given_and_not_kept() {
    for (length, calls) in [(200_000, 1), (300_000, 2), (900_000, 2)] {
        let (works, router) = works().await;
        let body = json!({ "status": 201, "length": length });
        for _ in 0..2 {
            let answer = post(&router, "/works", &body).await;
            assert_eq!(answer.status, 201);
            assert_eq!(answer.json["text"].as_str().map(str::len), Some(length));
        }
        assert_eq!(works.calls.load(Ordering::Relaxed), calls, "{length}");
    }
}

#[tokio::test]
async fn a_failure_of_who_was_overtaken_does_not_give_the_key_away() {
    let (works, router) = works().await;
    let body = json!({});
    let meanwhile = async {
        works.begun.notified().await;
        works.clock.advance(Duration::minutes(2));
        let quick = post(&router, "/late", &body).await;
        works.overtaken.notify_one();
        quick
    };
    let (slow, quick) = tokio::join!(post(&router, "/late", &body), meanwhile);
    assert_eq!((slow.status.as_u16(), quick.status.as_u16()), (500, 201));
    let again = post(&router, "/late", &body).await;
    assert_eq!((again.status.as_u16(), again.header("idempotency-replay")), (201, "true"));
    assert_eq!(works.calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
#[should_panic(expected = "add it by `Api::creating`")]
async fn a_post_that_creates_cannot_forget_the_key() {
    let create = || async { StatusCode::CREATED };
    let router = Api::new().route(Method::Post, "/works", Role::Viewer, create).into_router(());
    post(&router, "/works", &json!({})).await;
}
