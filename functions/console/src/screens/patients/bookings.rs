//! The bookings of a patient, to choose one that a program is about.

use serde::Deserialize;

use super::record::Identifier;
use super::words;
use crate::html::dates;
use crate::html::field::{Choice, choice};
use crate::screens::lists::{self, Site};
use crate::staff::Staff;

/// A booking.
#[derive(Deserialize)]
pub(super) struct Booking {
    source: String,
    id: String,
    #[serde(rename = "booking_type")]
    kind: Type,
    start: String,
    is_visit: bool,
    site: Option<String>,
}

/// Its type.
#[derive(Deserialize)]
struct Type {
    code: String,
    name: Option<String>,
}

/// Those that a program can be about: there is a visit, or there was one not long ago. Where they cannot be read,
/// none is known, and one is named by hand.
pub(super) async fn read(staff: &Staff, patient: &str) -> Vec<Booking> {
    let path = ["v1", "patients", patient, "bookings"];
    match lists::all::<Booking>(&staff.api, &path, &[]).await {
        Ok(all) => all.into_iter().filter(|it| it.is_visit).collect(),
        Err(failure) => {
            tracing::warn!(%failure, "a patient's bookings cannot be listed");
            Vec::new()
        }
    }
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
        let kind = it.kind.name.as_ref().unwrap_or(&it.kind.code);
        let site =
            sites.iter().find(|site| sites.len() > 1 && Some(&site.code) == it.site.as_ref());
        let place = site.map(|site| format!(", {}", site.name)).unwrap_or_default();
        choice(key(&it.source, &it.id), format!("{when}: {kind}{place}"))
    };
    bookings.iter().map(named).collect()
}
