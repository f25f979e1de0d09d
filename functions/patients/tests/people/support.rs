//! A practice with one site and no patients, and what the front desk asks of it.

use std::sync::Arc;

use app::ports::Catalogue;
use aws::dynamo::{
    BookingStore, CatalogueStore, EnrolmentReaderStore, EnrolmentStore, PeopleStore, ReplyStore,
    WorkListStore,
};
use axum::Router;
use patients_function::handler::{Context, Ports, api};
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::requests::{ApiAnswer, ApiRequest, call};

/// When everything happens.
pub(crate) const NOW: &str = "2026-11-22T08:00:00Z";

/// The real stores, with ids in order.
pub(crate) struct InProcess;

impl Ports for InProcess {
    type People = PeopleStore;
    type Catalogue = CatalogueStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Bookings = BookingStore;
    type Replies = ReplyStore;
    type WorkList = WorkListStore;
    type Ids = CountingIds;
}

/// The practice, and the function's router in front of it.
pub(crate) async fn clinic() -> (Dynamo, Router) {
    let dynamo = Dynamo::start().await;
    dynamo.catalogue().create_site(&build::site()).await.unwrap();
    let router = router(&dynamo);
    (dynamo, router)
}

fn router(dynamo: &Dynamo) -> Router {
    router_after(dynamo, 0)
}

/// The router, whose new ids come after that number.
pub(crate) fn router_after(dynamo: &Dynamo, number: u64) -> Router {
    let (clock, ids) = (FakeClock::at(NOW), CountingIds::after(number));
    let context = Context::<InProcess> {
        people: dynamo.people(),
        catalogue: dynamo.catalogue(),
        enrolments: dynamo.enrolments(),
        reader: dynamo.enrolment_reader(),
        bookings: dynamo.bookings(),
        replies: dynamo.replies(),
        work_list: dynamo.work_list(),
        answers: dynamo.answers(&clock, &ids),
        clock: Box::new(clock),
        ids,
    };
    api().into_router(Arc::new(context))
}

/// Maria Rossi as the front desk writes her.
pub(crate) fn maria() -> Value {
    json!({
        "identifiers": [{ "source": "diary", "id": "P-1001" }],
        "first_name": "Maria",
        "last_name": "Rossi",
        "date_of_birth": "1980-02-03",
        "mobile": "0491 570 006",
        "site": "harbour",
    })
}

/// Posts as the front desk.
pub(crate) async fn post(router: &Router, path: &str, body: &Value) -> ApiAnswer {
    post_as(router, "[front-desk]", path, body).await
}

/// Posts as somebody in these groups.
pub(crate) async fn post_as(router: &Router, groups: &str, path: &str, body: &Value) -> ApiAnswer {
    call(router, ApiRequest::new("POST", path).by(groups).json(body)).await
}

/// Gets as a viewer.
pub(crate) async fn get(router: &Router, path: &str) -> ApiAnswer {
    call(router, ApiRequest::new("GET", path).by("[viewer]")).await
}

/// Creates a patient and returns the path to them.
pub(crate) async fn create(router: &Router, body: &Value) -> String {
    let created = post(router, "/v1/patients", body).await;
    assert_eq!(created.status, 201, "{:?}", created.json);
    path_of(&created)
}

/// The path of the patient of an answer.
pub(crate) fn path_of(answer: &ApiAnswer) -> String {
    format!("/v1/patients/{}", answer.json["id"].as_str().expect("an id"))
}

/// Saves a patient as the front desk, from the version the body names.
pub(crate) async fn put(router: &Router, path: &str, body: &Value) -> ApiAnswer {
    let etag = format!("\"{}\"", body["version"].as_u64().unwrap_or(1));
    let request = ApiRequest::new("PUT", path).by("[front-desk]").header("if-match", &etag);
    call(router, request.json(body)).await
}
