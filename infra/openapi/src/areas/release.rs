//! What a release of all sending would do, and the release.

use serde_json::json;
use utoipa::ToSchema;

use super::practice::Sending;
use crate::names::{SendingStateName, names};
use crate::operation::Operation;

names! {
    /// By what way an action is done: a channel, or a person, for whom a program pauses.
    Way: ["sms", "email", "letter", "pause"];
}

/// What would become of actions that are due.
#[derive(Debug, ToSchema)]
pub struct Fates {
    /// They would be sent; or they would not, and the next action of their patient would be at once.
    pub sent: u64,
    /// They are too late by now, and would be skipped; nothing would be sent at once instead.
    pub too_late: u64,
    /// They would hold their patient for a person: a pause, or what cannot be sent.
    pub held: u64,
    /// They cannot be sent, and their program would go on without them.
    pub passed_over: u64,
    /// They would wait for the sending window, or for a time that was planned anew.
    pub waiting: u64,
    /// Nothing would come of them: the patient has booked, or is on the program no more.
    pub gone: u64,
}

/// What is due by one channel.
#[derive(Debug, ToSchema)]
pub struct DueByChannel {
    /// The channel, or `pause`.
    pub channel: Way,
    /// How many actions are due.
    pub due: u64,
    /// How many of them were looked at.
    pub examined: u64,
    /// What would become of those.
    pub would_be: Fates,
}

/// A program, by its id and name.
#[derive(Debug, ToSchema)]
pub struct NamedProgram {
    /// Its id.
    pub id: String,
    /// Its name; `null` when it was deleted.
    #[schema(required)]
    pub name: Option<String>,
}

/// What is due on one program.
#[derive(Debug, ToSchema)]
pub struct DueByProgram {
    /// The program.
    pub program: NamedProgram,
    /// How many of its actions were looked at.
    pub examined: u64,
    /// What would become of those.
    pub would_be: Fates,
}

/// What a release of all sending would do now.
#[derive(Debug, ToSchema)]
pub struct ReleasePreview {
    /// Whether messages go out.
    pub state: SendingStateName,
    /// How many actions are due.
    pub due: u64,
    /// Whether all that are due were counted; else there are more.
    pub all_counted: bool,
    /// Since when the oldest is due; `null` when none is.
    #[schema(format = DateTime, required)]
    pub oldest_due: Option<String>,
    /// How many were looked at: the oldest 300, at most.
    pub examined: u64,
    /// What would become of those.
    pub would_be: Fates,
    /// How many messages may go out at once, one for each action that is due: for those that would be
    /// sent, and those that were not looked at. `null` when not all were counted.
    #[schema(required)]
    pub messages: Option<u64>,
    /// The same by channel.
    pub channels: Vec<DueByChannel>,
    /// What was looked at, by program.
    pub programs: Vec<DueByProgram>,
}

pub(super) fn preview() -> Operation {
    Operation::get("/v1/sending/release", "previewRelease", "See what a release would do")
        .says(
            "What came due while sending was held goes out at once when it is released, unless it is \
             too late by then. This says how much that is. The oldest 300 actions are decided as a \
             sender would decide them; up to 1,000 are counted in each of the 16 parts of the index.",
        )
        .answers::<ReleasePreview>(200, "What would happen now.")
}

pub(super) fn release() -> Operation {
    Operation::post("/v1/sending/release", "releaseSending", "Release all sending")
        .says(
            "Should messages go out at once by it, say how many: `messages` of the preview, or more, \
             or `all`. Tables that are a copy are those of the practice from then on. When sending is \
             not held nothing happens.",
        )
        .query_like(
            "messages",
            "How many messages may go out at once; 0 when it is left out.",
            &json!({ "oneOf": [
                { "type": "integer", "minimum": 0 }, { "type": "string", "enum": ["all"] },
            ] }),
            "all",
        )
        .refuses(
            409,
            "More messages would go out than the query says; or sending is held anew, by another hold \
             than the one that was released.",
        )
        .answers::<Sending>(200, "Messages go out again.")
}
