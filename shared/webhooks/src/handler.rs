//! The way of a delivery, step by step.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use app::events::{Answer, Arrival, Kept, Stores, deal, keep};
use app::ports::{
    Catalogue, Clock, Deliveries, Intake, Newcomers, Register, StoreError, WaitingEvent,
};
use aws::http::{Api, Method, Problem, RequestId};
use aws::secrets::WebhookSecrets;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DurationRound, TimeDelta};
use dialects::{Delivery, Dialect, Heard, PassedOver, ResourcePath};
use domain::intake::Told;
use domain::text::Code;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use crate::answer::{Answered, ID_TAKEN, line, outcome, show};
use crate::arrivals::{about, arrivals};
use crate::believe::{Believed, believe};
use crate::pace::Pace;
use crate::refusal::{Came, Refuse, acknowledge};
use crate::subject::Subject;

/// Largest body read, in bytes. AWS gives a function six megabytes at most.
const MOST_READ: usize = 8 * 1024 * 1024;

/// Largest body taken, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// How many events of one delivery are kept at the same time.
const AT_ONCE: usize = 8;

/// How long a sender waits for its events to be dealt with. What is kept and not dealt with by then is
/// brought up by the sweeper.
const PATIENCE: Duration = Duration::from_secs(4);

/// What the handler needs.
#[derive(Debug)]
pub struct Context<N, C, P, W, D, K> {
    /// Where events and what they change are stored.
    pub intake: N,
    /// Booking types, programs and sites.
    pub catalogue: C,
    /// Patients.
    pub people: P,
    /// Where somebody new is written down.
    pub newcomers: W,
    /// What was delivered, and what of it was refused.
    pub deliveries: D,
    /// The sources' secrets.
    pub secrets: WebhookSecrets<K>,
    /// How much a source may deliver.
    pub pace: Pace,
    /// The clock.
    pub clock: K,
}

/// What a handler needs, shared by all requests.
pub type Shared<N, C, P, W, D, K> = Arc<Context<N, C, P, W, D, K>>;

/// The routes of a webhook. They need no token: the handler checks whose a delivery is.
pub fn api<S, N, C, P, W, D, K>() -> Api<Shared<N, C, P, W, D, K>>
where
    S: Subject,
    N: Intake + 'static,
    C: Catalogue + 'static,
    P: Register + 'static,
    W: Newcomers + 'static,
    D: Deliveries + 'static,
    K: Clock + 'static,
{
    Api::new()
        .signed_route(Method::Post, S::PATH, receive::<S, N, C, P, W, D, K>)
        .signed_route(Method::Put, S::PATH, receive::<S, N, C, P, W, D, K>)
        .signed_route(Method::Put, S::RESOURCE_PATH, receive_resource::<S, N, C, P, W, D, K>)
}

