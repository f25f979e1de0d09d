//! Enrolments.

use chrono::{DateTime, NaiveDate, Utc};
use domain::booking::{BookingKey, Gone};
use domain::enrolment::{
    Cause, EndReason, Enrolment, Finished, FinishedAs, HoldReason, Status, Step,
};
use domain::ids::{ActionId, EnrolmentId, PatientId, ProgramId, SiteId};
use domain::program::Channel;
use domain::text::{Code, ExternalId};
use domain::timing::Reference;
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct EnrolmentData {
    id: EnrolmentId,
    revision: u64,
    program: ProgramId,
    patient: PatientId,
    site: SiteId,
    cause: CauseData,
    request_id: String,
    enrolled_at: DateTime<Utc>,
    reference: ReferenceData,
    cycle: u16,
    finished: Vec<FinishedData>,
    status: StatusData,
}

#[derive(Serialize, Deserialize)]
struct FinishedData {
    action: ActionId,
    attempts: u16,
    how: HowData,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HowData {
    Done,
    TooLate,
    Reopened,
}

impl From<&Finished> for FinishedData {
    fn from(finished: &Finished) -> Self {
        let how = match finished.how {
            FinishedAs::Done => HowData::Done,
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
            HowData::TooLate => FinishedAs::TooLate,
            HowData::Reopened => FinishedAs::Reopened,
        };
        Self { action: data.action, attempts: data.attempts, how }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CauseData {
    Booking { source: Code, id: ExternalId },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReferenceData {
    Date(NaiveDate),
    Instant(DateTime<Utc>),
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
enum HoldData {
    Failed(String),
    Unclear,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EndData {
    Booking(GoneData),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum GoneData {
    Cancelled,
    NotAttended,
    Deleted,
    Reassigned,
}

#[derive(Serialize, Deserialize)]
struct StepData {
    action: ActionId,
    channel: String,
    attempt: u16,
    due: DateTime<Utc>,
    planned: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending_until: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unblocked_at: Option<DateTime<Utc>>,
}

impl From<&Step> for StepData {
    fn from(step: &Step) -> Self {
        Self {
            action: step.action.clone(),
            channel: step.channel.as_str().to_owned(),
            attempt: step.attempt,
            due: step.due,
            planned: step.planned,
            pending_until: step.pending_until,
            not_before: step.not_before,
            unblocked_at: step.unblocked_at,
        }
    }
}

impl TryFrom<StepData> for Step {
    type Error = BadRecord;

    fn try_from(data: StepData) -> Result<Self, BadRecord> {
        Ok(Self {
            action: data.action,
            channel: Channel::parse(&data.channel).field("channel")?,
            attempt: data.attempt,
            due: data.due,
            planned: data.planned,
            pending_until: data.pending_until,
            not_before: data.not_before,
            unblocked_at: data.unblocked_at,
        })
    }
}

impl From<&Status> for StatusData {
    fn from(status: &Status) -> Self {
        match status {
            Status::Active(step) => Self::Active { step: step.into() },
            Status::Held { step, since, why } => {
                let why = match why {
                    HoldReason::Failed(why) => HoldData::Failed(why.clone()),
                    HoldReason::Unclear => HoldData::Unclear,
                };
                Self::Held { step: step.into(), since: *since, why }
            }
            Status::Completed { at } => Self::Completed { at: *at },
            Status::Ended { at, why, step } => {
                let EndReason::Booking(gone) = why;
                let why = EndData::Booking(match gone {
                    Gone::Cancelled => GoneData::Cancelled,
                    Gone::NotAttended => GoneData::NotAttended,
                    Gone::Deleted => GoneData::Deleted,
                    Gone::Reassigned => GoneData::Reassigned,
                });
                Self::Ended { at: *at, why, step: step.as_ref().map(StepData::from) }
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
                let why = match why {
                    HoldData::Failed(why) => HoldReason::Failed(why),
                    HoldData::Unclear => HoldReason::Unclear,
                };
                Self::Held { step: step.try_into()?, since, why }
            }
            StatusData::Completed { at } => Self::Completed { at },
            StatusData::Ended { at, why, step } => {
                let EndData::Booking(gone) = why;
                let why = EndReason::Booking(match gone {
                    GoneData::Cancelled => Gone::Cancelled,
                    GoneData::NotAttended => Gone::NotAttended,
                    GoneData::Deleted => Gone::Deleted,
                    GoneData::Reassigned => Gone::Reassigned,
                });
                Self::Ended { at, why, step: step.map(Step::try_from).transpose()? }
            }
        })
    }
}

impl From<&Enrolment> for EnrolmentData {
    fn from(enrolment: &Enrolment) -> Self {
        let Cause::Booking(booking) = &enrolment.cause;
        Self {
            id: enrolment.id.clone(),
            revision: enrolment.revision,
            program: enrolment.program.clone(),
            patient: enrolment.patient.clone(),
            site: enrolment.site.clone(),
            cause: CauseData::Booking { source: booking.source.clone(), id: booking.id.clone() },
            request_id: enrolment.request_id.clone(),
            enrolled_at: enrolment.enrolled_at,
            reference: match enrolment.reference {
                Reference::Date(date) => ReferenceData::Date(date),
                Reference::Instant(at) => ReferenceData::Instant(at),
            },
            cycle: enrolment.cycle,
            finished: enrolment.finished.iter().map(FinishedData::from).collect(),
            status: (&enrolment.status).into(),
        }
    }
}

impl TryFrom<EnrolmentData> for Enrolment {
    type Error = BadRecord;

    fn try_from(data: EnrolmentData) -> Result<Self, BadRecord> {
        let CauseData::Booking { source, id } = data.cause;
        Ok(Self {
            id: data.id,
            revision: data.revision,
            program: data.program,
            patient: data.patient,
            site: data.site,
            cause: Cause::Booking(BookingKey { source, id }),
            request_id: data.request_id,
            enrolled_at: data.enrolled_at,
            reference: match data.reference {
                ReferenceData::Date(day) => Reference::Date(day),
                ReferenceData::Instant(at) => Reference::Instant(at),
            },
            cycle: data.cycle,
            finished: data.finished.into_iter().map(Finished::from).collect(),
            status: data.status.try_into()?,
        })
    }
}
