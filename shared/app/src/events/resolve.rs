//! What an event says, once the site whose clock it means and the codes it uses are known.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::booking::{BookingDetails, BookingEvent, BookingKey, EventOrder};
use domain::ids::SiteId;
use domain::intake::{PresentedPatient, ToldBooking, When};
use domain::patient::Identifier;
use domain::site::Site;
use domain::text::Code;

use super::Stores;
use crate::people::survivor;
use crate::ports::{Catalogue, People, StoreError};

/// Reads what a booking system told, by the clock of the site.
///
/// # Errors
/// When the store fails, or a time is outside the calendar.
pub(crate) async fn booking<I, C: Catalogue, P: People, N>(
    stores: Stores<'_, I, C, P, N>,
    source: &Code,
    told: &ToldBooking,
) -> Result<BookingEvent, StoreError> {
    let patient = told.visit.as_ref().map(|visit| &visit.patient);
    let place = place(stores, source, &told.site, patient).await?;
    let details = match &told.visit {
        None => None,
        Some(visit) => {
            let start = instant(visit.start, place.zone)?;
            let end = match visit.end {
                None => None,
                Some(until) => Some(until.after(start, place.zone).ok_or_else(outside)?),
            };
            let booking_type = known_type(stores.catalogue, &visit.booking_type).await?;
            let patient = visit.patient.clone();
            Some(BookingDetails { booking_type, site: place.code, start, end, patient })
        }
    };
    Ok(BookingEvent {
        key: BookingKey { source: source.clone(), id: told.id.clone() },
        kind: told.kind,
        order: EventOrder { version: told.version, time: instant(told.time, place.zone)? },
        details,
    })
}

/// Where something takes place.
pub(crate) struct Place {
    /// The sender's code for the site: the first one that is known here, or else the first.
    pub(crate) code: Option<Code>,
    /// The zone of its clock. When the site is unknown, that of the practice's first one: nothing is
    /// begun for it.
    pub(crate) zone: Tz,
}

/// Which site is meant: the first of its names that is known here; without a name the patient's, or
/// the only one.
pub(crate) async fn place<I, C: Catalogue, P: People, N>(
    stores: Stores<'_, I, C, P, N>,
    source: &Code,
    names: &[Code],
    patient: Option<&PresentedPatient>,
) -> Result<Place, StoreError> {
    for name in names {
        if let Some(site) = stores.catalogue.site_by_code(name).await? {
            return Ok(Place { code: Some(name.clone()), zone: site.zone });
        }
    }
    let theirs = match (names, patient.and_then(|patient| patient.id.clone())) {
        ([], Some(id)) => {
            let identifier = Identifier { source: source.clone(), id };
            site_of_patient(stores, &identifier).await?
        }
        _ => None,
    };
    let site = match theirs {
        Some(id) => stores.catalogue.site(&id).await?,
        None => first(stores.catalogue.sites().await?),
    };
    Ok(Place { code: names.first().cloned(), zone: site.map_or(Tz::UTC, |site| site.zone) })
}

async fn site_of_patient<I, C: Catalogue, P: People, N>(
    stores: Stores<'_, I, C, P, N>,
    identifier: &Identifier,
) -> Result<Option<SiteId>, StoreError> {
    let Some(id) = stores.people.find(identifier).await? else { return Ok(None) };
    Ok(survivor(stores.people, &id).await?.and_then(|patient| patient.site))
}

fn first(sites: Vec<Site>) -> Option<Site> {
    sites.into_iter().min_by(|a, b| a.id.cmp(&b.id))
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
