//! Lists of programs and templates: pages and filters.

use app::ports::Enrolments;
use axum::Router;
use domain::enrolment::{Enrolment, enrol_for_booking};
use domain::ids::{EnrolmentId, ProgramId};
use domain::program::Program;
use domain::timing::Timing;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::{router, router_on};

async fn post(router: &Router, path: &str, body: &Value) -> Value {
    let answer = call(router, ApiRequest::new("POST", path).by("[admin]").json(body)).await;
    assert!(answer.status.is_success(), "{answer:?}");
    answer.json
}

async fn get(router: &Router, path: &str) -> ApiAnswer {
    call(router, ApiRequest::new("GET", path).by("[viewer]")).await
}

async fn template(router: &Router, name: &str) -> Value {
    let body = json!({ "channel": "sms", "name": name, "body": "Hi {{ patient.first_name }}" });
    post(router, "/v1/templates", &body).await["id"].clone()
}

async fn program(router: &Router, name: &str, template: &Value) -> String {
    let action = json!({ "type": "sms", "template": template, "timing": { "when": "enrolled" } });
    let body = json!({ "type": "booking", "name": name, "actions": [action] });
    let created = post(router, "/v1/programs", &body).await;
    created["id"].as_str().unwrap().to_owned()
}

fn names(answer: &ApiAnswer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let items = answer.json["items"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap()).collect()
}

