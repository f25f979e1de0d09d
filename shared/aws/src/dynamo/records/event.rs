//! Events that came in: what they said while they wait, and what they did.

use app::ports::{Again, EventKey, EventResult, KnownEvent, RecordedEvent, Verdict, WaitingEvent};
use chrono::{DateTime, Utc};
use domain::ids::{EnrolmentId, ProgramId};
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

use super::told::ToldData;
use super::{BadRecord, Field};

/// The verdict of an event that nobody has dealt with yet.
const WAITING: &str = "waiting";

#[derive(Serialize, Deserialize)]
pub(crate) struct EventData {
    source: Code,
    id: ExternalId,
    fingerprint: String,
    received_at: DateTime<Utc>,
    request_id: String,
    verdict: String,
    enrolled: Vec<(ProgramId, EnrolmentId)>,
    changed: Vec<(ProgramId, EnrolmentId)>,
    #[serde(default)]
    completed: Vec<(ProgramId, EnrolmentId)>,
    remarks: Vec<String>,
    /// What it says, while it may have to be dealt with (again).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<ToldData>,
}

impl EventData {
    /// What became of it, as it is also kept beside the data.
    pub(crate) fn verdict(&self) -> &str {
        &self.verdict
    }

    /// An event that was dealt with, and perhaps waits to be dealt with again.
    pub(crate) fn dealt_with(event: &RecordedEvent, again: Option<&Again>) -> Self {
        let (result, key) = (&event.result, &event.key);
        Self {
            source: key.source.clone(),
            id: key.id.clone(),
            fingerprint: event.fingerprint.clone(),
            received_at: event.received_at,
            request_id: event.request_id.clone(),
            verdict: result.verdict.as_str().to_owned(),
            enrolled: result.enrolled.clone(),
            changed: result.changed.clone(),
            completed: result.completed.clone(),
            remarks: result.remarks.clone(),
            told: again.map(|again| (&again.told).into()),
        }
    }

    fn result(&self) -> Result<EventResult, BadRecord> {
        Ok(EventResult {
            verdict: Verdict::parse(&self.verdict).field("verdict")?,
            enrolled: self.enrolled.clone(),
            changed: self.changed.clone(),
            completed: self.completed.clone(),
            remarks: self.remarks.clone(),
        })
    }
}

impl From<&WaitingEvent> for EventData {
    fn from(event: &WaitingEvent) -> Self {
        Self {
            source: event.key.source.clone(),
            id: event.key.id.clone(),
            fingerprint: event.fingerprint.clone(),
            received_at: event.received_at,
            request_id: event.request_id.clone(),
            verdict: WAITING.to_owned(),
            enrolled: Vec::new(),
            changed: Vec::new(),
            completed: Vec::new(),
            remarks: Vec::new(),
            told: Some((&event.told).into()),
        }
    }
}

impl TryFrom<EventData> for KnownEvent {
    type Error = BadRecord;

    fn try_from(data: EventData) -> Result<Self, BadRecord> {
        let result = if data.verdict == WAITING { None } else { Some(data.result()?) };
        let EventData { source, id, fingerprint, received_at, request_id, told, .. } = data;
        let key = EventKey { source, id };
        match (told, result) {
            (None, None) => Err(BadRecord { field: "told", why: "is missing".to_owned() }),
            (None, Some(result)) => {
                let event = RecordedEvent { key, fingerprint, received_at, request_id, result };
                Ok(Self::Done(Box::new(event)))
            }
            (Some(told), tried) => Ok(Self::Waits(Box::new(WaitingEvent {
                key,
                fingerprint,
                received_at,
                request_id,
                told: told.try_into()?,
                tried,
            }))),
        }
    }
}
