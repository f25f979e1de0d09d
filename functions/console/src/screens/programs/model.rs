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
    /// There only when it was asked for.
    #[serde(default)]
    open_enrolments: Option<Count>,
}

impl Program {
    /// How many are on it now; none, when that was not asked for.
    pub(super) fn on_it(&self) -> Count {
        self.open_enrolments.unwrap_or_default()
    }
}

/// How many are on a program now, as far as they were counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Count {
    count: u64,
    more: bool,
}

impl Count {
    pub(super) const fn is_none(self) -> bool {
        self.count == 0
    }

    /// As people say it: “no patients”, “1 patient”, “1,000 patients or more”.
    pub(super) fn in_words(self) -> String {
        match (self.count, self.more) {
            (0, _) => "no patients".to_owned(),
            (1, false) => "1 patient".to_owned(),
            (many, false) => format!("{} patients", thousands(many)),
            (many, true) => format!("{} patients or more", thousands(many)),
        }
    }

    /// The same, as what a sentence is about: “1 patient is”.
    pub(super) fn are(self) -> String {
        let verb = if self.count == 1 && !self.more { "is" } else { "are" };
        format!("{} {verb}", self.in_words())
    }
}

/// A number as people write it: “1,000”.
fn thousands(number: u64) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        above => format!("{},{:03}", thousands(above), number % 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn how_many_are_on_a_program_is_said_in_words() {
        let said = |count, more| Count { count, more }.are();
        assert_eq!(said(0, false), "no patients are");
        assert_eq!(said(1, false), "1 patient is");
        assert_eq!(said(999, false), "999 patients are");
        assert_eq!(said(1_000, true), "1,000 patients or more are");
    }
}
