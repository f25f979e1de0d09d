//! Every example is sent, the guide's first and in its order, and every answer is judged.

use openapi::document::{document, id_of};
use openapi::operation::{Example, Operation};
use openapi::{guide, ids};
use serde_json::Value;

use crate::operations;
use crate::practice::Practice;
use crate::schema::validator;

/// Routes that are about another thing than the guide's, which others still need.
const ABOUT: [(&str, &str); 3] = [
    ("deleteProgram", ids::RECALL),
    ("deleteTemplate", ids::EMAIL_TEMPLATE),
    ("mergePatient", ids::DOUBLE),
];

/// Routes that come after all others, because they end or take away, and what they need before.
const LAST: [&str; 9] = [
    "previewMove",
    "movePatients",
    "holdSending",
    "releaseSending",
    "archivePatient",
    "restorePatient",
    "deleteProgram",
    "deleteTemplate",
    "mergePatient",
];

fn path(it: &Operation) -> String {
    let about = ABOUT.iter().find(|(id, _)| *id == it.id).map(|(_, about)| *about);
    let id = || about.unwrap_or_else(|| id_of(it.path));
    let path =
        if it.path.contains("{id}") { it.path.replace("{id}", id()) } else { it.path.into() };
    let names =
        [("version", "1"), ("channel", "sms"), ("purpose", "commercial"), ("source", "diary")];
    names.iter().fold(path, |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
}

/// Sends an example, or asks a route that has none, and judges the answer.
async fn send(
    practice: &mut Practice,
    document: &Value,
    it: &Operation,
    example: Option<&Example>,
) {
    let what = format!("{} {}", it.id, example.map_or("", |example| example.name));
    if let (Some(example), Some(place)) = (example, &it.body) {
        let judge = validator(document, place);
        let wrong: Vec<_> = judge.iter_errors(&example.body).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{what}: the example is not what its schema says: {wrong:?}");
    }
    let answer = practice.ask(it, &path(it), example.map(|example| &example.body)).await;
    let status = answer.status.as_u16();
    let described = it.answers.iter().find(|each| each.status == status);
    let described = described.unwrap_or_else(|| panic!("{what}: {status} {}", answer.json));
    if let Some(place) = &described.schema {
        let judge = validator(document, place);
        let wrong: Vec<_> = judge.iter_errors(&answer.json).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{what}: {wrong:?} in {}", answer.json);
    }
    for (pointer, id) in example.map(|example| example.gives.as_slice()).unwrap_or_default() {
        let found = answer.json.pointer(pointer).and_then(Value::as_str);
        practice
            .know(id, found.unwrap_or_else(|| panic!("{what}: no {pointer} in {}", answer.json)));
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

#[tokio::test]
async fn who_follows_the_guide_has_an_enrolled_patient() {
    let document = document();
    let practice = after_the_guide(&document).await;
    let operations = operations();
    let listed = guide::operation(&operations, "listEnrolmentsOfPatient");
    let answer = practice.ask(listed, &path(listed), None).await;
    assert_eq!(answer.json["items"][0]["status"], "active", "{}", answer.json);
    // Three days before is a Sunday, on which the site sends nothing: Monday, when it opens.
    assert_eq!(answer.json["items"][0]["next_action"]["due"], "2031-11-30T22:00:00Z");
}

#[tokio::test]
async fn every_example_works_and_every_answer_is_what_its_schema_says() {
    let document = document();
    let operations = operations();
    let mut practice = after_the_guide(&document).await;
    let in_guide = |it: &Operation, example: Option<&Example>| {
        let name = example.map(|example| example.name);
        guide::STEPS.iter().any(|step| step.operation == it.id && step.example == name)
    };
    let first = operations.iter().filter(|it| !LAST.contains(&it.id));
    for it in first.chain(LAST.map(|id| guide::operation(&operations, id))) {
        if it.id == "previewMove" {
            // Patients are moved to a program that is enabled only.
            let enable = guide::operation(&operations, "enableProgram");
            let path = format!("/v1/programs/{}/enable", ids::COPY);
            assert_eq!(practice.ask(enable, &path, None).await.status, 200);
        }
        let examples: Vec<_> = it.examples.iter().map(Some).collect();
        let examples = if examples.is_empty() { vec![None] } else { examples };
        for example in examples {
            if it.id == "receiveBooking" || !in_guide(it, example) || example.is_none() {
                send(&mut practice, &document, it, example).await;
            }
        }
    }
}
