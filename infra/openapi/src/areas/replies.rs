//! What patients answer to text messages.

use super::Area;
use super::patient_answers::Patient;
use super::reply_schemas::{AllValues, ReplyPage};
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    Area {
        name: "Replies",
        says: "What patients answered to text messages, and the values in it. Answers that a person must \
               read are on the work list.",
        operations: vec![list(), file(), values(), release_sms(), release_email()],
    }
}

fn list() -> Operation {
    Operation::get("/v1/patients/{id}/replies", "listReplies", "List what a patient answered")
        .says("With it come the answers under the ids of records that were merged into this one.")
        .pages()
        .answers::<ReplyPage>(200, "A page of answers.")
}

fn file() -> Operation {
    Operation::get(
        "/v1/patients/{id}/replies.csv",
        "exportReplies",
        "Export what a patient answered",
    )
    .says(
        "The newest 5,000, or 3 MB of them, with the columns `at`, `local` (on the clock of the patient's \
         site), `text`, `meaning`, `program`, `question` (the name of the template), `cycle`, `action`, \
         `value`, `unit`, `in_range`, `min` and `max` (as the action is now). When older ones are left \
         out, the last line says so. A text that a spreadsheet would take for a formula begins with an \
         apostrophe.",
    )
    .answers_plain(200, "text/csv", "The file.")
}

fn values() -> Operation {
    Operation::get("/v1/patients/{id}/values", "listValues", "List the values a patient answered")
        .says("A series for each action and unit, to be drawn as a chart, of the newest 5,000 answers.")
        .answers::<AllValues>(200, "The values.")
}

fn release_sms() -> Operation {
    Operation::post(
        "/v1/patients/{id}/release-sms",
        "releaseSms",
        "Let text messages go to a patient's number again",
    )
    .says(
        "A number is on hold after STOP, or an answer that sounds like it, or when the same text would have gone \
         there more than five times in a day (`sms_hold`). It is released \
         for everybody who has it; what they chose stays. Released again it changes nothing.",
    )
    .answers::<Patient>(200, "The patient.")
    .tells_version()
    .refuses(409, "The patient has no mobile number.")
}

fn release_email() -> Operation {
    Operation::post(
        "/v1/patients/{id}/release-email",
        "releaseEmail",
        "Let email go to a patient's mailbox again",
    )
    .says(
        "A mailbox is on hold when the same email would have gone there more than five times in a day \
         (`email_hold`). It is released for everybody who has it. Released again it changes nothing.",
    )
    .answers::<Patient>(200, "The patient.")
    .tells_version()
    .refuses(409, "The patient has no email address.")
}
