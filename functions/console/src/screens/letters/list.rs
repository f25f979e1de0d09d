//! The distribution list.

use aws::http::Role;
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use futures_util::try_join;
use http::StatusCode;
use maud::{Markup, html};

use super::asked::Asked;
use super::view::{Letter, count, print};
use crate::failure::{Failure, Problem};
use crate::html::dates::day;
use crate::html::field::{choice, select};
use crate::html::{Items, Section, alert, empty, heading, hidden, more, page, said};
use crate::screens::lists;
use crate::staff::Staff;

/// What was ticked in the form, should it be shown again.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) ticked: Vec<String>,
    pub(super) sides: String,
    pub(super) problem: Option<Problem>,
}

/// The page.
pub(super) async fn all(staff: Staff, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    show(&staff, &asked, Typed::default()).await
}

/// The page, with what was ticked.
pub(super) async fn show(
    staff: &Staff,
    asked: &Asked,
    mut typed: Typed,
) -> Result<Response, Failure> {
    let address = asked.of_api();
    let letters = async {
        match staff.api.get::<Items<Letter>>(&address).await {
            Ok(letters) => Ok(letters),
            // A filter is wrong: it is said beside it.
            Err(failure) => failure.refusal().map(|problem| {
                typed.problem = Some(problem);
                Items { items: Vec::new(), next: None }
            }),
        }
    };
    let (letters, sites, programs) =
        try_join!(letters, lists::sites(&staff.api), lists::programs(&staff.api))?;
    if let Some(problem) = &mut typed.problem {
        // The API names letters by their ids; people know them by what they are.
        for letter in &letters.items {
            problem.detail = problem.detail.replace(&letter.id, &letter.brief());
        }
    }
    let problem = typed.problem.as_ref();
    let body = html! {
        (heading("Letters", html! {}))
        (said::notice(asked.said.as_deref()))
        @if let Some(problem) = problem { (alert(problem)) }
        (tabs(asked))
        form.filters method="get" action="/app/letters" {
            (asked.fields(&sites, &programs, problem))
            button { "Show" }
        }
        @if letters.items.is_empty() {
            (nothing(asked))
        } @else if staff.may(Role::FrontDesk) && asked.can_be_printed() {
            form method="post" action="/app/letters/batches" {
                (hidden(staff)) (asked.hidden())
                (printing(&letters, &typed))
                (table(&letters.items, Some(&typed.ticked)))
            }
        } @else {
            (table(&letters.items, None))
        }
        (more(&asked.first(), letters.next.as_deref()))
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    Ok((status, page(staff, Section::Letters, "Letters", body).await).into_response())
}

/// The ways that are most used.
fn tabs(asked: &Asked) -> Markup {
    let tab = |state: &str, label: &str| {
        let here = asked.is_all() && asked.state() == state;
        html! {
            a href=(format!("/app/letters?state={state}")) aria-current=[here.then_some("page")] { (label) }
        }
    };
    html! {
        nav.tabs aria-label="Letters" {
            (tab("waiting", "To print")) (tab("printed", "To post")) (tab("returned", "Came back"))
            (tab("in_doubt", "ePost in doubt")) (tab("", "All"))
        }
    }
}

fn nothing(asked: &Asked) -> Markup {
    empty(html! {
        @match asked.state() {
            "waiting" if asked.is_all() => {
                p { strong { "No letter waits to be printed." } }
                p { "Letters of programs come here on their day. " a href="/app/letters?state=printed" { "Look what is still to be posted" } }
            }
            "printed" if asked.is_all() => {
                p { strong { "Everything that was printed is in the post." } }
                p { a href="/app/letters?state=waiting" { "Look what waits to be printed" } }
            }
            _ => {
                p { "No letter is like this." }
                p { a href="/app/letters?state=" { "See all letters" } }
            }
        }
    })
}

/// How letters are printed: those that are ticked, or all that wait.
fn printing(letters: &Items<Letter>, typed: &Typed) -> Markup {
    let waiting = letters.items.iter().filter(|it| it.state.name == "waiting").count();
    let all = if letters.next.is_some() {
        "Print all that wait (99 at most at once)".to_owned()
    } else {
        format!("Print all {}", count(waiting, "letter that waits", "letters that wait"))
    };
    let sides = [choice("one", "One side"), choice("both", "Both sides")];
    html! {
        div.card {
            p {
                "They become one PDF with a cover sheet, and are marked as printed. Whoever has died, is no "
                "patient any more or has opted out since is left out, and you are told."
            }
            div.filters {
                (select("sides", "Printed on", sides).value(&typed.sides))
                button name="do" value="ticked" { "Print the ticked" }
                @if waiting > 0 { button.primary name="do" value="all" { (all) } }
            }
        }
    }
}

/// Letters, each with where it stands; to be ticked where they can be printed.
pub(super) fn table(letters: &[Letter], ticked: Option<&[String]>) -> Markup {
    html! {
        table.stack {
            caption.hidden { "Letters" }
            thead { tr {
                @if ticked.is_some() { th scope="col" { span.hidden { "Ticked" } } }
                th scope="col" { "Letter" } th scope="col" { "To" } th scope="col" { "About" }
                th scope="col" { "Dated" } th scope="col" { "Site" } th scope="col" { "How" }
                th scope="col" { "Stands" }
            } }
            tbody { @for it in letters { (row(it, ticked)) } }
        }
    }
}

fn row(letter: &Letter, ticked: Option<&[String]>) -> Markup {
    html! {
        tr {
            @if let Some(ticked) = ticked {
                td {
                    @if letter.state.name == "waiting" {
                        label.tick {
                            input type="checkbox" name="letter" value=(letter.id)
                                checked[ticked.contains(&letter.id)];
                            span.hidden { "Tick " (letter.brief()) }
                        }
                    }
                }
            }
            th scope="row" { a href=(letter.page("")) { (letter.title) } }
            td data-label="To" { (letter.reader()) }
            td data-label="About" { (letter.about()) }
            td data-label="Dated" { (day(&letter.date)) }
            td data-label="Site" { (letter.site.name.as_deref().unwrap_or("–")) }
            td data-label="How" { (print(&letter.print)) }
            td data-label="Stands" {
                (letter.state.tag())
                @if let Some(why) = &letter.state.why { div.small.soft { (why) } }
            }
        }
    }
}
