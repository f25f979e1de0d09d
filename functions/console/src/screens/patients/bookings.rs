//! The bookings of a patient, to choose one that a program is about.

use serde::Deserialize;

use super::record::Identifier;
use super::words;
use crate::failure::Failure;
use crate::html::dates;
use crate::html::field::{Choice, choice};
use crate::screens::lists::{self, Site};
use crate::staff::Staff;

/// A booking.
#[derive(Deserialize)]
pub(super) struct Booking {
    source: String,
    id: String,
    booking_type: Type,
    start: String,
    state: String,
    site: Option<String>,
}

/// Its type.
#[derive(Deserialize)]
struct Type {
    code: String,
    name: Option<String>,
}

/// Those that a program can count from: there is a visit, or there was one not long ago.
pub(super) async fn read(staff: &Staff, patient: &str) -> Result<Vec<Booking>, Failure> {
    let all: Vec<Booking> =
        lists::all(&staff.api, &["v1", "patients", patient, "bookings"], &[]).await?;
    let has_a_visit =
        |it: &Booking| matches!(it.state.as_str(), "booked" | "arrived" | "fulfilled");
    Ok(all.into_iter().filter(has_a_visit).collect())
}

/// How a form says which booking is meant: a source has no `#`.
fn key(source: &str, id: &str) -> String {
    format!("{source}#{id}")
}

/// Reads what [`to_choose_from`] has in its form.
pub(super) fn chosen(value: &str) -> Option<Identifier> {
    let (source, id) = value.split_once('#')?;
    Some(Identifier { source: source.to_owned(), id: id.to_owned() })
}

/// Them to choose from, each by when and what it is.
pub(super) fn to_choose_from(bookings: &[Booking], sites: &[Site]) -> Vec<Choice> {
    let named = |it: &Booking| {
        let when = dates::moment_in_words(&it.start, words::zone(sites, it.site.as_deref()));
        let kind = it.booking_type.name.as_ref().unwrap_or(&it.booking_type.code);
        let site =
            sites.iter().find(|site| sites.len() > 1 && Some(&site.code) == it.site.as_ref());
        let place = site.map(|site| format!(", {}", site.name)).unwrap_or_default();
        choice(key(&it.source, &it.id), format!("{when}: {kind}{place}"))
    };
    bookings.iter().map(named).collect()
}
