//! Booking types.

use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Area;
use crate::ids;
use crate::operation::Operation;

/// A booking type, to be saved.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingTypeDraft {
    /// Taken and passed over, so that an answer can be sent back.
    pub id: Option<String>,
    /// Taken and passed over; `If-Match` says the version.
    pub version: Option<u64>,
    /// The code by which booking systems name it. No two have the same.
    #[schema(min_length = 1, max_length = 64, examples("physio-initial"))]
    pub code: String,
    /// What staff call it.
    #[schema(min_length = 1, max_length = 80, examples("Physio, first visit"))]
    pub name: String,
    /// Ids of the booking programs that such a booking puts the patient on.
    #[schema(max_items = 20)]
    pub starts: Option<Vec<String>>,
    /// Ids of the programs of which such a booking completes a cycle.
    #[schema(max_items = 100)]
    pub completes: Option<Vec<String>>,
}

/// A booking type.
#[derive(Debug, ToSchema)]
pub struct BookingType {
    /// Its id.
    pub id: String,
    /// The code by which booking systems name it.
    pub code: String,
    /// What staff call it.
    pub name: String,
    /// Its version, which is its `ETag` too.
    pub version: u64,
    /// Programs that such a booking puts the patient on.
    pub starts: Vec<String>,
    /// Programs of which such a booking completes a cycle.
    pub completes: Vec<String>,
}

/// A page of booking types.
#[derive(Debug, ToSchema)]
pub struct BookingTypePage {
    /// The booking types, oldest first.
    pub items: Vec<BookingType>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// The area.
pub fn area() -> Area {
    Area {
        name: "Booking types",
        says: "What is booked, by the code of the booking system, and the programs it starts.",
        operations: vec![list(), create(), get(), put()],
    }
}

fn physio() -> Value {
    json!({ "code": "physio-initial", "name": "Physio, first visit", "starts": [ids::PROGRAM] })
}

fn list() -> Operation {
    Operation::get("/v1/booking-types", "listBookingTypes", "List the booking types")
        .query("q", "A part of the name.", &json!({ "type": "string" }))
        .pages()
        .answers::<BookingTypePage>(200, "A page of booking types.")
}

fn create() -> Operation {
    Operation::post("/v1/booking-types", "createBookingType", "Create a booking type")
        .takes::<BookingTypeDraft>()
        .example("physio", "It starts a program", physio())
        .gives("/id", ids::BOOKING_TYPE)
        .answers::<BookingType>(201, "The booking type.")
        .tells_version()
}

fn get() -> Operation {
    Operation::get("/v1/booking-types/{id}", "getBookingType", "Read a booking type")
        .answers::<BookingType>(200, "The booking type.")
        .tells_version()
}

fn put() -> Operation {
    Operation::put("/v1/booking-types/{id}", "saveBookingType", "Save a booking type")
        .takes::<BookingTypeDraft>()
        .example("physio", "It starts a program", physio())
        .answers::<BookingType>(200, "The booking type as it is now.")
        .saves_version()
}
