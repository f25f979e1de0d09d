//! The work list.

use std::collections::BTreeMap;

use app::catalogue::KnownProgram;
use app::enrolments::{Resolution, WorkStep};
use app::form::Form;
use chrono::{DateTime, Utc};
use domain::calendar::{in_words, local};
use domain::enrolment::{Instruction, Receipt};
use domain::ids::{PatientId, WorkId};
use domain::invalid::Invalid;
use domain::patient::Patient;
use domain::phi::Phi;
use domain::reply::Origin;
use domain::site::Site;
use domain::text::{Code, ExternalId, Label};
use domain::work::{
    OpenWork, ResolvedWork, WorkItem, WorkKind, WorkMonth, WorkNote, WorkOutcome, WorkText,
};
use serde_json::{Value, json};

use super::on_program::unknown_site;

/// Most items of one request.
const MAX_ITEMS: usize = 100;

/// Who is to do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Assignee {
    /// Whoever asks.
    Me,
    /// Nobody in particular.
    Nobody,
    /// This person.
    Person(ExternalId),
}

impl Assignee {
    /// The person, `me` being who asks.
    pub(crate) fn person(&self, me: &ExternalId) -> Option<ExternalId> {
        match self {
            Self::Me => Some(me.clone()),
            Self::Nobody => None,
            Self::Person(id) => Some(id.clone()),
        }
    }
}

/// What the work of a list has in common.
#[derive(Debug)]
pub(crate) struct WorkFilter {
    kind: Option<WorkKind>,
    site: Option<Code>,
    patient: Option<PatientId>,
    assignee: Option<Assignee>,
}

/// Reads `?kind=&site=&assignee=&patient=`. There is no search by a patient's name: what is in an
/// address is logged.
pub(crate) fn read_work_filter(form: &Form<'_>) -> Option<WorkFilter> {
    let kind = form.optional("kind", |text| {
        let names = WorkKind::ALL.map(WorkKind::as_str).join(", ");
        WorkKind::parse(text).ok_or_else(|| format!("must be one of {names}"))
    });
    let site = form.optional("site", Code::parse);
    let patient = form.optional("patient", PatientId::parse);
    let assignee = form.optional("assignee", |text| match text {
        "me" => Ok(Assignee::Me),
        "none" => Ok(Assignee::Nobody),
        id => ExternalId::parse(id).map(Assignee::Person),
    });
    Some(WorkFilter { kind: kind?, site: site?, patient: patient?, assignee: assignee? })
}

impl WorkFilter {
    /// Checks that what it names is there: an empty list would say that nothing waits.
    ///
    /// # Errors
    /// What is not there.
    pub(crate) fn check(&self, sites: &[Site]) -> Result<(), Invalid> {
        Invalid::unless_empty(unknown_site(self.site.as_ref(), sites).into_iter().collect())
    }

    pub(crate) fn takes(&self, work: &OpenWork, sites: &[Site], me: &ExternalId) -> bool {
        let item = &work.item;
        let site = || sites.iter().find(|site| Some(&site.id) == item.site.as_ref());
        self.kind.is_none_or(|kind| item.kind == kind)
            && self.patient.as_ref().is_none_or(|patient| {
                item.patient.iter().chain(&item.same_as).any(|about| about == patient)
            })
            && self.site.as_ref().is_none_or(|code| site().is_some_and(|site| site.code == *code))
            && self.assignee.as_ref().is_none_or(|to| work.assignee == to.person(me))
    }
}

/// Reads `?month=2026-11`.
pub(crate) fn read_month(form: &Form<'_>) -> Option<WorkMonth> {
    form.required("month", WorkMonth::parse)
}

/// What is to be done with work, as it was written: `me` is still to be found out.
pub(crate) enum Step {
    Assign(Assignee),
    Note(Phi<WorkText>),
    Resolve(Resolution),
}

impl Step {
    pub(crate) fn by(self, me: &ExternalId) -> WorkStep {
        match self {
            Self::Assign(to) => WorkStep::Assign(to.person(me)),
            Self::Note(text) => WorkStep::Note(text),
            Self::Resolve(resolution) => WorkStep::Resolve(resolution),
        }
    }

    /// Whether only a clinician may do it.
    pub(crate) const fn is_clinical(&self) -> bool {
        match self {
            Self::Assign(_) | Self::Note(_) => false,
            Self::Resolve(resolution) => resolution.outcome.is_clinical(),
        }
    }
}

/// Reads `{"to": "me"}`, a person's id, or `null` for nobody.
pub(crate) fn read_assign(form: &Form<'_>) -> Option<Step> {
    form.must_say("to");
    let to = form.optional("to", |text| match text {
        "me" => Ok(Assignee::Me),
        id => ExternalId::parse(id).map(Assignee::Person),
    });
    Some(Step::Assign(to?.unwrap_or(Assignee::Nobody)))
}

/// Reads `{"text": …}`.
pub(crate) fn read_note(form: &Form<'_>) -> Option<Step> {
    form.required("text", WorkText::parse).map(Phi::new).map(Step::Note)
}

