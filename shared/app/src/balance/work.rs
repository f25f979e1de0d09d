//! What the night's run has to say to people that is about no enrolment.

use chrono::{DateTime, NaiveDate, Utc};
use domain::balance::Day;
use domain::ids::{SiteId, WorkId};
use domain::work::{WorkItem, WorkKind};

/// What is stored of a balance cannot be read. It is made anew by itself; why it came to that is for a person.
pub(super) fn unreadable(what: &str, day: NaiveDate, now: DateTime<Utc>) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["balance", "unreadable", what, &day.to_string()]),
        kind: WorkKind::Unreadable,
        since: now,
        summary: format!(
            "What was stored of {what} of {} could not be read, and is made anew. Tell support, who see to what has spoilt it.",
            day.format("%-d %B %Y")
        ),
        enrolment: None,
        program: None,
        patient: None,
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}

/// What is not named one by one.
pub(super) fn the_rest(day: &Day, unnamed: u64, now: DateTime<Utc>) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["balance", "the rest", &day.date.to_string()]),
        kind: WorkKind::Unbalanced,
        since: now,
        summary: format!(
            "The balance of {} has found {unnamed} more things that do not balance than are on this list. Tell support at once.",
            day.date.format("%-d %B %Y")
        ),
        enrolment: None,
        program: None,
        patient: None,
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}

/// A site cannot be read. Everything else is weighed all the same.
pub(super) fn unreadable_site(site: &SiteId, now: DateTime<Utc>) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["balance", "unreadable", "site", site.as_str()]),
        kind: WorkKind::Unreadable,
        since: now,
        summary: format!(
            "What is stored of the site {site} cannot be read, and its patients may get nothing. Ask support to mend it."
        ),
        enrolment: None,
        program: None,
        patient: None,
        site: Some(site.clone()),
        same_as: Vec::new(),
        reply: None,
    }
}
