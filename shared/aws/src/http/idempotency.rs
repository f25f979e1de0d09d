//! `Idempotency-Key`: a request that creates something can be sent again without harm
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! The header is optional with us. A caller's key on a route stands for one request: sent again, it
//! is given the answer it had before, for 24 hours. Every answer but a 5xx is kept.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use app::ports::Ids;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use domain::ids::fingerprint;
use domain::phi::Phi;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use ulid::Ulid;

use super::router::as_problem;
use super::{Caller, Problem, RawBody};
use crate::dynamo::{Claim, Claimed, IdempotencyStore, KeptAnswer, Keyed};

const KEY: &str = "idempotency-key";
const REPLAY: HeaderName = HeaderName::from_static("idempotency-replay");

/// Longest key, in characters.
const MAX_KEY: usize = 255;

/// After how many seconds to ask again for the answer to a request that is being worked on.
const RETRY_AFTER: u16 = 2;

/// The state of a function that creates something: it knows where answers are kept.
pub trait KeepsAnswers {
    /// Where they are kept.
    fn answers(&self) -> &IdempotencyStore;
}

impl<T: KeepsAnswers> KeepsAnswers for Arc<T> {
    fn answers(&self) -> &IdempotencyStore {
        self.as_ref().answers()
    }
}

/// Where the ids of what a request makes come from. Under a key the first of them is the same whenever the
/// request has to be worked on again, because a process died over it: what it has made is found, and not
/// made twice.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewIds(Option<Ulid>);

impl NewIds {
    /// Its ids: the first is the request's own, if it has a key; the others are these.
    pub fn then<I: Ids>(self, ids: &I) -> impl Ids + '_ {
        FirstThen { first: Mutex::new(self.0), ids }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for NewIds {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_default())
    }
}

struct FirstThen<'a, I> {
    first: Mutex<Option<Ulid>>,
    ids: &'a I,
}

impl<I: Ids> Ids for FirstThen<'_, I> {
    fn next(&self) -> Ulid {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.unwrap_or_else(|| self.ids.next())
    }
}

/// A handler that works on a request once for each key.
#[derive(Clone)]
pub(super) struct Once<H> {
    route: &'static str,
    handler: H,
}

impl<H> Once<H> {
    pub(super) const fn new(route: &'static str, handler: H) -> Self {
        Self { route, handler }
    }

    async fn answer<T, S>(self, request: Request, state: S) -> Result<Response, Problem>
    where
        H: Handler<T, S>,
        S: KeepsAnswers + Clone + Send + Sync + 'static,
    {
        let Some(key) = key(request.headers())? else {
            return Ok(self.handler.call(request, state).await);
        };
        let caller = request.extensions().get::<Caller>().expect("the role was checked before");
        let subject = caller.subject.clone();
        let (parts, body) = request.into_parts();
        let RawBody(body) = RawBody::from_request(Request::new(body), &state).await?;
        // What is not UTF-8 is no JSON either, and every such body is refused in the same way.
        let text = String::from_utf8_lossy(&body);
        let path = parts.uri.path_and_query().map_or("", PathAndQuery::as_str);
        let fingerprint = fingerprint(&format!("{} {path}\n{text}", parts.method));
        let (key, fingerprint) = (key.as_str(), fingerprint.as_str());
        let keyed = Keyed { subject: &subject, route: self.route, key, fingerprint };
        match state.answers().claim(&keyed).await? {
            Claimed::Ours(claim) => {
                let mut request = Request::from_parts(parts, Body::from(body));
                request.extensions_mut().insert(NewIds(Some(claim.first())));
                let response = self.handler.call(request, state.clone()).await;
                Ok(settle(state.answers(), &claim, as_problem(response)).await)
            }
            Claimed::Answered(answer) => Ok(replay(&answer)),
            Claimed::OtherRequest => Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "The key is in use",
                "You sent this `Idempotency-Key` with another request; nothing was changed now. \
                 Take a new key for a new request.",
            )),
            Claimed::Running => {
                let detail = "This request is being worked on. Send it again for its answer.";
                let problem = Problem::new(StatusCode::CONFLICT, "Still running", detail);
                Err(problem.retry_after(RETRY_AFTER))
            }
        }
    }
}

