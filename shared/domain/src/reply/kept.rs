//! Answers as they are kept.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Meaning, Number, Origin, Reading, Unit, ValueRule};
use crate::disguise::is_disguise;
use crate::ids::{ActionId, EnrolmentId, PatientId, ProgramId};
use crate::phi::Phi;
use crate::text::ExternalId;

/// What a patient wrote, without what cannot be shown: control characters and those that make a text
/// look like another one. It may be empty.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ReplyText(String);

impl ReplyText {
    /// Most characters that are kept. A text message of ten parts has fewer.
    pub const MAX: usize = 1_600;

    /// Keeps of a text what can be shown.
    ///
    /// ```
    /// use domain::reply::ReplyText;
    /// assert_eq!(ReplyText::of(" 7.2\u{0}\u{202e}\r\nthanks ").as_str(), "7.2\nthanks");
    /// ```
    pub fn of(text: &str) -> Self {
        let shown = text.replace("\r\n", "\n");
        let shown = shown
            .chars()
            .filter(|character| {
                *character == '\n' || !(character.is_control() || is_disguise(*character))
            })
            .collect::<String>();
        Self(shown.trim().chars().take(Self::MAX).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ReplyText {
    fn from(text: String) -> Self {
        Self::of(&text)
    }
}

impl From<ReplyText> for String {
    fn from(text: ReplyText) -> Self {
        text.0
    }
}

/// The message that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The enrolment it was sent for.
    pub enrolment: EnrolmentId,
    /// Its program.
    pub program: ProgramId,
    /// The cycle.
    pub cycle: u16,
    /// The action.
    pub action: ActionId,
}

/// How a value lies to the range of its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The action has no range.
    Unchecked,
    /// Within.
    InRange,
    /// Outside: a person is to look at it.
    OutOfRange,
}

impl Fit {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Unchecked, Self::InRange, Self::OutOfRange];

    /// The name used in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::InRange => "in_range",
            Self::OutOfRange => "out_of_range",
        }
    }

    /// The one of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fit| fit.as_str() == text)
    }

    /// Whether the value is within the range, should there be one.
    pub const fn in_range(self) -> Option<bool> {
        match self {
            Self::Unchecked => None,
            Self::InRange => Some(true),
            Self::OutOfRange => Some(false),
        }
    }
}

/// A number that a patient answered. Unit and fit are those of the action as it was then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyValue {
    /// The number.
    pub number: Number,
    /// Its unit, if the action has one.
    pub unit: Option<Unit>,
    /// How it lies to the action's range.
    pub fit: Fit,
}

impl ReplyValue {
    /// The value of a reading by an action's rule; `None` when no one number was read.
    pub fn of(reading: Reading, rule: Option<&ValueRule>) -> Option<Self> {
        let Reading::One(number) = reading else { return None };
        let fit = match rule {
            Some(rule) if rule.min().is_none() && rule.max().is_none() => Fit::Unchecked,
            Some(rule) if rule.holds(number) => Fit::InRange,
            Some(_) => Fit::OutOfRange,
            None => Fit::Unchecked,
        };
        Some(Self { number, unit: rule.map(|rule| rule.unit().clone()), fit })
    }
}

/// An answer that has come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedReply {
    /// The provider's id for it, the same however often it is handed over.
    pub id: ExternalId,
    /// When it came.
    pub at: DateTime<Utc>,
    /// From whom.
    pub from: Origin,
    /// What it says.
    pub text: Phi<ReplyText>,
    /// What that means.
    pub meaning: Meaning,
    /// Whose it is: one patient, or for a STOP or START everybody on the number; none when nobody can
    /// tell.
    pub patients: BTreeSet<PatientId>,
    /// The message it answers, should that be known and its action keep answers.
    pub answers: Option<Answered>,
    /// The number in it, should its action keep answers.
    pub value: Option<Phi<ReplyValue>>,
}
