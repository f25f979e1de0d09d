//! Duplicating, deleting, versions, and what a save would do.

use app::impact::MOST_EXAMINED;
use app::ports::{Catalogue, Enrolments, People};
use aws::http::{Access, Method, Role};
use axum::Router;
use domain::enrolment::{Enrolment, enrol_for_booking};
use domain::ids::{EnrolmentId, ProgramId};
use domain::program::Program;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::{get, post, program, put, router, router_on, template, text};

/// A reminder two days before the visit, at 10:00.
fn days_before(days: u32, template: &str) -> Value {
    json!({
        "type": "sms", "template": template, "ignore_window": true,
        "timing": { "when": "before", "amount": days, "unit": "days", "at": "10:00" },
    })
}

async fn delete(router: &Router, path: &str, version: &str) -> ApiAnswer {
    call(router, ApiRequest::new("DELETE", path).by("[admin]").header("if-match", version)).await
}

/// Puts Maria on the program for her visit of 3 December 2026.
async fn enrol(dynamo: &Dynamo, program: &Program) -> EnrolmentId {
    let (site, patient, booking) = (build::site(), build::patient(), build::booking());
    dynamo.catalogue().create_site(&site).await.unwrap();
    dynamo.people().create_patient(&patient).await.unwrap();
    let facts = build::facts(program, &site, &patient, &booking);
    let begun = enrol_for_booking("req-1".into(), facts, build::at("2026-11-22T08:00:00Z"));
    let enrolment = begun.unwrap().enrolment;
    let id = enrolment.id.clone();
    dynamo.enrolments().commit(&[build::begun(enrolment)]).await.unwrap();
    let booking = app::ports::BookingChange {
        event: build::recorded("evt-1"),
        before: None,
        booking: Some(booking),
        changes: vec![],
        raise: vec![],
        renew: None,
        resolve: None,
        again: None,
    };
    app::ports::Intake::commit(&dynamo.intake(), &booking).await.unwrap();
    id
}

async fn stored(dynamo: &Dynamo, id: &Value) -> Program {
    let id = ProgramId::parse(id.as_str().unwrap()).unwrap();
    dynamo.catalogue().program(&id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_duplicate_is_disabled_under_a_name_and_with_actions_of_its_own() {
    let router = router().await;
    let original = post(&router, "/v1/programs", &program(&template(&router).await)).await.json;
    let path = format!("/v1/programs/{}", text(&original["id"]));
    post(&router, &format!("{path}/enable"), &json!({})).await;
    let path = format!("{path}/duplicate");
    let copy = post(&router, &path, &json!({ "name": "Another" })).await;
    assert_eq!((copy.status.as_u16(), &copy.json["enabled"]), (201, &json!(false)));
    assert_ne!(copy.json["id"], original["id"]);
    assert_ne!(copy.json["actions"][0]["id"], original["actions"][0]["id"]);
    assert_eq!(copy.json["actions"][0]["template"], original["actions"][0]["template"]);
    let taken = post(&router, &path, &json!({ "name": "ANOTHER" })).await;
    assert_eq!(taken.pointers(), ["#/name"]);
}

#[tokio::test]
async fn a_deleted_program_frees_its_name_and_its_versions_stay() {
    let router = router().await;
    let body = program(&template(&router).await);
    let created = post(&router, "/v1/programs", &body).await.json;
    let path = format!("/v1/programs/{}", text(&created["id"]));
    post(&router, &format!("{path}/enable"), &json!({})).await;
    assert_eq!(delete(&router, &path, "\"1\"").await.status, 412);
    assert_eq!(delete(&router, &path, "\"2\"").await.status, 204);
    assert_eq!(get(&router, &path).await.status, 404);
    let versions = get(&router, &format!("{path}/versions")).await.json;
    let of = |i: usize, field: &str| versions["items"][i][field].clone();
    assert_eq!((of(0, "version"), of(0, "enabled")), (json!(2), json!(true)));
    assert_eq!((of(1, "version"), of(1, "saved_by")), (json!(1), json!("person-1")));
    assert_eq!(post(&router, "/v1/programs", &body).await.status, 201, "the name is free");
}

#[tokio::test]
async fn a_program_with_links_or_patients_is_not_deleted() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    let created = post(&router, "/v1/programs", &program(&template(&router).await)).await.json;
    let path = format!("/v1/programs/{}", text(&created["id"]));
    let kind = json!({ "code": "x", "name": "Physio", "starts": [created["id"]] });
    post(&router, "/v1/booking-types", &kind).await;
    let linked = delete(&router, &path, "\"1\"").await;
    assert_eq!(linked.status, 409);
    assert!(text(&linked.json["detail"]).contains("“Physio”"), "{:?}", linked.json);
    enrol(&dynamo, &stored(&dynamo, &created["id"]).await).await;
    let refused = delete(&router, &path, "\"1\"").await;
    assert_eq!(refused.status, 409);
    assert!(text(&refused.json["detail"]).contains("1 patient is on"), "{:?}", refused.json);
}

#[tokio::test]
async fn a_save_that_makes_actions_due_at_once_says_how_many_and_waits_for_a_yes() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    let template = template(&router).await;
    let mut body = program(&template);
    body["actions"] = json!([days_before(2, &template)]);
    let created = post(&router, "/v1/programs", &body).await.json;
    enrol(&dynamo, &stored(&dynamo, &created["id"]).await).await;
    let path = format!("/v1/programs/{}", text(&created["id"]));

    let mut edited = created.clone();
    edited["actions"][0]["timing"]["amount"] = json!(5); // 28 November: still to come
    let impact = post(&router, &format!("{path}/impact"), &edited).await.json;
    let counts = json!({ "version": 1, "patients": 1, "complete": true, "unreadable": 0, "changed": 1, "due_at_once": 0 });
    assert_eq!(impact, counts);
    edited["actions"][0]["timing"]["amount"] = json!(12); // 21 November: past
    let impact = post(&router, &format!("{path}/impact"), &edited).await.json;
    assert_eq!(impact["due_at_once"], 1);
    let refused = put(&router, &path, "\"1\"", &edited).await;
    assert_eq!(refused.status, 409, "{:?}", refused.json);
    assert!(text(&refused.json["detail"]).contains("?due_at_once=1"), "{:?}", refused.json);
    assert_eq!(get(&router, &path).await.json["version"], 1, "nothing was changed");
    let saved = put(&router, &format!("{path}?due_at_once=1"), "\"1\"", &edited).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);

    let mut renamed = saved.json.clone();
    renamed["name"] = json!("Another name"); // plans nobody anew
    assert_eq!(put(&router, &path, "\"2\"", &renamed).await.status, 200);
}

