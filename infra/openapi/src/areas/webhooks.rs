//! What booking systems and the ePost provider send.

use serde_json::json;
use utoipa::ToSchema;

use super::Area;
use crate::ids;
use crate::names::{BookingEventType, EpostOutcome, EpostStatus, EventOutcome};
use crate::operation::Operation;

/// A booking, as the system that has it knows it.
#[derive(Debug, ToSchema)]
pub struct EventBooking {
    /// Your key for the booking, the same through its life.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
    /// Your count of changes to it.
    pub version: Option<u64>,
    /// Your code for the type of booking; the practice links it to programs.
    #[schema(min_length = 1, max_length = 64)]
    pub r#type: String,
    /// Your code for the site; it may be left out when the practice has one, or the patient has.
    #[schema(max_length = 64)]
    pub site: Option<String>,
    /// When the visit starts, with its offset.
    #[schema(format = DateTime)]
    pub start: String,
    /// When it ends, with its offset.
    #[schema(format = DateTime)]
    pub end: Option<String>,
}

/// A patient, by your key.
#[derive(Debug, ToSchema)]
pub struct EventPatient {
    /// Your key for the patient: an identifier whose source is your name.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
}

/// What the event is about.
#[derive(Debug, ToSchema)]
pub struct EventData {
    /// The booking as it is now.
    pub booking: EventBooking,
    /// Whose it is.
    pub patient: EventPatient,
}

/// Something happened to a booking. Fields we do not know are passed over.
#[derive(Debug, ToSchema)]
pub struct BookingEvent {
    /// What happened.
    pub r#type: BookingEventType,
    /// When it happened, with an offset.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// To what.
    pub data: EventData,
}

/// An enrolment and its program.
#[derive(Debug, ToSchema)]
pub struct Touched {
    /// The program's id.
    pub program: String,
    /// The enrolment's id.
    pub enrolment: String,
}

/// What an event did.
#[derive(Debug, ToSchema)]
pub struct EventAnswer {
    /// `applied`: it did what `enrolled`, `changed` and `completed` name. `duplicate`: it came
    /// before. `superseded`: a newer event of the booking came before. `unmatched`: patient, booking
    /// type or site is unknown, or the patient is none any more; it began nothing, is on the work
    /// list, and is tried again when you send it again.
    pub outcome: EventOutcome,
    /// Enrolments it began.
    pub enrolled: Vec<Touched>,
    /// Enrolments it moved or ended.
    pub changed: Vec<Touched>,
    /// Enrolments of which it completed a cycle: the patient has booked.
    pub completed: Vec<Touched>,
    /// The same in sentences.
    pub detail: String,
}

/// What the ePost provider says of a letter it was handed. Fields we do not know are passed over.
#[derive(Debug, ToSchema)]
pub struct EpostReport {
    /// The letter, by the id it was handed over with.
    pub letter: String,
    /// What.
    pub status: EpostStatus,
    /// When it was so, with an offset.
    #[schema(format = DateTime)]
    pub at: String,
    /// Why it will not be posted; staff read it on the list.
    #[schema(max_length = 200)]
    pub why: Option<String>,
}

/// What a report did.
#[derive(Debug, ToSchema)]
pub struct EpostAnswer {
    /// Whether it changed anything.
    pub outcome: EpostOutcome,
    /// The same in a sentence.
    pub detail: String,
}

/// The area.
pub fn area() -> Area {
    Area {
        name: "Webhooks",
        says: "What booking systems and the ePost provider send, signed by the Standard Webhooks scheme.",
        operations: vec![bookings(), epost()],
    }
}

fn bookings() -> Operation {
    Operation::post("/webhooks/bookings/{source}", "receiveBooking", "Send a booking")
        .says(
            "`{source}` is the name the practice gave your system. Requests are signed by the \
             [Standard Webhooks](https://www.standardwebhooks.com) scheme, for which most languages \
             have a library: `webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 of \
             `{webhook-id}.{webhook-timestamp}.{body}`, keyed with the source's secret. Events may \
             come twice, late or in any order: the newest by `version`, else by `timestamp`, wins. \
             To be safe, send again, with the same `webhook-id`, whatever was not answered by 2xx.",
        )
        .header("webhook-id", "Your id of the event: the same, with the same body, on every retry.", "evt-1")
        .header("webhook-timestamp", "Unix seconds of this attempt; at most five minutes off.", "1795334400")
        .takes::<BookingEvent>()
        .example(
            "made",
            "A booking was made",
            json!({
                "type": "booking.made",
                "timestamp": "2026-11-22T08:00:00Z",
                "data": {
                    "booking": {
                        "id": "B-2001", "version": 1, "type": "physio-initial", "site": "harbour",
                        "start": "2031-12-03T10:30:00+11:00", "end": "2031-12-03T11:00:00+11:00",
                    },
                    "patient": { "id": "P-1001" },
                },
            }),
        )
        .gives("/enrolled/0/enrolment", ids::ENROLMENT)
        .answers::<EventAnswer>(202, "What it did.")
        .refuses(422, "A field is wrong, or the `webhook-id` came with another body.")
}

fn epost() -> Operation {
    Operation::post("/webhooks/epost", "reportEpost", "Say what became of a letter")
        .says(
            "For the provider that letters are handed to. Signed as bookings are, with the secret \
             `<stack>/epost/status`. A report may come twice, late or in any order: a letter only ever \
             goes forward, and what staff have done with it stands. One that `failed` is on the \
             distribution list again, and a person is told. At most 1 MiB.",
        )
        .header("webhook-id", "Your id of the report.", "msg-1")
        .header("webhook-timestamp", "Unix seconds of this attempt; at most five minutes off.", "1795334400")
        .takes::<EpostReport>()
        .example(
            "posted",
            "A letter is in the post",
            json!({ "letter": ids::LETTER, "status": "posted", "at": "2026-11-22T08:00:00Z" }),
        )
        .answers::<EpostAnswer>(200, "What it did.")
}
