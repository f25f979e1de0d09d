//! What an event says, once the clocks it means and the codes it uses are known.
//!
//! Two clocks are meant where a sender leaves the offset out. When a visit starts is read on the wall of
//! its site, which is known only once its patient is. When the message was written is read by one clock
//! for all of a practice, that of its first site: the order of two messages must not depend on the sites
//! they name.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::booking::{BookingDetails, BookingEvent, BookingKey, EventOrder};
use domain::intake::{ToldBooking, ToldVisit, When};
use domain::text::Code;

use super::Stores;
use crate::ports::{Catalogue, StoreError};

/// The clock that messages are written by, of those that say no offset: that of the practice's first
/// site.
///
/// # Errors
/// When the store fails.
pub(super) async fn clock(catalogue: &impl Catalogue) -> Result<Tz, StoreError> {
    let sites = catalogue.sites().await?;
    let first = sites.iter().min_by(|a, b| a.id.cmp(&b.id));
    Ok(first.map_or(Tz::UTC, |site| site.zone))
}

/// Reads what a booking system told. Its times are read by `clock` until the site is known.
///
/// # Errors
/// When the store fails, or a time is outside the calendar.
pub(super) async fn booking<I, C: Catalogue, P, N>(
    stores: &Stores<'_, I, C, P, N>,
    source: &Code,
    told: &ToldBooking,
    clock: Tz,
) -> Result<BookingEvent, StoreError> {
    let details = match &told.visit {
        None => None,
        Some(visit) => Some(BookingDetails {
            booking_type: known_type(stores.catalogue, &visit.booking_type).await?,
            site: known_site(stores.catalogue, &told.site).await?,
            start: start(visit, clock)?,
            end: end(visit, clock)?,
            patient: visit.patient.clone(),
        }),
    };
    Ok(BookingEvent {
        key: BookingKey { source: source.clone(), id: told.id.clone() },
        kind: told.kind,
        order: EventOrder { version: told.version, time: instant(told.time, clock)? },
        details,
    })
}

/// Reads when a visit takes place by the clock of its site.
///
/// # Errors
/// When a time is outside the calendar.
pub(super) fn on_site(
    event: &mut BookingEvent,
    told: &ToldBooking,
    zone: Tz,
) -> Result<(), StoreError> {
    if let (Some(details), Some(visit)) = (&mut event.details, &told.visit) {
        (details.start, details.end) = (start(visit, zone)?, end(visit, zone)?);
    }
    Ok(())
}

fn start(visit: &ToldVisit, zone: Tz) -> Result<DateTime<Utc>, StoreError> {
    instant(visit.start, zone)
}

fn end(visit: &ToldVisit, zone: Tz) -> Result<Option<DateTime<Utc>>, StoreError> {
    let start = start(visit, zone)?;
    visit.end.map(|until| until.after(start, zone).ok_or_else(outside)).transpose()
}

/// The first of the names that is a site's, or else the first.
async fn known_site(
    catalogue: &impl Catalogue,
    names: &[Code],
) -> Result<Option<Code>, StoreError> {
    for name in names {
        if catalogue.site_by_code(name).await?.is_some() {
            return Ok(Some(name.clone()));
        }
    }
    Ok(names.first().cloned())
}

/// The first of the names that is a booking type's, or else the first.
async fn known_type(catalogue: &impl Catalogue, names: &[Code]) -> Result<Code, StoreError> {
    for name in names {
        if catalogue.booking_type_by_code(name).await?.is_some() {
            return Ok(name.clone());
        }
    }
    let why = "it names no type".to_owned();
    names.first().cloned().ok_or(StoreError::Unreadable { what: "a booking event".to_owned(), why })
}

fn instant(when: When, zone: Tz) -> Result<DateTime<Utc>, StoreError> {
    when.instant(zone).ok_or_else(outside)
}

fn outside() -> StoreError {
    let why = "a time is outside the calendar".to_owned();
    StoreError::Unreadable { what: "an event".to_owned(), why }
}
