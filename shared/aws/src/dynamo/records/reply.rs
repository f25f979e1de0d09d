//! Answers of patients, and addresses on hold.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::hold::{AddressHold, HoldCause};
use domain::ids::{ActionId, EnrolmentId, PatientId, ProgramId};
use domain::phi::Phi;
use domain::reply::{
    Answered, Fit, Meaning, Number, Origin, ReceivedReply, ReplyText, ReplyValue, Unit,
};
use domain::text::ExternalId;
use serde::{Deserialize, Serialize};

use super::ledger::{destination_key, read_destination};
use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct ReplyData {
    id: ExternalId,
    at: DateTime<Utc>,
    from: String,
    text: ReplyText,
    meaning: String,
    patients: BTreeSet<PatientId>,
    answers: Option<AnsweredData>,
    value: Option<ValueData>,
}

#[derive(Serialize, Deserialize)]
struct AnsweredData {
    enrolment: EnrolmentId,
    program: ProgramId,
    cycle: u16,
    action: ActionId,
}

#[derive(Serialize, Deserialize)]
struct ValueData {
    number: String,
    unit: Option<Unit>,
    fit: String,
}

impl From<&ReceivedReply> for ReplyData {
    fn from(reply: &ReceivedReply) -> Self {
        Self {
            id: reply.id.clone(),
            at: reply.at,
            from: reply.from.as_str().to_owned(),
            text: reply.text.reveal().clone(),
            meaning: reply.meaning.as_str().to_owned(),
            patients: reply.patients.clone(),
            answers: reply.answers.clone().map(|it| AnsweredData {
                enrolment: it.enrolment,
                program: it.program,
                cycle: it.cycle,
                action: it.action,
            }),
            value: reply.value.as_ref().map(Phi::reveal).map(|value| ValueData {
                number: value.number.to_string(),
                unit: value.unit.clone(),
                fit: value.fit.as_str().to_owned(),
            }),
        }
    }
}

impl TryFrom<ReplyData> for ReceivedReply {
    type Error = BadRecord;

    fn try_from(data: ReplyData) -> Result<Self, BadRecord> {
        Ok(Self {
            id: data.id,
            at: data.at,
            from: Origin::parse(&data.from).field("from")?,
            text: Phi::new(data.text),
            meaning: Meaning::parse(&data.meaning).field("meaning")?,
            patients: data.patients,
            answers: data.answers.map(|it| Answered {
                enrolment: it.enrolment,
                program: it.program,
                cycle: it.cycle,
                action: it.action,
            }),
            value: data.value.map(ValueData::read).transpose()?.map(Phi::new),
        })
    }
}

impl ValueData {
    fn read(self) -> Result<ReplyValue, BadRecord> {
        Ok(ReplyValue {
            number: Number::parse(&self.number).field("value.number")?,
            unit: self.unit,
            fit: Fit::parse(&self.fit).field("value.fit")?,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct HoldData {
    address: String,
    since: DateTime<Utc>,
    cause: String,
}

impl From<&AddressHold> for HoldData {
    fn from(hold: &AddressHold) -> Self {
        Self {
            address: destination_key(&hold.address),
            since: hold.since,
            cause: hold.cause.as_str().to_owned(),
        }
    }
}

impl TryFrom<HoldData> for AddressHold {
    type Error = BadRecord;

    fn try_from(data: HoldData) -> Result<Self, BadRecord> {
        Ok(Self {
            address: read_destination(&data.address).field("address")?,
            since: data.since,
            cause: HoldCause::parse(&data.cause).field("cause")?,
        })
    }
}
