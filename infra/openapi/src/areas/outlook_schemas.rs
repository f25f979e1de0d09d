//! What happened on an enrolment, and what lies ahead.

use utoipa::ToSchema;

use crate::names::{ActionType, Encoding, Fate, HistoryEvent};

/// Something that happened.
#[derive(Debug, ToSchema)]
pub struct HistoryEntry {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// The same on the site's clock, in words.
    #[schema(required)]
    pub local: Option<String>,
    /// What, as one word.
    pub event: HistoryEvent,
    /// The same in a sentence.
    pub summary: String,
    /// Who did it: `patient connect`, `webhook` and its source, or the id of somebody's account.
    pub by: String,
    /// Whether a person did.
    pub manual: bool,
}

/// What happened on an enrolment.
#[derive(Debug, ToSchema)]
pub struct History {
    /// The entries, the oldest first.
    pub items: Vec<HistoryEntry>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// A message as it would read.
#[derive(Debug, ToSchema)]
pub struct Message {
    /// Only an e-mail has one.
    pub subject: Option<String>,
    /// The text.
    pub body: String,
    /// A text message: in how many parts it is sent.
    pub parts: Option<u64>,
    /// A text message: the alphabet it needs.
    pub encoding: Option<Encoding>,
}

/// Something that lies ahead.
#[derive(Debug, ToSchema)]
pub struct Ahead {
    /// In which cycle.
    pub cycle: u64,
    /// The action's id.
    pub action: String,
    /// Its place in the program, from 1.
    #[schema(required)]
    pub step: Option<u64>,
    /// What it does.
    #[schema(required)]
    pub r#type: Option<ActionType>,
    /// When it happens.
    #[schema(format = DateTime)]
    pub at: String,
    /// The same on the site's clock, in words.
    pub local: String,
    /// When its timing alone would have it.
    #[schema(required, format = DateTime)]
    pub planned: Option<String>,
    /// What will become of it.
    pub outcome: Fate,
    /// Why it is skipped, fails, or is moved.
    #[schema(required)]
    pub why: Option<String>,
    /// The message.
    #[schema(required)]
    pub message: Option<Message>,
}

/// What lies ahead.
#[derive(Debug, ToSchema)]
pub struct Timeline {
    /// In order.
    pub items: Vec<Ahead>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}
