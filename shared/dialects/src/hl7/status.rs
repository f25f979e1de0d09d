//! How a booking stands, by SCH-25 (table 0278, which senders may add to).

use domain::booking::BookingEventKind;

use super::error::{Condition, Hl7Error};
use super::message::Part;

/// How a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// It is booked.
    Booked,
    /// Something else, which is an event by itself.
    Now(BookingEventKind),
    /// It is no booking: a slot is kept free.
    Blocked,
}

/// What SCH-25 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// That.
    Known(Status),
    /// Something that is not known here.
    Unknown,
}

/// The names of each status, in small letters and digits alone: those of table 0278, and others that are
/// met. One that may mean two things (`waiting`, `unconfirmed`) is none.
const NAMES: [(Status, &[&str]); 8] = [
    (
        Status::Booked,
        &["booked", "overbook", "overbooked", "confirmed", "scheduled", "rescheduled"],
    ),
    (
        Status::Now(BookingEventKind::Requested),
        &["pending", "waitlist", "waitlisted", "waitinglist", "tentative", "requested", "proposed"],
    ),
    (
        Status::Now(BookingEventKind::Arrived),
        &["started", "arrived", "checkedin", "checkin", "inprogress", "waitingroom"],
    ),
    (
        Status::Now(BookingEventKind::Fulfilled),
        &["complete", "completed", "fulfilled", "attended", "finished", "checkedout"],
    ),
    (
        Status::Now(BookingEventKind::NotAttended),
        &[
            "noshow",
            "dna",
            "fta",
            "didnotattend",
            "didnotarrive",
            "didntattend",
            "failedtoattend",
            "notattended",
        ],
    ),
    (
        Status::Now(BookingEventKind::Cancelled),
        &["cancelled", "canceled", "cancel", "canc", "cncl", "dc", "discontinued"],
    ),
    (Status::Now(BookingEventKind::Deleted), &["deleted", "delete", "enteredinerror"]),
    (Status::Blocked, &["blocked", "block"]),
];

/// What SCH-25 says: by its code, else by its text.
pub(super) fn said(sch: Part<'_>) -> Said {
    let spellings: Vec<_> = [1, 2].into_iter().filter_map(|n| sch.text(25, n)).collect();
    if spellings.is_empty() {
        return Said::Nothing;
    }
    spellings.iter().find_map(|text| status(text)).map_or(Said::Unknown, Said::Known)
}

fn status(text: &str) -> Option<Status> {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let found = NAMES.iter().find(|(_, names)| names.contains(&plain.as_str()));
    found.map(|(status, _)| *status)
}

/// That it is not known: a booking that may be cancelled is not to be taken for one that stands.
pub(super) fn unknown(sch: Part<'_>) -> Hl7Error {
    let names: Vec<_> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let detail =
        format!("is a status that is not known here; send none, or one of {}", names.join(", "));
    sch.wrong(25, Some(1), Condition::TableValueNotFound, detail)
}
