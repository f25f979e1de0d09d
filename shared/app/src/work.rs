//! Work for a person that no rule of the domain raises: what cannot be read.

use chrono::{DateTime, Utc};
use domain::ids::{EnrolmentId, WorkId};
use domain::work::{WorkItem, WorkKind};

/// The work about an enrolment that cannot be read.
pub(crate) fn unreadable_id(enrolment: &str) -> WorkId {
    WorkId::for_cause(&["unreadable", enrolment])
}

/// An enrolment that cannot be read, or needs something that cannot be.
pub(crate) fn unreadable(enrolment: &str, why: &str, now: DateTime<Utc>) -> WorkItem {
    WorkItem {
        id: unreadable_id(enrolment),
        kind: WorkKind::Unreadable,
        since: now,
        summary: format!(
            "An enrolment was taken out of sending, because something it needs cannot be read: {why}. \
             Ask support to mend it, and resolve this then: it is tried again."
        ),
        enrolment: EnrolmentId::parse(enrolment).ok(),
        program: None,
        patient: None,
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}
