//! What staff may do to an enrolment: each says first what will happen.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Serialize;

use super::details::{self, Read, name};
use super::enrolment::{Details, Step};
use super::on;
use super::words::{self, count};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::{check, input, text};
use crate::html::{alert, dates, hidden, standalone, values};
use crate::staff::Staff;
use aws::http::Role;

/// The form that was refused: which, how it was filled, and what is wrong with it.
pub(super) type Refused<'a> = Option<(&'a str, &'a Posted, &'a Problem)>;

#[derive(Serialize)]
struct Retry {
    not_received: bool,
}

#[derive(Serialize)]
struct End {
    why: String,
}

#[derive(Serialize)]
struct NewDate {
    date: String,
}

/// What can be done now.
pub(super) fn shown(staff: &Staff, read: &Read, refused: Refused<'_>) -> Markup {
    let it = &read.it.it;
    if !staff.may(Role::FrontDesk) || !it.summary.is_open() {
        return html! {};
    }
    let held = it.summary.status == "held";
    let kind = it.summary.next_action.as_ref().map_or("", |next| next.kind.as_str());
    let paused = held && kind == "pause";
    html! {
        section.card {
            h2 { "What to do" }
            @if held { (advance(staff, read, paused)) }
            @if held && !paused { (retry(staff, read, refused)) }
            div.row {
                @if !paused { (skip(staff, read)) }
                (end(staff, read, refused))
            }
            @if it.cause.booking.is_some() {
                p.hint { "It counts from its booking: to move its dates, move the booking." }
            } @else {
                (reference(staff, read, refused))
            }
        }
    }
}

/// The action it is at, and the one after it.
fn at_and_after(it: &Details) -> (Option<&Step>, Option<&Step>) {
    let is_at = |step: &&Step| matches!(step.state.as_str(), "held" | "waiting");
    let now = it.steps.iter().find(is_at);
    // What it is at may have been taken out of the program: then the first that lies ahead is next.
    let after = now.map_or(0, |now| now.position);
    let mut ahead = it.steps.iter().filter(|step| step.state == "ahead");
    (now, ahead.find(|step| step.position > after))
}

/// What follows when the action it is at is behind it.
fn follows(read: &Read) -> Markup {
    let summary = &read.it.it.summary;
    let (_, after) = at_and_after(&read.it.it);
    html! {
        @match after {
            Some(step) => {
                "Next comes step " (step.position) ", " (name(step))
                @if let Some(when) = &step.planned { ", on " (dates::moment(when, read.zone)) }
                "."
            }
            None if summary.cycle < summary.of => {
                "That was the last action: cycle " (summary.cycle) " is complete, and cycle "
                (summary.cycle + 1) " of " (summary.of) " begins."
            }
            None => "That was the last action: the program is completed for this patient.",
        }
    }
}

fn form(staff: &Staff, read: &Read, act: &str, body: &Markup) -> Markup {
    html! {
        form method="post" autocomplete="off" action=(read.it.it.summary.below(act)) {
            (hidden(staff)) (values(&[("version", &read.it.version)]))
            (body)
        }
    }
}

fn advance(staff: &Staff, read: &Read, paused: bool) -> Markup {
    let (now, _) = at_and_after(&read.it.it);
    let body = html! {
        p {
            @if paused { "What the pause asked for is dealt with. " }
            @else { "What it waits for is dealt with otherwise"
                @if let Some(step) = now { "; " (name(step)) " is not tried again" }
                ". "
            }
            (follows(read))
        }
        button.primary { "Go on" }
    };
    form(staff, read, "advance", &body)
}

fn retry(staff: &Staff, read: &Read, refused: Refused<'_>) -> Markup {
    let (now, _) = at_and_after(&read.it.it);
    let unclear = read.it.it.summary.reason.as_deref();
    let unclear = unclear.is_some_and(|why| why.contains("may or may not have been sent"));
    let asked = matches!(refused, Some(("retry", _, _)));
    let body = html! {
        p {
            @match now {
                Some(step) => { (name(step)) " is tried again at once. Mend first what was wrong." }
                None => "It is tried again at once. Mend first what was wrong.",
            }
        }
        @if unclear || asked {
            (check("not_received", "I have asked: the patient has not received it", false)
                .hint("Otherwise they may get it twice."))
        }
        button { "Try again" }
    };
    form(staff, read, "retry", &body)
}

fn skip(staff: &Staff, read: &Read) -> Markup {
    let (now, _) = at_and_after(&read.it.it);
    let body = html! {
        p {
            @match now {
                Some(step) => {
                    "Step " (step.position) ", " (name(step))
                    @if let Some(when) = &step.planned { ", planned for " (dates::moment(when, read.zone)) }
                    ", is not sent. "
                }
                None => "The next action is not sent. ",
            }
            (follows(read))
        }
        button.danger { "Leave it out" }
    };
    html! {
        details.confirm {
            summary { "Skip the next action…" }
            (form(staff, read, "skip", &body))
        }
    }
}

