//! The work list: what waits for a person.

use serde_json::json;

use super::Area;
use super::patient_answers::Patient;
use super::work_schemas::{
    AssignDraft, BulkDraft, BulkReport, NoteDraft, PairDraft, ResolveDraft, ResolvedPage,
    ResolvedWork, WorkItem, WorkPage,
};
use crate::ids;
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    Area {
        name: "Work list",
        says: "What Patient Connect cannot decide: it waits for a person. What goes away by itself, \
               because its program goes on or its booking is matched, is not on the list any more.",
        operations: vec![list(), get(), assign(), note(), bulk(), resolve(), merge(), resolved()],
    }
}

fn list() -> Operation {
    let text = json!({ "type": "string" });
    Operation::get("/v1/work-list", "listWork", "List what waits")
        .query(
            "kind",
            "Only work of this kind.",
            &json!({ "$ref": "#/components/schemas/WorkKind" }),
        )
        .query("site", "Only work of the site of this code.", &text)
        .query("patient", "Only work about the patient of this id.", &text)
        .query(
            "assignee",
            "Only work of this person: `me`, `none` for what is nobody's, or the id of an account.",
            &text,
        )
        .pages()
        .answers::<WorkPage>(200, "A page of what waits, the oldest first.")
        .gives("/items/0/id", ids::WORK)
}

fn get() -> Operation {
    Operation::get("/v1/work-list/{id}", "getWork", "Read what waits")
        .answers::<WorkItem>(200, "It. What is resolved is not found here any more.")
}

fn assign() -> Operation {
    Operation::post("/v1/work-list/{id}/assign", "assignWork", "Say who is to do it")
        .takes::<AssignDraft>()
        .example("me", "Whoever asks", json!({ "to": "me" }))
        .example("nobody", "Nobody in particular", json!({ "to": null }))
        .answers::<WorkItem>(200, "It, as it is now.")
}

fn note() -> Operation {
    Operation::post("/v1/work-list/{id}/notes", "noteWork", "Write something about it")
        .says("The note is in the history of the enrolment too.")
        .takes::<NoteDraft>()
        .example("voicemail", "A call that was not answered", json!({ "text": "left a voicemail" }))
        .answers::<WorkItem>(200, "It, as it is now.")
        .refuses(409, "It has 100 notes already.")
}

fn bulk() -> Operation {
    Operation::post("/v1/work-list/bulk", "bulkWork", "Do one thing with many")
        .says(
            "Each for itself: one that is refused changes nothing for the others. `advance`, `skip` and \
             `retry` are refused for an item for which no enrolment is held.",
        )
        .takes::<BulkDraft>()
        .example(
            "assign",
            "Whoever asks is to do them",
            json!({ "items": [ids::WORK], "do": { "assign": { "to": "me" } } }),
        )
        .example(
            "note",
            "The same note on each",
            json!({ "items": [ids::WORK], "do": { "note": { "text": "the phones were down" } } }),
        )
        .answers::<BulkReport>(200, "What became of each.")
}

fn resolve() -> Operation {
    Operation::post("/v1/work-list/{id}/resolve", "resolveWork", "Say what came of it")
        .says(
            "With `then`, what happens to the enrolment is done together with it, or neither is. Only an \
             enrolment that is held for this very item can advance, skip or retry; any can end. \
             Outcome and note are in the history of the enrolment too.",
        )
        .takes::<ResolveDraft>()
        .example(
            "called",
            "The patient was reached, and the program goes on",
            json!({ "outcome": "done", "note": "books next week", "then": "advance" }),
        )
        .answers::<ResolvedWork>(200, "It, and what came of it.")
        .refuses(
            409,
            "An enrolment is held for it and `then` says nothing of that, or what it says cannot be done, or \
             moves an enrolment that is not held for it.",
        )
}

fn merge() -> Operation {
    Operation::post("/v1/work-list/{id}/merge", "mergeWork", "Merge two records it asks about")
        .says(
            "For work of kind `possible_duplicate`: `patient` is a new record, `same_as` are those that \
             may be of the same person. `from` goes into `into`, whichever way round; what the patient is \
             on and has booked goes along, and a recall that one of those bookings answers stops. The \
             work is resolved. If they are two people, resolve it as `not_needed`: it is not asked again.",
        )
        .takes::<PairDraft>()
        .example(
            "new",
            "The new record is of the patient who was known",
            json!({ "from": ids::NEWCOMER, "into": ids::PATIENT }),
        )
        .answers::<Patient>(200, "The patient whose record goes on.")
        .tells_version()
        .refuses(
            409,
            "It is not about two records of one person, or `from` was merged into a third one already.",
        )
}

fn resolved() -> Operation {
    let month = json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" });
    Operation::get("/v1/work-list/resolved", "listResolvedWork", "List what was resolved")
        .says("It is kept for good: it shows what was done for a patient who was not reached.")
        .required_query("month", "The month in which it was resolved, by UTC.", &month, "2026-11")
        .pages()
        .answers::<ResolvedPage>(200, "A page of what was resolved, the newest first.")
}
