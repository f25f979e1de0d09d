//! Programs that staff put patients on, on the deployed stack: what the front desk does in a day.

#![cfg(test)]

use e2e::practice::{Practice, SOON, created};
use e2e::{stack, unique};
use serde_json::{Value, json};
use stack::{Answer, wait};

/// A program of the practice's own: a text, then a pause. Answers its id and version.
fn check_up(practice: &Practice<'_>) -> String {
    let template = created(practice.admin.post(
        "/v1/templates",
        &json!({
            "channel": "sms", "name": format!("Check-up {}", unique()),
            "body": "Hi {{ patient.first_name }}, {{ program.name }} is due on {{ reference.date }}.",
        }),
    ));
    let program = json!({
        "type": "recall", "name": format!("Check-up {}", unique()),
        "cycles": 2, "frequency": { "amount": 6, "unit": "months" },
        "completion": "ignore",
        "actions": [
            { "type": "sms", "template": template, "timing": { "when": "enrolled" }, "ignore_window": true },
            { "type": "pause" },
        ],
    });
    let program = created(practice.admin.post("/v1/programs", &program));
    did(practice.admin.post(&format!("/v1/programs/{program}/enable"), &json!({})));
    program
}

/// The answer to something that was done.
fn did(answer: Result<Answer, stack::Error>) -> Value {
    answer.and_then(|answer| answer.success()).expect("it is done")
}

#[test]
fn a_patient_is_enrolled_by_hand_gets_the_text_and_is_advanced_from_the_work_list() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let program = check_up(&practice);
    let patient = practice.patient().id;

    let drawn = did(practice.admin.post(
        &format!("/v1/programs/{program}/timeline"),
        &json!({ "reference_date": "2031-01-31", "patient": patient }),
    ));
    assert_eq!(drawn["items"].as_array().expect("a list").len(), 4, "{drawn}");

    let wanted = json!({ "patient": patient, "program": program, "reference_date": "2031-01-31" });
    let enrolment = created(practice.admin.post("/v1/enrolments", &wanted));
    practice.sweep();
    wait::until("the enrolment to come to its pause", SOON, || {
        Ok((practice.status(&enrolment) == "held").then_some(()))
    })
    .expect("it is held");
    let texts = practice.texts();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].message.ends_with("is due on 31 January 2031."), "{}", texts[0].message);

    let work = practice.list(&format!("/v1/work-list?kind=paused&patient={patient}"));
    assert_eq!(work.len(), 1, "{work:?}");
    let item = format!("/v1/work-list/{}", work[0]["id"].as_str().expect("an id"));
    did(practice.admin.post(&format!("{item}/assign"), &json!({ "to": "me" })));
    did(practice.admin.post(&format!("{item}/notes"), &json!({ "text": "Rang; calls back." })));
    let done = json!({ "outcome": "done", "then": "advance" });
    did(practice.admin.post(&format!("{item}/resolve"), &done));
    let second = practice.read(&format!("/v1/enrolments/{enrolment}"));
    assert_eq!((&second["status"], &second["cycle"]), (&json!("active"), &json!(2)), "{second}");
    assert_eq!(practice.list(&format!("/v1/work-list?patient={patient}")), [] as [Value; 0]);

    let version = second["version"].to_string();
    let ended = practice.admin.request(
        "POST",
        &format!("/v1/enrolments/{enrolment}/end"),
        &[("if-match", &format!("\"{version}\""))],
        Some(&json!({ "why": "Moved away" })),
    );
    assert_eq!(did(ended)["status"], "ended");
}

#[test]
fn patients_of_a_program_are_moved_and_the_old_one_is_retired() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let (old, new) = (check_up(&practice), check_up(&practice));
    let patient = practice.patient().id;
    let wanted = json!({ "patient": patient, "program": old, "reference_date": "2031-01-31" });
    created(practice.admin.post("/v1/enrolments", &wanted));
    let step = practice.read(&format!("/v1/programs/{new}"))["actions"][1]["id"].clone();

    let order = json!({ "to": new, "step": step, "disable": true });
    let moved = did(practice.admin.post(&format!("/v1/programs/{old}/moves"), &order));
    // The sender may be at work on it; asked again, the move goes on with who is left.
    let moved = if moved["moved"] == json!([]) {
        did(practice.admin.post(&format!("/v1/programs/{old}/moves"), &order))
    } else {
        moved
    };
    assert_eq!(moved["moved"].as_array().expect("a list").len(), 1, "{moved}");
    let on_new = practice.list(&format!("/v1/programs/{new}/patients"));
    assert_eq!(on_new.len(), 1, "{on_new:?}");
    assert_eq!(practice.read(&format!("/v1/programs/{old}"))["enabled"], false);
    let versions = practice.read(&format!("/v1/programs/{old}/versions"));
    assert_eq!(versions["items"].as_array().expect("a list").len(), 3, "{versions}");
    let gone = practice.admin.request(
        "DELETE",
        &format!("/v1/programs/{old}"),
        &[("if-match", "\"3\"")],
        None,
    );
    assert_eq!(gone.expect("an answer").status, 204);
}
