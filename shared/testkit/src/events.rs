//! Events of other systems, told and taken in.

use app::events::{Answer, Arrival, Stores, take_in};
use app::ports::{EventKey, StoreError};
use chrono::{DateTime, Utc};
use domain::booking::{BookingDetails, BookingEvent};
use domain::intake::{Told, ToldBooking, ToldVisit, Until, When};
use domain::text::ExternalId;

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

/// How an event of this id comes in from the source of the booking it tells of.
///
/// # Panics
/// When `id` is no event id.
pub fn arrival(id: &str, event: &BookingEvent, at: DateTime<Utc>) -> Arrival {
    let id = ExternalId::parse(id).expect("an event id");
    Arrival {
        key: EventKey { source: event.key.source.clone(), id },
        fingerprint: format!("{event:?}"),
        at,
        request_id: "req-1".to_owned(),
    }
}

/// Takes in a booking event that comes at `at`.
///
/// # Errors
/// When it could not be kept.
///
/// # Panics
/// When `id` is no event id.
pub async fn booking_event(
    dynamo: &Dynamo,
    id: &str,
    event: &BookingEvent,
    at: DateTime<Utc>,
) -> Result<Answer, StoreError> {
    let (intake, catalogue) = (dynamo.intake(), dynamo.catalogue());
    let (people, newcomers) = (dynamo.people(), dynamo.newcomers());
    let stores =
        Stores { intake: &intake, catalogue: &catalogue, people: &people, newcomers: &newcomers };
    take_in(stores, &arrival(id, event, at), &Told::Booking(told(event))).await
}
