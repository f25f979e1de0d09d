//! A booking for the patient's calendar (RFC 5545, by the `icalendar` crate).
//!
//! It says when and where, and not what for: others see calendars. A booking is the same event in
//! every message, so that one that moved is moved in the calendar too. One that is off stays there: no
//! message is sent about it that could strike it.

use chrono::{DateTime, Utc};
use domain::address::AddressLine;
use domain::booking::Booking;
use domain::email::EmailAddress;
use domain::ids::fingerprint;
use domain::phi::Phi;
use domain::site::Site;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

/// The instant as RFC 5545 has it: in UTC, so that no calendar needs to know the site's zone.
fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Where a site is, as a map finds it.
fn place(site: &Site) -> String {
    let lines = site.letterhead.address.iter().map(AddressLine::as_str);
    std::iter::once(site.name.as_str()).chain(lines).collect::<Vec<_>>().join(", ")
}

/// Whose event it is (RFC 5546, 3.2.1: a published one names its organizer): the practice, at the
/// address where an answer to the email goes.
fn organizer(practice: &str, address: &EmailAddress) -> Property {
    let mut organizer = Property::new("ORGANIZER", format!("mailto:{}", address.as_str()));
    // A name stands in quotes, where it may hold anything but these (RFC 5545, 3.2).
    let name = practice.replace(|c: char| c == '"' || c.is_control(), " ");
    organizer.add_parameter("CN", &format!("\"{name}\""));
    organizer.done()
}

/// The file of a booking that is to be, whose organizer is reached at `answers`.
pub(super) fn calendar(
    practice: &str,
    answers: &EmailAddress,
    site: &Site,
    booking: &Booking,
) -> Phi<String> {
    let key = &booking.key;
    // Hashed: the diary's own key may be a patient's number.
    let uid = fingerprint(&format!("{}\n{}", key.source, key.id));
    let mut event = Event::new();
    event
        .uid(&format!("{uid}@patient-connect"))
        // Each change of a booking counts on, so that the newest file wins.
        .sequence(u32::try_from(booking.revision).unwrap_or(u32::MAX))
        .timestamp(booking.told_by.map_or(booking.made_at, |told_by| told_by.order.time))
        .add_property("DTSTART", utc(booking.start))
        .summary(&format!("Appointment at {practice}"))
        .location(&place(site))
        .append_property(organizer(practice, answers))
        .status(EventStatus::Confirmed);
    if let Some(end) = booking.end {
        event.add_property("DTEND", utc(end));
    }
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Patient Connect//EN"))
        .append_property(("METHOD", "PUBLISH"))
        .push(event.done());
    Phi::new(calendar.to_string())
}
