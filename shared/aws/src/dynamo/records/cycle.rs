//! Cycles: what their timings count from, and those that are over.

use chrono::{DateTime, NaiveDate, Utc};
use domain::booking::BookingKey;
use domain::enrolment::{Anchor, CycleEnd, Finished, FinishedAs, PastCycle, Reopenable, Stood};
use domain::ids::ActionId;
use domain::text::{Code, ExternalId};
use domain::timing::Reference;
use serde::{Deserialize, Serialize};

use super::BadRecord;
use super::step::{HoldData, StepData};

#[derive(Serialize, Deserialize)]
pub(super) struct FinishedData {
    action: ActionId,
    attempts: u16,
    how: HowData,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HowData {
    Done,
    Failed,
    Passed,
    TooLate,
    Reopened,
}

impl From<&Finished> for FinishedData {
    fn from(finished: &Finished) -> Self {
        let how = match finished.how {
            FinishedAs::Done => HowData::Done,
            FinishedAs::Failed => HowData::Failed,
            FinishedAs::Passed => HowData::Passed,
            FinishedAs::TooLate => HowData::TooLate,
            FinishedAs::Reopened => HowData::Reopened,
        };
        Self { action: finished.action.clone(), attempts: finished.attempts, how }
    }
}

impl From<FinishedData> for Finished {
    fn from(data: FinishedData) -> Self {
        let how = match data.how {
            HowData::Done => FinishedAs::Done,
            HowData::Failed => FinishedAs::Failed,
            HowData::Passed => FinishedAs::Passed,
            HowData::TooLate => FinishedAs::TooLate,
            HowData::Reopened => FinishedAs::Reopened,
        };
        Self { action: data.action, attempts: data.attempts, how }
    }
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReferenceData {
    Date(NaiveDate),
    Instant(DateTime<Utc>),
}

impl From<Reference> for ReferenceData {
    fn from(reference: Reference) -> Self {
        match reference {
            Reference::Date(day) => Self::Date(day),
            Reference::Instant(at) => Self::Instant(at),
        }
    }
}

impl From<ReferenceData> for Reference {
    fn from(data: ReferenceData) -> Self {
        match data {
            ReferenceData::Date(day) => Self::Date(day),
            ReferenceData::Instant(at) => Self::Instant(at),
        }
    }
}

#[derive(Serialize, Deserialize, Clone)]
pub(super) struct BookingKeyData {
    source: Code,
    id: ExternalId,
}

impl From<&BookingKey> for BookingKeyData {
    fn from(key: &BookingKey) -> Self {
        Self { source: key.source.clone(), id: key.id.clone() }
    }
}

impl From<BookingKeyData> for BookingKey {
    fn from(data: BookingKeyData) -> Self {
        Self { source: data.source, id: data.id }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct PastData {
    cycle: u16,
    ended_at: DateTime<Utc>,
    by: EndedByData,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EndedByData {
    Actions,
    Staff,
    Booking {
        #[serde(flatten)]
        key: BookingKeyData,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of_type: Option<Code>,
    },
}

impl From<&PastCycle> for PastData {
    fn from(past: &PastCycle) -> Self {
        let by = match &past.by {
            CycleEnd::Actions => EndedByData::Actions,
            CycleEnd::Staff => EndedByData::Staff,
            CycleEnd::Booking { key, of_type } => {
                EndedByData::Booking { key: key.into(), of_type: of_type.clone() }
            }
        };
        Self { cycle: past.cycle, ended_at: past.ended_at, by }
    }
}

impl From<PastData> for PastCycle {
    fn from(data: PastData) -> Self {
        let by = match data.by {
            EndedByData::Actions => CycleEnd::Actions,
            EndedByData::Staff => CycleEnd::Staff,
            EndedByData::Booking { key, of_type } => CycleEnd::Booking { key: key.into(), of_type },
        };
        Self { cycle: data.cycle, ended_at: data.ended_at, by }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReopenableData {
    anchor_cycle: u16,
    reference: ReferenceData,
    began_at: DateTime<Utc>,
    finished: Vec<FinishedData>,
    step: StepData,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held: Option<HoldData>,
}

impl From<&Reopenable> for ReopenableData {
    fn from(was: &Reopenable) -> Self {
        let (step, held) = match &was.stood {
            Stood::Active(step) => (step, None),
            Stood::Held { step, why } => (step, Some(why.into())),
        };
        Self {
            anchor_cycle: was.anchor.cycle,
            reference: was.anchor.date.into(),
            began_at: was.began_at,
            finished: was.finished.iter().map(FinishedData::from).collect(),
            step: step.into(),
            held,
        }
    }
}

impl TryFrom<ReopenableData> for Reopenable {
    type Error = BadRecord;

    fn try_from(data: ReopenableData) -> Result<Self, BadRecord> {
        let step = data.step.try_into()?;
        Ok(Self {
            anchor: Anchor { cycle: data.anchor_cycle, date: data.reference.into() },
            began_at: data.began_at,
            finished: data.finished.into_iter().map(Finished::from).collect(),
            stood: match data.held {
                Some(why) => Stood::Held { step, why: why.into() },
                None => Stood::Active(step),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cycle_that_a_booking_completed_before_its_type_was_kept_is_read_and_written_as_it_was() {
        let before = json!({
            "cycle": 1, "ended_at": "2026-12-01T00:00:00Z",
            "by": { "booking": { "source": "diary", "id": "B-1" } },
        });
        let read = |value| PastCycle::from(serde_json::from_value::<PastData>(value).unwrap());
        let past = read(before.clone());
        let CycleEnd::Booking { key, of_type } = &past.by else { panic!("{past:?}") };
        assert_eq!((key.id.as_str(), of_type), ("B-1", &None));
        assert_eq!(serde_json::to_value(PastData::from(&past)).unwrap(), before);

        let mut now = before;
        now["by"]["booking"]["of_type"] = json!("physio");
        let past = read(now.clone());
        let physio = Code::parse("physio").unwrap();
        let CycleEnd::Booking { of_type, .. } = &past.by else { panic!("{past:?}") };
        assert_eq!(of_type, &Some(physio));
        assert_eq!(serde_json::to_value(PastData::from(&past)).unwrap(), now);
    }
}
