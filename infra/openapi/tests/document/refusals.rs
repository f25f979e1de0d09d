//! Problems that are described are those that come.

use aws::http::Access;
use openapi::document::{document, id_of};
use openapi::operation::{Operation, Versioned};
use openapi::{guide, ids, routes};
use serde_json::{Value, json};
use testkit::requests::{ApiAnswer, ApiRequest};

use crate::examples::{after_every_example, after_the_guide, path, send};
use crate::operations;
use crate::practice::Practice;
use crate::schema::{described, validator};

/// Whether an answer is a problem of this status that the route is described to have.
fn judge(document: &Value, it: &Operation, answer: &ApiAnswer, status: u16) {
    assert_eq!(answer.status, status, "{}: {}", it.id, answer.json);
    assert!(!described(document, it, status).is_null(), "{}: {status} is not described", it.id);
    let problem = validator(document, "#/components/schemas/Problem");
    assert!(problem.is_valid(&answer.json), "{}: {}", it.id, answer.json);
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", it.id);
}

fn body(it: &Operation) -> Option<&Value> {
    it.examples.first().map(|example| &example.body)
}

fn access(it: &Operation) -> Access {
    let routes = routes::all();
    let route = routes.iter().find(|(method, path, _)| (*method, *path) == (it.method, it.path));
    route.unwrap().2
}

