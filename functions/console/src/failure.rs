//! What goes wrong on the way to a page, and what the person is told of it.

use aws::web::Unreachable;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::html;

/// Why there is no page.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The API refused, and says why.
    #[error("refused: {}", .0.status)]
    Refused(Problem),
    /// The session has ended.
    #[error("signed out")]
    SignedOut,
    /// There was no answer. What was asked for may have been done.
    #[error("no answer: {0}")]
    Unreachable(Unreachable),
    /// The answer was none that we know.
    #[error("the answer cannot be read")]
    Unreadable,
}

/// A refusal, as RFC 9457 writes it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Problem {
    /// The status.
    #[serde(default)]
    pub status: u16,
    /// What it is.
    #[serde(default)]
    pub title: String,
    /// What is wrong and what to do.
    #[serde(default)]
    pub detail: String,
    /// Every wrong field.
    #[serde(default)]
    pub errors: Vec<WrongField>,
    /// The number under which the API's log has it.
    #[serde(skip)]
    pub request: String,
}

/// A field that is wrong.
#[derive(Debug, Clone, Deserialize)]
pub struct WrongField {
    /// Where, as a JSON pointer such as `#/actions/0/text`.
    #[serde(default)]
    pub pointer: String,
    /// Where, if it is in the query.
    #[serde(default)]
    pub parameter: String,
    /// What is wrong, to be read after the field's name: `must be …`.
    pub detail: String,
}

impl Problem {
    pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut problem: Self = serde_json::from_slice(body).unwrap_or_default();
        problem.status = status.as_u16();
        let request = headers.get("x-request-id").and_then(|it| it.to_str().ok());
        request.unwrap_or_default().clone_into(&mut problem.request);
        if problem.title.is_empty() {
            status.canonical_reason().unwrap_or("It did not work").clone_into(&mut problem.title);
        }
        // The gateway's own refusals, and what is said to programs, are no words for people.
        let is_ours = status == StatusCode::INTERNAL_SERVER_ERROR || problem.detail.is_empty();
        if status.is_server_error() && is_ours {
            "Something went wrong on our side".clone_into(&mut problem.title);
            "It may have been done all the same: look before you do it again."
                .clone_into(&mut problem.detail);
            if !problem.request.is_empty() {
                let number = &problem.request;
                problem.detail = format!(
                    "{} If it stays so, tell whoever looks after the system this number: {number}.",
                    problem.detail
                );
            }
        } else if status == StatusCode::TOO_MANY_REQUESTS {
            "Too much at once".clone_into(&mut problem.title);
            "Nothing was done. Wait a moment and try again.".clone_into(&mut problem.detail);
        } else if problem.detail.is_empty() {
            "It was refused, and nothing was changed.".clone_into(&mut problem.detail);
        }
        problem
    }

    /// One of our own: what is said at the top of a form.
    pub fn new(detail: impl Into<String>) -> Self {
        let (status, title) = (422, "Not done".to_owned());
        Self { status, title, detail: detail.into(), ..Self::default() }
    }

    /// What is wrong at that place of what was sent, such as `/name`.
    pub fn of(&self, pointer: &str) -> Option<&str> {
        self.errors.iter().find(|it| it.is_at(pointer)).map(|it| it.detail.as_str())
    }

    /// What is wrong at that place, or below it.
    pub fn within<'a>(&'a self, pointer: &'a str) -> impl Iterator<Item = &'a WrongField> {
        self.errors.iter().filter(move |it| {
            let rest = it.place().strip_prefix(pointer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether somebody else saved it meanwhile.
    pub fn is_stale(&self) -> bool {
        self.status == StatusCode::PRECONDITION_FAILED.as_u16()
    }

    /// The status, for the page that shows it.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl WrongField {
    /// Where, such as `/actions/0/text`.
    pub fn place(&self) -> &str {
        self.pointer.strip_prefix('#').unwrap_or(&self.pointer)
    }

    fn is_at(&self, pointer: &str) -> bool {
        self.place() == pointer
    }
}

impl Failure {
    /// The refusal, for a page that shows it beside the form; any other failure is handed on.
    ///
    /// # Errors
    /// When it is no refusal of what was sent.
    pub fn refusal(self) -> Result<Problem, Self> {
        match self {
            // Of the others nobody knows whether it was done, or it is not about what was sent.
            Self::Refused(problem)
                if (400..500).contains(&problem.status) && problem.status != 429 =>
            {
                Ok(problem)
            }
            other @ (Self::Refused(_)
            | Self::SignedOut
            | Self::Unreachable(_)
            | Self::Unreadable) => Err(other),
        }
    }
}

/// What a page says that could not be made. The guard sees it, and makes of it what the person needs: the form
/// they sent, or a part of the page they look at.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    /// What it is.
    pub(crate) title: String,
    /// What is wrong and what to do.
    pub(crate) detail: String,
}

/// A page that could not be made.
pub(crate) fn failed(status: StatusCode, title: &str, detail: &str) -> Response {
    let mut response = (status, html::standalone(title, detail)).into_response();
    let failed = Failed { title: title.to_owned(), detail: detail.to_owned() };
    response.extensions_mut().insert(failed);
    response
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(problem) => failed(problem.status(), &problem.title, &problem.detail),
            // The session looked good to us and does not to the API.
            Self::SignedOut => {
                let detail = "Your session has ended. Nothing was changed.";
                let mut response = failed(StatusCode::UNAUTHORIZED, "You are signed out", detail);
                *response.body_mut() = html::at_the_door(detail).into_string().into();
                response
            }
            Self::Unreachable(why) => {
                tracing::warn!(%why, "the API did not answer");
                let detail = "There was no answer in time. If you changed something, look whether it is \
                              there before you do it again.";
                failed(StatusCode::BAD_GATEWAY, "No answer", detail)
            }
            Self::Unreadable => {
                let detail = "Try again; if it comes again, tell whoever looks after the system, and when \
                              it was.";
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                failed(status, "Something is wrong on our side", detail)
            }
        }
    }
}
