//! What goes wrong on the way to a page, and what the person is told of it.

use aws::web::Unreachable;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
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
    pub(crate) fn read(status: StatusCode, body: &[u8]) -> Self {
        let mut problem: Self = serde_json::from_slice(body).unwrap_or_default();
        problem.status = status.as_u16();
        if problem.title.is_empty() {
            status.canonical_reason().unwrap_or("It did not work").clone_into(&mut problem.title);
        }
        problem
    }

    /// One of our own: what is said at the top of a form.
    pub fn new(detail: impl Into<String>) -> Self {
        let (status, title) = (422, "Not done".to_owned());
        Self { status, title, detail: detail.into(), errors: Vec::new() }
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
            Self::Refused(problem) if (400..500).contains(&problem.status) => Ok(problem),
            other => Err(other),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, title, detail) = match &self {
            Self::Refused(problem) => {
                (problem.status(), problem.title.clone(), problem.detail.clone())
            }
            Self::SignedOut => (
                StatusCode::UNAUTHORIZED,
                "You are signed out".to_owned(),
                "Your session has ended. Nothing was changed. Sign in again.".to_owned(),
            ),
            Self::Unreachable(why) => {
                tracing::warn!(%why, "the API did not answer");
                let detail = "There was no answer in time. Look whether what you did is there before \
                              you do it again.";
                (StatusCode::BAD_GATEWAY, "No answer".to_owned(), detail.to_owned())
            }
            Self::Unreadable => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something is wrong on our side".to_owned(),
                "Try again; if it comes again, tell whoever looks after the system, and when it was."
                    .to_owned(),
            ),
        };
        let mut response = (status, html::standalone(&title, &detail)).into_response();
        // The page around it may be swapped in part: then all of it goes.
        if let Ok(retarget) = http::HeaderValue::try_from("body") {
            response.headers_mut().insert("hx-retarget", retarget);
        }
        response
    }
}
