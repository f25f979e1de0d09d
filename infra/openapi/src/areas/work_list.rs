//! The work list: what waits for a person.

use utoipa::ToSchema;

use super::Area;
use crate::names::WorkKind;
use crate::operation::Operation;

/// Something that waits for a person.
#[derive(Debug, ToSchema)]
pub struct WorkItem {
    /// Its id. One cause is listed once.
    pub id: String,
    /// Why it waits.
    pub kind: WorkKind,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: String,
    /// The same in a sentence.
    pub summary: String,
    /// The enrolment it is about.
    #[schema(required)]
    pub enrolment: Option<String>,
    /// The patient it is about.
    #[schema(required)]
    pub patient: Option<String>,
    /// The site it is about.
    #[schema(required)]
    pub site: Option<String>,
}

/// What waits for a person.
#[derive(Debug, ToSchema)]
pub struct WorkList {
    /// Oldest first.
    pub items: Vec<WorkItem>,
}

/// The area.
pub fn area() -> Area {
    Area {
        name: "Work list",
        says: "What Patient Connect cannot decide: it waits for a person.",
        operations: vec![list()],
    }
}

fn list() -> Operation {
    Operation::get("/v1/work-list", "listWork", "List what waits")
        .answers::<WorkList>(200, "What waits.")
}
