//! Timings and frequencies.

use app::form::Form;
use domain::calendar::CalendarSpan;
use domain::program::Frequency;
use domain::timing::{Span, Timing};
use serde_json::{Value, json};

use super::{show_time, time_of_day};

/// The longest offset or frequency: ten years, in each unit.
const LONGEST: [(Unit, u64); 5] = [
    (Unit::Minutes, 5_256_000),
    (Unit::Hours, 87_600),
    (Unit::Days, 3_653),
    (Unit::Weeks, 520),
    (Unit::Months, 120),
];

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

pub(super) fn read_timing(form: &Form<'_>) -> Option<Timing> {
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

/// A number of units, at most ten years of them.
fn read_amount(form: &Form<'_>, unit: Unit) -> Option<u32> {
    let longest = LONGEST.iter().find(|(each, _)| *each == unit).map_or(1, |(_, most)| *most);
    let amount = form.number("amount", 1, longest)?;
    if amount.is_none() {
        form.error("amount", "is required");
    }
    u32::try_from(amount?).ok()
}

fn read_span(form: &Form<'_>) -> Option<Span> {
    let unit = form.choice("unit", &UNITS, unit_name);
    // Without a unit, an amount can only be judged as a number.
    let amount = read_amount(form, unit.unwrap_or(Unit::Minutes));
    let at = form.optional("at", time_of_day);
    let (amount, unit, at) = (amount?, unit?, at?);
    let elapsed = matches!(unit, Unit::Minutes | Unit::Hours);
    if elapsed && at.is_some() {
        let detail =
            "minutes and hours are elapsed time and take no time of day; use days, weeks or months";
        form.error("at", detail);
        return None;
    }
    match unit {
        Unit::Minutes => Some(Span::Minutes(amount)),
        Unit::Hours => Some(Span::Hours(amount)),
        Unit::Days | Unit::Weeks | Unit::Months => {
            Some(Span::Calendar(calendar(unit, amount)?, at))
        }
    }
}

/// A calendar span; `None` for a unit that is elapsed time.
fn calendar(unit: Unit, amount: u32) -> Option<CalendarSpan> {
    let amount = u16::try_from(amount).ok()?;
    match unit {
        Unit::Minutes | Unit::Hours => None,
        Unit::Days => Some(CalendarSpan::Days(amount)),
        Unit::Weeks => Some(CalendarSpan::Weeks(amount)),
        Unit::Months => Some(CalendarSpan::Months(amount)),
    }
}

/// The distance from one cycle to the next (HealthTrack R2: a number of days, weeks or months).
pub(super) fn read_frequency(form: &Form<'_>) -> Option<Frequency> {
    let unit = form.choice("unit", &[Unit::Days, Unit::Weeks, Unit::Months], unit_name);
    let amount = read_amount(form, unit.unwrap_or(Unit::Days));
    Frequency::new(calendar(unit?, amount?)?)
}

pub(super) fn show_frequency(frequency: Frequency) -> Value {
    let (amount, unit) = match frequency.span() {
        CalendarSpan::Days(n) => (n, Unit::Days),
        CalendarSpan::Weeks(n) => (n, Unit::Weeks),
        CalendarSpan::Months(n) => (n, Unit::Months),
    };
    json!({ "amount": amount, "unit": unit_name(unit) })
}

pub(super) fn show_timing(timing: Timing) -> Value {
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
