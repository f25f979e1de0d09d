//! What staff say is to happen to an enrolment.

use serde_json::json;
use utoipa::ToSchema;

use super::enrolment_schemas::EnrolmentDetails;
use crate::operation::Operation;

/// What is known of a message that may have been sent.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryDraft {
    /// Whether somebody has found out that the patient has not received it: must be `true` when it
    /// may have been sent.
    pub not_received: Option<bool>,
}

/// Why an enrolment ends.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndDraft {
    /// The reason, for the history.
    #[schema(min_length = 1, max_length = 80, examples("moved away"))]
    pub why: String,
}

/// A new reference date.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceDateDraft {
    /// The date, of the years 1900 to 2199.
    #[schema(format = Date, examples("2031-03-01"))]
    pub date: String,
}

/// The routes.
pub fn operations() -> Vec<Operation> {
    vec![advance(), retry(), skip(), change_reference(), end()]
}

/// An instruction: it is for the version that was read, and answers the enrolment after it.
fn instruction(operation: Operation, refused: &'static str) -> Operation {
    operation
        .answers::<EnrolmentDetails>(200, "The enrolment as it is now.")
        .saves_version()
        .refuses(409, refused)
        .refuses(412, "So a double click does nothing twice.")
}

fn advance() -> Operation {
    let path = "/v1/enrolments/{id}/advance";
    let operation = Operation::post(path, "advanceEnrolment", "Let an enrolment go on").says(
        "What it was held for is dealt with: the next action follows, or the cycle is complete.",
    );
    instruction(operation, "It is over, or does not wait for a person.")
}

fn skip() -> Operation {
    let path = "/v1/enrolments/{id}/skip";
    let operation = Operation::post(path, "skipAction", "Leave the next action out")
        .says("Whether it is held there, or only waits for its time.");
    instruction(operation, "It is over, or a message is being sent at this moment.")
}

fn retry() -> Operation {
    let path = "/v1/enrolments/{id}/retry";
    let operation = Operation::post(path, "retryAction", "Try an action again")
        .says("The action it is held for, once what was wrong is mended.")
        .takes::<RetryDraft>()
        .example("failed", "What failed", json!({}))
        .example(
            "unclear",
            "What may have been sent, and was not received",
            json!({ "not_received": true }),
        );
    instruction(
        operation,
        "It is over, does not wait for a person, or is at a pause; or the message may have been sent, \
         and nobody says that it was not received.",
    )
}

fn change_reference() -> Operation {
    let path = "/v1/enrolments/{id}/reference-date";
    let operation = Operation::put(path, "changeReferenceDate", "Count from another date")
        .says("Actions that are still to come are timed against it. What was sent stays as it was.")
        .takes::<ReferenceDateDraft>()
        .example("later", "A later date", json!({ "date": "2031-03-01" }));
    instruction(
        operation,
        "It is over, it counts from its booking, or a message is being sent at this moment.",
    )
}

fn end() -> Operation {
    let path = "/v1/enrolments/{id}/end";
    let operation = Operation::post(path, "endEnrolment", "End an enrolment")
        .says("For good: nothing more is sent of it.")
        .takes::<EndDraft>()
        .example("moved", "The patient moved away", json!({ "why": "moved away" }));
    instruction(operation, "It is over already.")
}