async fn receive<S, N, C, P, W, D, K>(
    State(context): State<Shared<N, C, P, W, D, K>>,
    Path(source): Path<String>,
    Extension(request_id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem>
where
    S: Subject,
    N: Intake,
    C: Catalogue,
    P: Register,
    W: Newcomers,
    D: Deliveries,
    K: Clock,
{
    let way = Way::<S, N, C, P, W, D, K> { context: &context, subject: PhantomData };
    way.go(&source, None, &request_id.0, &headers, body).await
}

async fn receive_resource<S, N, C, P, W, D, K>(
    State(context): State<Shared<N, C, P, W, D, K>>,
    Path((source, kind, id)): Path<(String, String, String)>,
    Extension(request_id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem>
where
    S: Subject,
    N: Intake,
    C: Catalogue,
    P: Register,
    W: Newcomers,
    D: Deliveries,
    K: Clock,
{
    let way = Way::<S, N, C, P, W, D, K> { context: &context, subject: PhantomData };
    let resource = ResourcePath { kind: &kind, id: &id };
    way.go(&source, Some(resource), &request_id.0, &headers, body).await
}

/// The way of one delivery.
struct Way<'a, S, N, C, P, W, D, K> {
    context: &'a Context<N, C, P, W, D, K>,
    subject: PhantomData<S>,
}

impl<S, N, C, P, W, D, K> Way<'_, S, N, C, P, W, D, K>
where
    S: Subject,
    N: Intake,
    C: Catalogue,
    P: Register,
    W: Newcomers,
    D: Deliveries,
    K: Clock,
{
    async fn go(
        &self,
        source: &str,
        resource: Option<ResourcePath<'_>>,
        request_id: &str,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Response, Problem> {
        let body = axum::body::to_bytes(body, MOST_READ).await.map_err(|_| too_large())?;
        let unknown = || Problem::unauthorized(aws::webhook::NotBelieved::Signature.to_string());
        let source = source_code(source).ok_or_else(unknown)?;
        let at = self.context.clock.now();
        let came = Came { source: &source, subject: S::NAME, request_id, headers, body: &body, at };
        let may_bear = match Dialect::claimed(headers) {
            // FHIR may come as plain JSON; what it turns out to be is looked at again.
            Ok(Dialect::Json) => resource.is_some() || is_said_to_be_fhir(&body),
            Ok(Dialect::CloudEvents(_)) => false,
            Ok(Dialect::Fhir | Dialect::Hl7) | Err(_) => true,
        };
        let secrets = &self.context.secrets;
        let is_signed = headers.contains_key("webhook-signature");
        if is_signed && std::str::from_utf8(&body).is_err() {
            // The scheme signs text, so no signature can fit. Nothing is told of any secret by it.
            let detail = "The body is not UTF-8 text, and what is signed must be. Send a message in another \
                          charset with a bearer secret.";
            let refuse = Refuse::from(Problem::bad_request(detail));
            self.keep_unbelieved(&refuse, came).await?;
            return Ok(refuse.answer(came));
        }
        let believed = match believe(secrets, &source, headers, &body, may_bear).await? {
            Ok(believed) => believed,
            Err(why) => {
                let refuse = Refuse::from(Problem::unauthorized(why.to_string()));
                self.keep_unbelieved(&refuse, came).await?;
                tracing::info!(webhook.source = %source, "a delivery was not believed");
                return Ok(refuse.problem.into_response());
            }
        };
        match self.believed(resource, &believed, came).await {
            Ok(response) => Ok(response),
            Err(refuse) => {
                let status = refuse.problem.status();
                tracing::info!(webhook.source = %source, status = status.as_u16(), "a delivery was refused");
                // A source that is told to wait is told so thousands of times; and what could not be
                // dealt with is no fault of the delivery.
                if status != StatusCode::TOO_MANY_REQUESTS && status.is_client_error() {
                    refuse.keep(&self.context.deliveries, came, true).await;
                }
                Ok(refuse.answer(came))
            }
        }
    }

    /// Keeps what was refused before its sender was believed. Anybody can send such: of each source
    /// that there is one a minute is kept, without what it says.
    async fn keep_unbelieved(&self, refuse: &Refuse, came: Came<'_>) -> Result<(), StoreError> {
        let Context { deliveries, pace, secrets, .. } = self.context;
        let minute = came.at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(came.at);
        if pace.is_first_unbelieved(came.source, minute) && secrets.knows(came.source).await? {
            let came = Came { request_id: "not-believed", at: minute, ..came };
            refuse.keep(deliveries, came, false).await;
        }
        Ok(())
    }

    async fn believed(
        &self,
        resource: Option<ResourcePath<'_>>,
        believed: &Believed,
        came: Came<'_>,
    ) -> Result<Response, Refuse> {
        let Context { deliveries, pace, .. } = self.context;
        if came.body.len() > MAX_BODY {
            return Err(too_large().into());
        }
        if let Err(too_much) = pace.keep(deliveries, came.source, came.at).await {
            let detail = format!(
                "A source may deliver {} times in ten seconds. Wait {} s and send this again.",
                pace.limit(),
                too_much.retry_after
            );
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "Too much at once", detail);
            let retry_after = Some(too_much.retry_after);
            return Err(Refuse { retry_after, ..problem.into() });
        }
        let delivery = Delivery { resource, headers: came.headers, body: came.body, now: came.at };
        let heard = S::hear(&delivery)?;
        if matches!(
            (heard.dialect, believed),
            (Dialect::Json | Dialect::CloudEvents(_), Believed::Bearer)
        ) {
            let detail =
                "A bearer secret is for FHIR and HL7 v2; our own JSON and CloudEvents are signed.";
            return Err(Problem::unauthorized(detail).into());
        }
        pace.more(deliveries, came.source, came.at, heard.events.len()).await;
        let events = arrivals(&heard, believed, came)?;
        let answered = self.take_in(events).await.map_err(Problem::from)?;
        respond(&heard, &answered, came)
    }

    /// Keeps all events first, and then deals with them, as far as its sender's patience goes.
    async fn take_in(&self, events: Vec<(Arrival, Told)>) -> Result<Vec<Answered>, StoreError> {
        let begun = Instant::now();
        let intake = &self.context.intake;
        let kept: Vec<_> = stream::iter(events)
            .map(|(arrival, told)| async move {
                let kept = keep(intake, &arrival, &told).await?;
                Ok::<_, StoreError>((arrival, about(&told), kept))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut answered = Vec::with_capacity(kept.len());
        for (arrival, about, kept) in kept {
            let answer = match kept {
                Kept::Answered(answer) => answer,
                Kept::Waits(event) => {
                    let left = PATIENCE.saturating_sub(begun.elapsed());
                    self.deal(&event, left).await
                }
            };
            answered.push(Answered { key: arrival.key, about, answer });
        }
        Ok(answered)
    }

    async fn deal(&self, event: &WaitingEvent, left: Duration) -> Answer {
        if left.is_zero() {
            return Answer::Kept;
        }
        let Context { intake, catalogue, people, newcomers, clock, .. } = self.context;
        let stores = Stores { intake, catalogue, people, newcomers };
        let dealt = tokio::time::timeout(left, Box::pin(deal(stores, event, clock.now()))).await;
        match dealt {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::warn!(
                    webhook.source = %event.key.source,
                    error = %error,
                    "an event is kept and could not be dealt with; it is brought up again"
                );
                Answer::Kept
            }
            Err(_elapsed) => Answer::Kept,
        }
    }
}

/// The answer to a delivery that was read.
fn respond(heard: &Heard<Told>, answered: &[Answered], came: Came<'_>) -> Result<Response, Refuse> {
    for event in answered {
        let outcome = outcome(&event.answer);
        tracing::info!(webhook.source = %came.source, outcome, "took in an event");
    }
    for PassedOver { what, why } in &heard.passed_over {
        tracing::info!(webhook.source = %came.source, what, why, "passed something over");
    }
    if let [Answered { answer: Answer::AnotherEvent, .. }] = answered {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Problem::new(status, "The id is taken", ID_TAKEN).into());
    }
    if let Some(header) = &heard.hl7 {
        let text = line(answered, &heard.passed_over, heard.notice);
        return Ok(acknowledge(&header.clone().accept().saying(text), StatusCode::OK, came));
    }
    // A handshake and a heartbeat ask for success, and nothing is dealt with later.
    let status = if answered.is_empty() { StatusCode::OK } else { StatusCode::ACCEPTED };
    let shown = show(answered, &heard.passed_over, heard.notice);
    Ok((status, Json(shown)).into_response())
}

fn too_large() -> Problem {
    let detail = format!("A body may have at most {MAX_BODY} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Too large", detail)
}

/// A source's name as it may stand in an address and in a secret's name.
fn source_code(text: &str) -> Option<Code> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    Code::parse(text).ok().filter(|code| code.as_str() == text && text.chars().all(plain))
}

/// Whether a document says of which FHIR resource it is.
fn is_said_to_be_fhir(body: &[u8]) -> bool {
    const NAME: &[u8] = b"\"resourceType\"";
    body.windows(NAME.len()).any(|window| window == NAME)
}