fn end(staff: &Staff, read: &Read, refused: Refused<'_>) -> Markup {
    let (typed, problem) = match refused {
        Some(("end", form, problem)) => (form.get("why"), Some(problem)),
        _ => (String::new(), None),
    };
    let summary = &read.it.it.summary;
    let ahead = read.it.it.steps.iter();
    let ahead =
        ahead.filter(|it| matches!(it.state.as_str(), "held" | "waiting" | "ahead")).count();
    let cycles = usize::try_from(summary.of.saturating_sub(summary.cycle)).unwrap_or_default();
    let body = html! {
        p {
            "For good: " (count(ahead, "action", "actions")) " of this cycle "
            @if cycles > 0 { "and " (count(cycles, "more cycle", "more cycles")) " " }
            "will not happen. The history stays. To take it up again, enrol the patient anew."
        }
        (text("why", "Why it ends").value(typed).required().with("maxlength", "80")
            .error(problem.and_then(|it| it.of("/why"))).hint("For the history, such as “moved away”."))
        button.danger { "End this enrolment" }
    };
    html! {
        details.confirm open[problem.is_some()] {
            summary { "End it…" }
            (form(staff, read, "end", &body))
        }
    }
}

fn reference(staff: &Staff, read: &Read, refused: Refused<'_>) -> Markup {
    let (typed, problem) = match refused {
        Some(("reference-date", form, problem)) => (form.get("date"), Some(problem)),
        _ => (read.it.it.summary.reference.clone(), None),
    };
    let body = html! {
        p {
            "Actions that are still to come are timed from the new date. What was sent stays as it was; what would "
            "be too late by then is not sent."
        }
        (input("date", "date", "New reference date").value(typed).required()
            .error(problem.and_then(|it| it.of("/date"))))
        button { "Change the reference date" }
    };
    html! {
        details open[problem.is_some()] {
            summary { "Change the reference date" }
            (form(staff, read, "reference-date", &body))
        }
    }
}

/// Does one of them, to the version that was looked at.
pub(super) async fn carry_out(
    staff: Staff,
    Path((id, act)): Path<(String, String)>,
    form: Posted,
) -> Result<Response, Failure> {
    let (method, said) = match act.as_str() {
        "advance" => (Method::POST, "went-on"),
        "skip" => (Method::POST, "left-out"),
        "retry" => (Method::POST, "tried-again"),
        "end" => (Method::POST, "ended"),
        "reference-date" => (Method::PUT, "counts-anew"),
        _ => {
            let detail = "There is nothing of that name that can be done.";
            return Ok((StatusCode::NOT_FOUND, standalone("Not found", detail)).into_response());
        }
    };
    let (address, version) = (at(&["v1", "enrolments", &id, &act], &[]), form.get("version"));
    let asked = staff.api.ask(method, &address).version(&version);
    let asked = match act.as_str() {
        "retry" => asked.json(&Retry { not_received: form.has("not_received") }),
        "end" => asked.json(&End { why: form.some("why").unwrap_or_default() }),
        "reference-date" => asked.json(&NewDate { date: form.some("date").unwrap_or_default() }),
        _ => asked,
    };
    let problem = match asked.answer::<Details>().await {
        Ok(_) => {
            let page = at(&["app", "enrolments", &id], &[("said", said)]);
            return Ok(Redirect::to(&page).into_response());
        }
        Err(failure) => failure.refusal()?,
    };
    let read = Read::of(&staff, &id).await?;
    let notice = if problem.is_stale() { moved_on(&read, &act, &form) } else { alert(&problem) };
    let page = details::shown(&staff, &read, &notice, Some((&act, &form, &problem))).await;
    Ok((problem.status(), page).into_response())
}

/// That it has moved on since somebody opened it: a message went, a colleague did something, or they pressed
/// twice. Whoever pressed twice must see that their press was taken, or they would leave out another action.
fn moved_on(read: &Read, act: &str, form: &Posted) -> Markup {
    let summary = &read.it.it.summary;
    let (now, _) = at_and_after(&read.it.it);
    let typed = form.some("why").or_else(|| form.some("date"));
    html! {
        div.warning role="alert" tabindex="-1" {
            strong { "It has changed since you opened this page, perhaps by your own first press." }
            p { "Look at where it stands now before you do it again." }
            p {
                "It stands so: " (words::status(&summary.status)) " cycle " (summary.cycle) " of " (summary.of)
                @match now {
                    Some(step) => { ", at step " (step.position) ", " (name(step)) ". " }
                    None => ". ",
                }
                @if summary.is_open() { "Next: " (on::next(summary, read.zone)) "." }
            }
            @if act == "end" || act == "reference-date" {
                @if let Some(typed) = typed { p { "What you typed (" (typed) ") is kept." } }
            }
        }
    }
}
