//! Request bodies, and versions in `ETag` and `If-Match`.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;

use super::Problem;

/// Largest body taken, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// A body as it came, at most 1 MiB.
#[derive(Debug, Clone)]
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        axum::body::to_bytes(request.into_body(), MAX_BODY).await.map(Self).map_err(|_| {
            let detail = format!("A body may have at most {MAX_BODY} bytes.");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Too large", detail)
        })
    }
}

/// A JSON body.
#[derive(Debug, Clone)]
pub struct JsonBody(pub Value);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let RawBody(bytes) = RawBody::from_request(request, state).await?;
        parse_json(&headers, &bytes).map(Self)
    }
}

/// Reads a JSON body.
///
/// # Errors
/// 415 when it is not said to be JSON, 400 when it is not.
pub fn parse_json(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let detail = "Send the header `content-type: application/json`.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not JSON", detail));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        // Position only: serde's own message can hold a piece of the body.
        let (line, column) = (error.line(), error.column());
        Problem::bad_request(format!("The body is not JSON (line {line}, column {column})."))
    })
}

/// The version a change was made from, out of `If-Match`.
///
/// # Errors
/// 428 when it is missing, 400 when it is not a version.
pub fn if_match(headers: &HeaderMap) -> Result<u64, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        let detail =
            "Send `If-Match` with the `ETag` of what you read, so that nobody's change is lost.";
        return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "If-Match is missing", detail));
    };
    value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok()).ok_or_else(
        || Problem::bad_request("`If-Match` must be an `ETag` as it was given, such as \"3\"."),
    )
}

/// A JSON answer with its version as `ETag`.
pub fn json_with_etag(status: StatusCode, version: u64, body: Value) -> Response {
    let mut response = (status, axum::Json(body)).into_response();
    if let Ok(etag) = HeaderValue::try_from(format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}
