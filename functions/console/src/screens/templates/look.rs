//! How a text looks to whoever is sent it, as one types.

use axum::response::{IntoResponse as _, Response};
use http::Method;
use maud::{Markup, html};

use super::editor::{self, Editor, Saved};
use super::model::{Channel, Filled, Typed};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::staff::{IsPart, Staff};

/// What came of filling a text.
pub(super) enum Look {
    /// There is nothing to fill yet.
    Nothing,
    Filled(Box<Filled>),
    Wrong(Problem),
}

/// Characters of a text message's only part, and of each when there are more (GSM 03.38, 3GPP TS 23.040).
const ORDINARY: (usize, usize) = (160, 153);
const SPECIAL: (usize, usize) = (70, 67);

/// Fills what is typed.
pub(super) async fn fill(staff: &Staff, typed: &Typed) -> Result<Look, Failure> {
    let is_email = typed.channel == Channel::Email;
    if typed.body.trim().is_empty() || (is_email && typed.subject.trim().is_empty()) {
        return Ok(Look::Nothing);
    }
    let asked = staff.api.ask(Method::POST, "/v1/templates/preview").json(&typed.to_fill());
    Ok(match asked.answer::<Filled>().await {
        Ok(filled) => Look::Filled(Box::new(filled)),
        Err(failure) => Look::Wrong(failure.refusal()?),
    })
}

/// What is typed, filled: alone when it is asked for as one types, else in its whole page.
pub(super) async fn preview(
    staff: Staff,
    IsPart(part): IsPart,
    form: Posted,
) -> Result<Response, Failure> {
    let typed = Typed::read(&form)?;
    if part {
        let found = fill(&staff, &typed).await?;
        return Ok(look(typed.channel, &found).into_response());
    }
    let id = form.some("id");
    let saved = id.map(|id| Saved { id, version: form.get("version") });
    let editor = Editor { typed, saved, problem: None, merge: None, said: None, unsaved: true };
    Ok(editor::show(&staff, editor).await?.into_response())
}

/// How it looks.
pub(super) fn look(channel: Channel, look: &Look) -> Markup {
    match (look, channel) {
        (Look::Nothing, _) => html! {
            p.soft {
                @if channel == Channel::Email { "Write a subject and a text: " } @else { "Write a text: " }
                "here you see it as a patient will."
            }
        },
        (Look::Wrong(problem), _) => wrong(problem),
        (Look::Filled(filled), Channel::Sms) => html! {
            p.preview { (filled.body) }
            (cost(filled))
        },
        (Look::Filled(filled), Channel::Email) => html! {
            p { strong { "Subject: " } (filled.subject) }
            details {
                summary { "As mail programs show it that show text only" }
                p.preview { (filled.text) }
            }
        },
        (Look::Filled(filled), Channel::Letter) => html! { p.preview { (filled.text) } },
    }
}

/// Why it cannot be filled: the same a save would say, while it can still be mended.
fn wrong(problem: &Problem) -> Markup {
    html! {
        div.warning {
            strong { "It cannot be filled yet." }
            @if problem.errors.is_empty() { p { (problem.detail) } } @else {
                ul {
                    @for error in &problem.errors { li { (place(error.place())) " " (short(&error.detail)) } }
                }
            }
        }
    }
}

/// Without the list of all tags, which is on the page.
pub(super) fn short(detail: &str) -> &str {
    detail.split_once("; known tags are").map_or(detail, |(short, _)| short)
}

fn place(pointer: &str) -> &str {
    match pointer {
        "/subject" => "The subject",
        "/body" => "The text",
        "/patient" => "The patient",
        "/program_type" => "The type of program",
        _ => "It",
    }
}

/// In how many parts it goes, which is what it costs, and what makes it dearer.
fn cost(filled: &Filled) -> Markup {
    let length = filled.body.chars().count();
    let special = filled.encoding != "gsm-7";
    let (one, each) = if special { SPECIAL } else { ORDINARY };
    html! {
        dl.facts {
            dt { "Costs" }
            dd {
                @if let Some(cost) = &filled.cost { strong { (cost) } " a patient: " }
                @if filled.parts == 1 { "1 part" @if filled.cost.is_none() { ": as much as one message" } }
                @else { (filled.parts) " parts" @if filled.cost.is_none() { ": as much as " (filled.parts) " messages" } }
            }
            dt { "Length" } dd { (length) @if length == 1 { " character" } @else { " characters" } }
            dt { "Room" }
            dd {
                (one) " characters in one part, or " (each) " in each of several"
                @if special { ", because of " code { (filled.not_gsm) } }
            }
        }
        @if filled.tidied.is_some() {
            div.warning {
                "With plain characters in the place of " code { (filled.not_gsm) } " it would need fewer parts."
            }
        }
    }
}
