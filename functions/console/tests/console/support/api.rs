//! The functions of the API, called as API Gateway would call them: with the claims of the token.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws::web::Unreachable;
use axum::Router;
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use console_function::api::Service;
use http::{Request, Response, StatusCode, header};
use office::{Office, nowhere};
use serde_json::{Value, json};
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeEmail, FakeSms};
use testkit::requests::ApiRequest;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;

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
    let office = Office {
        dynamo: dynamo.clone(),
        clock: clock.clone(),
        ids: CountingIds::default(),
        sms: sms.clone(),
        email: email.clone(),
    };
    // The provider's reports are not asked for here, so neither is their secret.
    let letters = office.letters(nowhere());
    let routers = [office.programs(), office.patients(), office.enrolments(), letters];
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
