//! What an admin asks of `programs`.

#![cfg(test)]

use std::path::Path;

use crashes::{
    Function, Operation, Stage, block_on, booking_program, create, enabled_without_patients,
    general, post, put, recall, remove, strike, unused,
};
use serde_json::{Value, json};
use testkit::build;
use testkit::requests::ApiRequest;

fn ask(name: &'static str, request: ApiRequest) -> Operation {
    Operation::http(name, Function::Programs, request)
}

fn plain() -> String {
    "tmpl_00000000000000000000000008".to_owned()
}

/// The general program, its message first.
fn saved() -> Value {
    json!({
        "type": "general", "name": "Our renamed",
        "actions": [
            { "id": general().actions[1].id, "type": "sms", "template": plain(),
              "timing": { "when": "after", "amount": 3, "unit": "days" }, "ignore_window": true },
            { "id": general().actions[0].id, "type": "pause" },
            { "id": "new", "type": "pause" },
        ],
    })
}

fn programs() -> Vec<Operation> {
    let new = json!({
        "type": "general", "name": "Our new",
        "actions": [{ "type": "sms", "template": plain(), "timing": { "when": "enrolled" } }],
    });
    let of = |id: &domain::ids::ProgramId, what: &str| format!("/v1/programs/{id}{what}");
    let (unused, empty) = (unused().id, enabled_without_patients().id);
    let types = json!({ "starts": [], "completes": [build::booking_type().id] });
    vec![
        ask("a program is created", create("/v1/programs", &new)),
        ask("a program is saved under another name, with other timings", {
            put(&format!("{}?due_at_once=all", of(&general().id, "")), 1, &saved())
        }),
        ask("a program is duplicated", {
            create(&of(&general().id, "/duplicate"), &json!({ "name": "Our copy" }))
        }),
        ask("a program is enabled", post(&of(&unused, "/enable"), &Value::Null)),
        ask("a program is disabled", post(&of(&empty, "/disable"), &Value::Null)),
        ask("a program is deleted", remove(&of(&unused, ""), 1)),
        ask("the booking types of a program are linked", {
            let path = of(&recall().id, "/booking-types");
            let kinds = [build::booking_type(), crashes::check_up()];
            put(&path, domain::booking_type::ProgramLinks::of(&recall().id, &kinds).tag(), &types)
        }),
    ]
}

fn templates() -> Vec<Operation> {
    let sms = json!({ "channel": "sms", "name": "Hello", "body": "Hi {{ patient.first_name }}" });
    let unused = build::email_template().id;
    vec![
        ask("a template is created", create("/v1/templates", &sms)),
        ask("a template is saved", put(&format!("/v1/templates/{}", plain()), 1, &sms)),
        ask("a template is deleted", remove(&format!("/v1/templates/{unused}"), 1)),
        ask("a template is tried out", {
            create(&format!("/v1/templates/{}/test", plain()), &json!({ "to": "0491 570 006" }))
        })
        .may_be_twice(),
    ]
}

fn types_and_sites() -> Vec<Operation> {
    let kind = |code: &str| {
        let starts = [booking_program().id];
        json!({ "code": code, "name": "Physio", "starts": starts, "completes": [recall().id] })
    };
    let site = |code: &str| {
        json!({
            "code": code, "name": "Hill Clinic", "time_zone": "Australia/Sydney",
            "sending_window": { "opens": "09:00", "closes": "18:00", "days": ["monday"] },
        })
    };
    let known = (build::booking_type().id, build::site().id);
    let holidays = json!({ "holidays": [{ "date": "2026-12-25", "name": "Christmas Day" }] });
    let holiday = json!({ "date": "2027-01-26", "name": "Australia Day", "sites": ["harbour"] });
    vec![
        ask("a booking type is created", create("/v1/booking-types", &kind("review"))),
        ask("a booking type is saved under another code", {
            put(&format!("/v1/booking-types/{}", known.0), 1, &kind("physio"))
        }),
        ask("a site is created", create("/v1/sites", &site("hill"))),
        ask("a site is saved under another code", {
            put(&format!("/v1/sites/{}", known.1), 1, &site("quay"))
        }),
        ask("a site's holidays are saved", {
            put(&format!("/v1/sites/{}/holidays", known.1), 1, &holidays)
        }),
        ask("a holiday is added to sites", post("/v1/holidays", &holiday)),
    ]
}

fn practice_wide() -> Vec<Operation> {
    let settings = json!({ "practice_name": "Harbour Health" });
    let hold = json!({ "why": "The diary sends wrong times" });
    vec![
        ask("the settings are saved", put("/v1/settings", 0, &settings)),
        ask("all sending is held", post("/v1/sending/hold", &hold)),
        ask("all sending is released", post("/v1/sending/release?messages=all", &Value::Null))
            .once(Function::Programs, post("/v1/sending/hold", &hold)),
    ]
}

fn strike_all(name: &str, operations: &[Operation]) {
    let saved = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    strike(&block_on(Stage::set(&saved)), operations);
}

#[test]
fn what_an_admin_asks_of_programs_is_whole_wherever_it_dies() {
    strike_all("programs", &programs());
}

#[test]
fn what_an_admin_asks_of_templates_is_whole_wherever_it_dies() {
    strike_all("templates", &templates());
}

#[test]
fn what_an_admin_asks_of_booking_types_and_sites_is_whole_wherever_it_dies() {
    strike_all("types", &types_and_sites());
}

#[test]
fn what_an_admin_asks_of_the_practice_is_whole_wherever_it_dies() {
    strike_all("practice", &practice_wide());
}
