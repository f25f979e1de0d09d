//! The distribution list.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::distribution::{
    Audited, AuditedAct, Batch, Done, EpostStage, FileNames, LetterState, ListedLetter,
    PrintedSides, Reason, Waiting,
};
use domain::ids::{
    ActionId, BatchId, EnrolmentId, LetterId, PaperId, PatientId, ProgramId, SiteId,
};
use domain::ledger::LedgerKey;
use domain::phi::Phi;
use domain::program::{Addressee, PrintOption};
use domain::settings::Remark;
use domain::staff::StaffId;
use domain::text::Label;
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct LetterData {
    revision: u64,
    enrolment: EnrolmentId,
    cycle: u16,
    action: ActionId,
    attempt: u16,
    addressee: String,
    print: String,
    to: Vec<String>,
    site: SiteId,
    program: ProgramId,
    patient: PatientId,
    #[serde(default)]
    about: String,
    title: Label,
    dated: NaiveDate,
    pages: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paper: Option<PaperId>,
    #[serde(default)]
    listed: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    batches: Vec<BatchId>,
    state: StateData,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
enum StateData {
    New,
    ByHand {
        why: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<DateTime<Utc>>,
    },
    Again {
        done: DoneData,
        why: Remark,
    },
    Printed {
        batch: BatchId,
        done: DoneData,
    },
    Posted {
        batch: Option<BatchId>,
        done: DoneData,
    },
    Returned {
        done: DoneData,
        why: Remark,
    },
    Withdrawn {
        done: DoneData,
        why: Remark,
    },
    ToFile {
        names: String,
    },
    Filed {
        path: String,
    },
    ToEpost,
    AtEpost {
        provider_id: Option<String>,
        stage: String,
        at: DateTime<Utc>,
    },
    InDoubt {
        why: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<DateTime<Utc>>,
    },
}

#[derive(Serialize, Deserialize)]
struct DoneData {
    at: DateTime<Utc>,
    by: StaffId,
}

impl From<&Done> for DoneData {
    fn from(done: &Done) -> Self {
        Self { at: done.at, by: done.by.clone() }
    }
}

impl From<DoneData> for Done {
    fn from(data: DoneData) -> Self {
        Self { at: data.at, by: data.by }
    }
}

impl From<&LetterState> for StateData {
    fn from(state: &LetterState) -> Self {
        match state {
            LetterState::Waiting(Waiting::New) => Self::New,
            LetterState::Waiting(Waiting::ByHand(Reason { why, said })) => {
                Self::ByHand { why: why.clone(), said: *said }
            }
            LetterState::Waiting(Waiting::Again { done, why }) => {
                Self::Again { done: done.into(), why: why.clone() }
            }
            LetterState::Printed { batch, done } => {
                Self::Printed { batch: batch.clone(), done: done.into() }
            }
            LetterState::Posted { batch, done } => {
                Self::Posted { batch: batch.clone(), done: done.into() }
            }
            LetterState::Returned { done, why } => {
                Self::Returned { done: done.into(), why: why.clone() }
            }
            LetterState::Withdrawn { done, why } => {
                Self::Withdrawn { done: done.into(), why: why.clone() }
            }
            LetterState::ToFile { names } => Self::ToFile { names: names.as_str().to_owned() },
            LetterState::Filed { path } => Self::Filed { path: path.clone() },
            LetterState::ToEpost => Self::ToEpost,
            LetterState::AtEpost { provider_id, stage, at } => Self::AtEpost {
                provider_id: provider_id.clone(),
                stage: stage.as_str().to_owned(),
                at: *at,
            },
            LetterState::InDoubt(Reason { why, said }) => {
                Self::InDoubt { why: why.clone(), said: *said }
            }
        }
    }
}

impl StateData {
    fn read(self) -> Result<LetterState, BadRecord> {
        Ok(match self {
            Self::New => LetterState::Waiting(Waiting::New),
            Self::ByHand { why, said } => {
                LetterState::Waiting(Waiting::ByHand(Reason { why, said }))
            }
            Self::Again { done, why } => {
                LetterState::Waiting(Waiting::Again { done: done.into(), why })
            }
            Self::Printed { batch, done } => LetterState::Printed { batch, done: done.into() },
            Self::Posted { batch, done } => LetterState::Posted { batch, done: done.into() },
            Self::Returned { done, why } => LetterState::Returned { done: done.into(), why },
            Self::Withdrawn { done, why } => LetterState::Withdrawn { done: done.into(), why },
            Self::ToFile { names } => {
                LetterState::ToFile { names: FileNames::of(&names).field("state.names")? }
            }
            Self::Filed { path } => LetterState::Filed { path },
            Self::ToEpost => LetterState::ToEpost,
            Self::AtEpost { provider_id, stage, at } => {
                let stage = EpostStage::parse(&stage).field("state.stage")?;
                LetterState::AtEpost { provider_id, stage, at }
            }
            Self::InDoubt { why, said } => LetterState::InDoubt(Reason { why, said }),
        })
    }
}

impl From<&ListedLetter> for LetterData {
    fn from(letter: &ListedLetter) -> Self {
        Self {
            revision: letter.revision,
            enrolment: letter.key.enrolment.clone(),
            cycle: letter.key.cycle,
            action: letter.key.action.clone(),
            attempt: letter.key.attempt,
            addressee: letter.addressee.as_str().to_owned(),
            print: letter.print.as_str().to_owned(),
            to: letter.to.reveal().clone(),
            site: letter.site.clone(),
            program: letter.program.clone(),
            patient: letter.patient.clone(),
            about: letter.about.reveal().clone(),
            title: letter.title.clone(),
            dated: letter.dated,
            pages: letter.pages,
            paper: letter.paper.clone(),
            listed: Some(letter.listed),
            batches: letter.batches.clone(),
            state: (&letter.state).into(),
        }
    }
}

impl TryFrom<LetterData> for ListedLetter {
    type Error = BadRecord;

    fn try_from(data: LetterData) -> Result<Self, BadRecord> {
        let key = LedgerKey {
            enrolment: data.enrolment,
            cycle: data.cycle,
            action: data.action,
            attempt: data.attempt,
        };
        Ok(Self {
            id: LetterId::of(&key),
            revision: data.revision,
            key,
            addressee: Addressee::parse(&data.addressee).field("addressee")?,
            print: PrintOption::parse(&data.print).field("print")?,
            to: Phi::new(data.to),
            site: data.site,
            program: data.program,
            patient: data.patient,
            about: Phi::new(data.about),
            title: data.title,
            dated: data.dated,
            pages: data.pages,
            paper: data.paper,
            // Before it was written down: at the beginning of the day it is dated.
            listed: data.listed.unwrap_or_else(|| data.dated.and_time(NaiveTime::MIN).and_utc()),
            batches: data.batches,
            state: data.state.read()?,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BatchData {
    id: BatchId,
    revision: u64,
    letters: Vec<LetterId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    papers: BTreeMap<LetterId, PaperId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paper: Option<PaperId>,
    pages: u32,
    sides: String,
    printed: DoneData,
    posted: Option<DoneData>,
}

impl From<&Batch> for BatchData {
    fn from(batch: &Batch) -> Self {
        Self {
            id: batch.id.clone(),
            revision: batch.revision,
            letters: batch.letters.clone(),
            papers: batch.papers.clone(),
            paper: batch.paper.clone(),
            pages: batch.pages,
            sides: batch.sides.as_str().to_owned(),
            printed: (&batch.printed).into(),
            posted: batch.posted.as_ref().map(DoneData::from),
        }
    }
}

impl TryFrom<BatchData> for Batch {
    type Error = BadRecord;

    fn try_from(data: BatchData) -> Result<Self, BadRecord> {
        Ok(Self {
            id: data.id,
            revision: data.revision,
            letters: data.letters,
            papers: data.papers,
            paper: data.paper,
            pages: data.pages,
            sides: PrintedSides::parse(&data.sides).field("sides")?,
            printed: data.printed.into(),
            posted: data.posted.map(Done::from),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AuditedData {
    done: DoneData,
    what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<Remark>,
}

impl From<&Audited> for AuditedData {
    fn from(audited: &Audited) -> Self {
        let (done, what) = ((&audited.done).into(), audited.what.as_str().to_owned());
        Self { done, what, why: audited.why.clone() }
    }
}

impl TryFrom<AuditedData> for Audited {
    type Error = BadRecord;

    fn try_from(data: AuditedData) -> Result<Self, BadRecord> {
        let what = AuditedAct::parse(&data.what).field("what")?;
        Ok(Self { done: data.done.into(), what, why: data.why })
    }
}