#[derive(Clone, Copy)]
enum Then {
    Advance,
    Skip,
    Retry,
    End,
}

const THENS: [Then; 4] = [Then::Advance, Then::Skip, Then::Retry, Then::End];

const fn then_name(then: Then) -> &'static str {
    match then {
        Then::Advance => "advance",
        Then::Skip => "skip",
        Then::Retry => "retry",
        Then::End => "end",
    }
}

/// Reads `{"outcome": "done", "note": …, "then": "advance"}`.
pub(crate) fn read_resolve(form: &Form<'_>) -> Option<Step> {
    let outcome = form.choice("outcome", &WorkOutcome::ALL, WorkOutcome::as_str);
    let note = form.optional("note", WorkText::parse);
    let then = form.optional_choice("then", &THENS, then_name);
    let not_received = form.flag("not_received", false);
    let (outcome, note) = (outcome?, note?.map(Phi::new));
    let receipt = if not_received? { Receipt::NotReceived } else { Receipt::Unknown };
    let then = then?.map(|then| match then {
        Then::Advance => Instruction::Advance,
        Then::Skip => Instruction::Skip,
        Then::Retry => Instruction::Retry(receipt),
        Then::End => {
            Instruction::End(Label::parse(outcome.in_words()).expect("its words are a short text"))
        }
    });
    Some(Step::Resolve(Resolution { outcome, note, then }))
}

/// Reads many items and the one thing that is to be done with each.
pub(crate) fn read_bulk(form: &Form<'_>) -> Option<(Vec<WorkId>, Step)> {
    let items = form.texts("items", MAX_ITEMS, WorkId::parse);
    if items.as_ref().is_some_and(Vec::is_empty) {
        form.error("items", "must name at least one item");
    }
    let step = form.object("do", |form| {
        let assign = form.optional_object("assign", read_assign);
        let note = form.optional_object("note", read_note);
        let resolve = form.optional_object("resolve", read_resolve);
        let mut steps: Vec<_> = [assign?, note?, resolve?].into_iter().flatten().collect();
        let step = steps.pop().filter(|_| steps.is_empty());
        if step.is_none() {
            form.error("assign", "give one of assign, note and resolve");
        }
        step
    });
    Some((items?, step?))
}

/// What is shown beside work: what its ids stand for.
#[derive(Default)]
pub(crate) struct Around<'a> {
    pub(crate) patients: Option<&'a BTreeMap<PatientId, Patient>>,
    pub(crate) program: Option<&'a KnownProgram>,
    pub(crate) site: Option<&'a Site>,
}

pub(crate) fn show_work(work: &OpenWork, around: &Around<'_>, now: DateTime<Utc>) -> Value {
    let OpenWork { item, assignee, notes, .. } = work;
    let WorkItem { id, kind, since, summary, enrolment, program, patient, same_as, site, reply } =
        item;
    let zone = around.site.map(|site| site.zone);
    let clock = zone.unwrap_or(chrono_tz::UTC);
    let waiting_days = (local(clock, now).date() - local(clock, *since).date()).num_days();
    json!({
        "id": id,
        "kind": kind.as_str(),
        "since": since,
        "local": zone.map(|zone| in_words(zone, *since)),
        "waiting_days": waiting_days,
        "summary": summary,
        "reply": reply.as_ref().map(|reply| reply.reveal().text.as_str()),
        "reply_from": reply.as_ref().and_then(|it| it.reveal().from.as_ref()).map(Origin::national),
        "enrolment": enrolment,
        "program": program.as_ref().map(|id| {
            let known = around.program;
            json!({
                "id": id,
                "name": known.map(|known| &known.program().name),
                "deleted": known.is_none_or(KnownProgram::is_deleted),
            })
        }),
        "patient": patient.as_ref().map(|id| show_person(id, around)),
        "same_as": same_as.iter().map(|id| show_person(id, around)).collect::<Vec<_>>(),
        "site": site.as_ref().map(|id| json!({
            "id": id,
            "code": around.site.map(|site| &site.code),
            "name": around.site.map(|site| &site.name),
        })),
        "assignee": assignee,
        "notes": notes.iter().map(show_note).collect::<Vec<_>>(),
    })
}

fn show_person(id: &PatientId, around: &Around<'_>) -> Value {
    let patient = around.patients.and_then(|patients| patients.get(id));
    json!({
        "id": id,
        "first_name": patient.map(|patient| patient.first_name.reveal()),
        "last_name": patient.map(|patient| patient.last_name.reveal()),
    })
}

/// The same, with what came of it.
pub(crate) fn show_resolved(resolved: &ResolvedWork, around: &Around<'_>) -> Value {
    let mut shown = show_work(&resolved.work, around, resolved.at);
    let came = json!({
        "at": resolved.at, "by": resolved.by, "outcome": resolved.outcome.as_str(),
    });
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("resolved".to_owned(), came);
    }
    shown
}

fn show_note(note: &WorkNote) -> Value {
    json!({ "at": note.at, "by": note.by, "text": note.text.reveal() })
}
