//! Programs.

use app::catalogue::ProgramDraft;
use app::form::Form;
use app::ports::{HowMany, ProgramVersion};
use app::release::Accepted;
use domain::program::{
    Assignment, Completion, Course, MAX_CYCLES, NextCycle, Program, ProgramName, ProgramType,
    Purpose, ReferralFilter, ReferralOrigins, ReferralTypes, Reopening, Significance,
};
use domain::text::Code;
use serde_json::{Value, json};

use super::action::{read_action, show_action};
use super::timing::{read_frequency, show_frequency};

/// Most actions of a program.
const MAX_ACTIONS: usize = 100;
/// Most types of referral that one program names.
const MAX_REFERRAL_TYPES: usize = 50;
/// Longest wait before a cycle is opened again, in days.
const MAX_REOPEN_DAYS: u64 = 366;

pub(crate) fn read_program(form: &Form<'_>) -> Option<ProgramDraft> {
    let kind = form.choice("type", &ProgramType::ALL, ProgramType::as_str);
    let name = form.required("name", ProgramName::parse);
    let cycles = form.number("cycles", 1, MAX_CYCLES.into());
    let frequency = form.optional_object("frequency", read_frequency);
    let next_cycle = form.optional_choice("next_cycle", &NextCycle::ALL, NextCycle::as_str);
    let purpose = form.optional_choice("purpose", &Purpose::ALL, Purpose::as_str);
    let clinical = form.flag("clinically_significant", false);
    let completion = form.optional_choice("completion", &Completion::ALL, Completion::as_str);
    let reopening = form.optional_object("reopening", read_reopening);
    let origins =
        form.optional_choice("referral_origins", &ReferralOrigins::ALL, ReferralOrigins::as_str);
    let types = form.optional_texts("referral_types", MAX_REFERRAL_TYPES, Code::parse);
    let actions = form.objects("actions", MAX_ACTIONS, read_action);
    let enabled = form.optional_flag("enabled");
    // What an answer shows may be sent back as it is.
    form.pass_over(&["id", "version", "warnings", "open_enrolments"]);
    // Of a draft that is refused for something else, this would be told only the next time.
    // One cycle, in the place of a number that is wrong, is never too many.
    if form.is_refused()
        && let (Some(kind), Some(frequency)) = (kind, frequency)
        && let Err(invalid) = Course::new(
            kind,
            cycles.flatten().unwrap_or(1),
            frequency,
            next_cycle.flatten().unwrap_or(NextCycle::FromFirstDate),
        )
    {
        form.refuse(&invalid);
    }
    let kind = kind?;
    Some(ProgramDraft {
        kind,
        name: name?,
        cycles: cycles?.unwrap_or(1),
        frequency: frequency?,
        next_cycle: next_cycle?.unwrap_or(NextCycle::FromFirstDate),
        purpose: purpose?.unwrap_or(Purpose::Care),
        significance: if clinical? { Significance::Clinical } else { Significance::Routine },
        completion: completion?.unwrap_or(kind.usual_completion()),
        reopening: reopening?.unwrap_or(Reopening::AtOnce),
        referrals: ReferralFilter {
            origins: origins?.unwrap_or_default(),
            types: ReferralTypes::of(types?.unwrap_or_default().into_iter().collect()),
        },
        actions: actions?,
        assignment: enabled?
            .map(|enabled| if enabled { Assignment::Enabled } else { Assignment::Disabled }),
    })
}

/// The name of a copy.
pub(crate) fn read_program_name(form: &Form<'_>) -> Option<ProgramName> {
    form.required("name", ProgramName::parse)
}

/// Reads `?due_at_once=`: how many patients may be contacted at once by a save.
pub(crate) fn read_accepted(form: &Form<'_>) -> Option<Accepted> {
    let accepted = form.optional("due_at_once", |text| match text {
        "all" => Ok(Accepted::All),
        number => number.parse().map(Accepted::UpTo).map_err(|_| "must be a whole number, or all"),
    });
    Some(accepted?.unwrap_or(Accepted::UpTo(0)))
}

/// A version, and who saved it.
pub(crate) fn show_program_version(version: &ProgramVersion) -> Value {
    let mut shown = show_program(&version.program);
    if let Some(object) = shown.as_object_mut() {
        object.insert("saved_at".to_owned(), json!(version.saved.at));
        object.insert("saved_by".to_owned(), json!(version.saved.by));
    }
    shown
}

#[derive(Clone, Copy)]
enum Policy {
    AtOnce,
    AfterDays,
    AskStaff,
}

const POLICIES: [Policy; 3] = [Policy::AtOnce, Policy::AfterDays, Policy::AskStaff];

fn policy_name(policy: Policy) -> &'static str {
    match policy {
        Policy::AtOnce => "at_once",
        Policy::AfterDays => "after_days",
        Policy::AskStaff => "ask_staff",
    }
}

fn read_reopening(form: &Form<'_>) -> Option<Reopening> {
    match form.choice("policy", &POLICIES, policy_name) {
        // Whether days belong there cannot be judged without it.
        None => {
            form.pass_over(&["days"]);
            None
        }
        Some(Policy::AtOnce) => Some(Reopening::AtOnce),
        Some(Policy::AskStaff) => Some(Reopening::AskStaff),
        Some(Policy::AfterDays) => {
            let days = form.number("days", 1, MAX_REOPEN_DAYS)?;
            if days.is_none() {
                form.error("days", "is required");
            }
            u16::try_from(days?).ok().map(Reopening::AfterDays)
        }
    }
}

pub(crate) fn show_program(program: &Program) -> Value {
    let course = program.course;
    let of_referrals = (program.kind == ProgramType::Referral).then_some(&program.referrals);
    json!({
        "id": program.id,
        "type": program.kind.as_str(),
        "name": program.name,
        "version": program.version,
        "enabled": program.assignment == Assignment::Enabled,
        "cycles": course.cycles(),
        "frequency": course.frequency().map(show_frequency),
        "next_cycle": course.next().as_str(),
        "purpose": program.purpose.as_str(),
        "clinically_significant": program.significance == Significance::Clinical,
        "completion": program.completion.as_str(),
        "reopening": show_reopening(program.reopening),
        "referral_origins": of_referrals.map(|filter| filter.origins.as_str()),
        "referral_types": of_referrals.map(|filter| filter.types.codes().collect::<Vec<_>>()),
        "actions": program.actions.iter().map(show_action).collect::<Vec<_>>(),
    })
}

/// A program, and how many enrolments on it are not over.
pub(crate) fn show_counted_program(program: &Program, on_it: HowMany) -> Value {
    let mut shown = show_program(program);
    let (count, more) = match on_it {
        HowMany::All(count) => (count, false),
        HowMany::AtLeast(count) => (count, true),
    };
    if let Some(object) = shown.as_object_mut() {
        object.insert("open_enrolments".to_owned(), json!({ "count": count, "more": more }));
    }
    shown
}

fn show_reopening(reopening: Reopening) -> Value {
    match reopening {
        Reopening::AtOnce => json!({ "policy": policy_name(Policy::AtOnce) }),
        Reopening::AskStaff => json!({ "policy": policy_name(Policy::AskStaff) }),
        Reopening::AfterDays(days) => {
            json!({ "policy": policy_name(Policy::AfterDays), "days": days })
        }
    }
}
