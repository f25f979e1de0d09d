//! The functions of the API, called as API Gateway would call them: with the claims of the token.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws::clients::Aws;
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, DeliveryStore, DueStore, EnrolmentReaderStore,
    EnrolmentStore, LetterStore, PeopleStore, ReplyStore, WorkListStore,
};
use aws::files::S3Files;
use aws::secrets::WebhookSecrets;
use aws::web::Unreachable;
use aws_credential_types::Credentials;
use axum::Router;
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use console_function::api::Service;
use domain::text::Label;
use http::{Request, Response, StatusCode, header};
use serde_json::{Value, json};
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeEmail, FakeHere, FakeSms};
use testkit::requests::ApiRequest;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;

struct InProcess;

impl programs_function::handler::Ports for InProcess {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Sms = FakeSms;
    type Email = FakeEmail;
    type Bookings = BookingStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type Here = FakeHere;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

impl patients_function::handler::Ports for InProcess {
    type People = PeopleStore;
    type Catalogue = CatalogueStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Bookings = BookingStore;
    type Replies = ReplyStore;
    type WorkList = WorkListStore;
    type Ids = CountingIds;
}

impl enrolments_function::handler::Ports for InProcess {
    type Balances = BalanceStore;
    type Deliveries = DeliveryStore;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Bookings = BookingStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type WorkList = WorkListStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

impl letters_function::handler::Ports for InProcess {
    type Letters = LetterStore;
    type Files = S3Files;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type WorkList = WorkListStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

/// What is answered in the place of the API, to all but whether sending is on hold.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// Nothing, and nothing is done.
    Nothing,
    /// That, and nothing is done.
    Refusal(StatusCode, Option<(&'static str, &'static str)>),
}

/// Troubles to come, the first of which comes next.
pub(crate) type Troubles = Arc<Mutex<VecDeque<Trouble>>>;

/// The API over those tables.
pub(crate) fn api(
    dynamo: &Dynamo,
    clock: &FakeClock,
    sms: &FakeSms,
    email: &FakeEmail,
    troubles: &Troubles,
) -> Service {
    let routers = routers(dynamo, clock, &CountingIds::default(), sms, email);
    let troubles = troubles.clone();
    BoxCloneSyncService::new(tower::service_fn(move |request: Request<Vec<u8>>| {
        let routers = routers.clone();
        let is_said_anyway = request.uri().path() == "/v1/sending";
        let trouble = troubles.lock().unwrap().pop_front_if(|_| !is_said_anyway);
        async move {
            match trouble {
                None => Ok(answer(&routers, &request).await),
                Some(Trouble::Nothing) => Err(Unreachable("no answer in time")),
                Some(Trouble::Refusal(status, header)) => {
                    let mut response = Response::new(Bytes::from_static(b"{\"message\":\"raw\"}"));
                    *response.status_mut() = status;
                    if let Some((name, value)) = header {
                        response.headers_mut().insert(name, value.parse().unwrap());
                    }
                    Ok(response)
                }
            }
        }
    }))
}

/// The answer of the function that has the route.
async fn answer(routers: &[Router; 4], request: &Request<Vec<u8>>) -> Response<Bytes> {
    let mut last = Response::new(Bytes::new());
    for router in routers {
        let asked = as_api_gateway_would(request).build();
        let response = router.clone().oneshot(asked.map(axum::body::Body::new)).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let elsewhere = match parts.status {
            StatusCode::NOT_FOUND => body.as_ref().windows(12).any(|it| it == b"no such page"),
            status => status == StatusCode::METHOD_NOT_ALLOWED,
        };
        last = Response::from_parts(parts, body);
        if !elsewhere {
            break;
        }
    }
    last
}

fn as_api_gateway_would(request: &Request<Vec<u8>>) -> ApiRequest {
    let path = request.uri().path_and_query().unwrap().as_str();
    let mut asked = ApiRequest::new(request.method().as_str(), path);
    let mut kind = "application/octet-stream".to_owned();
    for (name, value) in request.headers() {
        let value = value.to_str().unwrap();
        if *name == header::AUTHORIZATION {
            let token = value.strip_prefix("Bearer ").unwrap();
            let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
            let claims: Value = serde_json::from_slice(&claims).unwrap();
            let groups = claims["cognito:groups"].as_array().unwrap();
            let groups: Vec<_> = groups.iter().filter_map(Value::as_str).collect();
            asked = asked.with_claims(&json!({
                "sub": claims["sub"], "token_use": "access",
                "cognito:groups": format!("[{}]", groups.join(" ")),
            }));
        } else if *name == header::CONTENT_TYPE {
            value.clone_into(&mut kind);
        } else {
            asked = asked.header(name.as_str(), value);
        }
    }
    if request.body().is_empty() { asked } else { asked.bytes(&kind, request.body()) }
}

fn routers(
    dynamo: &Dynamo,
    clock: &FakeClock,
    ids: &CountingIds,
    sms: &FakeSms,
    email: &FakeEmail,
) -> [Router; 4] {
    let name = || Label::parse("Harbour Health").unwrap();
    let programs = programs_function::handler::Context::<InProcess> {
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        sms: sms.clone(),
        email: email.clone(),
        bookings: dynamo.bookings(),
        reader: dynamo.enrolment_reader(),
        index: dynamo.due_index(),
        here: FakeHere::default(),
        clock: clock.clone(),
        ids: ids.clone(),
        practice_name: name(),
        answers: dynamo.answers(clock, ids),
    };
    let patients = patients_function::handler::Context::<InProcess> {
        replies: dynamo.replies(),
        people: dynamo.people(),
        catalogue: dynamo.catalogue(),
        reader: dynamo.enrolment_reader(),
        work_list: dynamo.work_list(),
        enrolments: dynamo.enrolments(),
        bookings: dynamo.bookings(),
        ids: ids.clone(),
        answers: dynamo.answers(clock, ids),
        clock: Box::new(clock.clone()),
    };
    let desk = enrolments_function::handler::Context::<InProcess> {
        balances: dynamo.balances(),
        deliveries: dynamo.deliveries(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        bookings: dynamo.bookings(),
        enrolments: dynamo.enrolments(),
        reader: dynamo.enrolment_reader(),
        work_list: dynamo.work_list(),
        answers: dynamo.answers(clock, ids),
        clock: clock.clone(),
        ids: ids.clone(),
        practice_name: name(),
    };
    // The provider's reports are not asked for here, so neither is their secret.
    let nowhere = Credentials::new("id", "secret", None, None, "test");
    let aws = Aws::new(nowhere, "nowhere".to_owned(), Some("http://nowhere.invalid".to_owned()));
    let letters = letters_function::handler::Context::<InProcess> {
        letters: dynamo.letters(),
        files: dynamo.files(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        work_list: dynamo.work_list(),
        secrets: WebhookSecrets::new(aws, "clinic/epost/".to_owned(), clock.clone()),
        answers: dynamo.answers(clock, ids),
        clock: clock.clone(),
        ids: ids.clone(),
        practice_name: name(),
    };
    [
        programs_function::handler::api().into_router(Arc::new(programs)),
        patients_function::handler::api().into_router(Arc::new(patients)),
        enrolments_function::handler::api().into_router(Arc::new(desk)),
        letters_function::handler::api().into_router(Arc::new(letters)),
    ]
}
