//! The API's JSON, and its way to and from the domain.

use app::form::Form;
use app::history::Entry;
use app::people::PatientDraft;
use chrono::NaiveDate;
use domain::enrolment::{Cause, EndReason, Enrolment, HoldReason, Status, Step};
use domain::patient::{Identifier, Patient, PersonName, Standing};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{Channel, Program};
use domain::text::{Code, ExternalId};
use domain::timing::Reference;
use domain::work::WorkItem;
use serde_json::{Value, json};

/// Most identifiers of one patient: they are written in one transaction.
const MAX_IDENTIFIERS: usize = 20;

/// The key by which another system knows a patient.
pub(crate) fn read_identifier(form: &Form<'_>) -> Option<Identifier> {
    let source = form.required("source", Code::parse);
    let id = form.required("id", ExternalId::parse);
    Some(Identifier { source: source?, id: Phi::new(id?) })
}

/// A new patient: what is left out is empty.
pub(crate) fn read_patient(form: &Form<'_>) -> Option<PatientDraft> {
    read(form)
}

/// A patient saved again. What decides whether they may be contacted must be said: left out, it
/// would take back an opt-out.
pub(crate) fn read_saved_patient(form: &Form<'_>) -> Option<PatientDraft> {
    for name in ["identifiers", "mobile", "opted_out", "standing"] {
        form.must_say(name);
    }
    read(form)
}

fn read(form: &Form<'_>) -> Option<PatientDraft> {
    let identifiers = form.objects("identifiers", MAX_IDENTIFIERS, read_identifier);
    let first_name = form.required("first_name", PersonName::parse);
    let last_name = form.required("last_name", PersonName::parse);
    let date_of_birth = form.optional("date_of_birth", |text| {
        text.parse::<NaiveDate>().map_err(|_| "must be a date such as 1980-02-03")
    });
    let mobile = form.optional("mobile", MobileNumber::parse);
    let site = form.optional("site", Code::parse);
    let opted_out = form.texts("opted_out", 5, |text| {
        Channel::parse(text).ok_or("must be a channel: sms, email or letter")
    });
    let standing = form.optional("standing", |text| {
        Standing::parse(text).ok_or("must be one of current, archived, deceased")
    });
    form.pass_over(&["id", "version"]);
    Some(PatientDraft {
        identifiers: identifiers?.into_iter().collect(),
        first_name: Phi::new(first_name?),
        last_name: Phi::new(last_name?),
        date_of_birth: date_of_birth?.map(Phi::new),
        mobile: mobile?,
        site: site?,
        opted_out: opted_out?.into_iter().collect(),
        standing: standing?.unwrap_or(Standing::Current),
    })
}

pub(crate) fn show_patient(patient: &Patient, site: Option<&Code>) -> Value {
    let identifiers: Vec<_> = patient
        .identifiers
        .iter()
        .map(|identifier| json!({ "source": identifier.source, "id": identifier.id.reveal() }))
        .collect();
    let opted_out: Vec<_> = patient.opted_out.iter().map(|channel| channel.as_str()).collect();
    json!({
        "id": patient.id,
        "version": patient.revision,
        "identifiers": identifiers,
        "first_name": patient.first_name.reveal(),
        "last_name": patient.last_name.reveal(),
        "date_of_birth": patient.date_of_birth.as_ref().map(Phi::reveal),
        "mobile": patient.mobile.as_ref().map(MobileNumber::e164),
        "site": site,
        "opted_out": opted_out,
        "standing": patient.standing.as_str(),
    })
}

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
