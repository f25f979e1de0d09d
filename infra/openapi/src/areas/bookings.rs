//! The bookings of patients.

use utoipa::ToSchema;

use super::Area;
use crate::names::{BookingState, VisitAnswer};
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    Area {
        name: "Bookings",
        says: "The visits of patients, as the events of their booking systems told of them.",
        operations: vec![list()],
    }
}

fn list() -> Operation {
    Operation::get("/v1/patients/{id}/bookings", "listBookings", "List a patient's bookings")
        .says(
            "Those that start no longer than 30 days ago, whatever became of them. `source` and `id` are what a new \
             enrolment on a Booking program takes as its `booking`.",
        )
        .pages()
        .answers::<BookingPage>(200, "A page of bookings.")
}

/// The type of a booking.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypeOfBooking {
    /// What the booking system calls it.
    pub code: String,
    /// What the practice calls it; `null` when it knows no such type.
    #[schema(required)]
    pub name: Option<String>,
}

/// What a patient answered about a visit.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerOfBooking {
    /// What.
    pub says: VisitAnswer,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

/// A booking of a patient.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatientBooking {
    /// The booking system.
    pub source: String,
    /// Its key for the booking.
    pub id: String,
    /// Its type.
    pub booking_type: TypeOfBooking,
    /// When the visit starts.
    #[schema(format = DateTime)]
    pub start: String,
    /// When it ends.
    #[schema(required, format = DateTime)]
    pub end: Option<String>,
    /// What it is.
    pub state: BookingState,
    /// Whether messages can be about it: it is not gone, and of some length. Without one, nobody is put on a program
    /// for it.
    pub is_visit: bool,
    /// The code of the site; `null` while the site or the type is not known.
    #[schema(required)]
    pub site: Option<String>,
    /// What the patient answered, as it is now.
    #[schema(required)]
    pub answer: Option<AnswerOfBooking>,
}

/// A page of bookings.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingPage {
    /// The bookings, the earliest first.
    pub items: Vec<PatientBooking>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}
