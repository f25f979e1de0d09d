//! The API's JSON, and its way to and from the domain.

use app::catalogue::{ActionDraft, BookingTypeDraft, ProgramDraft, SiteDraft, TemplateDraft};
use app::form::Form;
use app::ports::BookingType;
use chrono::{NaiveDate, NaiveTime, Weekday};
use domain::calendar::CalendarSpan;
use domain::ids::{ActionId, ProgramId, TemplateId};
use domain::program::{
    Action, ActionKind, Assignment, Channel, OnError, Program, ProgramName, ProgramType, WindowUse,
};
use domain::site::Site;
use domain::template::{Body, Template};
use domain::text::{Code, Label};
use domain::timing::{Span, Timing};
use domain::window::SendingWindow;
use serde_json::{Value, json};

/// Most actions of a program.
const MAX_ACTIONS: usize = 100;
/// Longest offset, in any unit: ten years of days, seven of hours.
const MAX_AMOUNT: u64 = 60_000;

pub(crate) fn read_program(form: &Form<'_>) -> Option<ProgramDraft> {
    let kind = form.choice("type", &ProgramType::ALL, ProgramType::as_str);
    let name = form.required("name", ProgramName::parse);
    let actions = form.objects("actions", MAX_ACTIONS, read_action);
    // What an answer shows may be sent back as it is.
    form.pass_over(&["id", "version", "enabled"]);
    Some(ProgramDraft {
        kind: kind?,
        name: name?,
        actions: actions?,
    })
}

fn read_action(form: &Form<'_>) -> Option<ActionDraft> {
    let id = form.optional("id", ActionId::parse);
    let channel = form.choice("type", &[Channel::Sms], Channel::as_str);
    let template = form.required("template", TemplateId::parse);
    let timing = form.object("timing", read_timing);
    let pause_on_error = form.flag("pause_on_error", true);
    let ignore_window = form.flag("ignore_window", false);
    let kind = match channel? {
        Channel::Sms => ActionKind::Sms {
            template: template?,
        },
    };
    Some(ActionDraft {
        id: id?,
        kind,
        timing: timing?,
        on_error: if pause_on_error? {
            OnError::Pause
        } else {
            OnError::Skip
        },
        window: if ignore_window? {
            WindowUse::Ignore
        } else {
            WindowUse::Keep
        },
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

const UNITS: [Unit; 5] = [
    Unit::Minutes,
    Unit::Hours,
    Unit::Days,
    Unit::Weeks,
    Unit::Months,
];

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

fn time_of_day(text: &str) -> Result<NaiveTime, &'static str> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "must be a time of day such as 09:30")
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

fn show_time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

pub(crate) fn read_template(form: &Form<'_>) -> Option<TemplateDraft> {
    let channel = form.choice("channel", &[Channel::Sms], Channel::as_str);
    let name = form.required("name", Label::parse);
    let body = form.required("body", Body::parse);
    form.pass_over(&["id", "version", "tags"]);
    channel?;
    Some(TemplateDraft {
        name: name?,
        body: body?,
    })
}

pub(crate) fn show_template(template: &Template) -> Value {
    json!({
        "id": template.id,
        "channel": Channel::Sms.as_str(),
        "name": template.name,
        "version": template.version,
        "body": template.body.as_str(),
        "tags": template.body.tags(),
    })
}

pub(crate) fn read_booking_type(form: &Form<'_>) -> Option<BookingTypeDraft> {
    let code = form.required("code", Code::parse);
    let name = form.required("name", Label::parse);
    let starts = form.texts("starts", 20, ProgramId::parse);
    form.pass_over(&["id", "version"]);
    Some(BookingTypeDraft {
        code: code?,
        name: name?,
        starts: starts?,
    })
}

pub(crate) fn show_booking_type(kind: &BookingType) -> Value {
    json!({
        "id": kind.id,
        "code": kind.code,
        "name": kind.name,
        "version": kind.revision,
        "starts": kind.starts,
    })
}

pub(crate) fn read_site(form: &Form<'_>) -> Option<SiteDraft> {
    let code = form.required("code", Code::parse);
    let name = form.required("name", Label::parse);
    let zone = form.required("time_zone", |text| {
        text.parse::<chrono_tz::Tz>()
            .map_err(|_| "must be an IANA time zone such as Australia/Sydney")
    });
    let window = form.optional_object("sending_window", read_window);
    form.pass_over(&["id", "version"]);
    Some(SiteDraft {
        code: code?,
        name: name?,
        zone: zone?,
        window: window?.unwrap_or_default(),
    })
}

fn read_window(form: &Form<'_>) -> Option<SendingWindow> {
    let opens = form.required("opens", time_of_day);
    let closes = form.required("closes", time_of_day);
    let days = form.texts("days", 7, |text| {
        text.parse::<Weekday>()
            .map_err(|_| "must be a weekday such as monday")
    });
    let holidays = form.texts("holidays", 1000, |text| {
        text.parse::<NaiveDate>()
            .map_err(|_| "must be a date such as 2026-12-25")
    });
    match SendingWindow::new(opens?, closes?, days?, holidays?) {
        Ok(window) => Some(window),
        Err(error) => {
            let field = match error {
                domain::window::BadWindow::Empty => "closes",
                domain::window::BadWindow::NoDays => "days",
            };
            form.error(field, error.to_string());
            None
        }
    }
}

pub(crate) fn show_site(site: &Site) -> Value {
    let days: Vec<String> = site
        .window
        .days()
        .map(|day| day_name(day).to_owned())
        .collect();
    json!({
        "id": site.id,
        "code": site.code,
        "name": site.name,
        "version": site.revision,
        "time_zone": site.zone.name(),
        "sending_window": {
            "opens": show_time(site.window.opens()),
            "closes": show_time(site.window.closes()),
            "days": days,
            "holidays": site.window.holidays().collect::<Vec<_>>(),
        },
    })
}

fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}
