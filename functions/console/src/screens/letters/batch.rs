//! Letters that are printed together: made, opened, posted.

use aws::http::Role;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono_tz::Tz;
use futures_util::future::join_all;
use futures_util::join;
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::Said;
use super::asked::Asked;
use super::list::{self, Typed, table};
use super::said_of::{history, ready, zone_of};
use super::view::{Batch, ByWhom, Letter, Link, count};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::dates::moment;
use crate::html::{Section, act, alert, heading, page, said, tag};
use crate::screens::lists;
use crate::staff::{Names, Staff};

/// Most letters that were left out of which it is read what they are.
const NAMED: usize = 10;

/// Makes a batch: of those that are ticked, or of all that wait.
pub(super) async fn make(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let asked = Asked::of(&form);
    let ticked: Vec<String> = form.all("letter").collect();
    let mut body = match form.get("do").as_str() {
        "all" => asked.batch(),
        _ if ticked.is_empty() => {
            let problem =
                Problem::new("No letter is ticked. Tick what is to be printed, or print all.");
            return again(&staff, &asked, &form, problem).await;
        }
        _ => serde_json::Map::from_iter([("letters".to_owned(), json!(ticked))]),
    };
    if let Some(sides) = form.some("sides") {
        body.insert("sides".to_owned(), json!(sides));
    }
    let once = form.get("once");
    let asking = staff.api.ask(Method::POST, "/v1/letters/batches").once(&once);
    match asking.json(&Value::Object(body)).answer::<Batch>().await {
        Ok(batch) if batch.left_out.is_empty() && !batch.more => {
            let to = at(&["app", "letters", "batches", &batch.id], &[("said", "printed")]);
            Ok(Redirect::to(&to).into_response())
        }
        // What was left out is only in this answer. Sent again, the same form gets it again.
        Ok(batch) => {
            let (said, rest) = (Some("printed".to_owned()), Some(asked.first()));
            let extra = Extra { said, rest, ..Extra::default() };
            show(&staff, batch, StatusCode::CREATED, extra).await
        }
        Err(failure) => again(&staff, &asked, &form, failure.refusal()?).await,
    }
}

async fn again(
    staff: &Staff,
    asked: &Asked,
    form: &Posted,
    problem: Problem,
) -> Result<Response, Failure> {
    let (ticked, sides) = (form.all("letter").collect(), form.get("sides"));
    list::show(staff, asked, Typed { ticked, sides, problem: Some(problem) }).await
}

/// What stands above a batch.
#[derive(Debug, Default)]
struct Extra {
    said: Option<String>,
    link: Option<Link>,
    problem: Option<Problem>,
    /// Where those are that wait still of what was asked for.
    rest: Option<String>,
}

/// The page.
pub(super) async fn batch(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Said>,
) -> Result<Response, Failure> {
    let batch = staff.api.get(&at(&["v1", "letters", "batches", &id], &[])).await?;
    let extra = Extra { said: asked.said, ..Extra::default() };
    show(&staff, batch, StatusCode::OK, extra).await
}

/// Opens its file: the page again, with the link.
pub(super) async fn open(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    let address = at(&["v1", "letters", "batches", &id, "link"], &[]);
    let link = staff.api.ask(Method::POST, &address).answer::<Link>().await;
    let batch = staff.api.get(&at(&["v1", "letters", "batches", &id], &[])).await?;
    let (status, extra) = match link {
        Ok(link) => (StatusCode::OK, Extra { link: Some(link), ..Extra::default() }),
        Err(failure) => {
            let problem = failure.refusal()?;
            (problem.status(), Extra { problem: Some(problem), ..Extra::default() })
        }
    };
    show(&staff, batch, status, extra).await
}

