//! Why a delivery is refused.

use std::fmt;

use domain::invalid::{FieldError, Invalid};
use form::json::MAX_NAMED;
use http::StatusCode;

use crate::hl7::Hl7Answer;

/// A delivery that is refused. Nothing of it was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub why: Refusal,
    /// The answer to an HL7 v2 message, which takes the place of a problem document.
    pub hl7: Option<Box<Hl7Answer>>,
}

/// Why a delivery is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not in the language it claims to be in (400).
    Malformed(String),
    /// It is in a language that is not read here (415). Says which are.
    NotSpoken(String),
    /// It is well formed and wrong (422), with every wrong field: by its JSON pointer, or in HL7 v2 by
    /// `segment^sequence^field^component`.
    Wrong(Invalid),
}

impl Refusal {
    /// The status to answer it with.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NotSpoken(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(detail) | Self::NotSpoken(detail) => f.write_str(detail),
            Self::Wrong(invalid) => invalid.fmt(f),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

impl std::error::Error for Refused {}

impl From<Refusal> for Refused {
    fn from(why: Refusal) -> Self {
        Self { why, hl7: None }
    }
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        Refusal::Wrong(invalid).into()
    }
}

/// All wrong fields, the first of them by name. `None` when there are none.
pub(crate) fn wrong(mut errors: Vec<FieldError>) -> Option<Invalid> {
    let more = errors.len().saturating_sub(MAX_NAMED);
    errors.truncate(MAX_NAMED);
    Invalid::unless_empty(errors).err().map(|invalid| invalid.and_more(more))
}

pub(crate) fn malformed(detail: impl Into<String>) -> Refused {
    Refusal::Malformed(detail.into()).into()
}

pub(crate) fn not_spoken(detail: impl Into<String>) -> Refused {
    Refusal::NotSpoken(detail.into()).into()
}
