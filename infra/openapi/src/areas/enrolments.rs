//! Enrolments: who is on what, what happened, and what lies ahead.

use serde_json::json;
use utoipa::ToSchema;

use super::enrolment_schemas::{AddedEnrolment, BookingRef, EnrolmentDetails, EnrolmentPage};
use super::outlook_schemas::{History, Timeline};
use super::{Area, instructions, uploads};
use crate::ids;
use crate::operation::Operation;

/// Who is to be put on what.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentDraft {
    /// The id of the patient.
    pub patient: String,
    /// The id of the program, which is enabled.
    pub program: String,
    /// Required for a recall program: the proposed date of the booking. A program of type `program`
    /// may have one, and else counts from today. The others take none.
    #[schema(format = Date, examples("2031-01-31"))]
    pub reference_date: Option<String>,
    /// Whom the visit is with.
    #[schema(min_length = 1, max_length = 80)]
    pub practitioner: Option<String>,
    /// The code of the site; left out, the booking's, the patient's, or the only one.
    #[schema(min_length = 1, max_length = 64)]
    pub site: Option<String>,
    /// Required for a booking program: a booking of this patient, which the program counts from.
    /// The others take none.
    pub booking: Option<BookingRef>,
}

/// The area.
pub fn area() -> Area {
    let mut operations =
        vec![of_patient(), create(), uploads::upload(), get(), history(), timeline()];
    operations.extend(instructions::operations());
    Area {
        name: "Enrolments",
        says: "One patient on one program: where they are, what happened, what lies ahead.",
        operations,
    }
}

fn of_patient() -> Operation {
    let path = "/v1/patients/{id}/enrolments";
    let says = "Those that are over, which are left out otherwise.";
    Operation::get(path, "listEnrolmentsOfPatient", "See what a patient is on")
        .query_of_several("include", says, &["completed", "ended"])
        .pages()
        .answers::<EnrolmentPage>(200, "A page of enrolments, the newest first.")
}

fn create() -> Operation {
    Operation::post("/v1/enrolments", "createEnrolment", "Put a patient on a program")
        .says(
            "A patient may be on one program several times; `warnings` names the others, and what \
             will not be sent as things are: because it is too late, the patient wants none of it or \
             has no address for it, or all sending is on hold. A booking that is known already may \
             complete the first cycle at once.",
        )
        .takes::<EnrolmentDraft>()
        .example(
            "recall",
            "On a recall, with the proposed date of the booking",
            json!({
                "patient": ids::PATIENT, "program": ids::CALL, "reference_date": "2031-01-31",
                "practitioner": "Dr Ada Yang", "site": "harbour",
            }),
        )
        .gives("/id", ids::CALL_ENROLMENT)
        .example(
            "booking",
            "On a booking program, for a booking",
            json!({
                "patient": ids::PATIENT, "program": ids::COPY,
                "booking": { "source": "diary", "id": "B-2001" },
            }),
        )
        .answers::<AddedEnrolment>(201, "The enrolment.")
        .tells_version()
        .refuses(
            409,
            "The program is disabled or has no action, the patient is archived, deceased or merged, or \
             the booking is cancelled or has put them on this program already.",
        )
}

fn get() -> Operation {
    Operation::get("/v1/enrolments/{id}", "getEnrolment", "Read an enrolment")
        .says("With every action of the current cycle, and where it stands.")
        .answers::<EnrolmentDetails>(200, "The enrolment.")
        .tells_version()
}

fn history() -> Operation {
    let says = "Whether also what people did is shown; `false` when left out.";
    Operation::get("/v1/enrolments/{id}/history", "getHistory", "See what happened")
        .says("Every message with its outcome, and what bookings did.")
        .query("all", says, &json!({ "type": "boolean", "default": false }))
        .pages()
        .answers::<History>(200, "What happened.")
}

fn timeline() -> Operation {
    Operation::get("/v1/enrolments/{id}/timeline", "getTimeline", "See what lies ahead")
        .pages()
        .answers::<Timeline>(200, "What will happen, and when, as things stand.")
}
