//! The action an enrolment waits for, and what it is held for.

use chrono::{DateTime, Utc};
use domain::enrolment::{HoldReason, Step};
use domain::ids::ActionId;
use domain::program::Carrier;
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(super) struct StepData {
    action: ActionId,
    // What carries it, under the name it had when there were channels only.
    channel: String,
    attempt: u16,
    #[serde(default, skip_serializing_if = "is_none")]
    barred: u16,
    due: DateTime<Utc>,
    planned: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending_until: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slot: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unblocked_at: Option<DateTime<Utc>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes every field by reference")]
const fn is_none(barred: &u16) -> bool {
    *barred == 0
}

impl From<&Step> for StepData {
    fn from(step: &Step) -> Self {
        Self {
            action: step.action.clone(),
            channel: step.carrier.as_str().to_owned(),
            attempt: step.attempt,
            barred: step.barred,
            due: step.due,
            planned: step.planned,
            pending_until: step.pending_until,
            not_before: step.not_before,
            slot: step.slot,
            unblocked_at: step.unblocked_at,
        }
    }
}

impl TryFrom<StepData> for Step {
    type Error = BadRecord;

    fn try_from(data: StepData) -> Result<Self, BadRecord> {
        Ok(Self {
            action: data.action,
            carrier: Carrier::parse(&data.channel).field("channel")?,
            attempt: data.attempt,
            barred: data.barred,
            due: data.due,
            planned: data.planned,
            pending_until: data.pending_until,
            not_before: data.not_before,
            slot: data.slot,
            unblocked_at: data.unblocked_at,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum HoldData {
    Paused,
    Failed(String),
    NoReferrer,
    Repeated,
    Unclear,
}

impl From<&HoldReason> for HoldData {
    fn from(why: &HoldReason) -> Self {
        match why {
            HoldReason::Paused => Self::Paused,
            HoldReason::Failed(why) => Self::Failed(why.clone()),
            HoldReason::NoReferrer => Self::NoReferrer,
            HoldReason::Repeated => Self::Repeated,
            HoldReason::Unclear => Self::Unclear,
        }
    }
}

impl From<HoldData> for HoldReason {
    fn from(data: HoldData) -> Self {
        match data {
            HoldData::Paused => Self::Paused,
            HoldData::Failed(why) => Self::Failed(why),
            HoldData::NoReferrer => Self::NoReferrer,
            HoldData::Repeated => Self::Repeated,
            HoldData::Unclear => Self::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_from_before_messages_were_spread_is_read_and_a_spread_one_keeps_its_moment() {
        let old = r#"{"action":"act_00000000000000000000000001","channel":"sms","attempt":1,"due":"2026-11-29T22:00:00Z","planned":"2026-11-29T22:00:00Z"}"#;
        let step = Step::try_from(serde_json::from_str::<StepData>(old).unwrap()).unwrap();
        assert_eq!((step.slot, step.barred), (None, 0));
        let slot = Some(step.due + chrono::Duration::hours(1));
        let spread = Step { slot, barred: 3, ..step };
        let stored = serde_json::to_string(&StepData::from(&spread)).unwrap();
        let read: StepData = serde_json::from_str(&stored).unwrap();
        assert_eq!(Step::try_from(read).unwrap(), spread);
    }
}
