//! Programs: kept by admins.

use serde_json::{Value, json};

use super::Area;
use super::program_schemas::{
    CopyName, Impact, Program, ProgramDraft, ProgramPage, ProgramVersions,
};
use super::{moves, on_program, program_links};
use crate::ids;
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    let mut operations = vec![
        list(),
        create(),
        get(),
        put(),
        impact(),
        enable(),
        disable(),
        duplicate(),
        delete(),
        versions(),
    ];
    operations.extend(program_links::operations());
    operations.extend(on_program::operations());
    operations.extend(moves::operations());
    Area {
        name: "Programs",
        says: "Lists of actions, timed against a reference date, and the patients who are on them.",
        operations,
    }
}

/// What both say of `?counts=`.
const COUNTS: &str =
    "Whether `open_enrolments` is there. Counting takes a moment: ask for it where it is shown.";

fn list() -> Operation {
    Operation::get("/v1/programs", "listPrograms", "List the programs")
        .query("q", "A part of the name.", &json!({ "type": "string" }))
        .query(
            "type",
            "Only those of this type.",
            &json!({ "$ref": "#/components/schemas/ProgramType" }),
        )
        .query("enabled", "Only those that are, or are not.", &json!({ "type": "boolean" }))
        .query("counts", COUNTS, &json!({ "type": "boolean" }))
        .pages()
        .answers::<ProgramPage>(200, "A page of programs.")
}

/// The booking program of the guide; `id` says of its action which one it is.
fn booking(id: Option<&str>) -> Value {
    let mut reminder = json!({
        "type": "sms",
        "template": ids::TEMPLATE,
        "timing": { "when": "before", "amount": 3, "unit": "days", "at": "10:00" },
    });
    if let (Some(id), Some(action)) = (id, reminder.as_object_mut()) {
        action.insert("id".to_owned(), id.into());
    }
    json!({ "type": "booking", "name": "Booking reminder", "actions": [reminder] })
}

fn create() -> Operation {
    Operation::post("/v1/programs", "createProgram", "Create a program")
        .says("It is disabled until it is enabled, and puts nobody on it until then.")
        .takes::<ProgramDraft>()
        .example("booking", "A reminder three days before a booking", booking(None))
        .gives("/id", ids::PROGRAM)
        .gives("/actions/0/id", ids::ACTION)
        .example(
            "recall",
            "A yearly recall: a text message, then a call by staff",
            json!({
                "type": "recall", "name": "Yearly check", "cycles": 3,
                "frequency": { "amount": 12, "unit": "months" },
                "clinically_significant": true,
                "reopening": { "policy": "after_days", "days": 7 },
                "actions": [
                    {
                        "type": "email", "template": ids::EMAIL_TEMPLATE,
                        "timing": { "when": "before", "amount": 2, "unit": "weeks" },
                    },
                    { "type": "pause", "timing": { "when": "on" } },
                ],
            }),
        )
        .gives("/id", ids::RECALL)
        .example(
            "referral",
            "A text message to whoever is referred for podiatry, our own referrals included",
            json!({
                "type": "referral", "name": "Referred for podiatry",
                "referral_origins": "any", "referral_types": ["podiatry"],
                "actions": [
                    {
                        "type": "sms", "template": ids::CALL_TEMPLATE,
                        "timing": { "when": "enrolled" },
                    },
                ],
            }),
        )
        .gives("/id", ids::REFERRAL_PROGRAM)
        .example(
            "call",
            "A recall that begins with a call by staff, and a text message to whom they did not reach",
            json!({
                "type": "recall", "name": "Six-monthly call", "cycles": 2,
                "frequency": { "amount": 6, "unit": "months" }, "completion": "selected",
                "actions": [
                    { "type": "pause", "timing": { "when": "enrolled" } },
                    {
                        "type": "sms", "template": ids::CALL_TEMPLATE,
                        "timing": { "when": "enrolled" }, "ignore_window": true,
                    },
                ],
            }),
        )
        .gives("/id", ids::CALL)
        .answers::<Program>(201, "The program.")
        .tells_version()
}

fn get() -> Operation {
    Operation::get("/v1/programs/{id}", "getProgram", "Read a program")
        .query("counts", COUNTS, &json!({ "type": "boolean" }))
        .answers::<Program>(200, "The program.")
        .tells_version()
}

fn put() -> Operation {
    Operation::put("/v1/programs/{id}", "saveProgram", "Save a program")
        .says(
            "Patients who are on it go on with the new version from where they are. A save says of \
             each action which one it is, by its `id`, or `new`.",
        )
        .query_like(
            "due_at_once",
            "How many patients may be contacted at once because of this save; 0 when it is left out. As \
             many as the impact said, or `all`, however many they are.",
            &json!({ "oneOf": [
                { "type": "integer", "minimum": 0 }, { "type": "string", "enum": ["all"] },
            ] }),
            "all",
        )
        .takes::<ProgramDraft>()
        .example("same", "The same again", booking(Some(ids::ACTION)))
        .answers::<Program>(200, "The program as it is now.")
        .saves_version()
        .refuses(409, "More patients would be contacted at once than `due_at_once` accepts.")
}

fn impact() -> Operation {
    Operation::post("/v1/programs/{id}/impact", "previewSave", "See what a save would do")
        .says("Nothing is changed.")
        .takes::<ProgramDraft>()
        .example("same", "The same again", booking(Some(ids::ACTION)))
        .answers::<Impact>(200, "What would happen.")
}

fn enable() -> Operation {
    Operation::post("/v1/programs/{id}/enable", "enableProgram", "Enable a program")
        .says("From now on patients are put on it. 422 names everything that is missing.")
        .answers::<Program>(200, "The program.")
        .tells_version()
        .refuses(422, "Something is missing; `errors` names each field.")
}

fn disable() -> Operation {
    Operation::post("/v1/programs/{id}/disable", "disableProgram", "Disable a program")
        .says("Nobody is put on it any more; who is on it goes on.")
        .answers::<Program>(200, "The program.")
        .tells_version()
}

fn duplicate() -> Operation {
    Operation::post("/v1/programs/{id}/duplicate", "duplicateProgram", "Copy a program")
        .takes::<CopyName>()
        .example("copy", "Under another name", json!({ "name": "Booking reminder, new" }))
        .gives("/id", ids::COPY)
        .gives("/actions/0/id", ids::COPY_ACTION)
        .answers::<Program>(201, "The copy, which is disabled.")
        .tells_version()
}

fn delete() -> Operation {
    Operation::delete("/v1/programs/{id}", "deleteProgram", "Delete a program")
        .answers_plain(204, "", "It is deleted. Its versions are kept.")
        .saves_version()
        .refuses(409, "It is enabled, a booking type names it, or patients are on it.")
}

fn versions() -> Operation {
    Operation::get("/v1/programs/{id}/versions", "listProgramVersions", "See what a program was")
        .says("The newest first.")
        .pages()
        .answers::<ProgramVersions>(200, "Its versions. They are kept when it is deleted.")
}
