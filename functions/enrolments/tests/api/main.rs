//! The admin API's enrolments and work list, and the routes of the whole function.

#![cfg(test)]

use std::sync::Arc;

use app::ports::{BookingChange, Catalogue, EventResult, Intake, RecordedEvent};
use aws::dynamo::{
    BookingStore, CatalogueStore, EnrolmentReaderStore, EnrolmentStore, PeopleStore, WorkListStore,
};
use aws::http::{Method, Role};
use axum::Router;
use domain::enrolment::{Enrolment, enrol_for_booking};
use domain::text::{Code, ExternalId, Label};
use domain::timing::Timing;
use domain::work::{WorkItem, WorkKind};
use enrolments_function::handler::{Context, Ports, api};
use serde_json::json;
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::requests::{ApiAnswer, ApiRequest, call, template_routes};

/// The real stores, with a clock that stands and ids in order.
struct InProcess;

impl Ports for InProcess {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Bookings = BookingStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type WorkList = WorkListStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

async fn clinic() -> (Dynamo, Router) {
    let dynamo = Dynamo::start().await;
    dynamo.catalogue().create_site(&build::site()).await.unwrap();
    let (clock, ids) = (FakeClock::at("2026-11-22T08:00:00Z"), CountingIds::default());
    let context = Context::<InProcess> {
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        bookings: dynamo.bookings(),
        enrolments: dynamo.enrolments(),
        reader: dynamo.enrolment_reader(),
        work_list: dynamo.work_list(),
        answers: dynamo.answers(&clock, &ids),
        clock,
        ids,
        practice_name: Label::parse("Harbour Health").unwrap(),
    };
    (dynamo, api().into_router(Arc::new(context)))
}

async fn get(router: &Router, path: &str) -> ApiAnswer {
    call(router, ApiRequest::new("GET", path).by("[viewer]")).await
}

fn enrolment() -> Enrolment {
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let (site, patient, booking) = (build::site(), build::patient(), build::booking());
    let facts = build::facts(&program, &site, &patient, &booking);
    let now = build::at("2026-11-22T08:00:00Z");
    enrol_for_booking("req-1".into(), facts, now).unwrap().enrolment
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
    let changes = begin.into_iter().map(build::begun).collect();
    let change =
        BookingChange { event, before: None, booking: None, changes, raise, resolve: None };
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
    api::<InProcess>().routes().to_vec()
}

#[test]
fn the_template_has_exactly_these_routes() {
    let routes = routes();
    let ours = routes.iter().map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(
        ours.collect::<std::collections::BTreeSet<_>>(),
        template_routes("EnrolmentsFunction")
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
