//! Bookings.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::booking::{
    Booking, BookingEventKind, BookingKey, BookingState, Confirmation, EventOrder, Matching, Stamp,
    VisitAnswer,
};
use domain::ids::{EnrolmentId, PatientId, SiteId};
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct BookingData {
    source: Code,
    id: ExternalId,
    revision: u64,
    told_by: Option<StampData>,
    state_told_by: Option<StampData>,
    state: String,
    booking_type: Code,
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
    matching: MatchingData,
    #[serde(default)]
    made_at: Option<DateTime<Utc>>,
    caused: BTreeSet<EnrolmentId>,
    #[serde(default)]
    completed: BTreeSet<EnrolmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmation: Option<ConfirmationData>,
}

#[derive(Serialize, Deserialize)]
struct ConfirmationData {
    answer: String,
    at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StampData {
    pub(super) version: Option<u64>,
    pub(super) time: DateTime<Utc>,
    pub(super) kind: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MatchingData {
    Matched { patient: PatientId, site: SiteId },
    Waiting { patient: Option<PatientId> },
}

impl From<Matching> for MatchingData {
    fn from(matching: Matching) -> Self {
        match matching {
            Matching::Matched { patient, site } => Self::Matched { patient, site },
            Matching::Waiting { patient } => Self::Waiting { patient },
        }
    }
}

impl From<MatchingData> for Matching {
    fn from(data: MatchingData) -> Self {
        match data {
            MatchingData::Matched { patient, site } => Self::Matched { patient, site },
            MatchingData::Waiting { patient } => Self::Waiting { patient },
        }
    }
}

impl From<Stamp> for StampData {
    fn from(stamp: Stamp) -> Self {
        let EventOrder { version, time } = stamp.order;
        Self { version, time, kind: stamp.kind.as_str().to_owned() }
    }
}

impl TryFrom<StampData> for Stamp {
    type Error = BadRecord;

    fn try_from(data: StampData) -> Result<Self, BadRecord> {
        let kind = BookingEventKind::parse(&data.kind).field("kind")?;
        Ok(Self { order: EventOrder { version: data.version, time: data.time }, kind })
    }
}

impl From<&Booking> for BookingData {
    fn from(booking: &Booking) -> Self {
        Self {
            source: booking.key.source.clone(),
            id: booking.key.id.clone(),
            revision: booking.revision,
            told_by: booking.told_by.map(StampData::from),
            state_told_by: booking.state_told_by.map(StampData::from),
            state: booking.state.as_str().to_owned(),
            booking_type: booking.booking_type.clone(),
            start: booking.start,
            end: booking.end,
            matching: booking.matching.clone().into(),
            made_at: Some(booking.made_at),
            caused: booking.caused.clone(),
            completed: booking.completed.clone(),
            moved_at: booking.moved_at,
            confirmation: booking
                .confirmation
                .map(|it| ConfirmationData { answer: it.answer.as_str().to_owned(), at: it.at }),
        }
    }
}

impl TryFrom<BookingData> for Booking {
    type Error = BadRecord;

    fn try_from(data: BookingData) -> Result<Self, BadRecord> {
        Ok(Self {
            key: BookingKey { source: data.source, id: data.id },
            revision: data.revision,
            made_at: data.made_at.or(data.told_by.as_ref().map(|it| it.time)).field("made_at")?,
            told_by: data.told_by.map(Stamp::try_from).transpose()?,
            state_told_by: data.state_told_by.map(Stamp::try_from).transpose()?,
            state: BookingState::parse(&data.state).field("state")?,
            booking_type: data.booking_type,
            start: data.start,
            end: data.end,
            matching: data.matching.into(),
            caused: data.caused,
            completed: data.completed,
            moved_at: data.moved_at,
            confirmation: match data.confirmation {
                None => None,
                Some(it) => Some(Confirmation {
                    answer: VisitAnswer::parse(&it.answer).field("confirmation.answer")?,
                    at: it.at,
                }),
            },
        })
    }
}