#[test]
fn only_an_admin_deletes() {
    let routes = programs_function::handler::api::<crate::InProcess>();
    let deletes = routes.routes().iter().filter(|route| route.0 == Method::Delete);
    let access: Vec<_> = deletes.map(|(_, path, access)| (*path, *access)).collect();
    let admin = Access::Role(Role::Admin);
    assert_eq!(access, [("/v1/programs/{id}", admin), ("/v1/templates/{id}", admin)]);
}

#[tokio::test]
async fn a_patient_who_cannot_be_read_keeps_no_program_from_being_saved() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    let template = template(&router).await;
    let mut body = program(&template);
    body["actions"] = json!([days_before(2, &template)]);
    let created = post(&router, "/v1/programs", &body).await.json;
    let path = format!("/v1/programs/{}", text(&created["id"]));
    let enrolment = enrol(&dynamo, &stored(&dynamo, &created["id"]).await).await;
    dynamo.spoil("people", build::patient().id.as_str(), "PATIENT").await;
    let mut edited = created.clone();
    edited["actions"][0]["timing"]["amount"] = json!(12);
    let counts = json!({ "version": 1, "patients": 1, "complete": true, "unreadable": 1, "changed": 0, "due_at_once": 0 });
    assert_eq!(post(&router, &format!("{path}/impact"), &edited).await.json, counts);
    dynamo.spoil("enrolments", enrolment.as_str(), "ENROLMENT").await;
    assert_eq!(post(&router, &format!("{path}/impact"), &edited).await.json, counts);
    let saved = put(&router, &path, "\"1\"", &edited).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);
    // Nobody knows whether it is over.
    let refused = delete(&router, &path, "\"2\"").await;
    assert_eq!(refused.status, 409, "{:?}", refused.json);
}

#[tokio::test]
async fn a_save_looks_at_so_many_patients_in_batches_and_asks_for_all_when_there_are_more() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    let template = template(&router).await;
    let mut body = program(&template);
    body["actions"] = json!([days_before(2, &template)]);
    let created = post(&router, "/v1/programs", &body).await.json;
    let path = format!("/v1/programs/{}", text(&created["id"]));
    let first = enrol(&dynamo, &stored(&dynamo, &created["id"]).await).await;
    let one = dynamo.enrolments().enrolment(&first).await.unwrap().unwrap();
    let others: Vec<_> = (10_001..)
        .take(MOST_EXAMINED)
        .map(|n| Enrolment { id: EnrolmentId::new(build::number(n)), ..one.clone() })
        .map(build::begun)
        .collect();
    for others in others.chunks(25) {
        dynamo.enrolments().commit(others).await.unwrap();
    }
    let mut edited = created.clone();
    edited["actions"][0]["timing"]["amount"] = json!(12);
    let reads = || dynamo.wire.calls().values().sum::<usize>();
    let before = reads();
    let impact = post(&router, &format!("{path}/impact"), &edited).await.json;
    let pages = MOST_EXAMINED / 100;
    assert!(reads() - before < 4 * pages + 20, "{} calls", reads() - before);
    assert_eq!((&impact["patients"], &impact["complete"]), (&json!(MOST_EXAMINED), &json!(false)));
    assert_eq!(impact["due_at_once"], json!(MOST_EXAMINED));
    let enough = format!("{path}?due_at_once={}", MOST_EXAMINED + 1);
    let refused = put(&router, &enough, "\"1\"", &edited).await;
    assert_eq!(refused.status, 409, "{:?}", refused.json);
    let detail = text(&refused.json["detail"]);
    assert!(detail.contains("at least 2000") && detail.contains("?due_at_once=all"), "{detail}");
    let saved = put(&router, &format!("{path}?due_at_once=all"), "\"1\"", &edited).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);
}
