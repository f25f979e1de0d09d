//! Request bodies, and versions in `ETag` and `If-Match`.

use app::form::{self, UnknownFields, json};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;

use super::Problem;

/// The mark that some programs put before a text; JSON has none (RFC 8259, 8.1).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

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

/// That nothing is sent: no body, or an object without fields.
#[derive(Debug, Clone, Copy)]
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let RawBody(bytes) = RawBody::from_request(request, state).await?;
        if !bytes.trim_ascii().is_empty() {
            // A field that nobody reads must not look as if it had been.
            form::read(&parse_json(&headers, &bytes)?, UnknownFields::Refuse, |_| Some(()))?;
        }
        Ok(Self)
    }
}

/// Whether a body is said to be of that type, in UTF-8.
pub fn is_said_to_be(headers: &HeaderMap, essence: &str) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let mut parts = kind.unwrap_or_default().split(';').map(str::trim);
    let in_utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => ["utf-8", "utf8"]
            .contains(&charset.trim().trim_matches('"').to_ascii_lowercase().as_str()),
        Some(_) | None => true,
    };
    parts.next().is_some_and(|said| said.eq_ignore_ascii_case(essence)) && parts.all(in_utf8)
}

/// Reads a JSON body.
///
/// # Errors
/// 415 when it is not said to be JSON in UTF-8, 400 when it is not, 422 when a name is said twice.
pub fn parse_json(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Problem> {
    if !is_said_to_be(headers, "application/json") {
        let detail = "Send JSON in UTF-8, with the header `content-type: application/json`.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not JSON", detail));
    }
    json::read(bytes).map_err(|unreadable| match unreadable {
        json::Unreadable::Twice(invalid) => invalid.into(),
        json::Unreadable::NotJson(_) if bytes.starts_with(BYTE_ORDER_MARK) => {
            Problem::bad_request("The body begins with a byte-order mark; send it without.")
        }
        json::Unreadable::NotJson(error) => {
            // Position only: serde's own message can hold a piece of the body.
            let (line, column) = (error.line(), error.column());
            Problem::bad_request(format!("The body is not JSON (line {line}, column {column})."))
        }
    })
}

/// The version a change was made from, out of `If-Match`: an `ETag` as we gave it. It may lack its
/// quotes, as people type it. What would be taken for more than one version is refused: a list, `*`,
/// and a weak one.
///
/// # Errors
/// 428 when it is missing, 400 when it is not a version.
pub fn if_match(headers: &HeaderMap) -> Result<u64, Problem> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else {
        let detail =
            "Send `If-Match` with the `ETag` of what you read, so that nobody's change is lost.";
        return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "If-Match is missing", detail));
    };
    let only = values.next().is_none().then_some(value);
    only.and_then(|value| value.to_str().ok()).and_then(version).ok_or_else(|| {
        Problem::bad_request("`If-Match` must be one `ETag` as it was given, such as \"3\".")
    })
}

fn version(etag: &str) -> Option<u64> {
    let etag = etag.trim();
    let digits = match etag.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => etag,
    };
    // In one way only, as we write it: without a sign and without noughts before it.
    digits.parse().ok().filter(|version: &u64| version.to_string() == digits)
}

/// A JSON answer with its version as `ETag`.
pub fn json_with_etag(status: StatusCode, version: u64, body: Value) -> Response {
    let mut response = (status, axum::Json(body)).into_response();
    if let Ok(etag) = HeaderValue::try_from(format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        is_said_to_be(&headers, "application/json")
    }

    #[test]
    fn a_body_is_said_to_be_json_in_utf_8() {
        for kind in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json; profile=x",
        ] {
            assert!(said(kind), "{kind}");
        }
        for kind in [
            "",
            "text/json",
            "application/jsonp",
            "application/json, text/plain",
            "application/json; charset=utf-16",
            "application/json; charset=iso-8859-1",
        ] {
            assert!(!said(kind), "{kind}");
        }
        assert!(!is_said_to_be(&HeaderMap::new(), "application/json"));
    }

    #[test]
    fn a_version_is_one_etag_with_or_without_its_quotes() {
        for (etag, expected) in [("\"3\"", 3), ("3", 3), (" \"10\" ", 10), ("\"0\"", 0)] {
            assert_eq!(version(etag), Some(expected), "{etag}");
        }
        let wrong = [
            "",
            "*",
            "\"*\"",
            "W/\"3\"",
            "w/\"3\"",
            "\"3",
            "3\"",
            "\"\"3\"\"",
            "\"3\",\"4\"",
            "\"3\", \"3\"",
            "+3",
            "-3",
            "03",
            "3.0",
            "0x3",
            "\"x\"",
            "18446744073709551616",
        ];
        for etag in wrong {
            assert_eq!(version(etag), None, "{etag}");
        }
        let mut two = HeaderMap::new();
        two.append(header::IF_MATCH, HeaderValue::from_static("\"3\""));
        two.append(header::IF_MATCH, HeaderValue::from_static("\"4\""));
        assert_eq!(if_match(&two).unwrap_err().status(), StatusCode::BAD_REQUEST);
        assert_eq!(if_match(&HeaderMap::new()).unwrap_err().status().as_u16(), 428);
    }
}