fn parameters(answer: &ApiAnswer) -> Vec<&str> {
    assert_eq!(answer.status, 400, "{answer:?}");
    let errors = answer.json["errors"].as_array().unwrap();
    errors.iter().map(|error| error["parameter"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let router = router().await;
    for name in ["One", "Two", "Three", "Four", "Five"] {
        template(&router, name).await;
    }
    let first = get(&router, "/v1/templates?limit=2").await;
    assert_eq!(names(&first), ["One", "Two"]);
    let next = |answer: &ApiAnswer| answer.json["next"].as_str().map(str::to_owned);
    let cursor = next(&first).unwrap();
    let second = get(&router, &format!("/v1/templates?limit=2&cursor={cursor}")).await;
    assert_eq!(names(&second), ["Three", "Four"]);
    let cursor = next(&second).unwrap();
    let last = get(&router, &format!("/v1/templates?limit=2&cursor={cursor}")).await;
    assert_eq!((names(&last), &last.json["next"]), (vec!["Five"], &Value::Null));
    let elsewhere = get(&router, &format!("/v1/programs?cursor={cursor}")).await;
    assert_eq!(parameters(&elsewhere), ["cursor"]);
    let detail = elsewhere.json["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("another list"), "{detail}");
}

#[tokio::test]
async fn programs_are_found_by_name_type_and_whether_they_take_patients() {
    let router = router().await;
    let hello = template(&router, "Hello").await;
    program(&router, "Flu vaccine", &hello).await;
    let id = program(&router, "Skin check", &hello).await;
    program(&router, "Flu follow-up", &hello).await;
    post(&router, &format!("/v1/programs/{id}/enable"), &json!({})).await;
    let cases: [(&str, &[&str]); 6] = [
        ("", &["Flu vaccine", "Skin check", "Flu follow-up"]),
        ("?q=FLU", &["Flu vaccine", "Flu follow-up"]),
        ("?q=skin%20c", &["Skin check"]),
        ("?enabled=true", &["Skin check"]),
        ("?enabled=false&type=booking&q=flu&limit=1", &["Flu vaccine"]),
        ("?type=recall", &[]),
    ];
    for (query, expected) in cases {
        let answer = get(&router, &format!("/v1/programs{query}")).await;
        assert_eq!(names(&answer), expected, "{query}");
    }
}

#[tokio::test]
async fn the_next_page_of_a_filtered_list_is_filtered_too() {
    let router = router().await;
    for name in ["Flu one", "Skin", "Flu two"] {
        template(&router, name).await;
    }
    let first = get(&router, "/v1/templates?q=flu&limit=1").await;
    assert_eq!(names(&first), ["Flu one"]);
    let cursor = first.json["next"].as_str().unwrap();
    let second = get(&router, &format!("/v1/templates?q=flu&limit=1&cursor={cursor}")).await;
    assert_eq!((names(&second), &second.json["next"]), (vec!["Flu two"], &Value::Null));
}

#[tokio::test]
async fn a_wrong_or_unknown_parameter_is_named() {
    let router = router().await;
    let wrong = get(&router, "/v1/programs?limit=0&type=pigeon&enabled=yes&nmae=x").await;
    assert_eq!(parameters(&wrong), ["limit", "type", "enabled", "nmae"]);
    assert_eq!(wrong.header("content-type"), "application/problem+json");
    assert_eq!(parameters(&get(&router, "/v1/templates?enabled=true").await), ["enabled"]);
}

#[tokio::test]
async fn booking_types_and_sites_come_in_pages_and_templates_by_their_channel() {
    let router = router().await;
    for name in ["Physio, initial", "Physio, review", "Podiatry"] {
        let code = name.replace(", ", "-");
        post(&router, "/v1/booking-types", &json!({ "code": code, "name": name })).await;
        let site = json!({ "code": code, "name": name, "time_zone": "Australia/Sydney" });
        post(&router, "/v1/sites", &site).await;
    }
    for list in ["/v1/booking-types", "/v1/sites"] {
        let first = get(&router, &format!("{list}?q=physio&limit=1")).await.json;
        assert_eq!(first["items"][0]["name"], "Physio, initial", "{list}");
        let cursor = first["next"].as_str().unwrap();
        let last = get(&router, &format!("{list}?q=physio&limit=1&cursor={cursor}")).await.json;
        assert_eq!(
            (&last["items"][0]["name"], &last["next"]),
            (&json!("Physio, review"), &Value::Null)
        );
        assert_eq!(get(&router, &format!("{list}?kind=x")).await.status, 400);
    }
    template(&router, "Hello").await;
    let letters = get(&router, "/v1/templates?channel=letter").await.json;
    assert_eq!(letters["items"], json!([]));
    let texts = get(&router, "/v1/templates?channel=sms").await.json;
    assert_eq!(texts["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn versions_come_newest_first_page_by_page_also_of_what_was_deleted() {
    let router = router().await;
    let text = template(&router, "Hello").await;
    let program = program(&router, "Flu", &text).await;
    let other = template(&router, "Other").await;
    for (list, id) in [("programs", &program), ("templates", &other.as_str().unwrap().to_owned())] {
        let path = format!("/v1/{list}/{id}");
        for n in 1..=4 {
            let mut saved = get(&router, &path).await.json;
            saved["name"] = json!(format!("Version {}", n + 1));
            let request = ApiRequest::new("PUT", &path).by("[admin]").json(&saved);
            let request = request.header("if-match", &format!("\"{n}\""));
            let answer = call(&router, request).await;
            assert_eq!(answer.status, 200, "{list}: {:?}", answer.json);
        }
        let delete = ApiRequest::new("DELETE", &path).by("[admin]").header("if-match", "\"5\"");
        assert_eq!(call(&router, delete).await.status, 204, "{list}");
        let path = format!("{path}/versions");
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        for _ in 0..3 {
            let page = get(&router, &format!("{path}?limit=2{cursor}")).await.json;
            let items = page["items"].as_array().unwrap().iter();
            seen.extend(items.map(|item| item["version"].as_u64().unwrap()));
            cursor = page["next"].as_str().map(|it| format!("&cursor={it}")).unwrap_or_default();
        }
        assert_eq!(seen, [5, 4, 3, 2, 1], "{list}");
        assert_eq!(cursor, "", "{list}: the last page says so");
        let whole = get(&router, &path).await.json;
        assert_eq!((whole["items"].as_array().unwrap().len(), &whole["next"]), (5, &Value::Null));
        let wrong = get(&router, &format!("{path}?limit=201&kursor=x")).await;
        assert_eq!(parameters(&wrong), ["limit", "kursor"], "{list}");
    }
}

#[tokio::test]
async fn how_many_are_on_each_program_is_said_to_who_asks() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    let hello = template(&router, "Hello").await;
    let ids = [program(&router, "Flu", &hello).await, program(&router, "Skin", &hello).await];
    for (n, program) in [(1, &ids[0]), (2, &ids[0])] {
        let on = Program {
            id: ProgramId::parse(program).unwrap(),
            ..build::program(vec![build::sms(10, Timing::Enrolled)])
        };
        let (site, patient, booking) = (build::site(), build::patient(), build::booking());
        let facts = build::facts(&on, &site, &patient, &booking);
        let begun = enrol_for_booking("req-1".into(), facts, build::at("2026-11-22T08:00:00Z"));
        let begun =
            Enrolment { id: EnrolmentId::new(build::number(n)), ..begun.unwrap().enrolment };
        dynamo.enrolments().commit(&[build::begun(begun)]).await.unwrap();
    }
    let counts = |answer: ApiAnswer| -> Vec<Value> {
        let items = answer.json["items"].as_array().unwrap();
        items.iter().map(|item| item["open_enrolments"].clone()).collect()
    };
    let asked = get(&router, "/v1/programs?counts=true").await;
    let said = [json!({ "count": 2, "more": false }), json!({ "count": 0, "more": false })];
    assert_eq!(counts(asked), said);
    for quiet in ["/v1/programs", "/v1/programs?counts=false"] {
        assert_eq!(counts(get(&router, quiet).await), [Value::Null, Value::Null], "{quiet}");
    }
    let path = format!("/v1/programs/{}", ids[0]);
    let mut one = get(&router, &format!("{path}?counts=true")).await;
    assert_eq!((&one.json["open_enrolments"], one.header("etag")), (&said[0], "\"1\""));
    assert_eq!(get(&router, &path).await.json.get("open_enrolments"), None);
    // What an answer shows may be sent back as it is.
    one.json["name"] = json!("Flu vaccine");
    let save = ApiRequest::new("PUT", &path).by("[admin]").json(&one.json);
    assert_eq!(call(&router, save.header("if-match", "\"1\"")).await.status, 200);
}
