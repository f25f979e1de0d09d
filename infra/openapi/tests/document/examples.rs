//! Every example is sent, the guide's first and in its order, and every answer is judged.

use app::ports::SendError;
use domain::ledger::UNCLEAR_AFTER;
use openapi::document::{document, id_of, resource_of};
use openapi::operation::{Example, Operation, Versioned};
use openapi::{guide, ids};
use serde_json::Value;
use testkit::fakes::Answer as Provider;

use crate::operations;
use crate::practice::Practice;
use crate::schema::{strict_validator, validator};

/// Routes that are about another thing than the guide's, which others still need.
const ABOUT: [(&str, &str); 9] = [
    ("deleteProgram", ids::RECALL),
    ("deleteTemplate", ids::EMAIL_TEMPLATE),
    ("mergePatient", ids::DOUBLE),
    ("mergeWork", ids::QUESTION),
    ("advanceEnrolment", ids::CALL_ENROLMENT),
    ("retryAction", ids::CALL_ENROLMENT),
    ("skipAction", ids::CALL_ENROLMENT),
    ("changeReferenceDate", ids::CALL_ENROLMENT),
    ("endEnrolment", ids::CALL_ENROLMENT),
];

/// Programs that must be enabled before a route is asked.
const ENABLED_BEFORE: [(&str, &str); 2] =
    [("listEnrolmentsOfPatient", ids::CALL), ("createEnrolment", ids::COPY)];

/// Routes that come after all others, because they end or take away, and what they need before.
const LAST: [&str; 10] = [
    "previewMove",
    "movePatients",
    "holdSending",
    "releaseSending",
    "archivePatient",
    "restorePatient",
    "deleteProgram",
    "deleteTemplate",
    "mergePatient",
    "recordDeath",
];

