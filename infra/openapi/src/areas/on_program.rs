//! Who is on a program: on one, or on any of the practice.

use serde_json::json;
use utoipa::ToSchema;

use super::actions::Frequency;
use super::enrolment_schemas::{Person, Place, Reference};
use crate::names::{ActionType, ProgramType, names};
use crate::operation::Operation;

names! {
    /// How an enrolment that is not over stands.
    OpenStatus: ["active", "held"];
}

/// The next action of somebody on a program.
#[derive(Debug, ToSchema)]
pub struct PlaceOnProgram {
    /// The action's id.
    pub action: String,
    /// Its place, from 1; `null` when the program has it no more.
    #[schema(required)]
    pub step: Option<u64>,
    /// How many actions the program has.
    pub steps: u64,
    /// What it does.
    #[schema(required)]
    pub r#type: Option<ActionType>,
    /// When it is due.
    #[schema(format = DateTime)]
    pub due: String,
    /// The same on the site's clock, in words.
    #[schema(required)]
    pub local: Option<String>,
}

/// The program that somebody is on.
#[derive(Debug, ToSchema)]
pub struct ProgramOf {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub r#type: ProgramType,
}

/// Somebody on a program.
#[derive(Debug, ToSchema)]
pub struct OnProgram {
    /// The enrolment's id.
    pub enrolment: String,
    /// The enrolment's version.
    pub version: u64,
    /// The program.
    pub program: ProgramOf,
    /// Who it is.
    pub patient: Person,
    /// The site whose clock counts.
    pub site: Place,
    /// Who attends to the patient.
    #[schema(required)]
    pub practitioner: Option<String>,
    /// Since when they are on it.
    #[schema(format = DateTime)]
    pub enrolled_at: String,
    /// Where the enrolment stands.
    pub status: OpenStatus,
    /// Why it is held; `null` when it is not.
    #[schema(required)]
    pub reason: Option<String>,
    /// Since when it is held; `null` when it is not.
    #[schema(required, format = DateTime)]
    pub held_since: Option<String>,
    /// Which cycle it is in.
    pub cycle: u64,
    /// Of how many.
    pub of: u64,
    /// The distance from one cycle to the next.
    #[schema(required)]
    pub frequency: Option<Frequency>,
    /// What the cycle counts from.
    #[schema(required)]
    pub reference: Option<Reference>,
    /// What comes next; while it is held, the action it is held at.
    #[schema(required)]
    pub next_action: Option<PlaceOnProgram>,
}

/// A page of those who are on a program.
#[derive(Debug, ToSchema)]
pub struct OnProgramPage {
    /// Enrolments that are not over.
    pub items: Vec<OnProgram>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// The routes.
pub fn operations() -> Vec<Operation> {
    vec![of_program(), practice_wide()]
}

fn of_program() -> Operation {
    Operation::get("/v1/programs/{id}/patients", "listPatientsOfProgram", "See who is on a program")
        .says("Who has been on it longest comes first.")
        .pages()
        .answers::<OnProgramPage>(200, "A page of patients, with their next action.")
}

fn practice_wide() -> Operation {
    Operation::get("/v1/enrolments", "listEnrolments", "See everybody who is on any program")
        .says(
            "One program after the other, in the order in which they were made, and on each who has \
             been on it longest first: so no page repeats or leaves out anybody, whatever is sent \
             meanwhile. A page may be short, or empty, before the last one: go on while `next` is not \
             `null`. What is over is in the list of its patient.",
        )
        .query("program", "Only those on the program of this id.", &json!({ "type": "string" }))
        .query("site", "Only those of the site of this code.", &json!({ "type": "string" }))
        .query(
            "status",
            "Only those that stand like this.",
            &json!({ "type": "string", "enum": ["active", "held"] }),
        )
        .query(
            "next_action",
            "Only those whose next action is of this type, or who are held at one.",
            &json!({ "$ref": "#/components/schemas/ActionType" }),
        )
        .pages()
        .answers::<OnProgramPage>(200, "A page of enrolments, with their next action.")
}
