//! Bookings and the events that told of them.

use std::collections::BTreeSet;

use app::ports::{EventResult, RecordedEvent, Verdict};
use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingKey, BookingState, EventOrder, Matching};
use domain::ids::{EnrolmentId, PatientId, ProgramId, SiteId};
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct BookingData {
    source: Code,
    id: ExternalId,
    revision: u64,
    version: Option<u64>,
    time: DateTime<Utc>,
    state: String,
    booking_type: Code,
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
    matched: Option<MatchedData>,
    caused: BTreeSet<EnrolmentId>,
}

#[derive(Serialize, Deserialize)]
struct MatchedData {
    patient: PatientId,
    site: SiteId,
}

impl From<&Booking> for BookingData {
    fn from(booking: &Booking) -> Self {
        let matched = match &booking.matching {
            Matching::Matched { patient, site } => Some(MatchedData {
                patient: patient.clone(),
                site: site.clone(),
            }),
            Matching::Waiting => None,
        };
        Self {
            source: booking.key.source.clone(),
            id: booking.key.id.clone(),
            revision: booking.revision,
            version: booking.order.version,
            time: booking.order.time,
            state: booking.state.as_str().to_owned(),
            booking_type: booking.booking_type.clone(),
            start: booking.start,
            end: booking.end,
            matched,
            caused: booking.caused.clone(),
        }
    }
}

impl TryFrom<BookingData> for Booking {
    type Error = BadRecord;

    fn try_from(data: BookingData) -> Result<Self, BadRecord> {
        let matching = data
            .matched
            .map_or(Matching::Waiting, |matched| Matching::Matched {
                patient: matched.patient,
                site: matched.site,
            });
        Ok(Self {
            key: BookingKey {
                source: data.source,
                id: data.id,
            },
            revision: data.revision,
            order: EventOrder {
                version: data.version,
                time: data.time,
            },
            state: BookingState::parse(&data.state).field("state")?,
            booking_type: data.booking_type,
            start: data.start,
            end: data.end,
            matching,
            caused: data.caused,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct EventData {
    source: Code,
    id: ExternalId,
    received_at: DateTime<Utc>,
    request_id: String,
    verdict: String,
    enrolled: Vec<(ProgramId, EnrolmentId)>,
    changed: Vec<(ProgramId, EnrolmentId)>,
    remarks: Vec<String>,
}

impl From<&RecordedEvent> for EventData {
    fn from(event: &RecordedEvent) -> Self {
        Self {
            source: event.source.clone(),
            id: event.id.clone(),
            received_at: event.received_at,
            request_id: event.request_id.clone(),
            verdict: event.result.verdict.as_str().to_owned(),
            enrolled: event.result.enrolled.clone(),
            changed: event.result.changed.clone(),
            remarks: event.result.remarks.clone(),
        }
    }
}

impl TryFrom<EventData> for RecordedEvent {
    type Error = BadRecord;

    fn try_from(data: EventData) -> Result<Self, BadRecord> {
        Ok(Self {
            source: data.source,
            id: data.id,
            received_at: data.received_at,
            request_id: data.request_id,
            result: EventResult {
                verdict: Verdict::parse(&data.verdict).field("verdict")?,
                enrolled: data.enrolled,
                changed: data.changed,
                remarks: data.remarks,
            },
        })
    }
}
