//! A letter: its story, and what can be done with it.

use aws::http::Role;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono_tz::Tz;
use futures_util::join;
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::Said;
use super::said_of::{history, ready, zone_of};
use super::view::{Letter, Link, count, print};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::dates::{day, moment};
use crate::html::field::{check, text};
use crate::html::{Section, act, alert, heading, hidden, page, said};
use crate::screens::lists;
use crate::staff::{Names, Staff};

/// Something that is done with a letter, and why: its word in the address, its button, what it does, and
/// where letters must stand for it.
struct Act {
    word: &'static str,
    button: &'static str,
    does: &'static str,
    hint: &'static str,
    of: &'static [&'static str],
}

const ACTS: [Act; 3] = [
    Act {
        word: "again",
        button: "Print it again",
        does: "It waits to be printed once more. If its reader's address has changed, it is made anew for \
               that one; what it says, and its date, stay.",
        hint: "Such as: the printer jammed.",
        of: &["printed", "posted", "returned", "withdrawn", "to_epost", "at_epost", "in_doubt"],
    },
    Act {
        word: "returned",
        button: "It came back",
        does: "No letter goes to that address any more until another is written down, and a person is \
               asked for it on the work list.",
        hint: "Such as: unknown at this address.",
        of: &["printed", "posted", "at_epost", "in_doubt"],
    },
    Act {
        word: "withdrawn",
        button: "Take it off the list",
        does: "This 1 letter is not sent. You can have it printed again if that was a mistake.",
        hint: "Such as: booked by phone.",
        of: &["waiting", "printed", "to_epost", "in_doubt"],
    },
];

/// Where the ePost provider has a letter, or may have it: printed again, it can be posted twice.
const EPOST: [&str; 3] = ["to_epost", "at_epost", "in_doubt"];

/// The box of who has a letter printed that ePost may post too.
const TWICE: &str = "twice";

/// What else has to be known of printing a letter again that stands there.
fn warning(state: &str) -> Option<&'static str> {
    match state {
        "to_epost" | "at_epost" | "in_doubt" => Some(
            "The ePost provider may post it too: then the patient gets the same letter twice. Ask the \
             provider first.",
        ),
        "posted" => Some("It is in the post already: a second letter goes."),
        _ => None,
    }
}