/// It is in the post.
pub(super) async fn posted(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    let address = at(&["v1", "letters", "batches", &id, "posted"], &[]);
    match staff.api.ask(Method::POST, &address).answer::<IgnoredAny>().await {
        Ok(_) => {
            let to = at(&["app", "letters", "batches", &id], &[("said", "posted")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            let batch = staff.api.get(&at(&["v1", "letters", "batches", &id], &[])).await?;
            let status = problem.status();
            show(&staff, batch, status, Extra { problem: Some(problem), ..Extra::default() }).await
        }
    }
}

async fn show(
    staff: &Staff,
    batch: Batch,
    status: StatusCode,
    extra: Extra,
) -> Result<Response, Failure> {
    let left_out = join_all(batch.left_out.iter().take(NAMED).map(|it| async {
        let letter = staff.api.get::<Letter>(&at(&["v1", "letters", &it.letter], &[])).await.ok();
        (letter, it.why.as_str())
    }));
    let (sites, names, left_out) = join!(lists::sites(&staff.api), staff.names(), left_out);
    let sites = sites?;
    let zone = zone_of(&sites, batch.letters.first().map(|it| it.site.id.as_str()));
    let title = format!("Batch of {}", count(batch.letters.len(), "letter", "letters"));
    let body = html! {
        (heading(&title, html! { a.button href="/app/letters" { "Letters" } }))
        (said::notice(extra.said.as_deref()))
        @if let Some(problem) = &extra.problem { (alert(problem)) }
        @if let Some(link) = &extra.link { (ready(link, zone)) }
        (unprinted(&batch, &left_out, extra.rest.as_deref().unwrap_or("/app/letters")))
        (facts(staff, &batch, &names, zone))
        h2 { "Its letters, as they stand now" }
        (table(&batch.letters, None))
        (history(&batch.history, &names, zone))
    };
    Ok((status, page(staff, Section::Letters, &title, body).await).into_response())
}

/// What was asked for and is not in it.
fn unprinted(batch: &Batch, named: &[(Option<Letter>, &str)], rest: &str) -> Markup {
    let others = batch.left_out.len().saturating_sub(named.len());
    html! {
        @if !batch.left_out.is_empty() {
            div.warning role="alert" {
                strong { (count(batch.left_out.len(), "letter was", "letters were")) " left out" }
                ul {
                    @for (letter, why) in named {
                        li {
                            @match letter {
                                Some(letter) => { a href=(letter.page("")) { (letter.brief()) } }
                                None => "A letter"
                            }
                            // How programs take it off the list is not for people: that is said below.
                            ": " (why.trim_end_matches(" Withdraw it by POST …/withdrawn."))
                        }
                    }
                    @if others > 0 { li { "and " (others) " more" } }
                }
                p { "They wait still: take off the list what is not to be sent." }
            }
        }
        @if batch.more {
            p.warning { "Others wait still: a batch has at most 99 letters. " a href=(rest) { "Print once more" } }
        }
    }
}

fn facts(staff: &Staff, batch: &Batch, names: &Names, zone: Tz) -> Markup {
    let by = |done: &ByWhom| html! { (moment(&done.at, zone)) ", by " (names.of(&done.by)) };
    let own = |what: &str| at(&["app", "letters", "batches", &batch.id, what], &[]);
    let untouched = batch.letters.iter().filter(|it| it.state.name == "printed").count();
    // Those with which something else was done since stay as they are.
    let label = format!("Mark {} as posted", count(untouched, "letter", "letters"));
    html! {
        div.card {
            dl.facts {
                dt { "Pages" } dd { (batch.pages) ", and a cover sheet" }
                dt { "Printed on" } dd { @if batch.sides == "both" { "both sides" } @else { "one side" } }
                dt { "Printed" } dd { (by(&batch.printed)) }
                dt { "Posted" }
                dd {
                    @match &batch.posted {
                        Some(done) => (by(done)),
                        None => (tag("wait", "Not yet"))
                    }
                }
            }
            @if batch.posted.is_none() {
                p { "Next: open the PDF and print it. When the letters are in the post, mark the batch as posted." }
            }
            @if staff.may(Role::FrontDesk) {
                div.row {
                    (act(staff, &own("open"), "Open the PDF", &[]))
                    @if batch.posted.is_none() && untouched > 0 {
                        (act(staff, &own("posted"), &label, &[]))
                    }
                }
            }
        }
    }
}
