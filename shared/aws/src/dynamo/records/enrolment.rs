//! Enrolments.

use chrono::{DateTime, Utc};
use domain::booking::{BookingKey, Gone};
use domain::enrolment::{
    Anchor, Cause, EndReason, Enrolment, Finished, PastCycle, Reopenable, Status, Step,
};
use domain::ids::{EnrolmentId, PatientId, ProgramId, SiteId};
use domain::referral::{ReferralGone, ReferralKey};
use domain::text::{Code, ExternalId, Label};
use serde::{Deserialize, Serialize};

use super::actor::ActorData;
use super::cycle::{FinishedData, PastData, ReferenceData, ReopenableData};
use super::step::{HoldData, StepData};
use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct EnrolmentData {
    id: EnrolmentId,
    revision: u64,
    program: ProgramId,
    patient: PatientId,
    site: SiteId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    practitioner: Option<Label>,
    cause: CauseData,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved_from: Option<EnrolmentId>,
    request_id: String,
    enrolled_at: DateTime<Utc>,
    reference: ReferenceData,
    #[serde(default = "first")]
    anchor_cycle: u16,
    cycle: u16,
    #[serde(default)]
    cycle_began_at: Option<DateTime<Utc>>,
    finished: Vec<FinishedData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    past: Vec<PastData>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reopenable: Option<ReopenableData>,
    status: StatusData,
}

const fn first() -> u16 {
    1
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CauseData {
    Booking { source: Code, id: ExternalId },
    Referral { source: Code, id: ExternalId },
    Added(ActorData),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StatusData {
    Active { step: StepData },
    Held { step: StepData, since: DateTime<Utc>, why: HoldData },
    Completed { at: DateTime<Utc> },
    Ended { at: DateTime<Utc>, why: EndData, step: Option<StepData> },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EndData {
    Booking(String),
    Referral(String),
    Staff,
    MovedTo(EnrolmentId),
    Patient,
}

impl From<&EndReason> for EndData {
    fn from(why: &EndReason) -> Self {
        match why {
            EndReason::Booking(gone) => Self::Booking(gone.as_str().to_owned()),
            EndReason::Referral(gone) => Self::Referral(gone.as_str().to_owned()),
            EndReason::Staff => Self::Staff,
            EndReason::MovedTo(to) => Self::MovedTo(to.clone()),
            EndReason::Patient => Self::Patient,
        }
    }
}

impl TryFrom<EndData> for EndReason {
    type Error = BadRecord;

    fn try_from(data: EndData) -> Result<Self, BadRecord> {
        Ok(match data {
            EndData::Booking(gone) => Self::Booking(Gone::parse(&gone).field("why")?),
            EndData::Referral(gone) => Self::Referral(ReferralGone::parse(&gone).field("why")?),
            EndData::Staff => Self::Staff,
            EndData::MovedTo(to) => Self::MovedTo(to),
            EndData::Patient => Self::Patient,
        })
    }
}

impl From<&Status> for StatusData {
    fn from(status: &Status) -> Self {
        match status {
            Status::Active(step) => Self::Active { step: step.into() },
            Status::Held { step, since, why } => {
                Self::Held { step: step.into(), since: *since, why: why.into() }
            }
            Status::Completed { at } => Self::Completed { at: *at },
            Status::Ended { at, why, step } => {
                Self::Ended { at: *at, why: why.into(), step: step.as_ref().map(StepData::from) }
            }
        }
    }
}

impl TryFrom<StatusData> for Status {
    type Error = BadRecord;

    fn try_from(data: StatusData) -> Result<Self, BadRecord> {
        Ok(match data {
            StatusData::Active { step } => Self::Active(step.try_into()?),
            StatusData::Held { step, since, why } => {
                Self::Held { step: step.try_into()?, since, why: why.into() }
            }
            StatusData::Completed { at } => Self::Completed { at },
            StatusData::Ended { at, why, step } => Self::Ended {
                at,
                why: why.try_into()?,
                step: step.map(Step::try_from).transpose()?,
            },
        })
    }
}

impl From<&Enrolment> for EnrolmentData {
    fn from(enrolment: &Enrolment) -> Self {
        Self {
            id: enrolment.id.clone(),
            revision: enrolment.revision,
            program: enrolment.program.clone(),
            patient: enrolment.patient.clone(),
            site: enrolment.site.clone(),
            practitioner: enrolment.practitioner.clone(),
            cause: match &enrolment.cause {
                Cause::Booking(key) => {
                    CauseData::Booking { source: key.source.clone(), id: key.id.clone() }
                }
                Cause::Referral(key) => {
                    CauseData::Referral { source: key.source.clone(), id: key.id.clone() }
                }
                Cause::Added(by) => CauseData::Added(by.into()),
            },
            moved_from: enrolment.moved_from.clone(),
            request_id: enrolment.request_id.clone(),
            enrolled_at: enrolment.enrolled_at,
            reference: enrolment.anchor.date.into(),
            anchor_cycle: enrolment.anchor.cycle,
            cycle: enrolment.cycle,
            cycle_began_at: Some(enrolment.cycle_began_at),
            finished: enrolment.finished.iter().map(FinishedData::from).collect(),
            past: enrolment.past.iter().map(PastData::from).collect(),
            reopenable: enrolment.reopenable.as_ref().map(ReopenableData::from),
            status: (&enrolment.status).into(),
        }
    }
}

impl TryFrom<EnrolmentData> for Enrolment {
    type Error = BadRecord;

    fn try_from(data: EnrolmentData) -> Result<Self, BadRecord> {
        Ok(Self {
            id: data.id,
            revision: data.revision,
            program: data.program,
            patient: data.patient,
            site: data.site,
            practitioner: data.practitioner,
            cause: match data.cause {
                CauseData::Booking { source, id } => Cause::Booking(BookingKey { source, id }),
                CauseData::Referral { source, id } => Cause::Referral(ReferralKey { source, id }),
                CauseData::Added(by) => Cause::Added(by.into()),
            },
            moved_from: data.moved_from,
            request_id: data.request_id,
            enrolled_at: data.enrolled_at,
            anchor: Anchor { cycle: data.anchor_cycle, date: data.reference.into() },
            cycle: data.cycle,
            cycle_began_at: data.cycle_began_at.unwrap_or(data.enrolled_at),
            finished: data.finished.into_iter().map(Finished::from).collect(),
            past: data.past.into_iter().map(PastCycle::from).collect(),
            reopenable: data.reopenable.map(Reopenable::try_from).transpose()?,
            status: data.status.try_into()?,
        })
    }
}
