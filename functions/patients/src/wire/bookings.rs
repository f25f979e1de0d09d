//! Bookings, as they are shown.

use chrono::SecondsFormat;
use domain::booking::{Booking, Matching};
use domain::booking_type::BookingType;
use domain::site::Site;
use serde_json::{Value, json};

/// Where a booking stands in the list of its patient, as a cursor says it.
pub(crate) fn place_of_booking(booking: &Booking) -> String {
    let start = booking.start.to_rfc3339_opts(SecondsFormat::Millis, true);
    format!("{start}#{}#{}", booking.key.source, booking.key.id)
}

pub(crate) fn show_booking(booking: &Booking, types: &[BookingType], sites: &[Site]) -> Value {
    let known = types.iter().find(|known| known.code == booking.booking_type);
    let site = match &booking.matching {
        Matching::Matched { site, patient: _ } => sites.iter().find(|known| known.id == *site),
        Matching::Waiting { patient: _ } => None,
    };
    json!({
        "source": booking.key.source,
        "id": booking.key.id,
        "booking_type": {
            "code": booking.booking_type,
            "name": known.map(|known| &known.name),
        },
        "start": booking.start,
        "end": booking.end,
        "state": booking.state.as_str(),
        "is_visit": booking.is_visit(),
        "site": site.map(|site| &site.code),
        "answer": booking.confirmation.map(|it| json!({ "says": it.answer.as_str(), "at": it.at })),
    })
}