/// The path of a route, with the ids of the examples and the parameters it cannot do without.
pub(crate) fn path(it: &Operation) -> String {
    let about = ABOUT.iter().find(|(id, _)| *id == it.id).map(|(_, about)| *about);
    let id = || about.unwrap_or_else(|| id_of(it.path));
    let path =
        if it.path.contains("{id}") { it.path.replace("{id}", id()) } else { it.path.into() };
    let names = [
        ("version", "1"),
        ("day", ids::DAY),
        ("channel", "sms"),
        ("purpose", "commercial"),
        ("source", "diary"),
        ("resource", resource_of(it.path)),
    ];
    let path =
        names.iter().fold(path, |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    let shown = it.query.iter().filter(|each| each["example"].is_string());
    let shown = shown.map(|each| {
        let text = |name: &str| each[name].as_str().unwrap_or_default();
        format!("{}={}", text("name"), text("example"))
    });
    let shown: Vec<_> = shown.collect();
    if shown.is_empty() { path } else { format!("{path}?{}", shown.join("&")) }
}

/// Asks for something and judges the answer, which must be a good one.
pub(crate) async fn judged(
    practice: &Practice,
    document: &Value,
    it: &Operation,
    path: &str,
    body: Option<&Value>,
) -> Value {
    let answer = practice.ask(it, path, body).await;
    if it.takes_key() {
        let again = practice.ask(it, path, body).await;
        assert_eq!(again.header("idempotency-replay"), "true", "{} {path}: sent again", it.id);
        assert_eq!(again.json, answer.json, "{} {path}: sent again", it.id);
    }
    let status = answer.status.as_u16();
    let kind = answer.header("content-type");
    let (of_status, kind) =
        (|| it.answers.iter().filter(|each| each.status == status), kind.split(';').next());
    let described = of_status().find(|each| kind == Some(each.kind)).or_else(|| of_status().next());
    let what = format!("{} {path}", it.id);
    let described = described.unwrap_or_else(|| panic!("{what}: {status} {}", answer.json));
    if let Some(place) = &described.schema {
        let judge = strict_validator(document, place);
        let wrong: Vec<_> = judge.iter_errors(&answer.json).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{what}: {wrong:?} in {}", answer.json);
        let tells = it.versioned != Versioned::No;
        assert_eq!(answer.header("etag").starts_with('"'), tells, "{what}: its `ETag`");
    }
    answer.json
}

/// Sends an example, or asks a route that has none, and judges the answer.
pub(crate) async fn send(
    practice: &mut Practice,
    document: &Value,
    it: &Operation,
    example: Option<&Example>,
) {
    let ours = example.filter(|example| example.kind.is_none());
    if let (Some(example), Some(place)) = (ours, &it.body) {
        let judge = validator(document, place);
        let wrong: Vec<_> = judge.iter_errors(&example.body).map(|e| e.to_string()).collect();
        let what = format!("{} {}", it.id, example.name);
        assert!(wrong.is_empty(), "{what}: the example is not what its schema says: {wrong:?}");
    }
    prepare(practice, it, example).await;
    let body = example.map(|example| &example.body);
    let answer = judged(practice, document, it, &path(it), body).await;
    for (pointer, id) in example.map_or(&it.gives, |example| &example.gives) {
        let found = answer.pointer(pointer).and_then(Value::as_str);
        practice.know(id, found.unwrap_or_else(|| panic!("{}: no {pointer} in {answer}", it.id)));
    }
}

/// Lets happen what an example needs and no route does: a message that goes wrong, somebody new who may
/// be known.
async fn prepare(practice: &mut Practice, it: &Operation, example: Option<&Example>) {
    match (it.id, example.map(|example| example.name)) {
        ("listBalances", _) => practice.balance_a_day().await,
        ("listLetters", _) => practice.list_letter().await,
        ("mergeWork", _) => practice.meet_a_newcomer().await,
        ("releaseEmail", _) => practice.give_a_mailbox().await,
        ("retryAction", Some("failed")) => {
            let error = SendError::Permanent("no such number".to_owned());
            practice.sms.script([Provider::Refuse(error)]);
            practice.deliver(ids::CALL_ENROLMENT).await;
        }
        ("retryAction", Some("unclear")) => {
            practice.sms.script([Provider::AcceptInSilence]);
            practice.deliver(ids::CALL_ENROLMENT).await;
            practice.clock.advance(UNCLEAR_AFTER);
            practice.deliver(ids::CALL_ENROLMENT).await;
        }
        _ => {}
    }
}

/// A practice in which the guide was followed.
pub(crate) async fn after_the_guide(document: &Value) -> Practice {
    let operations = operations();
    let mut practice = Practice::new().await;
    for step in &guide::STEPS {
        let it = guide::operation(&operations, step.operation);
        send(&mut practice, document, it, guide::example(step, it)).await;
    }
    practice
}

/// A practice in which every example was sent.
pub(crate) async fn after_every_example(document: &Value) -> Practice {
    let operations = operations();
    let mut practice = after_the_guide(document).await;
    let in_guide = |it: &Operation, example: Option<&Example>| {
        let name = example.map(|example| example.name);
        guide::STEPS.iter().any(|step| step.operation == it.id && step.example == name)
    };
    let first = operations.iter().filter(|it| !LAST.contains(&it.id));
    for it in first.chain(LAST.map(|id| guide::operation(&operations, id))) {
        for (_, program) in ENABLED_BEFORE.iter().filter(|(id, _)| *id == it.id) {
            let enable = guide::operation(&operations, "enableProgram");
            let path = format!("/v1/programs/{program}/enable");
            judged(&practice, document, enable, &path, None).await;
        }
        let examples: Vec<_> = it.examples.iter().map(Some).collect();
        let examples = if examples.is_empty() { vec![None] } else { examples };
        for example in examples {
            if it.id == "receiveBooking" || !in_guide(it, example) || example.is_none() {
                send(&mut practice, document, it, example).await;
            }
        }
    }
    practice
}

#[tokio::test]
async fn who_follows_the_guide_has_an_enrolled_patient_who_gets_the_message_when_it_is_due() {
    let document = document();
    let practice = after_the_guide(&document).await;
    let operations = operations();
    let listed = guide::operation(&operations, "listEnrolmentsOfPatient");
    let answer = practice.ask(listed, &path(listed), None).await;
    assert_eq!(answer.json["items"][0]["status"], "active", "{}", answer.json);
    // Three days before is a Sunday, on which the site sends nothing: Monday, when it opens.
    assert_eq!(answer.json["items"][0]["next_action"]["due"], "2031-11-30T22:00:00Z");
    practice.clock.put_to("2031-11-30T22:00:00Z");
    practice.deliver(ids::ENROLMENT).await;
    let (to, text) = practice.sms.outbox().pop().unwrap();
    assert_eq!(to, "+61491570006");
    let expected = "Hi Maria, your visit to Harbour Clinic is on 3 December 2031 at 10:30 am.";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn every_example_works_and_every_answer_is_what_its_schema_says() {
    after_every_example(&document()).await;
}
