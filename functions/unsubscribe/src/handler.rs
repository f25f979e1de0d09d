//! Two routes for anybody who has a link. To look changes nothing, because mail scanners follow every
//! link; to post takes the consent back, without a question, as often as it is done.

use std::sync::Arc;

use app::catalogue::ChangeError;
use app::people::take_back;
use app::ports::{Clock, People, WayOut, WaysOut};
use aws::http::{Api, Method, Problem, RawBody};
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderName, StatusCode, header};

use crate::asked::one_click;

const ASK: &str = include_str!("pages/ask.html");
const DONE: &str = include_str!("pages/done.html");
const UNKNOWN: &str = include_str!("pages/unknown.html");

/// The pages have one form and nothing else, are kept by nobody, and their address is told to nobody.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// What the handlers need.
#[derive(Debug)]
pub struct Context<P, W, K> {
    /// Patients.
    pub people: P,
    /// The links.
    pub ways_out: W,
    /// The clock.
    pub clock: K,
}

/// The routes. They need no sign-in: a link is sealed by us, and says whose it is.
pub fn api<P, W, K>() -> Api<Arc<Context<P, W, K>>>
where
    P: People + 'static,
    W: WaysOut + 'static,
    K: Clock + 'static,
{
    Api::new().signed_route(Method::Get, "/unsubscribe/{token}", ask).signed_route(
        Method::Post,
        "/unsubscribe/{token}",
        unsubscribe,
    )
}

fn page(status: StatusCode, page: &'static str) -> Response {
    (status, HEADERS, Html(page)).into_response()
}

fn unknown() -> Response {
    page(StatusCode::NOT_FOUND, UNKNOWN)
}

impl<P, W: WaysOut, K> Context<P, W, K> {
    async fn way_out(&self, token: &str) -> Result<Option<WayOut>, Problem> {
        Ok(self.ways_out.read(token).await?)
    }
}

async fn ask<P: People, W: WaysOut, K: Clock>(
    State(context): State<Arc<Context<P, W, K>>>,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    Ok(match context.way_out(&token).await? {
        Some(_) => page(StatusCode::OK, ASK),
        None => unknown(),
    })
}

async fn unsubscribe<P: People, W: WaysOut, K: Clock>(
    State(context): State<Arc<Context<P, W, K>>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !one_click(kind.unwrap_or_default(), body).await {
        let detail = "Post a form whose one field is List-Unsubscribe=One-Click (RFC 8058).";
        return Err(Problem::bad_request(detail));
    }
    let Some(way) = context.way_out(&token).await? else { return Ok(unknown()) };
    match take_back(&context.people, &way, context.clock.now()).await {
        Ok(()) => {
            tracing::info!(channel = way.channel.as_str(), "a patient took their consent back");
            Ok(page(StatusCode::OK, DONE))
        }
        // The record is gone, and its consent with it.
        Err(ChangeError::NotFound(_)) => Ok(unknown()),
        Err(error) => Err(error.into()),
    }
}
