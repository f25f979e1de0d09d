//! An enrolment with the steps of its cycle.

use app::enrolments::{Details, StepLine, StepState};
use chrono_tz::Tz;
use domain::calendar::{CalendarSpan, in_words};
use domain::enrolment::Enrolment;
use domain::ids::EnrolmentId;
use domain::program::Frequency;
use domain::receipt::{Arrival, Receipt, Told};
use domain::settings::Sending;
use serde_json::{Value, json};

use super::enrolment::show_enrolment;

/// The details of HealthTrack's screen (R25), in the names of our API.
pub(crate) fn show_details(details: &Details) -> Value {
    let Details { enrolment, program, site, steps } = details;
    let mut shown = show_enrolment(enrolment, program.as_ref(), site.as_ref());
    let zone = site.as_ref().map(|site| site.zone);
    let frequency = program.as_ref().and_then(|known| known.program().course.frequency());
    let steps: Vec<_> =
        steps.iter().enumerate().map(|(i, step)| show_step_line(i + 1, step, zone)).collect();
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("frequency".to_owned(), json!(frequency.map(show_frequency)));
        fields.insert("steps".to_owned(), json!(steps));
    }
    shown
}

/// A new enrolment, what it may be a mistake for, and what of it would not be sent as things are now.
pub(crate) fn show_added(
    details: &Details,
    others: &[Enrolment],
    unreadable: &[EnrolmentId],
    sending: &Sending,
) -> Value {
    let mut shown = show_details(details);
    let zone = details.site.as_ref().map_or(chrono_tz::UTC, |site| site.zone);
    let unreadable = unreadable.iter().map(|id| {
        format!(
            "The patient may be on this program already, as {id}: it cannot be read. Ask support to \
             mend it."
        )
    });
    let warnings: Vec<_> = others
        .iter()
        .map(|other| {
            let since = other.enrolled_at.with_timezone(&zone).format("%-d %B %Y");
            format!("The patient is already on this program since {since}, as {}.", other.id)
        })
        .chain(unreadable)
        .chain(not_sent(&details.steps))
        .chain(on_hold(sending, zone))
        .collect();
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("warnings".to_owned(), json!(warnings));
    }
    shown
}

/// What of a cycle that is ahead would not be sent: whoever enrols a patient without a mobile, or from a
/// date that is long past, is told so now and not by silence.
fn not_sent(steps: &[StepLine]) -> Vec<String> {
    let is_ahead = |step: &&StepLine| matches!(step.state, StepState::Waiting | StepState::Ahead);
    let messages: Vec<_> = (1..)
        .zip(steps)
        .filter(|(_, step)| is_ahead(step) && step.action.message().is_some())
        .collect();
    let wrong: Vec<_> = messages
        .iter()
        .filter_map(|(position, step)| {
            let why = step.why.as_ref()?;
            let template = step.template.as_ref();
            let named = template.map(|it| format!(" “{}”", it.name)).unwrap_or_default();
            Some(format!("Action {position}, {}{named}: {why}.", step.action.carrier().as_str()))
        })
        .collect();
    let nothing = !wrong.is_empty() && wrong.len() == messages.len();
    let nothing = nothing.then(|| "As things are, nothing of this cycle will be sent.".to_owned());
    nothing.into_iter().chain(wrong).collect()
}

/// That nothing goes out at all.
fn on_hold(sending: &Sending, zone: Tz) -> Option<String> {
    match sending {
        Sending::On => None,
        Sending::Held { since, why, .. } => Some(format!(
            "All sending is on hold since {} ({why}): what is due waits until it is released.",
            in_words(zone, *since)
        )),
    }
}

fn show_step_line(position: usize, step: &StepLine, zone: Option<Tz>) -> Value {
    let words = |at| zone.map(|zone| in_words(zone, at));
    let template = step.template.as_ref();
    let moved = step.plan.filter(|plan| plan.wished != plan.due).and_then(|plan| {
        words(plan.wished).map(|wished| format!("moved by the sending window, from {wished}"))
    });
    json!({
        "position": position,
        "action": step.action.id,
        "type": step.action.carrier().as_str(),
        "template": template.map(|template| json!({ "id": template.id, "name": template.name })),
        "state": step.state.as_str(),
        "planned": step.plan.map(|plan| plan.due),
        "at": step.at,
        "local": step.at.or(step.plan.map(|plan| plan.due)).and_then(words),
        "why": step.why,
        "note": moved,
        "receipt": step.arrival.map(|arrival| show_arrival(arrival, zone)),
    })
}

/// Whether the message of a step has arrived.
fn show_arrival(arrival: Arrival, zone: Option<Tz>) -> Value {
    let (at, summary) = match arrival {
        Arrival::Told(Receipt { at, told }) => (
            Some(at),
            match told {
                Told::Delayed => "delayed; the provider goes on trying".to_owned(),
                Told::Delivered => "delivered, says the provider".to_owned(),
                Told::Failed(fault) => format!("it did not arrive: {fault}"),
                Told::Complained => "delivered, and called unwanted by its reader".to_owned(),
            },
        ),
        Arrival::Waiting => (None, "the provider has not said yet whether it arrived".to_owned()),
        Arrival::Unknown => {
            (None, "the provider did not say within three days whether it arrived".to_owned())
        }
    };
    json!({
        "state": arrival.as_str(),
        "at": at,
        "local": at.and_then(|at| zone.map(|zone| in_words(zone, at))),
        "summary": summary,
    })
}

pub(super) fn show_frequency(frequency: Frequency) -> Value {
    let (amount, unit) = match frequency.span() {
        CalendarSpan::Days(n) => (n, "days"),
        CalendarSpan::Weeks(n) => (n, "weeks"),
        CalendarSpan::Months(n) => (n, "months"),
    };
    json!({ "amount": amount, "unit": unit })
}
