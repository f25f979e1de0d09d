//! The admin API's patients, enrolments and work list.

#![cfg(test)]

use std::sync::Arc;

use app::ports::{BookingChange, Catalogue, EventResult, Intake, RecordedEvent};
use aws::dynamo::{CatalogueStore, EnrolmentReaderStore, PeopleStore, WorkListStore};
use aws::http::{Method, Role};
use axum::Router;
use domain::enrolment::{Enrolment, Facts, enrol_for_booking};
use domain::text::{Code, ExternalId};
use domain::timing::Timing;
use domain::work::{WorkItem, WorkKind};
use patients_function::handler::{Context, api};
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::requests::{ApiAnswer, ApiRequest, call, template_routes};

async fn clinic() -> (Dynamo, Router) {
    let dynamo = Dynamo::start().await;
    dynamo.catalogue().create_site(&build::site()).await.unwrap();
    let ids = CountingIds::default();
    let context = Context {
        people: dynamo.people(),
        catalogue: dynamo.catalogue(),
        enrolments: dynamo.enrolment_reader(),
        work_list: dynamo.work_list(),
        answers: dynamo.answers(&FakeClock::at("2026-11-22T08:00:00Z"), &ids),
        ids,
    };
    (dynamo, api().into_router(Arc::new(context)))
}

fn maria() -> Value {
    json!({
        "identifiers": [{ "source": "diary", "id": "P-1001" }],
        "first_name": "Maria",
        "last_name": "Rossi",
        "date_of_birth": "1980-02-03",
        "mobile": "0491 570 006",
        "site": "harbour",
    })
}

async fn post(router: &Router, body: &Value) -> ApiAnswer {
    let request = ApiRequest::new("POST", "/v1/patients").by("[front-desk]").json(body);
    call(router, request).await
}

async fn search(router: &Router, id: &str) -> ApiAnswer {
    let body = json!({ "identifier": { "source": "diary", "id": id } });
    let request = ApiRequest::new("POST", "/v1/patients/search").by("[viewer]").json(&body);
    call(router, request).await
}

async fn get(router: &Router, path: &str) -> ApiAnswer {
    call(router, ApiRequest::new("GET", path).by("[viewer]")).await
}

#[tokio::test]
async fn front_desk_creates_finds_and_changes_a_patient() {
    let (_dynamo, router) = clinic().await;
    let created = post(&router, &maria()).await;
    assert_eq!(created.status, 201, "{:?}", created.json);
    assert_eq!(created.json["mobile"], "+61491570006");
    let found = search(&router, "P-1001").await;
    assert_eq!(found.json["items"], json!([created.json]));
    let nobody = search(&router, "P-9").await;
    assert_eq!(nobody.json["items"], json!([]));

    let path = format!("/v1/patients/{}", created.json["id"].as_str().unwrap());
    let mut changed = created.json.clone();
    changed["opted_out"] = json!(["sms"]);
    changed["standing"] = json!("archived");
    let save = || ApiRequest::new("PUT", &path).by("[front-desk]").json(&changed);
    let saved = call(&router, save().header("if-match", "\"1\"")).await;
    assert_eq!((saved.status.as_u16(), saved.header("etag")), (200, "\"2\""));
    assert_eq!(get(&router, &path).await.json["standing"], "archived");
    assert_eq!(call(&router, save().header("if-match", "\"1\"")).await.status, 412);
}

#[tokio::test]
async fn a_patient_who_is_posted_twice_under_one_key_is_created_once() {
    let (_dynamo, router) = clinic().await;
    let request = || ApiRequest::new("POST", "/v1/patients").by("[front-desk]").json(&maria());
    let first = call(&router, request().header("idempotency-key", "\"form-1\"")).await;
    let again = call(&router, request().header("idempotency-key", "\"form-1\"")).await;
    assert_eq!((again.status.as_u16(), again.header("idempotency-replay")), (201, "true"));
    assert_eq!((&again.json, again.header("etag")), (&first.json, first.header("etag")));
}

#[tokio::test]
async fn a_search_names_what_it_lacks() {
    let (_dynamo, router) = clinic().await;
    let request = ApiRequest::new("POST", "/v1/patients/search").by("[viewer]").json(&json!({}));
    assert_eq!(call(&router, request).await.pointers(), ["#/identifier"]);
}

#[tokio::test]
async fn a_save_that_leaves_out_the_opt_outs_is_refused_and_takes_none_back() {
    let (_dynamo, router) = clinic().await;
    let mut body = maria();
    body["opted_out"] = json!(["sms"]);
    let created = post(&router, &body).await;
    let path = format!("/v1/patients/{}", created.json["id"].as_str().unwrap());
    let save = ApiRequest::new("PUT", &path).by("[front-desk]").header("if-match", "\"1\"");
    let refused = call(&router, save.json(&maria())).await;
    assert_eq!(refused.pointers(), ["#/opted_out", "#/standing"]);
    assert_eq!(get(&router, &path).await.json["opted_out"], json!(["sms"]));
}

