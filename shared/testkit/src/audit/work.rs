//! The work list: each item is about something that is there, and still waits.

use domain::enrolment::{Status, hold_id};
use domain::ids::EnrolmentId;
use domain::work::{WorkItem, WorkKind};

use super::{Looking, said};

pub(super) fn look(looking: &mut Looking) {
    let items = looking.items("work-list", "OPEN");
    let misplaced = items.filter(|(_, sk, item)| said(item, "id").is_some_and(|id| id != *sk));
    let misplaced: Vec<_> = misplaced.map(|(_, sk, _)| sk.to_owned()).collect();
    for place in misplaced {
        looking.found(format!("{place} on the work list is not where its id says"));
    }
    for (id, work) in looking.open.clone() {
        let item = &work.item;
        if work.revision == 0 {
            looking.found(format!("{id} on the work list cannot be read"));
            continue;
        }
        about_what_is_there(looking, item);
        let waits = item.enrolment.as_ref().is_none_or(|about| waits_still(looking, item, about));
        looking.must(waits, || {
            format!(
                "{id} ({}) is on the work list, and its enrolment is not held for it",
                item.kind.as_str()
            )
        });
    }
}

fn about_what_is_there(looking: &mut Looking, item: &WorkItem) {
    if let Some(about) = &item.enrolment {
        let there = looking.item("enrolments", about.as_str(), "ENROLMENT").is_some();
        looking.must(there, || format!("{} is about {about}, which is not there", item.id));
    }
    for about in item.patient.iter().chain(&item.same_as) {
        let there = looking.item("people", about.as_str(), "PATIENT").is_some();
        looking.must(there, || format!("{} is about {about}, who is not there", item.id));
    }
}

/// Only a hold asks for these; what no one is held for would send staff after nothing.
fn waits_still(looking: &Looking, item: &WorkItem, about: &EnrolmentId) -> bool {
    match item.kind {
        WorkKind::Paused | WorkKind::Failed | WorkKind::Repeated => {}
        WorkKind::NotReached
        | WorkKind::Exhausted
        | WorkKind::BookingGone
        | WorkKind::Unclear
        | WorkKind::Unmatched
        | WorkKind::BadAddress
        | WorkKind::Unreadable
        | WorkKind::Replied
        | WorkKind::OutOfRange
        | WorkKind::Declined
        | WorkKind::OptedOut
        | WorkKind::PossibleDuplicate
        | WorkKind::Unbalanced => return true,
    }
    looking.enrolments.get(about).is_none_or(|enrolment| match &enrolment.status {
        Status::Held { step, .. } => hold_id(&enrolment.key_of(step)) == item.id,
        Status::Active(_) | Status::Completed { .. } | Status::Ended { .. } => false,
    })
}
