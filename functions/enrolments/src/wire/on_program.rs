//! Who is on a program: of one, or of the whole practice.

use app::form::Form;
use domain::calendar::in_words;
use domain::enrolment::{Enrolment, Status};
use domain::ids::{ActionId, ProgramId};
use domain::invalid::{FieldError, Invalid};
use domain::patient::Patient;
use domain::program::{Action, Addressee, Medium, Program};
use domain::site::Site;
use domain::text::Code;
use serde_json::{Value, json};

use super::details::show_frequency;
use super::enrolment::{reason, show_reference, show_site, status_name};

/// Somebody on a program, with what an admin wants to see of it (HealthTrack R20 and R25).
pub(crate) fn show_on_program(
    enrolment: &Enrolment,
    program: &Program,
    patient: Option<&Patient>,
    site: Option<&Site>,
) -> Value {
    let held_since = match enrolment.status {
        Status::Held { since, .. } => Some(since),
        Status::Active(_) | Status::Completed { .. } | Status::Ended { .. } => None,
    };
    let zone = site.map(|site| site.zone);
    json!({
        "enrolment": enrolment.id,
        "version": enrolment.revision,
        "program": { "id": program.id, "name": program.name, "type": program.kind.as_str() },
        "patient": {
            "id": enrolment.patient,
            "first_name": patient.map(|patient| patient.first_name.reveal()),
            "last_name": patient.map(|patient| patient.last_name.reveal()),
        },
        "site": show_site(&enrolment.site, site),
        "practitioner": enrolment.practitioner,
        "enrolled_at": enrolment.enrolled_at,
        "status": status_name(&enrolment.status),
        "reason": reason(&enrolment.status),
        "held_since": held_since,
        "cycle": enrolment.cycle,
        "of": program.course.cycles(),
        "frequency": program.course.frequency().map(show_frequency),
        "reference": enrolment.reference(program.course).map(show_reference),
        "next_action": enrolment.step().map(|step| json!({
            "action": step.action,
            "step": position(program, &step.action),
            "steps": program.actions.len(),
            "type": program.action(&step.action).map(action_type),
            "due": step.due,
            "local": zone.map(|zone| in_words(zone, step.due)),
        })),
    })
}

/// The place of an action in its program, from 1.
pub(super) fn position(program: &Program, id: &ActionId) -> Option<usize> {
    program.actions.iter().position(|action| action.id == *id).map(|place| place + 1)
}

/// The names of the types of actions, as admins write them.
const ACTION_TYPES: [&str; 5] = ["sms", "email", "letter_to_patient", "letter_to_gp", "pause"];

/// The name of an action's type: one of [`ACTION_TYPES`].
pub(super) fn action_type(action: &Action) -> &'static str {
    match action.message().map(|message| &message.medium) {
        None => "pause",
        Some(Medium::Sms { .. }) => "sms",
        Some(Medium::Email { .. }) => "email",
        Some(Medium::Letter { to: Addressee::Patient, .. }) => "letter_to_patient",
        Some(Medium::Letter { to: Addressee::Gp | Addressee::Referrer, .. }) => "letter_to_gp",
    }
}

/// How an enrolment that is not over stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Active,
    Held,
}

/// What those of the practice-wide list have in common.
#[derive(Debug)]
pub(crate) struct WideFilter {
    program: Option<ProgramId>,
    site: Option<Code>,
    standing: Option<Standing>,
    next_action: Option<&'static str>,
}

/// Reads `?program=&site=&status=&next_action=`.
pub(crate) fn read_wide_filter(form: &Form<'_>) -> Option<WideFilter> {
    let program = form.optional("program", ProgramId::parse);
    let site = form.optional("site", Code::parse);
    let standing = form.optional("status", |text| match text {
        "active" => Ok(Standing::Active),
        "held" => Ok(Standing::Held),
        _ => Err("must be one of active, held; what is over is in the list of its patient"),
    });
    let next_action = form.optional("next_action", |text| {
        let found = ACTION_TYPES.into_iter().find(|name| *name == text);
        found.ok_or_else(|| format!("must be one of {}", ACTION_TYPES.join(", ")))
    });
    Some(WideFilter {
        program: program?,
        site: site?,
        standing: standing?,
        next_action: next_action?,
    })
}

/// That there is no site of the code that a list is asked for.
pub(super) fn unknown_site(code: Option<&Code>, sites: &[Site]) -> Option<FieldError> {
    let unknown = code.is_some_and(|code| sites.iter().all(|site| site.code != *code));
    unknown.then(|| FieldError::new("/site", "there is no site of this code"))
}

impl WideFilter {
    /// Checks that what it names is there: an empty list would say that nobody is on it.
    ///
    /// # Errors
    /// What is not there.
    pub(crate) fn check(&self, programs: &[Program], sites: &[Site]) -> Result<(), Invalid> {
        let unknown = self.program.as_ref().filter(|id| programs.iter().all(|it| it.id != **id));
        let program = unknown.map(|_| {
            FieldError::new("/program", "there is no such program any more, or never was")
        });
        let errors = program.into_iter().chain(unknown_site(self.site.as_ref(), sites));
        Invalid::unless_empty(errors.collect())
    }

    /// The programs of those it takes.
    pub(crate) fn programs<'a>(&self, programs: &'a [Program]) -> Vec<&'a Program> {
        let wanted = |id: &ProgramId| self.program.as_ref().is_none_or(|wanted| wanted == id);
        programs.iter().filter(|program| wanted(&program.id)).collect()
    }

    pub(crate) fn takes(&self, enrolment: &Enrolment, program: &Program, sites: &[Site]) -> bool {
        let site = || sites.iter().find(|site| site.id == enrolment.site);
        let action = || enrolment.step().and_then(|step| program.action(&step.action));
        let standing = match enrolment.status {
            Status::Active(_) => Some(Standing::Active),
            Status::Held { .. } => Some(Standing::Held),
            Status::Completed { .. } | Status::Ended { .. } => None,
        };
        self.standing.is_none_or(|wanted| standing == Some(wanted))
            && self.site.as_ref().is_none_or(|code| site().is_some_and(|site| site.code == *code))
            && self.next_action.is_none_or(|wanted| action().map(action_type) == Some(wanted))
    }
}
