//! Programs as the API shows them.

use serde::Deserialize;

/// What starts a program, and what it counts from. It is fixed for life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    General,
    Recall,
    Program,
    Booking,
    Referral,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::General, Self::Recall, Self::Program, Self::Booking, Self::Referral];

    /// What the API calls it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Recall => "recall",
            Self::Program => "program",
            Self::Booking => "booking",
            Self::Referral => "referral",
        }
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it can be gone through more than once.
    pub(super) const fn repeats(self) -> bool {
        match self {
            Self::General | Self::Recall | Self::Program => true,
            Self::Booking | Self::Referral => false,
        }
    }
}

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Does {
    Sms,
    Email,
    LetterToPatient,
    LetterToGp,
    Pause,
}

impl Does {
    pub(super) const ALL: [Self; 5] =
        [Self::Sms, Self::Email, Self::LetterToPatient, Self::LetterToGp, Self::Pause];

    /// What the API calls it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::LetterToPatient => "letter_to_patient",
            Self::LetterToGp => "letter_to_gp",
            Self::Pause => "pause",
        }
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|does| does.code() == code)
    }

    /// The channel of its templates; a pause has none.
    pub(super) const fn channel(self) -> Option<&'static str> {
        match self {
            Self::Sms => Some("sms"),
            Self::Email => Some("email"),
            Self::LetterToPatient | Self::LetterToGp => Some("letter"),
            Self::Pause => None,
        }
    }
}

/// Which bookings complete a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Completion {
    Ignore,
    Any,
    Selected,
}

impl Completion {
    pub(super) const ALL: [Self; 3] = [Self::Ignore, Self::Any, Self::Selected];

    /// What the API calls it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Any => "any",
            Self::Selected => "selected",
        }
    }
}

/// The distance from one cycle to the next.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Frequency {
    pub(super) amount: u64,
    pub(super) unit: String,
}

/// What happens to a cycle whose completing booking is cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Reopening {
    pub(super) policy: String,
    pub(super) days: Option<u64>,
}

/// When an action is due: `enrolled`, `on`, `before` or `after`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Timing {
    pub(super) when: String,
    pub(super) amount: Option<u64>,
    pub(super) unit: Option<String>,
    pub(super) at: Option<String>,
}

/// What value a text message asks for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct AskedValue {
    pub(super) unit: String,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
}

/// An action.
#[expect(clippy::struct_excessive_bools, reason = "boxes that are ticked, as the API has them")]
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Action {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) does: Does,
    pub(super) timing: Timing,
    pub(super) template: Option<String>,
    #[serde(default)]
    pub(super) pause_on_error: bool,
    pub(super) useful_hours: Option<u64>,
    #[serde(default)]
    pub(super) ignore_window: bool,
    #[serde(default)]
    pub(super) attach_calendar: bool,
    #[serde(default)]
    pub(super) save_reply: bool,
    pub(super) value: Option<AskedValue>,
    pub(super) print: Option<String>,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Program {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) enabled: bool,
    pub(super) cycles: u64,
    pub(super) frequency: Option<Frequency>,
    pub(super) next_cycle: String,
    pub(super) purpose: String,
    pub(super) clinically_significant: bool,
    pub(super) completion: Completion,
    pub(super) reopening: Reopening,
    pub(super) referral_origins: Option<String>,
    pub(super) referral_types: Option<Vec<String>>,
    pub(super) actions: Vec<Action>,
}

/// A page of those who are on a program: how many, and whether there are more.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Count {
    items: Vec<serde::de::IgnoredAny>,
    next: Option<String>,
}

impl Count {
    /// Most that are counted.
    pub(super) const MOST: &'static str = "50";

    pub(super) fn is_none(&self) -> bool {
        self.items.is_empty()
    }

    /// As people say it: “no patients”, “1 patient”, “more than 50 patients”.
    pub(super) fn in_words(&self) -> String {
        match (self.items.len(), &self.next) {
            (0, _) => "no patients".to_owned(),
            (1, None) => "1 patient".to_owned(),
            (many, None) => format!("{many} patients"),
            (many, Some(_)) => format!("more than {many} patients"),
        }
    }

    /// The same, as what a sentence is about: “1 patient is”.
    pub(super) fn are(&self) -> String {
        let verb = if self.items.len() == 1 && self.next.is_none() { "is" } else { "are" };
        format!("{} {verb}", self.in_words())
    }
}
