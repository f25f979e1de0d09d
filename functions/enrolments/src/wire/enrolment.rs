//! Enrolments, their history, and the work list.

use app::catalogue::KnownProgram;
use app::history::Entry;
use app::ports::UnreadableEnrolment;
use axum::Json;
use chrono_tz::Tz;
use domain::actor::Actor;
use domain::calendar::in_words;
use domain::enrolment::{
    Cause, CycleEnd, EndReason, Enrolment, HoldReason, PastCycle, Status, Step,
};
use domain::ids::SiteId;
use domain::site::Site;
use domain::timing::Reference;
use serde_json::{Value, json};

pub(crate) fn show_enrolment(
    enrolment: &Enrolment,
    known: Option<&KnownProgram>,
    site: Option<&Site>,
) -> Value {
    let program = known.map(KnownProgram::program);
    let reference = program
        .and_then(|program| enrolment.reference(program.course))
        .unwrap_or(enrolment.anchor.date);
    json!({
        "id": enrolment.id,
        "version": enrolment.revision,
        "program": {
            "id": enrolment.program,
            "name": program.map(|program| &program.name),
            "type": program.map(|program| program.kind.as_str()),
            "deleted": known.is_none_or(KnownProgram::is_deleted),
        },
        "patient": enrolment.patient,
        "site": show_site(&enrolment.site, site),
        "practitioner": enrolment.practitioner,
        "cause": show_cause(&enrolment.cause),
        "moved_from": enrolment.moved_from,
        "enrolled_at": enrolment.enrolled_at,
        "reference": show_reference(reference),
        "cycle": enrolment.cycle,
        "of": program.map_or(enrolment.cycle, |program| program.course.cycles()),
        "past_cycles": enrolment.past.iter().map(show_past).collect::<Vec<_>>(),
        "status": status_name(&enrolment.status),
        "reason": reason(&enrolment.status),
        "next_action": enrolment.step().map(show_step),
    })
}

/// A page, and beside it the enrolments that should be on it and cannot be read: they must not hide
/// the others, and somebody must see them. Why is for those who mend it, in the log.
pub(crate) fn beside_unreadable(
    Json(mut page): Json<Value>,
    unreadable: &[UnreadableEnrolment],
) -> Json<Value> {
    let show = |one: &UnreadableEnrolment| json!({ "enrolment": one.id, "program": one.program });
    let shown: Vec<_> = unreadable.iter().map(show).collect();
    if let Some(fields) = page.as_object_mut() {
        fields.insert("unreadable".to_owned(), json!(shown));
    }
    Json(page)
}

pub(super) fn show_site(id: &SiteId, site: Option<&Site>) -> Value {
    json!({
        "id": id,
        "code": site.map(|site| &site.code),
        "name": site.map(|site| &site.name),
    })
}

pub(super) fn show_reference(reference: Reference) -> Value {
    match reference {
        Reference::Date(date) => json!(date),
        Reference::Instant(at) => json!(at),
    }
}

fn show_cause(cause: &Cause) -> Value {
    match cause {
        Cause::Booking(key) => json!({ "booking": { "source": key.source, "id": key.id } }),
        Cause::Referral(key) => json!({ "referral": { "source": key.source, "id": key.id } }),
        Cause::Added(by) => json!({ "added_by": show_actor(by) }),
    }
}

fn show_past(past: &PastCycle) -> Value {
    let by = match &past.by {
        CycleEnd::Actions => json!("actions"),
        CycleEnd::Staff => json!("staff"),
        CycleEnd::Booking { key, of_type: _ } => {
            json!({ "booking": { "source": key.source, "id": key.id } })
        }
    };
    json!({ "cycle": past.cycle, "ended_at": past.ended_at, "by": by })
}

pub(super) fn status_name(status: &Status) -> &'static str {
    match status {
        Status::Active(_) => "active",
        Status::Held { .. } => "held",
        Status::Completed { .. } => "completed",
        Status::Ended { .. } => "ended",
    }
}

pub(super) fn reason(status: &Status) -> Option<String> {
    match status {
        Status::Active(_) | Status::Completed { .. } => None,
        Status::Held { why: HoldReason::Paused, .. } => {
            Some("it has come to a pause; advance it".to_owned())
        }
        Status::Held { why: HoldReason::Failed(why), .. } => Some(why.clone()),
        Status::Held { why: HoldReason::NoReferrer, .. } => Some(
            "the referral names no referrer: fill it in where it comes from, or advance".to_owned(),
        ),
        Status::Held { why: HoldReason::Repeated, .. } => Some(
            "the same text has gone to the patient's address too often: end what repeats it, release the address, \
             and retry"
                .to_owned(),
        ),
        Status::Held { why: HoldReason::Unclear, .. } => {
            Some("a message may or may not have been sent".to_owned())
        }
        Status::Ended { why, .. } => Some(match why {
            EndReason::Booking(gone) => gone.to_string(),
            EndReason::Referral(gone) => gone.to_string(),
            EndReason::Staff => "ended by staff".to_owned(),
            EndReason::MovedTo(to) => format!("moved to another program, as {to}"),
            EndReason::Patient => "the patient is no longer contacted".to_owned(),
        }),
    }
}

fn show_step(step: &Step) -> Value {
    json!({
        "action": step.action,
        "type": step.carrier.as_str(),
        "attempt": step.attempt,
        "due": step.due,
    })
}

/// Who did something, as text: a person by the id of their account.
fn show_actor(actor: &Actor) -> String {
    match actor {
        Actor::PatientConnect => "patient connect".to_owned(),
        Actor::Person(id) => id.to_string(),
        Actor::System(source) => format!("webhook {source}"),
    }
}

/// An entry of the history; `zone` is its site's clock.
pub(crate) fn show_entry(entry: &Entry, zone: Option<Tz>) -> Value {
    json!({
        "at": entry.at,
        "local": zone.map(|zone| in_words(zone, entry.at)),
        "event": entry.event,
        "summary": entry.summary,
        "by": show_actor(&entry.by),
        "manual": entry.by.is_person(),
    })
}

/// Where an entry stands in the history of its enrolment.
pub(crate) fn place_of_entry(entry: &Entry) -> String {
    format!("{:015}#{:04}", entry.at.timestamp_millis(), entry.nth)
}
