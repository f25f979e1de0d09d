//! What the API says of itself, for anybody to read. `cargo xtask openapi` writes the files.

use std::sync::OnceLock;

use axum::response::{IntoResponse, Response};
use domain::ids::fingerprint;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

const DOCUMENT: &str = include_str!("../../../../infra/openapi.json");
const PAGE: &str = include_str!("../../../../infra/docs.html");
/// The one style of the page, by its hash, and nothing else: no script, no frame, no other address.
const PAGE_POLICY: &str = include_str!("../../../../infra/docs.csp");

/// Callers keep a copy for five minutes; then its `ETag` tells whether it is still the one.
const FOR_FIVE_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The OpenAPI document. Pages of other sites may read it: viewers of such documents are.
pub(super) async fn document(headers: HeaderMap) -> Response {
    static TAG: OnceLock<HeaderValue> = OnceLock::new();
    let tag = TAG.get_or_init(|| tag_of(DOCUMENT));
    let anywhere = (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer(&headers, tag, "application/json", DOCUMENT, anywhere)
}

/// The same as a page to read.
pub(super) async fn page(headers: HeaderMap) -> Response {
    static TAG: OnceLock<HeaderValue> = OnceLock::new();
    let tag = TAG.get_or_init(|| tag_of(PAGE));
    let policy = HeaderValue::from_static(PAGE_POLICY);
    let policy = (header::CONTENT_SECURITY_POLICY, policy);
    answer(&headers, tag, "text/html; charset=utf-8", PAGE, policy)
}

fn tag_of(text: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{}\"", fingerprint(text))).expect("it is letters and digits")
}

fn answer(
    request: &HeaderMap,
    tag: &HeaderValue,
    kind: &'static str,
    body: &'static str,
    own: (HeaderName, HeaderValue),
) -> Response {
    let known = request.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag);
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, FOR_FIVE_MINUTES);
    headers.insert(header::ETAG, tag.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(own.0, own.1);
    response
}
