//! What the API says of work, as the pages use it.

use serde::Deserialize;

/// Something that waits for a person, or waited.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Work {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) since: String,
    /// The same on the site's clock, in words.
    pub(super) local: Option<String>,
    pub(super) waiting_days: i64,
    pub(super) summary: String,
    pub(super) reply: Option<String>,
    pub(super) reply_from: Option<String>,
    pub(super) enrolment: Option<String>,
    pub(super) program: Option<Named>,
    pub(super) patient: Option<Person>,
    #[serde(default)]
    pub(super) same_as: Vec<Person>,
    pub(super) site: Option<Place>,
    pub(super) assignee: Option<String>,
    pub(super) notes: Vec<Note>,
    /// What came of it, when it is resolved.
    pub(super) resolved: Option<Resolved>,
}

/// A patient, by name.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
}

/// A program, by name.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) deleted: bool,
}

/// A site, by name.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: Option<String>,
}

/// What somebody has written about it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Note {
    pub(super) at: String,
    pub(super) by: String,
    pub(super) text: String,
}

/// What came of it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Resolved {
    pub(super) at: String,
    pub(super) by: String,
    pub(super) outcome: String,
}

/// What the page of an item needs of the enrolment it is about.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Enrolment {
    pub(super) status: String,
    pub(super) cycle: u64,
    pub(super) of: u64,
    pub(super) reason: Option<String>,
    pub(super) steps: Vec<Step>,
}

/// An action of the enrolment.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Step {
    pub(super) position: u64,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) local: Option<String>,
    pub(super) template: Option<TemplateOf>,
}

/// A template, by name.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TemplateOf {
    pub(super) name: String,
}

/// What became of many items.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Report {
    pub(super) done: u64,
    pub(super) refused: u64,
    pub(super) results: Vec<Became>,
}

/// What became of one of them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Became {
    pub(super) id: String,
    pub(super) outcome: String,
    pub(super) detail: Option<String>,
    pub(super) status: Option<u16>,
}

/// The balance of a day.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Balance {
    pub(super) day: String,
    pub(super) computed_at: String,
    pub(super) sides: Sides,
    pub(super) difference: u64,
    pub(super) new: u64,
    pub(super) imbalances: u64,
    pub(super) by_channel: Vec<OfChannel>,
    pub(super) by_site: Vec<OfSite>,
    pub(super) enrolments: u64,
    pub(super) events_overdue: u64,
    pub(super) letters_silent: u64,
    pub(super) work_open: u64,
    /// Only of one day alone.
    #[serde(default)]
    pub(super) found: Vec<Found>,
}

/// What became of the actions that came due.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Sides {
    pub(super) due: u64,
    pub(super) sent: u64,
    pub(super) skipped: u64,
    pub(super) too_late: u64,
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) over: u64,
    pub(super) held: u64,
    pub(super) waiting: u64,
}

/// The sides of a channel.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct OfChannel {
    pub(super) channel: String,
    pub(super) sides: Sides,
}

/// The sides of a site.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct OfSite {
    /// The site's code.
    pub(super) site: String,
    pub(super) sides: Sides,
}

/// Something that does not balance.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Found {
    pub(super) says: String,
    pub(super) since: Option<String>,
}

/// Anything of a list, to be counted.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Any {}
