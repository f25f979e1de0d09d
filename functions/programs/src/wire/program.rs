//! Programs, their actions and timings.

use app::catalogue::{ActionDraft, ActionIdentity, ProgramDraft};
use app::form::Form;
use domain::calendar::CalendarSpan;
use domain::ids::{ActionId, TemplateId};
use domain::program::{
    Action, ActionKind, Assignment, Channel, OnError, Program, ProgramName, ProgramType, WindowUse,
};
use domain::timing::{Span, Timing};
use serde_json::{Value, json};

use super::{show_time, time_of_day};

/// Most actions of a program.
const MAX_ACTIONS: usize = 100;
/// Longest offset, in any unit: more than forty days of minutes.
const MAX_AMOUNT: u64 = 60_000;

pub(crate) fn read_program(form: &Form<'_>) -> Option<ProgramDraft> {
    let kind = form.choice("type", &ProgramType::ALL, ProgramType::as_str);
    let name = form.required("name", ProgramName::parse);
    let actions = form.objects("actions", MAX_ACTIONS, read_action);
    let enabled = form.optional_flag("enabled");
    // What an answer shows may be sent back as it is.
    form.pass_over(&["id", "version"]);
    let assignment =
        enabled?.map(|enabled| if enabled { Assignment::Enabled } else { Assignment::Disabled });
    Some(ProgramDraft { kind: kind?, name: name?, actions: actions?, assignment })
}

fn read_action(form: &Form<'_>) -> Option<ActionDraft> {
    let identity = form.optional("id", |text| match text {
        "new" => Ok(ActionIdentity::New),
        id => ActionId::parse(id).map(ActionIdentity::Existing),
    });
    let channel = form.choice("type", &[Channel::Sms], Channel::as_str);
    let template = form.required("template", TemplateId::parse);
    let timing = form.object("timing", read_timing);
    let pause_on_error = form.flag("pause_on_error", true);
    let ignore_window = form.flag("ignore_window", false);
    channel?;
    let kind = ActionKind::Sms { template: template? };
    Some(ActionDraft {
        identity: identity?.unwrap_or(ActionIdentity::Unsaid),
        kind,
        timing: timing?,
        on_error: if pause_on_error? { OnError::Pause } else { OnError::Skip },
        window: if ignore_window? { WindowUse::Ignore } else { WindowUse::Keep },
    })
}

#[derive(Clone, Copy)]
enum When {
    Enrolled,
    Before,
    On,
    After,
}

const WHENS: [When; 4] = [When::Enrolled, When::Before, When::On, When::After];

fn when_name(when: When) -> &'static str {
    match when {
        When::Enrolled => "enrolled",
        When::Before => "before",
        When::On => "on",
        When::After => "after",
    }
}

fn read_timing(form: &Form<'_>) -> Option<Timing> {
    match form.choice("when", &WHENS, when_name) {
        Some(When::Enrolled) => Some(Timing::Enrolled),
        Some(When::On) => Some(Timing::On(form.optional("at", time_of_day)?)),
        Some(When::Before) => Some(Timing::Before(read_span(form)?)),
        Some(When::After) => Some(Timing::After(read_span(form)?)),
        None => {
            // What else is there cannot be judged without it.
            form.pass_over(&["at", "amount", "unit"]);
            None
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

const UNITS: [Unit; 5] = [Unit::Minutes, Unit::Hours, Unit::Days, Unit::Weeks, Unit::Months];

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => "minutes",
        Unit::Hours => "hours",
        Unit::Days => "days",
        Unit::Weeks => "weeks",
        Unit::Months => "months",
    }
}

fn read_span(form: &Form<'_>) -> Option<Span> {
    let amount = form.number("amount", 1, MAX_AMOUNT);
    let unit = form.choice("unit", &UNITS, unit_name);
    let at = form.optional("at", time_of_day);
    if amount == Some(None) {
        form.error("amount", "is required");
    }
    let (amount, unit, at) = (u16::try_from(amount??).ok()?, unit?, at?);
    let elapsed = matches!(unit, Unit::Minutes | Unit::Hours);
    if elapsed && at.is_some() {
        let detail =
            "minutes and hours are elapsed time and take no time of day; use days, weeks or months";
        form.error("at", detail);
        return None;
    }
    Some(match unit {
        Unit::Minutes => Span::Minutes(amount.into()),
        Unit::Hours => Span::Hours(amount.into()),
        Unit::Days => Span::Calendar(CalendarSpan::Days(amount), at),
        Unit::Weeks => Span::Calendar(CalendarSpan::Weeks(amount), at),
        Unit::Months => Span::Calendar(CalendarSpan::Months(amount), at),
    })
}

pub(crate) fn show_program(program: &Program) -> Value {
    json!({
        "id": program.id,
        "type": program.kind.as_str(),
        "name": program.name,
        "version": program.version,
        "enabled": program.assignment == Assignment::Enabled,
        "actions": program.actions.iter().map(show_action).collect::<Vec<_>>(),
    })
}

fn show_action(action: &Action) -> Value {
    json!({
        "id": action.id,
        "type": action.kind.channel().as_str(),
        "template": action.kind.template(),
        "timing": show_timing(action.timing),
        "pause_on_error": action.on_error == OnError::Pause,
        "ignore_window": action.window == WindowUse::Ignore,
    })
}

fn show_timing(timing: Timing) -> Value {
    match timing {
        Timing::Enrolled => json!({ "when": "enrolled" }),
        Timing::On(at) => json!({ "when": "on", "at": at.map(show_time) }),
        Timing::Before(span) => show_span("before", span),
        Timing::After(span) => show_span("after", span),
    }
}

fn show_span(when: &str, span: Span) -> Value {
    let (amount, unit, at) = match span {
        Span::Minutes(n) => (n, Unit::Minutes, None),
        Span::Hours(n) => (n, Unit::Hours, None),
        Span::Calendar(CalendarSpan::Days(n), at) => (n.into(), Unit::Days, at),
        Span::Calendar(CalendarSpan::Weeks(n), at) => (n.into(), Unit::Weeks, at),
        Span::Calendar(CalendarSpan::Months(n), at) => (n.into(), Unit::Months, at),
    };
    json!({ "when": when, "amount": amount, "unit": unit_name(unit), "at": at.map(show_time) })
}
