//! Addresses to which nothing goes until a person has looked.

use chrono::{DateTime, Utc};

use crate::ledger::Destination;

/// An address to which nothing goes, whoever it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressHold {
    /// The address.
    pub address: Destination,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why.
    pub cause: HoldCause,
}

/// Why an address is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldCause {
    /// Somebody wrote from there, in words of their own, what sounds like STOP.
    SoundsLikeStop,
    /// STOP came from there. Whoever gets the number later has not written it, and is not texted either.
    Stopped,
    /// STOP came from there, and nobody is known by it: there is no consent to withdraw.
    StopOfNobody,
    /// The same text has gone there too often (see [`crate::repeat`]).
    Repeated,
}

impl HoldCause {
    /// Every cause.
    pub const ALL: [Self; 4] =
        [Self::SoundsLikeStop, Self::Stopped, Self::StopOfNobody, Self::Repeated];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SoundsLikeStop => "sounds_like_stop",
            Self::Stopped => "stopped",
            Self::StopOfNobody => "stop_of_nobody",
            Self::Repeated => "repeated",
        }
    }

    /// The cause of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == text)
    }

    /// The same, as a part of the history's sentence.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::SoundsLikeStop => {
                "its number is on hold, because an answer from it sounds like STOP"
            }
            Self::Stopped => "its number is on hold, because STOP came from it",
            Self::StopOfNobody => {
                "its number is on hold, because STOP came from it before it was a patient's"
            }
            Self::Repeated => {
                "its address is on hold, because the same text went there again and again"
            }
        }
    }

    /// Whether the word STOP made it, so that START ends it.
    pub const fn is_stop(self) -> bool {
        match self {
            Self::SoundsLikeStop | Self::Repeated => false,
            Self::Stopped | Self::StopOfNobody => true,
        }
    }
}
