//! A delivery that is refused: what its sender is told, and what is kept of it.

use app::ports::{Deliveries, RefusedDelivery};
use aws::http::Problem;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use dialects::hl7::{Condition, Hl7Answer, Hl7Error, header_of};
use dialects::{Delivery, Dialect, Refusal, Refused};
use domain::invalid::FieldError;
use domain::text::Code;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::redact::shape;

/// Bytes of an HL7 v2 message in which its header is looked for.
const HEADER: usize = 16 * 1024;

/// Most wrong fields that are kept of a delivery: so many are enough to see what is wrong with it.
const MOST_ERRORS: usize = 50;

/// A refusal, before it is put into the sender's language.
#[derive(Debug)]
pub(crate) struct Refuse {
    /// The problem document.
    pub(crate) problem: Problem,
    /// What is wrong with which field.
    pub(crate) errors: Vec<FieldError>,
    /// The answer in HL7 v2, should the reader have made one.
    pub(crate) hl7: Option<Box<Hl7Answer>>,
    /// Seconds after which to try again.
    pub(crate) retry_after: Option<u16>,
}

impl From<Problem> for Refuse {
    fn from(problem: Problem) -> Self {
        Self { problem, errors: Vec::new(), hl7: None, retry_after: None }
    }
}

impl From<Refused> for Refuse {
    fn from(refused: Refused) -> Self {
        let (problem, errors) = match refused.why {
            Refusal::Malformed(detail) => (Problem::bad_request(detail), Vec::new()),
            Refusal::NotSpoken(detail) => {
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                (Problem::new(status, "Not a language that is read here", detail), Vec::new())
            }
            Refusal::Wrong(invalid) => {
                let errors = invalid.errors().to_vec();
                (invalid.into(), errors)
            }
        };
        Self { problem, errors, hl7: refused.hl7, retry_after: None }
    }
}

/// Where and how a delivery came, for its answer and for what is kept of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Came<'a> {
    pub(crate) source: &'a Code,
    pub(crate) subject: &'static str,
    pub(crate) request_id: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) at: DateTime<Utc>,
}

impl Refuse {
    /// Keeps what an operator may look at. Should that fail the sender is answered all the same.
    pub(crate) async fn keep(&self, deliveries: &impl Deliveries, came: Came<'_>, believed: bool) {
        let claimed = came.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let refused = RefusedDelivery {
            source: came.source.clone(),
            at: came.at,
            request_id: came.request_id.to_owned(),
            subject: came.subject.to_owned(),
            status: self.problem.status().as_u16(),
            detail: self.problem.detail().to_owned(),
            errors: self.errors.iter().take(MOST_ERRORS).cloned().collect(),
            content_type: claimed.unwrap_or_default().chars().take(200).collect(),
            bytes: u64::try_from(came.body.len()).unwrap_or(u64::MAX),
            shape: if believed { shape(came.body) } else { String::new() },
        };
        if let Err(error) = deliveries.refuse(&refused).await {
            tracing::warn!(webhook.source = %came.source, error = %error, "a refused delivery could not be kept");
        }
    }

    /// The answer: a problem document, or in HL7 v2 an acknowledgment that says the same.
    pub(crate) fn answer(self, came: Came<'_>) -> Response {
        let is_hl7 = matches!(Dialect::claimed(came.headers), Ok(Dialect::Hl7));
        let mut response = match self.hl7 {
            Some(answer) => acknowledge(&answer, self.problem.status(), came),
            None if is_hl7 => {
                let head = came.body.get(..HEADER).unwrap_or(came.body);
                let delivery =
                    Delivery { resource: None, headers: came.headers, body: head, now: came.at };
                let why = Hl7Error::general(Condition::ApplicationError, self.problem.detail());
                let answer = header_of(&delivery).reject(vec![why]);
                acknowledge(&answer, self.problem.status(), came)
            }
            None => self.problem.into_response(),
        };
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// An acknowledgment in HL7 v2.
pub(crate) fn acknowledge(answer: &Hl7Answer, status: StatusCode, came: Came<'_>) -> Response {
    let mut response = (status, answer.write(came.request_id, came.at)).into_response();
    if let Ok(kind) = HeaderValue::from_str(&answer.content_type()) {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response
}
