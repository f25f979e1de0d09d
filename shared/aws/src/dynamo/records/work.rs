//! The work list.

use chrono::{DateTime, Utc};
use domain::ids::{EnrolmentId, PatientId, SiteId, WorkId};
use domain::work::{WorkItem, WorkKind};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct WorkData {
    id: WorkId,
    kind: String,
    since: DateTime<Utc>,
    summary: String,
    enrolment: Option<EnrolmentId>,
    patient: Option<PatientId>,
    site: Option<SiteId>,
}

impl From<&WorkItem> for WorkData {
    fn from(work: &WorkItem) -> Self {
        Self {
            id: work.id.clone(),
            kind: work.kind.as_str().to_owned(),
            since: work.since,
            summary: work.summary.clone(),
            enrolment: work.enrolment.clone(),
            patient: work.patient.clone(),
            site: work.site.clone(),
        }
    }
}

impl TryFrom<WorkData> for WorkItem {
    type Error = BadRecord;

    fn try_from(data: WorkData) -> Result<Self, BadRecord> {
        Ok(Self {
            id: data.id,
            kind: WorkKind::parse(&data.kind).field("kind")?,
            since: data.since,
            summary: data.summary,
            enrolment: data.enrolment,
            patient: data.patient,
            site: data.site,
        })
    }
}
