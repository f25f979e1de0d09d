//! Events of other systems, told and taken in.

use app::events::{Answer, Arrival, Stores, take_in};
use app::ports::{EventKey, StoreError};
use chrono::{DateTime, Utc};
use domain::booking::{BookingDetails, BookingEvent};
use domain::intake::{Told, ToldBooking, ToldVisit, Until, When};
use domain::text::{Code, ExternalId};

use crate::dynamo::Dynamo;

/// What a booking system tells so that this is understood.
pub fn told(event: &BookingEvent) -> ToldBooking {
    let visit = |details: &BookingDetails| ToldVisit {
        booking_type: vec![details.booking_type.clone()],
        start: When::Instant(details.start),
        end: details.end.map(|end| Until::At(When::Instant(end))),
        patient: details.patient.clone(),
    };
    ToldBooking {
        id: event.key.id.clone(),
        kind: event.kind,
        version: event.order.version,
        time: When::Instant(event.order.time),
        visit: event.details.as_ref().map(visit),
        site: event.details.iter().filter_map(|details| details.site.clone()).collect(),
    }
}

/// Takes in what a source tells under an id, at `at`.
///
/// # Errors
/// When it could not be kept.
///
/// # Panics
/// When `id` is no event id.
pub async fn tell(
    dynamo: &Dynamo,
    (source, id): (&Code, &str),
    told: &Told,
    at: DateTime<Utc>,
) -> Result<Answer, StoreError> {
    let id = ExternalId::parse(id).expect("an event id");
    let arrival = Arrival {
        key: EventKey { source: source.clone(), id },
        fingerprint: format!("{told:?}"),
        at,
        request_id: "req-1".to_owned(),
    };
    let (intake, catalogue) = (dynamo.intake(), dynamo.catalogue());
    let (people, newcomers) = (dynamo.people(), dynamo.newcomers());
    let stores =
        Stores { intake: &intake, catalogue: &catalogue, people: &people, newcomers: &newcomers };
    Box::pin(take_in(stores, &arrival, told)).await
}

/// Takes in a booking event that comes at `at`.
///
/// # Errors
/// When it could not be kept.
pub async fn booking_event(
    dynamo: &Dynamo,
    id: &str,
    event: &BookingEvent,
    at: DateTime<Utc>,
) -> Result<Answer, StoreError> {
    tell(dynamo, (&event.key.source, id), &Told::Booking(told(event)), at).await
}
