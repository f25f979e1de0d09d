//! What the front desk asks of `patients`, and what a patient asks of `unsubscribe`.

#![cfg(test)]

use std::path::Path;

use crashes::{Function, Operation, Stage, block_on, create, nora, otto, post, put, strike};
use domain::ids::{PatientId, WorkId};
use serde_json::{Value, json};
use testkit::build;
use testkit::requests::ApiRequest;

fn ask(name: &'static str, request: ApiRequest) -> Operation {
    Operation::http(name, Function::Patients, request)
}

fn strike_all(name: &str, operations: &[Operation]) {
    let saved = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    strike(&block_on(Stage::set(&saved)), operations);
}

fn of(patient: &PatientId, what: &str) -> String {
    format!("/v1/patients/{patient}{what}")
}

fn ida() -> Value {
    json!({
        "first_name": "Ida", "last_name": "Berg", "date_of_birth": "1980-02-03",
        "mobile": "0491 570 110", "site": "harbour",
    })
}

/// The same with everything that is to be said of somebody who is known.
fn known() -> Value {
    let mut body = ida();
    let (nothing, none) = (Value::Null, json!([]));
    for (name, value) in [
        ("email", &nothing),
        ("medicare_number", &nothing),
        ("address", &nothing),
        ("language", &nothing),
        ("gp", &nothing),
        ("opted_out", &none),
        ("standing", &json!("current")),
    ] {
        body[name] = value.clone();
    }
    body
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn records() -> Vec<Operation> {
    let key = |id: &str| json!([{ "source": "diary", "id": id }]);
    let identifier = json!({ "source": "diary", "id": "P-9000" });
    vec![
        ask("a patient with an identifier is created", {
            create("/v1/patients", &with(ida(), "identifiers", key("P-9000")))
        }),
        ask("a patient without an identifier is created", create("/v1/patients", &ida())),
        ask("somebody new is told by their identifier", {
            create("/v1/patients/upsert", &with(ida(), "identifier", identifier))
        })
        // Told again, it is a save of what is there.
        .need_only_be_sound(),
        ask("a patient is saved with another identifier", {
            let body = with(known(), "identifiers", key("P-9001"));
            put(&of(&otto().id, ""), 1, &body).by("[front-desk]")
        }),
    ]
}

fn standing() -> Vec<Operation> {
    let (maria, otto) = (build::patient().id, otto().id);
    let choice = json!({ "choice": "given", "how": "asked at the desk" });
    let out = json!({ "channels": ["sms", "email"], "how": "by phone" });
    let again = post(&of(&otto, "/archive"), &Value::Null);
    vec![
        ask("a choice is recorded", {
            put(&of(&maria, "/consents/sms/commercial"), 2, &choice).by("[front-desk]")
        }),
        ask("a patient opts out", post(&of(&maria, "/opt-out"), &out)),
        ask("a patient is archived", again.clone()),
        ask("a patient is restored", post(&of(&otto, "/restore"), &Value::Null))
            .once(Function::Patients, again),
        ask("a patient has died", post(&of(&maria, "/deceased"), &Value::Null)),
    ]
}

fn merges() -> Vec<Operation> {
    let (maria, nora) = (build::patient().id, nora().id);
    let question = WorkId::for_possible_duplicate(&nora);
    let pair = json!({ "from": nora, "into": maria });
    vec![
        ask("two records are merged", post(&of(&nora, "/merge"), &json!({ "into": maria }))),
        ask("two records are merged that the work list asks about", {
            post(&format!("/v1/work-list/{question}/merge"), &pair)
        }),
    ]
}

fn ways_out() -> Vec<Operation> {
    let path = format!("/unsubscribe/sms-{}", build::patient().id);
    let form = "application/x-www-form-urlencoded";
    let click = ApiRequest::new("POST", &path).text(form, "List-Unsubscribe=One-Click");
    vec![Operation::http("a patient takes the way out", Function::Unsubscribe, click)]
}

#[test]
fn a_patients_record_is_whole_wherever_it_dies() {
    strike_all("records", &records());
}

#[test]
fn what_a_patient_is_and_wishes_is_whole_wherever_it_dies() {
    strike_all("standing", &standing());
}

#[test]
fn two_records_become_one_wherever_it_dies() {
    strike_all("merges", &merges());
}

#[test]
fn the_way_out_is_taken_wherever_it_dies() {
    strike_all("ways-out", &ways_out());
}
