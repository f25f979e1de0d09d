//! Translates deliveries into the intake use case: signature first, then the body, then the deed.

use std::sync::Arc;

use app::form::{UnknownFields, read};
use app::intake::{Answer, Received, booking_event};
use app::ports::{Catalogue, Clock, Intake, Newcomers, Register};
use aws::http::{Api, Method, Problem, RawBody, RequestId, parse_json};
use aws::secrets::WebhookSecrets;
use aws::webhook::{NotBelieved, claimed};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::ids::fingerprint;
use domain::text::Code;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::wire;

/// What the handler needs.
#[derive(Debug)]
pub struct Context<N, C, P, W, K> {
    /// Where events and what they change are stored.
    pub intake: N,
    /// Booking types, programs and sites.
    pub catalogue: C,
    /// Patients.
    pub people: P,
    /// New patients, and the questions whether they are new.
    pub newcomers: W,
    /// The sources' secrets.
    pub secrets: WebhookSecrets<K>,
    /// The clock.
    pub clock: K,
}

/// The routes. They need no token: the signature says who is calling.
pub fn api<N, C, P, W, K>() -> Api<Arc<Context<N, C, P, W, K>>>
where
    N: Intake + 'static,
    C: Catalogue + 'static,
    P: Register + 'static,
    W: Newcomers + 'static,
    K: Clock + 'static,
{
    Api::new().signed_route(Method::Post, "/webhooks/bookings/{source}", receive)
}

async fn receive<N: Intake, C: Catalogue, P: Register, W: Newcomers, K: Clock>(
    State(context): State<Arc<Context<N, C, P, W, K>>>,
    Path(source): Path<String>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Response, Problem> {
    let refused = |why: NotBelieved| Problem::unauthorized(why.to_string());
    let claimed = claimed(&headers).map_err(refused)?;
    let text = std::str::from_utf8(&body)
        .map_err(|_| Problem::bad_request("The body is not UTF-8 text."))?;
    let source = source_code(&source).ok_or_else(|| refused(NotBelieved::Signature))?;
    let now = context.clock.now();
    context.secrets.believe(&source, &headers, &body).await?.map_err(refused)?;
    let document = parse_json(&headers, &body)?;
    let event =
        read(&document, UnknownFields::Ignore, |form| wire::read_event(form, &source, now))?;
    let fingerprint = fingerprint(text);
    let received = Received { id: claimed.id, fingerprint, at: now, request_id };
    let Context { intake, catalogue, people, newcomers, .. } = &*context;
    let answer = booking_event(intake, catalogue, people, newcomers, &received, &event).await?;
    let outcome = wire::outcome(&answer);
    tracing::info!(webhook.source = %source, outcome, "took in a booking event");
    match answer {
        Answer::Done(result) => Ok(accepted(wire::show_done(&result))),
        Answer::Duplicate(result) => Ok(accepted(wire::show_duplicate(&result))),
        Answer::AnotherEvent => {
            let detail = "Another event came under this webhook-id; nothing was changed. Give each event an \
                          id of its own, and send the same id with the same body only.";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "The id is taken", detail))
        }
    }
}

fn accepted(shown: Value) -> Response {
    (StatusCode::ACCEPTED, Json(shown)).into_response()
}

/// A source's name as it may stand in an address and in a secret's name.
fn source_code(text: &str) -> Option<Code> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    Code::parse(text).ok().filter(|code| code.as_str() == text && text.chars().all(plain))
}
