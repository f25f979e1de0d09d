//! An enrolment, as the API shows one.

use serde::Deserialize;

use crate::api::at;

/// One patient on one program.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Summary {
    pub(super) id: String,
    pub(super) program: ProgramOf,
    pub(super) site: Place,
    pub(super) reference: String,
    pub(super) enrolled_at: String,
    pub(super) cycle: u64,
    pub(super) of: u64,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) next_action: Option<Next>,
}

/// The same with every action of the current cycle.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Details {
    #[serde(flatten)]
    pub(super) summary: Summary,
    pub(super) patient: String,
    pub(super) practitioner: Option<String>,
    pub(super) cause: Cause,
    pub(super) moved_from: Option<String>,
    pub(super) past_cycles: Vec<PastCycle>,
    pub(super) frequency: Option<Frequency>,
    pub(super) steps: Vec<Step>,
}

/// Its program.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ProgramOf {
    pub(super) id: String,
    pub(super) name: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) deleted: bool,
}

/// Its site.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: Option<String>,
}

/// What comes next.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Next {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) due: String,
}

/// Why somebody is on it: one of the three.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Cause {
    pub(super) added_by: Option<String>,
    pub(super) booking: Option<Key>,
    pub(super) referral: Option<Key>,
}

/// The key of something in another system.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Key {
    pub(super) source: String,
    pub(super) id: String,
}

/// A cycle that is over.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct PastCycle {
    pub(super) cycle: u64,
    pub(super) ended_at: String,
    pub(super) by: CycleEnd,
}

/// What ended a cycle.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum CycleEnd {
    /// Its last action, or staff.
    Word(String),
    /// A booking.
    Booking {
        /// Which.
        booking: Key,
    },
}

/// The distance from one cycle to the next.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Frequency {
    pub(super) amount: u64,
    pub(super) unit: String,
}

/// An action of the current cycle.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Step {
    pub(super) position: u64,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) template: Option<Template>,
    pub(super) state: String,
    pub(super) planned: Option<String>,
    pub(super) at: Option<String>,
    pub(super) why: Option<String>,
    pub(super) note: Option<String>,
    pub(super) receipt: Option<Receipt>,
}

/// Its template.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Template {
    pub(super) name: String,
}

/// Whether its message has arrived.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Receipt {
    pub(super) state: String,
    pub(super) at: Option<String>,
    pub(super) summary: String,
}

impl Summary {
    /// Whether nothing comes of it any more.
    pub(super) fn is_over(&self) -> bool {
        !matches!(self.status.as_str(), "active" | "held")
    }

    /// Whether it is not over.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "active" | "held")
    }

    /// Its page.
    pub(super) fn address(&self) -> String {
        at(&["app", "enrolments", &self.id], &[])
    }

    /// A page below it.
    pub(super) fn below(&self, part: &str) -> String {
        at(&["app", "enrolments", &self.id, part], &[])
    }
}

impl ProgramOf {
    /// What it is called.
    pub(super) fn title(&self) -> &str {
        self.name.as_deref().unwrap_or("A program that is gone")
    }
}

impl Frequency {
    /// In words: “every 6 months”.
    pub(super) fn in_words(&self) -> String {
        match self.amount {
            1 => format!("every {}", self.unit.trim_end_matches('s')),
            amount => format!("every {amount} {}", self.unit),
        }
    }
}
