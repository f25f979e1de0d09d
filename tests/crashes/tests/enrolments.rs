//! What staff ask of `enrolments`: to begin, to instruct, to move, to upload, and the work list.

#![cfg(test)]

use std::path::Path;

use crashes::{
    Function, Operation, Stage, another_booking_program, block_on, create, failed, general, otto,
    post, put, recall, strike, target,
};
use domain::enrolment::Enrolment;
use serde_json::{Value, json};
use testkit::build;
use testkit::requests::ApiRequest;

fn ask(name: &'static str, request: ApiRequest) -> Operation {
    Operation::http(name, Function::Enrolments, request)
}

fn stage(name: &str) -> Stage {
    block_on(Stage::set(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)))
}

/// The request about an enrolment in the version in which it was read.
fn instructs(of: &Enrolment, what: &str, body: &Value) -> ApiRequest {
    let request = post(&format!("/v1/enrolments/{}/{what}", of.id), body);
    request.header("if-match", &format!("\"{}\"", of.revision))
}

fn beginnings() -> Vec<Operation> {
    let onto_general = json!({ "patient": otto().id, "program": general().id });
    let booking = build::booking().key;
    let by_booking = json!({
        "patient": build::patient().id, "program": another_booking_program().id,
        "booking": { "source": booking.source, "id": booking.id },
    });
    let file = format!(
        "program,patient,reference_date\n{},{},2027-01-31\nOur general,{},\n",
        recall().id,
        otto().id,
        otto().id,
    );
    let upload = ApiRequest::new("POST", "/v1/enrolments/upload").by("[front-desk]");
    vec![
        ask("a patient is enrolled", create("/v1/enrolments", &onto_general)),
        ask("a patient is enrolled for a booking", create("/v1/enrolments", &by_booking)),
        ask("a file of enrolments is uploaded", upload.text("text/csv", &file)),
    ]
}

fn instructions(stage: &Stage) -> Vec<Operation> {
    let path = format!("/v1/enrolments/{}/reference-date", stage.recalled.id);
    let date = json!({ "date": "2027-02-28" });
    let why = json!({ "why": "Has moved away" });
    vec![
        ask("a pause is advanced", instructs(&stage.paused, "advance", &Value::Null)),
        ask("an action is skipped", instructs(&stage.recalled, "skip", &Value::Null)),
        ask("a failed action is tried again", instructs(&stage.failed, "retry", &json!({}))),
        ask("an enrolment is ended", instructs(&stage.booked, "end", &why)),
        ask(
            "a reference date is changed",
            put(&path, stage.recalled.revision, &date).by("[front-desk]"),
        ),
    ]
}

fn moves() -> Vec<Operation> {
    let step = target().actions[0].id.clone();
    let path = |what: &str| format!("/v1/programs/{}/{what}", general().id);
    let body = json!({ "to": target().id, "step": step, "disable": true });
    vec![
        ask("a move is looked at beforehand", post(&path("moves/preview"), &body)),
        ask("patients are moved", post(&path("moves"), &body)),
    ]
}

fn work(stage: &Stage) -> Vec<Operation> {
    let paused = failed(&stage.paused);
    let path = |what: &str| format!("/v1/work-list/{paused}/{what}");
    let resolve = json!({ "outcome": "done", "then": "advance", "note": "Rang her." });
    let note = json!({ "text": "Rang, no answer." });
    let both = [&paused, &failed(&stage.failed)];
    let bulk = json!({ "items": both, "do": { "assign": { "to": "me" } } });
    vec![
        ask("work is assigned", post(&path("assign"), &json!({ "to": "me" }))),
        ask("much work is assigned", post("/v1/work-list/bulk", &bulk)),
        ask("work is resolved, and its enrolment goes on", post(&path("resolve"), &resolve)),
        // A note has no version and no key.
        ask("a note is made of work", post(&path("notes"), &note)).may_be_twice(),
    ]
}

#[test]
fn enrolments_begin_once_wherever_it_dies() {
    strike(&stage("beginnings"), &beginnings());
}

#[test]
fn what_staff_say_happens_once_wherever_it_dies() {
    let stage = stage("instructions");
    strike(&stage, &instructions(&stage));
}

#[test]
fn patients_are_moved_once_wherever_it_dies() {
    strike(&stage("moves"), &moves());
}

#[test]
fn work_is_done_once_wherever_it_dies() {
    let stage = stage("work");
    strike(&stage, &work(&stage));
}