#[tokio::test]
async fn a_save_wants_the_version_that_was_read_and_the_newest_one() {
    let document = document();
    let practice = after_the_guide(&document).await;
    for it in operations().iter().filter(|it| it.versioned == Versioned::Saves) {
        // Of the guide's things, which are all there.
        let it_is = |path: &str| if path.contains("{id}") { id_of(path) } else { "" };
        let path = it.path.replace("{id}", it_is(it.path));
        let request = || practice.request(it, &path, body(it));
        judge(&document, it, &practice.call(it, request()).await, 428);
        let old = request().header("if-match", "\"999\"");
        judge(&document, it, &practice.call(it, old).await, 412);
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_a_role_or_a_signature() {
    let document = document();
    let practice = Practice::new().await;
    for it in operations() {
        let address = path(&it);
        let bare = ApiRequest::new(it.method.as_str(), &address);
        match access(&it) {
            Access::Role(_) => {
                judge(&document, &it, &practice.call(&it, bare.clone()).await, 401);
                judge(&document, &it, &practice.call(&it, bare.by("[]")).await, 403);
            }
            Access::Signature => judge(&document, &it, &practice.call(&it, bare).await, 401),
            Access::Anybody => assert_eq!(practice.call(&it, bare).await.status, 200, "{}", it.id),
        }
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let document = document();
    let practice = Practice::new().await;
    for it in operations().iter().filter(|it| it.takes_type().is_some()) {
        if access(it) == Access::Signature {
            continue; // The signature comes first, and is made for the type it is sent with.
        }
        let request = practice.request(it, &path(it), body(it));
        let request = request.header("content-type", "text/plain");
        judge(&document, it, &practice.call(it, request).await, 415);
    }
}

/// Routes whose conflicts are tested with their function: they need many patients or notes, a third
/// record of one patient, one without a number or mailbox, messages that are due, or letters in every state.
const ELSEWHERE: [&str; 12] = [
    "saveProgram",
    "noteWork",
    "mergePatient",
    "mergeWork",
    "releaseSending",
    "releaseSms",
    "releaseEmail",
    "printLetters",
    "postLetter",
    "returnLetter",
    "printLetterAgain",
    "withdrawLetter",
];

/// What stands in the way, after every example was sent: the route, its path, and the body.
fn conflicts() -> Vec<(&'static str, String, Value)> {
    let enrolment = |what: &str| format!("/v1/enrolments/{}/{what}", ids::CALL_ENROLMENT);
    let patient = |what: &str| format!("/v1/patients/{}/{what}", ids::DOUBLE);
    let enrol = json!({ "patient": ids::PATIENT, "program": ids::PROGRAM });
    let saved = json!({
        "identifiers": [], "first_name": "Maria", "last_name": "Rossi", "mobile": null, "email": null,
        "address": null, "gp": null, "opted_out": [], "standing": "current",
    });
    let to_disabled = json!({ "to": ids::PROGRAM, "step": ids::ACTION });
    let consent = json!({ "choice": "given", "how": "asked at the desk" });
    let opt_out = json!({ "channels": ["sms"], "how": "asked at the desk" });
    vec![
        ("createEnrolment", "/v1/enrolments".to_owned(), enrol),
        ("advanceEnrolment", enrolment("advance"), Value::Null),
        ("skipAction", enrolment("skip"), Value::Null),
        ("retryAction", enrolment("retry"), json!({})),
        ("changeReferenceDate", enrolment("reference-date"), json!({ "date": "2031-04-01" })),
        ("endEnrolment", enrolment("end"), json!({ "why": "moved away" })),
        ("savePatient", format!("/v1/patients/{}", ids::DOUBLE), saved),
        ("recordConsent", patient("consents/sms/care"), consent),
        ("optOut", patient("opt-out"), opt_out),
        ("archivePatient", patient("archive"), Value::Null),
        ("restorePatient", patient("restore"), Value::Null),
        ("recordDeath", patient("deceased"), Value::Null),
        ("deleteProgram", format!("/v1/programs/{}", ids::PROGRAM), Value::Null),
        ("deleteTemplate", format!("/v1/templates/{}", ids::TEMPLATE), Value::Null),
        ("previewMove", format!("/v1/programs/{}/moves/preview", ids::COPY), to_disabled.clone()),
        ("movePatients", format!("/v1/programs/{}/moves", ids::COPY), to_disabled),
        // All sending is held again before this one.
        ("holdSending", "/v1/sending/hold".to_owned(), json!({ "why": "a test" })),
        (
            "sendTest",
            format!("/v1/templates/{}/test", ids::TEMPLATE),
            json!({ "to": "0491 570 156" }),
        ),
    ]
}

#[tokio::test]
async fn what_stands_in_the_way_is_said_and_described() {
    let document = document();
    let practice = after_every_example(&document).await;
    let operations = operations();
    let conflicts = conflicts();
    for (id, path, body) in &conflicts {
        let it = guide::operation(&operations, id);
        let body = Some(body).filter(|body| !body.is_null());
        let answer = practice.ask(it, path, body).await;
        if *id != "holdSending" {
            judge(&document, it, &answer, 409);
        }
    }
    let says = |it: &&Operation| it.refusals.iter().any(|(status, _)| *status == 409);
    let met = |id: &str| {
        let here = conflicts.iter().any(|(each, ..)| *each == id);
        here || id == "resolveWork" || ELSEWHERE.contains(&id)
    };
    let others = operations.iter().filter(says).map(|it| it.id).filter(|id| !met(id));
    let others: Vec<_> = others.collect();
    assert!(others.is_empty(), "which conflicts have {others:?}?");
}

#[tokio::test]
async fn work_that_an_enrolment_is_held_for_is_not_resolved_by_itself() {
    let document = document();
    let mut practice = after_the_guide(&document).await;
    let operations = operations();
    for (id, name) in [("createTemplate", "recall"), ("createProgram", "call")] {
        let it = guide::operation(&operations, id);
        let example = it.examples.iter().find(|example| example.name == name);
        send(&mut practice, &document, it, example).await;
    }
    let enable = guide::operation(&operations, "enableProgram");
    practice.ask(enable, &format!("/v1/programs/{}/enable", ids::CALL), None).await;
    for id in ["createEnrolment", "listWork"] {
        let it = guide::operation(&operations, id);
        send(&mut practice, &document, it, it.examples.first()).await;
    }
    let it = guide::operation(&operations, "resolveWork");
    let body = json!({ "outcome": "done" });
    judge(&document, it, &practice.ask(it, &path(it), Some(&body)).await, 409);
}
