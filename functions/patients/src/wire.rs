//! The API's JSON, and its way to and from the domain.

mod consent;
mod patient;
mod search;

use app::history::Entry;
use domain::enrolment::{Cause, EndReason, Enrolment, HoldReason, Status, Step};
use domain::program::Program;
use domain::timing::Reference;
use domain::work::WorkItem;
use serde_json::{Value, json};

pub(crate) use self::consent::{read_consent, read_opt_out};
pub(crate) use self::patient::{
    read_merge, read_patient, read_saved_patient, read_upsert, show_patient,
};
pub(crate) use self::search::{Search, read_search, show_next};

pub(crate) fn show_enrolment(enrolment: &Enrolment, program: Option<&Program>) -> Value {
    let Cause::Booking(booking) = &enrolment.cause;
    let name = program.map(|program| &program.name);
    let reference = match enrolment.reference {
        Reference::Date(date) => json!(date),
        Reference::Instant(at) => json!(at),
    };
    json!({
        "id": enrolment.id,
        "program": { "id": enrolment.program, "name": name },
        "patient": enrolment.patient,
        "site": enrolment.site,
        "cause": { "booking": { "source": booking.source, "id": booking.id } },
        "enrolled_at": enrolment.enrolled_at,
        "reference": reference,
        "cycle": enrolment.cycle,
        "of": 1,
        "status": status_name(&enrolment.status),
        "reason": reason(&enrolment.status),
        "next_action": next_action(&enrolment.status),
    })
}

fn status_name(status: &Status) -> &'static str {
    match status {
        Status::Active(_) => "active",
        Status::Held { .. } => "held",
        Status::Completed { .. } => "completed",
        Status::Ended { .. } => "ended",
    }
}

fn reason(status: &Status) -> Option<String> {
    match status {
        Status::Active(_) | Status::Completed { .. } => None,
        Status::Held { why: HoldReason::Failed(why), .. } => Some(why.clone()),
        Status::Held { why: HoldReason::Unclear, .. } => {
            Some("a message may or may not have been sent".to_owned())
        }
        Status::Ended { why: EndReason::Booking(gone), .. } => Some(
            match gone {
                domain::booking::Gone::Cancelled => "the booking was cancelled",
                domain::booking::Gone::NotAttended => "the booking was not attended",
                domain::booking::Gone::Deleted => "the booking was deleted",
                domain::booking::Gone::Reassigned => "the booking is another patient's now",
            }
            .to_owned(),
        ),
    }
}

fn next_action(status: &Status) -> Option<Value> {
    let show = |step: &Step| {
        json!({
            "action": step.action,
            "type": step.channel.as_str(),
            "attempt": step.attempt,
            "due": step.due,
        })
    };
    match status {
        Status::Active(step) | Status::Held { step, .. } => Some(show(step)),
        Status::Completed { .. } | Status::Ended { .. } => None,
    }
}

pub(crate) fn show_entry(entry: &Entry) -> Value {
    json!({ "at": entry.at, "event": entry.event, "summary": entry.summary, "by": entry.by })
}

pub(crate) fn show_work(work: &WorkItem) -> Value {
    json!({
        "id": work.id,
        "kind": work.kind.as_str(),
        "since": work.since,
        "summary": work.summary,
        "enrolment": work.enrolment,
        "patient": work.patient,
        "site": work.site,
    })
}
