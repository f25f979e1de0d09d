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
    /// That, and STOP came from there. START takes back the STOP, and only staff end the rest.
    StoppedAndRepeated,
}

impl HoldCause {
    /// Every cause.
    pub const ALL: [Self; 5] = [
        Self::SoundsLikeStop,
        Self::Stopped,
        Self::StopOfNobody,
        Self::Repeated,
        Self::StoppedAndRepeated,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SoundsLikeStop => "sounds_like_stop",
            Self::Stopped => "stopped",
            Self::StopOfNobody => "stop_of_nobody",
            Self::Repeated => "repeated",
            Self::StoppedAndRepeated => "stopped_and_repeated",
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
            Self::StoppedAndRepeated => {
                "its number is on hold, because STOP came from it, and because the same text went there again and again"
            }
        }
    }

    /// What an address is held for when this comes to what it is held for. What repeats itself stays beside a STOP, so that
    /// START does not release it; and what STOP holds stays a STOP, so that START does.
    #[must_use]
    pub const fn besides(self, standing: Option<Self>) -> Self {
        match (standing, self) {
            (
                Some(Self::Repeated | Self::StoppedAndRepeated),
                Self::Stopped | Self::StopOfNobody | Self::StoppedAndRepeated,
            ) => Self::StoppedAndRepeated,
            (
                Some(
                    standing @ (Self::Repeated
                    | Self::StoppedAndRepeated
                    | Self::Stopped
                    | Self::StopOfNobody),
                ),
                Self::SoundsLikeStop | Self::Repeated,
            ) => standing,
            (None | Some(Self::SoundsLikeStop | Self::Stopped | Self::StopOfNobody), newer) => {
                newer
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HoldCause::{Repeated, SoundsLikeStop, StopOfNobody, Stopped, StoppedAndRepeated};
    use super::*;

    #[test]
    fn what_repeats_itself_and_what_was_stopped_are_both_kept_whatever_comes_later() {
        for (standing, newer, expected) in [
            (None, Stopped, Stopped),
            (Some(Stopped), StopOfNobody, StopOfNobody),
            (Some(SoundsLikeStop), Stopped, Stopped),
            (Some(Stopped), SoundsLikeStop, Stopped),
            (Some(Repeated), SoundsLikeStop, Repeated),
            (Some(Repeated), Stopped, StoppedAndRepeated),
            (Some(Repeated), StopOfNobody, StoppedAndRepeated),
            (Some(StoppedAndRepeated), SoundsLikeStop, StoppedAndRepeated),
            (Some(StoppedAndRepeated), Stopped, StoppedAndRepeated),
        ] {
            assert_eq!(newer.besides(standing), expected, "{newer:?} besides {standing:?}");
        }
    }

    #[test]
    fn every_cause_is_read_as_it_is_written() {
        for cause in HoldCause::ALL {
            assert_eq!(HoldCause::parse(cause.as_str()), Some(cause));
        }
    }
}
