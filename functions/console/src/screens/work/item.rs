//! All of one item, and what can be done with it.

use aws::http::Role;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use chrono_tz::Tz;
use futures_util::join;
use http::StatusCode;
use maud::{Markup, html};

use super::asked::Asked;
use super::records;
use super::resolve;
use super::view::{Enrolment, Step, Work};
use super::words::{age, carrier, link, program, sentence, since, site};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::dates::moment;
use crate::html::field::{area, choice, select};
use crate::html::{Section, act, alert, form, heading, page, said};
use crate::screens::lists;
use crate::staff::{Names, Staff};

/// What was typed into the forms of the page, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) form: Posted,
    pub(super) problem: Option<Problem>,
}

impl Typed {
    /// What is wrong at one of these places of what was sent.
    pub(super) fn wrong(&self, place: &str) -> Option<&str> {
        self.problem.as_ref().and_then(|it| it.of(place))
    }
}

/// The page.
pub(super) async fn item(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    show(&staff, &id, &Typed::default(), asked.said.as_deref()).await
}

/// The page, with what was typed. It takes two rounds: the item says what else is to be asked for.
pub(super) async fn show(
    staff: &Staff,
    id: &str,
    typed: &Typed,
    said: Option<&str>,
) -> Result<Response, Failure> {
    let address = at(&["v1", "work-list", id], &[]);
    let (work, sites, names) =
        join!(staff.api.get::<Work>(&address), lists::sites(&staff.api), staff.names());
    let work = match work {
        Ok(work) => work,
        Err(Failure::Refused(problem)) if problem.status == 404 => return Ok(gone(staff).await),
        Err(failure) => return Err(failure),
    };
    let sites = sites?;
    let site = work.site.as_ref().and_then(|of| sites.iter().find(|site| site.id == of.id));
    let zone = site.or(sites.first()).map_or(chrono_tz::UTC, |site| site.time_zone);
    let (enrolment, records) = join!(enrolment(staff, &work), records::read(staff, &work));
    let (unread, enrolment) = match enrolment {
        Ok(enrolment) => (false, enrolment),
        Err(Failure::SignedOut) => return Err(Failure::SignedOut),
        // The rest of the page is there all the same: it may be what says that it cannot be read.
        Err(_) => (true, None),
    };
    let records = records?;
    let is_desk = staff.may(Role::FrontDesk);
    let body = html! {
        (heading(sentence(&work.kind), html! { a.button href="/app/work" { "Work list" } }))
        @if let Some(problem) = &typed.problem { (alert(problem)) }
        (said::notice(said))
        div.card {
            p { (work.summary) }
            @if let Some(reply) = &work.reply { blockquote { (reply) } }
            (facts(&work, &names, zone))
            @if is_desk { (whose(staff, &work, &names, typed)) }
        }
        @if let Some(enrolment) = &enrolment { (of_program(&work, enrolment)) }
        @if unread {
            div.warning role="alert" {
                strong { "The patient's program cannot be read just now." }
                p { "So it is not known whether it waits for this. Load the page again before you resolve it." }
            }
        }
        (records::section(staff, &work, &records))
        @if is_desk { (resolve::section(staff, &work, enrolment.as_ref(), typed)) }
        (notes(staff, &work, (&names, zone), typed))
    };
    let status = typed.problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let page = page(staff, Section::Work, sentence(&work.kind), body).await;
    Ok((status, page).into_response())
}

/// Where it has been dealt with.
async fn gone(staff: &Staff) -> Response {
    let body = html! {
        (heading("This waits no more", html! {}))
        p { "Somebody has dealt with it meanwhile, or the patient's program went on by itself." }
        p.row {
            a.button href="/app/work" { "Back to the work list" }
            a.button href="/app/work/resolved" { "See what was resolved" }
        }
    };
    let page = page(staff, Section::Work, "This waits no more", body).await;
    (StatusCode::NOT_FOUND, page).into_response()
}

