//! The work list.

use chrono::{DateTime, Utc};
use domain::ids::{EnrolmentId, PatientId, ProgramId, SiteId, WorkId};
use domain::phi::Phi;
use domain::reply::{Origin, ReplyText, Written};
use domain::text::ExternalId;
use domain::work::{OpenWork, ResolvedWork, WorkItem, WorkKind, WorkNote, WorkOutcome, WorkText};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct WorkData {
    id: WorkId,
    kind: String,
    since: DateTime<Utc>,
    summary: String,
    enrolment: Option<EnrolmentId>,
    #[serde(default)]
    program: Option<ProgramId>,
    patient: Option<PatientId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    same_as: Vec<PatientId>,
    site: Option<SiteId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<ReplyText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_from: Option<String>,
}

impl From<&WorkItem> for WorkData {
    fn from(work: &WorkItem) -> Self {
        Self {
            id: work.id.clone(),
            kind: work.kind.as_str().to_owned(),
            since: work.since,
            summary: work.summary.clone(),
            enrolment: work.enrolment.clone(),
            program: work.program.clone(),
            patient: work.patient.clone(),
            same_as: work.same_as.clone(),
            site: work.site.clone(),
            reply: work.reply.as_ref().map(|reply| reply.reveal().text.clone()),
            reply_from: work
                .reply
                .as_ref()
                .and_then(|reply| reply.reveal().from.as_ref())
                .map(|from| from.as_str().to_owned()),
        }
    }
}

impl TryFrom<WorkData> for WorkItem {
    type Error = BadRecord;

    fn try_from(data: WorkData) -> Result<Self, BadRecord> {
        let from =
            data.reply_from.map(|from| Origin::parse(&from).field("reply_from")).transpose()?;
        Ok(Self {
            id: data.id,
            kind: WorkKind::parse(&data.kind).field("kind")?,
            since: data.since,
            summary: data.summary,
            enrolment: data.enrolment,
            program: data.program,
            patient: data.patient,
            site: data.site,
            same_as: data.same_as,
            reply: data.reply.map(|text| Phi::new(Written { text, from })),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WorkNoteData {
    at: DateTime<Utc>,
    by: ExternalId,
    text: WorkText,
}

impl From<&WorkNote> for WorkNoteData {
    fn from(note: &WorkNote) -> Self {
        Self { at: note.at, by: note.by.clone(), text: note.text.reveal().clone() }
    }
}

impl From<WorkNoteData> for WorkNote {
    fn from(data: WorkNoteData) -> Self {
        Self { at: data.at, by: data.by, text: Phi::new(data.text) }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ResolvedData {
    item: WorkData,
    revision: u64,
    assignee: Option<ExternalId>,
    notes: Vec<WorkNoteData>,
    at: DateTime<Utc>,
    by: ExternalId,
    outcome: String,
}

impl From<&ResolvedWork> for ResolvedData {
    fn from(resolved: &ResolvedWork) -> Self {
        let work = &resolved.work;
        Self {
            item: (&work.item).into(),
            revision: work.revision,
            assignee: work.assignee.clone(),
            notes: work.notes.iter().map(WorkNoteData::from).collect(),
            at: resolved.at,
            by: resolved.by.clone(),
            outcome: resolved.outcome.as_str().to_owned(),
        }
    }
}

impl TryFrom<ResolvedData> for ResolvedWork {
    type Error = BadRecord;

    fn try_from(data: ResolvedData) -> Result<Self, BadRecord> {
        let work = OpenWork {
            item: data.item.try_into()?,
            revision: data.revision,
            assignee: data.assignee,
            notes: data.notes.into_iter().map(WorkNote::from).collect(),
        };
        let outcome = WorkOutcome::parse(&data.outcome).field("outcome")?;
        Ok(Self { work, at: data.at, by: data.by, outcome })
    }
}