/// What stands above a letter, and what was typed below it.
#[derive(Debug, Default)]
struct Extra {
    said: Option<String>,
    link: Option<Link>,
    problem: Option<Problem>,
    /// Which form was sent, and the reason in it.
    typed: Option<(&'static str, String)>,
    /// Whether the box was ticked that says that it may be posted twice.
    ticked: bool,
}

/// A program, by name.
#[derive(Debug, Clone, Deserialize)]
struct Named {
    name: String,
}

/// The page.
pub(super) async fn letter(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Said>,
) -> Result<Response, Failure> {
    show(&staff, &id, Extra { said: asked.said, ..Extra::default() }).await
}

/// Opens its file: the page again, with the link.
pub(super) async fn open(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    let address = at(&["v1", "letters", &id, "link"], &[]);
    let extra = match staff.api.ask(Method::POST, &address).answer::<Link>().await {
        Ok(link) => Extra { link: Some(link), ..Extra::default() },
        Err(failure) => Extra { problem: Some(failure.refusal()?), ..Extra::default() },
    };
    show(&staff, &id, extra).await
}

/// It is in the post.
pub(super) async fn posted(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    let address = at(&["v1", "letters", &id, "posted"], &[]);
    match staff.api.ask(Method::POST, &address).answer::<IgnoredAny>().await {
        Ok(_) => Ok(done(&id, "posted")),
        Err(failure) => {
            show(&staff, &id, Extra { problem: Some(failure.refusal()?), ..Extra::default() }).await
        }
    }
}

/// What is done for a reason: it came back, is taken off the list, is printed again.
pub(super) async fn with_reason(
    staff: Staff,
    Path((id, word)): Path<(String, String)>,
    form: Posted,
) -> Result<Response, Failure> {
    let Some(act) = ACTS.iter().find(|act| act.word == word) else {
        let problem = Problem { status: 404, ..Problem::new("There is no such page.") };
        return Err(Failure::Refused(problem));
    };
    let why = form.get(&field(act));
    let ticked = form.has(TWICE);
    if act.word == "again" && !ticked {
        // Where it stands now, not where it stood when the form was made.
        let letter = staff.api.get::<Letter>(&at(&["v1", "letters", &id], &[])).await?;
        if letter.state.is_one_of(&EPOST) {
            let why_not = "The ePost provider may post it too. Tick that it may go twice.";
            let (problem, typed) = (Some(Problem::new(why_not)), Some((act.word, why)));
            return show(&staff, &id, Extra { problem, typed, ..Extra::default() }).await;
        }
    }
    let address = at(&["v1", "letters", &id, act.word], &[]);
    let asking = staff.api.ask(Method::POST, &address).json(&json!({ "why": why }));
    match asking.answer::<IgnoredAny>().await {
        Ok(_) => Ok(done(&id, act.word)),
        Err(failure) => {
            let problem = Some(failure.refusal()?);
            let typed = Some((act.word, why));
            show(&staff, &id, Extra { problem, typed, ticked, ..Extra::default() }).await
        }
    }
}

fn done(id: &str, said: &str) -> Response {
    Redirect::to(&at(&["app", "letters", id], &[("said", said)])).into_response()
}

/// The page. Its program is named when it is there still.
async fn show(staff: &Staff, id: &str, extra: Extra) -> Result<Response, Failure> {
    let address = at(&["v1", "letters", id], &[]);
    let (letter, sites, names) =
        join!(staff.api.get::<Letter>(&address), lists::sites(&staff.api), staff.names());
    let (letter, sites) = (letter?, sites?);
    let program = at(&["v1", "programs", &letter.program], &[]);
    let program = staff.api.get::<Named>(&program).await.ok();
    let zone = zone_of(&sites, Some(&letter.site.id));
    let title = format!("Letter “{}”", letter.title);
    let body = html! {
        (heading(&title, html! { a.button href="/app/letters" { "Letters" } }))
        (said::notice(extra.said.as_deref()))
        @if let Some(problem) = &extra.problem { (alert(problem)) }
        @if let Some(link) = &extra.link { (ready(link, zone)) }
        div.card {
            (stands(&letter, &names, zone))
            @if staff.may(Role::FrontDesk) { (acts(staff, &letter, &extra)) }
        }
        div.card { (facts(&letter, program.as_ref(), zone)) }
        (history(&letter.history, &names, zone))
    };
    let status = extra.problem.as_ref().map_or(StatusCode::OK, Problem::status);
    Ok((status, page(staff, Section::Letters, &title, body).await).into_response())
}

/// Where it stands, and what to do next.
fn stands(letter: &Letter, names: &Names, zone: Tz) -> Markup {
    let state = &letter.state;
    html! {
        p {
            (state.tag())
            @if let Some(at) = &state.at { " since " (moment(at, zone)) }
            @if let Some(by) = &state.by { ", by " (names.of(by)) }
            @if let Some(why) = &state.why { ": " (why) }
        }
        @if let Some(epost) = &state.epost { p { (epost.in_words()) } }
        @if let Some(path) = &state.path { p { "The file: " code { (path) } } }
        p { strong { "Next: " } (state.next()) }
    }
}

fn facts(letter: &Letter, program: Option<&Named>, zone: Tz) -> Markup {
    html! {
        dl.facts {
            dt { "To" }
            dd { @for (n, line) in letter.to.iter().enumerate() { @if n > 0 { br; } (line) } }
            dt { "About" } dd { (letter.about()) }
            dt { "Program" }
            dd {
                @match program {
                    Some(program) => {
                        a href=(at(&["app", "programs", &letter.program], &[])) { (program.name) }
                    }
                    None => "A program that is deleted"
                }
            }
            dt { "Site" } dd { (letter.site.name.as_deref().unwrap_or("–")) }
            dt { "Dated" } dd { (day(&letter.date)) }
            dt { "On the list since" } dd { (moment(&letter.listed, zone)) }
            dt { "How it goes" } dd { (print(&letter.print)) }
            dt { "Length" } dd { (count(usize::try_from(letter.pages).unwrap_or_default(), "page", "pages")) }
            @if !letter.batches.is_empty() {
                dt { "Printed in" }
                dd {
                    @for (n, batch) in letter.batches.iter().enumerate() {
                        @if n > 0 { ", " }
                        a href=(at(&["app", "letters", "batches", batch], &[])) {
                            @if letter.batches.len() > 1 { "batch " (n + 1) } @else { "its batch" }
                        }
                    }
                }
            }
        }
    }
}

fn acts(staff: &Staff, letter: &Letter, extra: &Extra) -> Markup {
    let own = |what: &str| at(&["app", "letters", &letter.id, what], &[]);
    html! {
        div.row {
            (act(staff, &own("open"), "Open the PDF", &[]))
            @if letter.state.is_one_of(&["waiting", "printed", "in_doubt"]) {
                (act(staff, &own("posted"), "Mark as posted", &[]))
            }
        }
        div.row {
            @for it in ACTS.iter().filter(|it| letter.state.is_one_of(it.of)) {
                (reasoned(staff, &own(it.word), it, (&letter.state.name, extra)))
            }
        }
    }
}

/// The name of an act's field: each has its own, for they stand on one page.
fn field(act: &Act) -> String {
    format!("why-{}", act.word)
}

/// A form that asks for a reason.
fn reasoned(staff: &Staff, to: &str, act: &Act, (state, extra): (&str, &Extra)) -> Markup {
    let typed = extra.typed.as_ref().filter(|(word, _)| *word == act.word);
    let wrong = typed.and(extra.problem.as_ref()).and_then(|it| it.of("/why"));
    let why = typed.map(|(_, why)| why.clone()).unwrap_or_default();
    let warning = warning(state).filter(|_| act.word == "again");
    html! {
        details.confirm open[typed.is_some()] {
            summary { (act.button) "…" }
            form method="post" action=(to) {
                (hidden(staff))
                p { (act.does) }
                @if let Some(warning) = warning { p { strong { (warning) } } }
                @if warning.is_some() && EPOST.contains(&state) {
                    (check(TWICE, "Print it all the same: it may go twice", extra.ticked).required())
                }
                (text(&field(act), "Why").with("maxlength", "200").value(why).hint(act.hint).error(wrong).required())
                button.danger { (act.button) }
            }
        }
    }
}
