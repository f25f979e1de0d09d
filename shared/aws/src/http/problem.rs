//! Error answers by RFC 9457, `application/problem+json`.

use app::catalogue::ChangeError;
use app::ports::StoreError;
use axum::response::{IntoResponse, Response};
use domain::invalid::Invalid;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// Most wrong fields that are named. A body may have tens of thousands, and an answer that named them
/// all would be too large to be given.
const MAX_NAMED: usize = app::form::json::MAX_NAMED;

/// What is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    #[serde(skip)]
    status_code: StatusCode,
    status: u16,
    title: &'static str,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<WrongField>,
    #[serde(skip)]
    retry_after: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct WrongField {
    #[serde(flatten)]
    place: Place,
    detail: String,
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// In the body, by a JSON pointer.
    Pointer(String),
    /// In the query of the address, by name.
    Parameter(String),
}

impl Problem {
    /// A problem. `type` is left out, which by RFC 9457 means `about:blank`: the status says it.
    pub fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let retry_after = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(5);
        let (status_code, status, errors) = (status, status.as_u16(), Vec::new());
        Self { status_code, status, title, detail, errors, retry_after }
    }

    /// The same, with when to try again.
    #[must_use]
    pub fn retry_after(self, seconds: u16) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// 400: the request cannot be read at all.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The request cannot be read", detail)
    }

    /// 401: the caller did not prove who they are.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Not signed in", detail)
    }

    /// 403: the caller's role may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Not allowed", detail)
    }

    /// 409: something else stands in the way.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "Something stands in the way", detail)
    }

    /// 404: there is no such thing.
    pub fn not_found(what: &str) -> Self {
        let detail = format!("There is no such {what}.");
        Self::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    /// 400, with the name of every wrong parameter of the query.
    pub fn wrong_query(invalid: &Invalid) -> Self {
        let errors = invalid.errors().iter().map(|error| {
            // The pointer of a field at the top, without what RFC 6901 does to its name.
            let name = error.pointer.strip_prefix('/').unwrap_or(&error.pointer);
            let name = name.replace("~1", "/").replace("~0", "~");
            WrongField { place: Place::Parameter(name), detail: error.detail.clone() }
        });
        let detail = "The query of the address is wrong; `errors` names each parameter.";
        Self { errors: errors.collect(), ..Self::bad_request(detail) }
    }

    /// What is wrong and what to do, in a sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The status code.
    pub const fn status(&self) -> StatusCode {
        self.status_code
    }
}

impl From<Invalid> for Problem {
    /// 422, with a JSON pointer for every wrong field.
    fn from(invalid: Invalid) -> Self {
        let count = invalid.count();
        let detail = match count {
            1 => "One field is wrong; nothing was changed.".to_owned(),
            many if many > MAX_NAMED => format!(
                "{count} fields are wrong, of which the first {MAX_NAMED} are named; nothing was changed."
            ),
            _ => format!("{count} fields are wrong; nothing was changed."),
        };
        let errors = invalid.errors().iter().take(MAX_NAMED).map(|error| WrongField {
            place: Place::Pointer(format!("#{}", error.pointer)),
            detail: error.detail.clone(),
        });
        Self {
            errors: errors.collect(),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The input is wrong", detail)
        }
    }
}

impl From<StoreError> for Problem {
    /// 503 when trying again helps, 500 when it does not. What happened goes to the log, once,
    /// here; the caller is told what to do.
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unavailable(_) => {
                tracing::warn!(error = %error, "the store is unavailable");
                let detail = "The service is busy; nothing was changed. Try again in a moment.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "Try again", detail)
            }
            StoreError::Unreadable { .. } | StoreError::Refused(_) => {
                tracing::error!(error = %error, "the store failed");
                let detail = "Something is wrong on our side; nothing was changed. Give support the \
                              x-request-id of this answer.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error", detail)
            }
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound(what) => Self::not_found(what),
            ChangeError::Invalid(invalid) => invalid.into(),
            ChangeError::Stale => {
                let detail = "It was changed by somebody else since you read it; nothing was changed \
                              now. Read it again and repeat your change.";
                Self::new(StatusCode::PRECONDITION_FAILED, "Changed meanwhile", detail)
            }
            ChangeError::Conflict(why) => Self::conflict(why),
            ChangeError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = axum::Json(&self).into_response();
        *response.status_mut() = self.status_code;
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
