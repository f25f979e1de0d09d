//! Requests as API Gateway hands them to a function (HTTP API, payload format 2.0).

#![expect(clippy::indexing_slicing, reason = "indexing a JSON object to set a field cannot fail")]

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use lambda_http::Request;
use lambda_http::request::from_str;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A request by a person in these Cognito groups; `None` for one without a token.
#[derive(Debug, Clone)]
pub struct ApiRequest {
    event: Value,
}

impl ApiRequest {
    /// A request as it comes when no authorizer stands before the route.
    pub fn new(method: &str, path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let event = json!({
            "version": "2.0",
            "routeKey": format!("{method} {path}"),
            "rawPath": path,
            "rawQueryString": query,
            "headers": { "host": "api.example" },
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "api",
                "domainName": "api.example",
                "http": {
                    "method": method, "path": path, "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1", "userAgent": "test",
                },
                "requestId": "req-1",
                "routeKey": format!("{method} {path}"),
                "stage": "$default",
                "time": "22/Nov/2026:08:00:00 +0000",
                "timeEpoch": 1_795_334_400_000_u64,
            },
            "isBase64Encoded": false,
        });
        Self { event }
    }

    /// With the claims of an access token whose person is in `groups`, as the authorizer hands them
    /// over: `[front-desk clinician]`.
    #[must_use]
    pub fn by(self, groups: &str) -> Self {
        self.with_claims(&json!({
            "sub": "person-1", "token_use": "access", "cognito:groups": groups,
        }))
    }

    /// With these claims.
    #[must_use]
    pub fn with_claims(mut self, claims: &Value) -> Self {
        self.event["requestContext"]["authorizer"] =
            json!({ "jwt": { "claims": claims, "scopes": [] } });
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.event["headers"][name] = Value::from(value);
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.text("application/json", &body.to_string())
    }

    /// With a body of some type.
    #[must_use]
    pub fn text(mut self, content_type: &str, body: &str) -> Self {
        self.event["body"] = Value::from(body);
        self.header("content-type", content_type)
    }

    /// With a body of some type that need not be text. API Gateway hands such bodies over in Base64.
    #[must_use]
    pub fn bytes(mut self, content_type: &str, body: &[u8]) -> Self {
        self.event["body"] = Value::from(STANDARD.encode(body));
        self.event["isBase64Encoded"] = Value::from(true);
        self.header("content-type", content_type)
    }

    /// The request as the runtime gives it to the function.
    ///
    /// # Panics
    /// When API Gateway would not make such a request.
    pub fn build(self) -> Request {
        from_str(&self.event.to_string()).expect("a request of payload format 2.0")
    }
}

/// What a function answered.
#[derive(Debug)]
pub struct ApiAnswer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; `null` when there is none, and a text when it is not said to be JSON.
    pub json: Value,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl ApiAnswer {
    /// The pointers of the wrong fields of a problem.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["pointer"].as_str()).collect()
    }

    /// The names of the wrong parameters of a problem.
    pub fn parameters(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["parameter"].as_str()).collect()
    }

    /// A header, as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Sends a request to a function's router, as the runtime would.
///
/// # Panics
/// When the body is said to be JSON and is not, or cannot be read.
pub async fn call(router: &Router, request: ApiRequest) -> ApiAnswer {
    let request = request.build().map(|body| Body::from(body.to_vec()));
    let response = router.clone().oneshot(request).await.expect("a router never fails");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("the body can be read").to_bytes();
    let kind = parts.headers.get("content-type").and_then(|kind| kind.to_str().ok());
    let json = match kind {
        _ if bytes.is_empty() => Value::Null,
        Some(kind) if !kind.contains("json") => Value::from(String::from_utf8_lossy(&bytes)),
        _ => serde_json::from_slice(&bytes).expect("the body is JSON"),
    };
    ApiAnswer { status: parts.status, headers: parts.headers, json, bytes: bytes.to_vec() }
}

/// The routes that `infra/template.yaml` sends to a function (by its logical id), as
/// `infra/checks/snapshot.json` has them: `GET /v1/programs`.
///
/// # Panics
/// When the snapshot cannot be read.
pub fn template_routes(function: &str) -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/checks/snapshot.json");
    let text = std::fs::read_to_string(path).expect("the snapshot is there");
    let snapshot: Value = serde_json::from_str(&text).expect("the snapshot is JSON");
    let routes = snapshot["routes"].as_object().expect("it has routes");
    let ours =
        routes.iter().filter(|(_, to)| to.as_str().is_some_and(|to| to.starts_with(function)));
    ours.map(|(route, _)| route.clone()).collect()
}
