//! The booking types of a program, from its side.

use serde_json::json;
use utoipa::ToSchema;

use crate::ids;
use crate::names::Completion;
use crate::operation::Operation;

/// A booking type that is linked to a program.
#[derive(Debug, ToSchema)]
pub struct LinkedType {
    /// Its id.
    pub id: String,
    /// The code by which booking systems name it.
    pub code: String,
    /// What staff call it.
    pub name: String,
    /// The version of the booking type.
    pub version: u64,
}

/// The booking types of a program.
#[derive(Debug, ToSchema)]
pub struct ProgramLinks {
    /// A number that stands for exactly these links, which is their `ETag` too. It changes with them,
    /// from whichever side, and with nothing else.
    pub version: u64,
    /// Which bookings complete a cycle, as the program says. Only with `selected` do links count.
    pub completion: Completion,
    /// Ids of the booking types that put the patient on the program.
    pub starts: Vec<String>,
    /// Ids of the booking types that complete a cycle of it.
    pub completes: Vec<String>,
    /// All of them, by name.
    pub booking_types: Vec<LinkedType>,
}

/// All the booking types that a program is to have.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramLinksDraft {
    /// Taken and passed over; `If-Match` says the version.
    pub version: Option<u64>,
    /// Taken and passed over: it is saved with the program.
    pub completion: Option<String>,
    /// Taken and passed over, so that an answer can be sent back.
    pub booking_types: Option<Vec<serde_json::Value>>,
    /// Ids of the booking types that put the patient on the program, which is a booking program; a
    /// booking type starts at most 20.
    #[schema(required, max_items = 1000)]
    pub starts: Option<Vec<String>>,
    /// Ids of the booking types that complete a cycle of the program, whose `completion` is
    /// `selected`.
    #[schema(required, max_items = 1000)]
    pub completes: Option<Vec<String>>,
}

/// The routes.
pub fn operations() -> Vec<Operation> {
    vec![get(), put()]
}

fn get() -> Operation {
    let path = "/v1/programs/{id}/booking-types";
    Operation::get(
        path,
        "getProgramBookingTypes",
        "See which booking types are linked to a program",
    )
    .says(
        "The same links that `starts` and `completes` of the booking types say, from the other \
             side. They are no part of the program, and no version of it has them.",
    )
    .answers::<ProgramLinks>(200, "The links.")
    .tells_version()
}

fn put() -> Operation {
    let path = "/v1/programs/{id}/booking-types";
    Operation::put(path, "saveProgramBookingTypes", "Link booking types to a program")
        .says(
            "The lists are the whole of it: a booking type that is not in them is linked no more. All \
             is saved, or nothing. At most 100 booking types can be changed by one request; 422 when \
             it would be more, and then nothing is changed: save it in parts. What others save of the \
             same booking types at the same moment is kept; 412 when it was a link of this program.",
        )
        .takes::<ProgramLinksDraft>()
        .example(
            "starts",
            "A booking of one type starts it",
            json!({ "starts": [ids::BOOKING_TYPE], "completes": [] }),
        )
        .answers::<ProgramLinks>(200, "The links as they are now.")
        .saves_version()
}
