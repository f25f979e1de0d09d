//! Enrolments: who is on what, what happened, and what lies ahead.

use utoipa::ToSchema;

use super::Area;
use crate::names::{ActionType, Encoding, EnrolmentStatus, ProgramType};
use crate::operation::Operation;

/// A patient, by name.
#[derive(Debug, ToSchema)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their given name.
    #[schema(required)]
    pub first_name: Option<String>,
    /// Their family name.
    #[schema(required)]
    pub last_name: Option<String>,
}

/// What a cycle counts from: a date, or the instant a booking starts.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, examples("2031-12-02T23:30:00Z"))]
pub struct Reference(pub String);

/// The program of an enrolment.
#[derive(Debug, ToSchema)]
pub struct ProgramOfEnrolment {
    /// Its id.
    pub id: String,
    /// Its name; `null` when it is deleted.
    #[schema(required)]
    pub name: Option<String>,
    /// Its type; `null` when it is deleted.
    #[schema(required)]
    pub r#type: Option<ProgramType>,
}

/// A booking, by the key of the system that has it.
#[derive(Debug, ToSchema)]
pub struct BookingRef {
    /// The system.
    pub source: String,
    /// Its key.
    pub id: String,
}

/// Why somebody is on a program: one of the two.
#[derive(Debug, ToSchema)]
pub struct Cause {
    /// Because of a booking.
    pub booking: Option<BookingRef>,
    /// Because somebody put them on it.
    pub added_by: Option<String>,
}

/// A booking that ended a cycle.
#[derive(Debug, ToSchema)]
pub struct ByBooking {
    /// The booking.
    pub booking: BookingRef,
}

/// What ended a cycle: `actions`, `staff`, or a booking.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum CycleEnd {
    /// `actions` or `staff`
    Word(String),
    /// A booking.
    Booking(ByBooking),
}

/// A cycle that is over.
#[derive(Debug, ToSchema)]
pub struct PastCycle {
    /// Its number.
    pub cycle: u64,
    /// When it ended.
    #[schema(format = DateTime)]
    pub ended_at: String,
    /// What ended it.
    pub by: CycleEnd,
}

/// The next action of an enrolment.
#[derive(Debug, ToSchema)]
pub struct NextAction {
    /// Its id.
    pub action: String,
    /// How it goes.
    pub r#type: String,
    /// Which attempt it is.
    pub attempt: u64,
    /// When it is due.
    #[schema(format = DateTime)]
    pub due: String,
}

/// One patient on one program.
#[derive(Debug, ToSchema)]
pub struct Enrolment {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// The program.
    pub program: ProgramOfEnrolment,
    /// The patient's id.
    pub patient: String,
    /// The site's id.
    pub site: String,
    /// Whom the visit is with.
    #[schema(required)]
    pub practitioner: Option<String>,
    /// Why they are on it.
    pub cause: Cause,
    /// The enrolment they were moved from.
    #[schema(required)]
    pub moved_from: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    pub enrolled_at: String,
    /// What the cycle counts from.
    pub reference: Reference,
    /// Which cycle it is in.
    pub cycle: u64,
    /// Of how many.
    pub of: u64,
    /// Cycles that are over.
    pub past_cycles: Vec<PastCycle>,
    /// Where it stands.
    pub status: EnrolmentStatus,
    /// Why it is held, or was ended.
    #[schema(required)]
    pub reason: Option<String>,
    /// What comes next.
    #[schema(required)]
    pub next_action: Option<NextAction>,
}

/// The enrolments of a patient.
#[derive(Debug, ToSchema)]
pub struct EnrolmentList {
    /// The enrolments.
    pub items: Vec<Enrolment>,
}

/// Something that happened.
#[derive(Debug, ToSchema)]
pub struct HistoryEntry {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What, as one word.
    pub event: String,
    /// The same in a sentence.
    pub summary: String,
    /// Who did it.
    pub by: String,
    /// Whether a person did.
    pub manual: bool,
}

/// What happened on an enrolment.
#[derive(Debug, ToSchema)]
pub struct History {
    /// The entries.
    pub items: Vec<HistoryEntry>,
}

/// A message as it would read.
#[derive(Debug, ToSchema)]
pub struct Message {
    /// Only an e-mail has one.
    pub subject: Option<String>,
    /// The text.
    pub body: String,
    /// A text message: in how many parts it is sent.
    pub parts: Option<u64>,
    /// A text message: the alphabet it needs.
    pub encoding: Option<Encoding>,
}

/// Something that lies ahead.
#[derive(Debug, ToSchema)]
pub struct Ahead {
    /// In which cycle.
    pub cycle: u64,
    /// The action's id.
    pub action: String,
    /// Its place in the program, from 1.
    #[schema(required)]
    pub step: Option<u64>,
    /// What it does.
    #[schema(required)]
    pub r#type: Option<ActionType>,
    /// When it happens.
    #[schema(format = DateTime)]
    pub at: String,
    /// The same on the site's clock, in words.
    pub local: String,
    /// When its timing alone would have it.
    #[schema(required, format = DateTime)]
    pub planned: Option<String>,
    /// `sent`, `paused`, `skipped` or `failed`
    pub outcome: String,
    /// Why it is skipped, fails, or is moved.
    #[schema(required)]
    pub why: Option<String>,
    /// The message.
    #[schema(required)]
    pub message: Option<Message>,
}

/// What lies ahead.
#[derive(Debug, ToSchema)]
pub struct Timeline {
    /// In order.
    pub items: Vec<Ahead>,
}

/// The area.
pub fn area() -> Area {
    Area {
        name: "Enrolments",
        says: "One patient on one program: where they are, what happened, what lies ahead.",
        operations: vec![of_patient(), get(), history(), timeline()],
    }
}

fn of_patient() -> Operation {
    let path = "/v1/patients/{id}/enrolments";
    Operation::get(path, "listEnrolmentsOfPatient", "See what a patient is on")
        .answers::<EnrolmentList>(200, "The enrolments.")
}

fn get() -> Operation {
    Operation::get("/v1/enrolments/{id}", "getEnrolment", "Read an enrolment")
        .answers::<Enrolment>(200, "The enrolment.")
}

fn history() -> Operation {
    Operation::get("/v1/enrolments/{id}/history", "getHistory", "See what happened")
        .says("Every message with its outcome, and everything staff and bookings did.")
        .answers::<History>(200, "What happened.")
}

fn timeline() -> Operation {
    Operation::get("/v1/enrolments/{id}/timeline", "getTimeline", "See what lies ahead")
        .answers::<Timeline>(200, "What will happen, and when, as things stand.")
}