#[tokio::test]
async fn every_wrong_field_of_a_patient_is_named_and_a_landline_says_why() {
    let (_dynamo, router) = clinic().await;
    let wrong = json!({
        "identifiers": [{ "source": "diary" }],
        "first_name": "",
        "date_of_birth": "3/2/1980",
        "mobile": "(02) 5550 1234",
        "opted_out": ["pigeon"],
        "standing": "gone",
    });
    let refused = post(&router, &wrong).await;
    assert_eq!(refused.status, 422);
    let expected = [
        "#/identifiers/0/id",
        "#/first_name",
        "#/last_name",
        "#/date_of_birth",
        "#/mobile",
        "#/opted_out/0",
        "#/standing",
    ];
    assert_eq!(refused.pointers(), expected);
    let landline = refused.json["errors"][4]["detail"].as_str().unwrap();
    assert!(landline.contains("not a mobile number"), "{landline}");
}

#[tokio::test]
async fn an_identifier_of_another_patient_and_an_unknown_site_are_refused() {
    let (_dynamo, router) = clinic().await;
    post(&router, &maria()).await;
    assert_eq!(post(&router, &maria()).await.pointers(), ["#/identifiers"]);
    let mut elsewhere = maria();
    elsewhere["site"] = json!("moon");
    assert_eq!(post(&router, &elsewhere).await.pointers(), ["#/site"]);
}

fn enrolment() -> Enrolment {
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let (site, patient, booking) = (build::site(), build::patient(), build::booking());
    let facts = Facts { program: &program, site: &site, patient: &patient, booking: &booking };
    let now = build::at("2026-11-22T08:00:00Z");
    enrol_for_booking("req-1".into(), facts, now).unwrap()
}

async fn store(dynamo: &Dynamo, begin: Vec<Enrolment>, raise: Vec<WorkItem>) {
    let event = RecordedEvent {
        source: Code::parse("diary").unwrap(),
        id: ExternalId::parse("evt-1").unwrap(),
        fingerprint: String::new(),
        received_at: build::at("2026-11-22T08:00:00Z"),
        request_id: "req-1".into(),
        result: EventResult::default(),
    };
    let change =
        BookingChange { event, booking: None, begin, change: vec![], raise, resolve: None };
    dynamo.intake().commit(&change).await.unwrap();
}

#[tokio::test]
async fn a_patients_enrolments_and_their_history_are_shown() {
    use app::ports::People;
    let (dynamo, router) = clinic().await;
    dynamo.people().create_patient(&build::patient()).await.unwrap();
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    dynamo.catalogue().create_program(&program).await.unwrap();
    store(&dynamo, vec![enrolment()], vec![]).await;

    let path = format!("/v1/patients/{}/enrolments", build::patient().id);
    let listed = get(&router, &path).await.json["items"][0].clone();
    assert_eq!(listed["program"]["name"], "Booking confirmation");
    assert_eq!(
        (&listed["status"], &listed["next_action"]["type"]),
        (&json!("active"), &json!("sms"))
    );
    let one = get(&router, &format!("/v1/enrolments/{}", enrolment().id)).await;
    assert_eq!(one.json, listed);
    let history = get(&router, &format!("/v1/enrolments/{}/history", enrolment().id)).await;
    let first = &history.json["items"][0];
    assert_eq!((&first["event"], &first["by"]), (&json!("enrolled"), &json!("webhook diary")));
}

#[tokio::test]
async fn the_work_list_shows_what_waits_oldest_first() {
    let (dynamo, router) = clinic().await;
    let work = WorkItem {
        id: domain::ids::WorkId::for_cause(&["test"]),
        kind: WorkKind::Unmatched,
        since: build::at("2026-11-22T08:00:00Z"),
        summary: "Booking B-1 could not be matched.".into(),
        enrolment: None,
        patient: None,
        site: None,
    };
    store(&dynamo, vec![], vec![work]).await;
    let listed = get(&router, "/v1/work-list").await;
    assert_eq!(listed.json["items"][0]["kind"], "unmatched");
    assert_eq!(listed.json["items"][0]["summary"], "Booking B-1 could not be matched.");
}

fn routes() -> Vec<(Method, &'static str, Option<Role>)> {
    type Reader = EnrolmentReaderStore;
    api::<PeopleStore, CatalogueStore, Reader, WorkListStore, CountingIds>().routes().to_vec()
}

#[test]
fn the_template_has_exactly_these_routes() {
    let routes = routes();
    let ours = routes.iter().map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(
        ours.collect::<std::collections::BTreeSet<_>>(),
        template_routes("PatientsFunction")
    );
}

#[tokio::test]
async fn every_route_is_refused_without_its_role() {
    let (_dynamo, router) = clinic().await;
    for (method, path, least) in routes() {
        let least = least.expect("every route of this function needs a role");
        let method = method.as_str();
        let request = || ApiRequest::new(method, path);
        assert_eq!(call(&router, request()).await.status, 401, "{method} {path}: no token");
        for role in Role::ALL {
            let answer = call(&router, request().by(&format!("[{}]", role.as_str()))).await;
            assert_eq!(answer.status == 403, role < least, "{method} {path} as {}", role.as_str());
        }
    }
}