/// The enrolment it is about; none when it is about none, or that is gone.
async fn enrolment(staff: &Staff, work: &Work) -> Result<Option<Enrolment>, Failure> {
    let Some(id) = &work.enrolment else { return Ok(None) };
    match staff.api.get(&at(&["v1", "enrolments", id], &[])).await {
        Ok(enrolment) => Ok(Some(enrolment)),
        Err(Failure::Refused(problem)) if problem.status == 404 => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn facts(work: &Work, names: &Names, zone: Tz) -> Markup {
    html! {
        dl.facts {
            @if let Some(patient) = &work.patient { dt { "Patient" } dd { (link(patient)) } }
            @if let (Some(patient), true) = (&work.patient, may_be_a_letter(&work.kind)) {
                dt { "Letters" }
                dd {
                    a href=(at(&["app", "letters"], &[("patient", &patient.id)])) {
                        "See the patient's letters"
                    }
                }
            }
            @if let Some(from) = &work.reply_from { dt { "Came from" } dd { (from) } }
            @if let Some(it) = &work.program { dt { "Program" } dd { (program(it)) } }
            @if let Some(it) = &work.site { dt { "Site" } dd { (site(it)) } }
            dt { "Since" }
            dd {
                (since(work, zone)) " " (age(work.waiting_days))
            }
            dt { "With" }
            dd { (work.assignee.as_deref().map_or("nobody", |who| names.of(who))) }
        }
    }
}

/// Whether work of that kind may be about a letter.
fn may_be_a_letter(kind: &str) -> bool {
    matches!(kind, "bad_address" | "not_reached" | "unclear")
}

/// Who is to do it: by one button, or anybody who is known.
fn whose(staff: &Staff, work: &Work, names: &Names, typed: &Typed) -> Markup {
    let to = at(&["app", "work", &work.id, "assign"], &[]);
    let is_mine = work.assignee.as_deref() == Some(&staff.subject);
    let others: Vec<_> = names.all().into_iter().filter(|(id, _)| *id != staff.subject).collect();
    html! {
        div.row {
            @if is_mine {
                (act(staff, &to, "Give it back", &[("to", "")]))
            } @else {
                (act(staff, &to, "Take it", &[("to", "me")]))
            }
            @if !others.is_empty() {
                details open[typed.wrong("/to").is_some()] {
                    summary { "Give it to somebody" }
                    (form(staff, &to, html! {
                        (select("to", "To whom", others.iter().map(|&(id, name)| choice(id, name)))
                            .value(work.assignee.clone().unwrap_or_default()).error(typed.wrong("/to")))
                        button { "Give it to them" }
                    }))
                }
            }
        }
    }
}

/// The patient's program, and where it stands.
fn of_program(work: &Work, enrolment: &Enrolment) -> Markup {
    let standing = match enrolment.status.as_str() {
        "held" => "It waits for a person; nothing is sent of it meanwhile.",
        "active" => "It goes on by itself.",
        "completed" => "It is completed.",
        _ => "It has ended.",
    };
    html! {
        section.card aria-labelledby="program-name" {
            h2 id="program-name" { "The patient's program" }
            p {
                (standing)
                @if enrolment.of > 1 { " Cycle " (enrolment.cycle) " of " (enrolment.of) "." }
                @if let Some(reason) = &enrolment.reason { " Why: " (reason) }
            }
            @if !enrolment.steps.is_empty() {
                ol { @for it in &enrolment.steps { (step(it)) } }
            }
            @if let Some(patient) = &work.patient {
                p.small { "All of it, and what can be changed: " (link(patient)) }
            }
        }
    }
}

fn step(step: &Step) -> Markup {
    let stands = match step.state.as_str() {
        "done" => "done",
        "sent" => "sent",
        "failed" => "failed",
        "skipped" => "left out",
        "waiting" => "next",
        "held" => "waits for a person",
        _ => "still to come",
    };
    html! {
        li value=(step.position) {
            (carrier(&step.kind))
            @if let Some(template) = &step.template { " “" (template.name) "”" }
            ": " (stands)
            @if let Some(local) = &step.local { ", " (local) }
        }
    }
}

fn notes(staff: &Staff, work: &Work, (names, zone): (&Names, Tz), typed: &Typed) -> Markup {
    let to = at(&["app", "work", &work.id, "notes"], &[]);
    html! {
        section.card aria-labelledby="notes-name" {
            h2 id="notes-name" { "Notes" }
            @for note in &work.notes {
                div {
                    p.small.soft { (names.of(&note.by)) ", " (moment(&note.at, zone)) }
                    blockquote { (note.text) }
                }
            }
            @if work.notes.is_empty() { p.soft { "Nobody has written anything yet." } }
            @if staff.may(Role::FrontDesk) {
                (form(staff, &to, html! {
                    (area("text", "Note", 2).value(typed.form.get("text")).error(typed.wrong("/text"))
                        .hint("Kept in the history of the patient's program too."))
                    button { "Write the note" }
                }))
            }
        }
    }
}
