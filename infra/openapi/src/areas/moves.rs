//! The patients of a program: what lies ahead, and moving them to another.

use serde_json::{Value, json};
use utoipa::ToSchema;

use super::outlook_schemas::Timeline;
use crate::ids;
use crate::operation::Operation;

/// For whom and from when a timeline is drawn.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelineDraft {
    /// A booking program: when the visit starts, which must be said.
    #[schema(format = DateTime, examples("2031-12-03T10:30:00+11:00"))]
    pub booking_start: Option<String>,
    /// Another program: the reference date; today when left out.
    #[schema(format = Date, examples("2031-12-03"))]
    pub reference_date: Option<String>,
    /// The id of a patient, who is named in the messages; left out, an example is.
    pub patient: Option<String>,
    /// The code of a site; left out, the patient's, or the only one.
    pub site: Option<String>,
}

/// From which action to which.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepMap {
    /// Who waits for this action of the old program …
    pub waiting_for: String,
    /// … waits for this one of the new program.
    pub step: String,
}

/// A move of a program's patients.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveDraft {
    /// The id of the program they go to, which is enabled.
    pub to: String,
    /// The id of its action that comes next for them.
    pub step: String,
    /// Other next actions for some, by what they wait for now.
    #[schema(max_items = 100)]
    pub steps: Option<Vec<StepMap>>,
    /// Whether the old program is disabled first.
    pub disable: Option<bool>,
    /// `next` of the answer before, to go on.
    pub cursor: Option<String>,
    /// How many are moved at most by this request.
    #[schema(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}

/// Somebody who was moved.
#[derive(Debug, ToSchema)]
pub struct Moved {
    /// The enrolment that ends.
    pub enrolment: String,
    /// The enrolment it becomes.
    pub becomes: String,
    /// When its next action is due.
    #[schema(required, format = DateTime)]
    pub next_due: Option<String>,
}

/// Somebody who was not moved.
#[derive(Debug, ToSchema)]
pub struct NotMoved {
    /// The enrolment, which stays as it was.
    pub enrolment: String,
    /// Why.
    pub why: String,
}

/// A page of a move.
#[derive(Debug, ToSchema)]
pub struct MovePage {
    /// Who was moved, or would be.
    pub moved: Vec<Moved>,
    /// Who was not.
    pub refused: Vec<NotMoved>,
    /// How many of them have an action that is due at once.
    pub due_at_once: u64,
    /// To go on: the `cursor` of the next request; `null` when all are done.
    #[schema(required)]
    pub next: Option<String>,
}

/// The routes.
pub fn operations() -> Vec<Operation> {
    vec![timeline(), preview(), run()]
}

fn timeline() -> Operation {
    Operation::post("/v1/programs/{id}/timeline", "previewTimeline", "See what a program would do")
        .says("Nobody is enrolled. Messages are shown as they would read.")
        .pages()
        .takes::<TimelineDraft>()
        .example(
            "visit",
            "For a visit in 2031",
            json!({ "booking_start": "2031-12-03T10:30:00+11:00", "site": "harbour" }),
        )
        .answers::<Timeline>(200, "What would happen, and when.")
}

fn order() -> Value {
    json!({ "to": ids::COPY, "step": ids::COPY_ACTION })
}

fn preview() -> Operation {
    let path = "/v1/programs/{id}/moves/preview";
    Operation::post(path, "previewMove", "See what a move would do")
        .says("Nothing is changed.")
        .takes::<MoveDraft>()
        .example("all", "Everybody, to one action", order())
        .answers::<MovePage>(200, "Who would be moved.")
        .refuses(409, "The program they would go to is disabled.")
}

fn run() -> Operation {
    Operation::post("/v1/programs/{id}/moves", "movePatients", "Move patients to another program")
        .says("Asked for again it goes on where it is told to, and moves nobody twice.")
        .takes::<MoveDraft>()
        .example("all", "Everybody, to one action", order())
        .answers::<MovePage>(200, "Who was moved.")
        .refuses(409, "The program they would go to is disabled.")
}