impl<H, T, S> Handler<T, S> for Once<H>
where
    H: Handler<T, S>,
    T: 'static,
    S: KeepsAnswers + Clone + Send + Sync + 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        Box::pin(async move {
            self.answer(request, state).await.unwrap_or_else(IntoResponse::into_response)
        })
    }
}

/// Keeps the answer, or gives the key back when it was the service that failed. Should the store
/// not take either, this answer stands all the same, and the key is free again a minute later.
async fn settle(answers: &IdempotencyStore, claim: &Claim, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("an answer is whole when it is given");
    let settled = if parts.status.is_server_error() {
        answers.release(claim).await
    } else {
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        let headers = parts.headers.iter();
        let kept = KeptAnswer {
            status: parts.status.as_u16(),
            headers: headers.filter_map(|(n, v)| Some((n.to_string(), text(v)?))).collect(),
            body: Phi::new(String::from_utf8_lossy(&body).into_owned()),
        };
        answers.keep(claim, &kept).await
    };
    if let Err(error) = settled {
        tracing::warn!(error = %error, "an answer was not kept");
    }
    Response::from_parts(parts, Body::from(body))
}

/// The answer as it was given, and that it was given before.
fn replay(answer: &KeptAnswer) -> Response {
    let mut response = Response::new(Body::from(answer.body.reveal().clone()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).expect("only statuses that were answered are kept");
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response.headers_mut().insert(REPLAY, HeaderValue::from_static("true"));
    tracing::info!("answered as before");
    response
}

/// The request's key, if it has one.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let only = if values.next().is_none() { value.to_str().ok() } else { None };
    only.and_then(read_key).map(Some).ok_or_else(|| {
        Problem::bad_request(format!(
            "`Idempotency-Key` must be one text of 1 to {MAX_KEY} visible ASCII characters, such as \
             \"8e03978e-40d5-43e8-bc93-6894a57f9324\"."
        ))
    })
}

/// Reads a key: a string of RFC 9651, in quotes, or the same without quotes, as most clients send
/// it.
fn read_key(text: &str) -> Option<String> {
    let text = text.trim();
    let key = match text.strip_prefix('"') {
        Some(rest) => unescaped(rest.strip_suffix('"')?)?,
        // What has these is a list, or a text with parameters, or a quote that does not end.
        None if text.contains(['"', ',', ';', '\\']) => return None,
        None => text.to_owned(),
    };
    let visible = key.chars().all(|character| character.is_ascii_graphic());
    (visible && (1..=MAX_KEY).contains(&key.len())).then_some(key)
}

/// The inside of a string of RFC 9651, in which a backslash goes before a quote or a backslash.
fn unescaped(inside: &str) -> Option<String> {
    let mut characters = inside.chars();
    let mut text = String::new();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => characters.next().filter(|next| matches!(next, '"' | '\\'))?,
            '"' => return None,
            other => other,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_and_without_quotes() {
        for text in ["\"8e03-x\"", "8e03-x", " 8e03-x "] {
            assert_eq!(read_key(text).as_deref(), Some("8e03-x"), "{text}");
        }
        assert_eq!(read_key(r#""a\"b\\c,;""#).as_deref(), Some(r#"a"b\c,;"#));
        assert!(read_key(&"k".repeat(255)).is_some());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = "k".repeat(256);
        let refused = [
            "",
            "\"\"",
            "\"",
            "\"a",
            "a\"",
            "\"a\"b\"",
            r#""a\""#,
            r#""a\n""#,
            "a b",
            "\"a b\"",
            "a,b",
            "\"a\";p=1",
            &long,
        ];
        for text in refused {
            assert_eq!(read_key(text), None, "{text}");
        }
        let mut two = HeaderMap::new();
        two.append(KEY, HeaderValue::from_static("a"));
        two.append(KEY, HeaderValue::from_static("b"));
        assert_eq!(key(&two).unwrap_err().status(), StatusCode::BAD_REQUEST);
        assert_eq!(key(&HeaderMap::new()), Ok(None));
    }
}
