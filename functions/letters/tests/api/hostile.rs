//! Bad input, thrown at every route that takes a body or a query.

use std::collections::BTreeSet;

use aws::http::Method;
use letters_function::handler::api;
use serde_json::json;
use testkit::build;
use testkit::hostile::{Kind, Query, Route, attack, attack_bodyless, attack_query};

use crate::epost;
use crate::letterhead::DOT;
use crate::support::{InProcess, clinic};

fn printing() -> Vec<Route> {
    let body = json!({
        "site": "harbour", "from": "2026-11-01", "to": "2026-11-30", "print": "mail",
        "program": build::program(Vec::new()).id, "sides": "both",
    });
    let fields = [
        ("/site", Kind::Text(64)),
        ("/from", Kind::Date),
        ("/to", Kind::Date),
        ("/program", Kind::Id("prog_")),
    ];
    vec![Route::new("POST", "/v1/letters/batches", body).creates().fields(&fields)]
}

fn handling(letter: &str) -> Vec<Route> {
    let route = |what: &str| {
        let why = json!({ "why": "unknown at this address" });
        Route::new("POST", format!("/v1/letters/{letter}/{what}"), why)
            .id(letter)
            .required(&["/why"])
            .fields(&[("/why", Kind::Text(200))])
    };
    vec![route("returned"), route("again"), route("withdrawn")]
}

fn letterhead() -> Vec<Route> {
    let patient = build::patient().id;
    let preview = json!({
        "body": "Dear Maria", "patient": patient, "to": "patient", "site": "harbour",
        "program_type": "recall",
    });
    let fields = [
        ("/patient", Kind::Id("pat_")),
        ("/to", Kind::Choice),
        ("/site", Kind::Text(64)),
        ("/program_type", Kind::Choice),
    ];
    let logo = json!({ "file": DOT, "description": "A red dot" });
    vec![
        Route::new("POST", "/v1/letters/preview", preview).fields(&fields),
        Route::new("PUT", "/v1/settings/logo", logo)
            .version(0)
            .required(&["/file", "/description"])
            .fields(&[("/description", Kind::Text(80))]),
    ]
}

fn bodyless(letter: &str, batch: &str) -> Vec<Route> {
    let of = |path: String, id: &str| Route::new("POST", path, json!({})).id(id);
    vec![
        of(format!("/v1/letters/{letter}/link"), letter),
        of(format!("/v1/letters/{letter}/posted"), letter),
        of(format!("/v1/letters/batches/{batch}/link"), batch),
        of(format!("/v1/letters/batches/{batch}/posted"), batch),
    ]
}

#[tokio::test]
async fn nothing_is_printed_by_bad_input() {
    let clinic = clinic(2).await;
    attack(&clinic.dynamo, &clinic.router, &printing()).await;
}

#[tokio::test]
async fn no_letter_is_shown_and_no_logo_saved_by_bad_input() {
    let clinic = clinic(0).await;
    attack(&clinic.dynamo, &clinic.router, &letterhead()).await;
}

#[tokio::test]
async fn letters_are_named_once_and_not_together_with_what_else_narrows_them() {
    let clinic = clinic(1).await;
    let id = clinic.letters[0].id.as_str();
    let before = clinic.dynamo.dump().await;
    let table = [
        (json!({ "letters": [] }), vec!["#/letters"]),
        (json!({ "letters": [id, id] }), vec!["#/letters"]),
        (json!({ "letters": [id], "site": "harbour" }), vec!["#/site"]),
        (json!({ "letters": ["letr_00000000000000000000000999"] }), vec!["#/letters"]),
        (json!({ "letters": ["x"] }), vec!["#/letters/0"]),
        (json!({ "site": "nowhere" }), vec!["#/site"]),
        (json!({}), vec!["#"]),
        (json!({ "all": false }), vec!["#"]),
        (json!({ "all": true, "site": "harbour" }), vec!["#/all"]),
    ];
    for (body, expected) in table {
        let answer = clinic.post("/v1/letters/batches", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.json);
        assert_eq!(answer.pointers(), expected, "{body}");
    }
    assert_eq!(clinic.dynamo.dump().await, before);
}

#[tokio::test]
async fn no_letter_is_changed_by_bad_input() {
    let clinic = clinic(1).await;
    let id = clinic.letters[0].id.to_string();
    clinic.post(&format!("/v1/letters/{id}/posted"), &json!({})).await;
    attack(&clinic.dynamo, &clinic.router, &handling(&id)).await;
}

#[tokio::test]
async fn what_takes_no_body_refuses_one() {
    let clinic = clinic(1).await;
    let batch = clinic.post("/v1/letters/batches", &json!({ "all": true })).await.json;
    let (letter, batch) = (clinic.letters[0].id.as_str(), batch["id"].as_str().unwrap());
    attack_bodyless(&clinic.dynamo, &clinic.router, &bodyless(letter, batch)).await;
}

#[tokio::test]
async fn a_query_that_is_wrong_is_refused_and_named() {
    let clinic = clinic(1).await;
    let letter = clinic.letters[0].id.as_str();
    let good = "site=harbour&state=waiting&from=2026-11-01&to=2026-11-30&print=mail";
    let queries = [
        Query::of_pages("/v1/letters", good).nor(&[
            ("site", "%E2%80%AE"),
            ("state", "WAITING"),
            ("from", "2026-13-01"),
            ("to", "1.12.2026"),
            ("print", "fax"),
            ("program", "pat_00000000000000000000000002"),
            ("batch", "letr_00000000000000000000000002"),
            ("patient", "letr_00000000000000000000000002"),
        ]),
        Query::of(format!("/v1/letters/{letter}"), ""),
    ];
    attack_query(&clinic.dynamo, &clinic.router, &queries).await;
}

#[test]
fn every_route_that_is_sent_something_is_attacked() {
    let tables = [printing(), handling("letr_x"), letterhead(), bodyless("letr_x", "btch_x")];
    let named = |route: &Route| {
        let path = route.path.replace("letr_x", "{id}").replace("btch_x", "{id}");
        format!("{} {path}", route.method)
    };
    let reports = [epost::route("letr_x")];
    let attacked: BTreeSet<_> = tables.iter().flatten().chain(&reports).map(named).collect();
    let routes = api::<InProcess>();
    let sent = routes.routes().iter().filter(|it| matches!(it.0, Method::Post | Method::Put));
    let sent = sent.map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(sent.collect::<BTreeSet<_>>(), attacked);
}
