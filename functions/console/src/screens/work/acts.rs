//! Doing something with items of the list: one by its own button, or all that are ticked.

use std::collections::HashMap;

use aws::http::Role;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::asked::Asked;
use super::home::show;
use super::list::Typed;
use super::view::{Report, Work};
use super::words::{NOT_HELD, brief, one_line};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::{Items, Section, alert, heading, page, tag};
use crate::staff::Staff;

/// What a button does: as the API takes it, and the word that is said of it when it is done.
struct Act {
    body: Value,
    said: &'static str,
}

impl Act {
    fn assign(to: Option<&str>) -> Self {
        let said = if to.is_some() { "taken" } else { "given-back" };
        Self { body: json!({ "assign": { "to": to } }), said }
    }

    fn resolve(outcome: &str, then: Option<&str>, note: Option<&str>) -> Self {
        let body = json!({ "resolve": { "outcome": outcome, "then": then, "note": note } });
        let said = match then {
            Some("advance") => "advanced",
            Some("retry") => "tried-again",
            Some("skip") => "left-out",
            _ => "resolved",
        };
        Self { body, said }
    }

    /// What a button of the form means, with what was typed.
    fn of(name: &str, form: &Posted) -> Option<Self> {
        let note = form.some("note").map(|it| one_line(&it));
        Some(match name {
            "take" => Self::assign(Some("me")),
            "back" => Self::assign(None),
            "advance" | "retry" | "skip" => Self::resolve("done", Some(name), None),
            "note" => Self { body: json!({ "note": { "text": note? } }), said: "noted" },
            "resolve" => {
                Self::resolve(&form.some("outcome")?, form.some("then").as_deref(), note.as_deref())
            }
            _ => return None,
        })
    }
}

/// A form of the list.
pub(super) async fn bulk(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let asked = Asked::of(&form);
    if let Some((name, id)) = form.get("one").split_once(' ') {
        let Some(act) = Act::of(name, &form) else {
            return again(&staff, &asked, &form, &unknown()).await;
        };
        return one(&staff, &asked, &form, (&act, id)).await;
    }
    let ids = ticked(&form);
    if ids.is_empty() {
        let problem = Problem::new("Nothing is ticked. Tick what it is to be done with.");
        return again(&staff, &asked, &form, &problem).await;
    }
    let name = form.get("do");
    let Some(act) = Act::of(&name, &form) else {
        let problem = match name.as_str() {
            "note" => Problem::new("The note is empty. Write what is to be remembered."),
            "resolve" => Problem::new("Choose what came of it."),
            _ => unknown(),
        };
        return again(&staff, &asked, &form, &problem).await;
    };
    many(&staff, &asked, &form, (&act, ids)).await
}

/// What is ticked. Where no script ticks the others, the box for all stands for what its page showed: not for
/// what is on the list by now, which nobody has looked at.
fn ticked(form: &Posted) -> Vec<String> {
    form.all(if form.has("all") { "seen" } else { "item" }).collect()
}

fn unknown() -> Problem {
    Problem::new("That button is not known here. Load the page anew.")
}

async fn ask(staff: &Staff, act: &Act, ids: &[String]) -> Result<Report, Failure> {
    let body = json!({ "items": ids, "do": act.body });
    staff.api.ask(Method::POST, "/v1/work-list/bulk").json(&body).answer().await
}

/// With one item: the list is shown again, where it was.
async fn one(
    staff: &Staff,
    asked: &Asked,
    form: &Posted,
    (act, id): (&Act, &str),
) -> Result<Response, Failure> {
    let report = match ask(staff, act, &[id.to_owned()]).await {
        Ok(report) => report,
        Err(failure) => return again(staff, asked, form, &failure.refusal()?).await,
    };
    match report.results.into_iter().next() {
        Some(refused) if refused.outcome != "done" => {
            let mut problem = Problem::new(why(refused.status, refused.detail));
            problem.status = refused.status.unwrap_or(problem.status);
            again(staff, asked, form, &problem).await
        }
        _ => {
            let stays = matches!(act.said, "taken" | "given-back");
            let place = if stays { format!("w-{id}") } else { "list".to_owned() };
            Ok(Redirect::to(&format!("{}#{place}", asked.page(act.said))).into_response())
        }
    }
}

/// With many: what became of each is said.
async fn many(
    staff: &Staff,
    asked: &Asked,
    form: &Posted,
    (act, ids): (&Act, Vec<String>),
) -> Result<Response, Failure> {
    // What is resolved can no longer be read by its id: who it was about is asked before.
    let before: Items<Work> = match staff.api.get(&asked.of_api()).await {
        Ok(before) => before,
        Err(failure) => return again(staff, asked, form, &failure.refusal()?).await,
    };
    let report = match ask(staff, act, &ids).await {
        Ok(report) => report,
        Err(failure) => return again(staff, asked, form, &failure.refusal()?).await,
    };
    let known = before.items.into_iter().map(|it| (it.id.clone(), it)).collect();
    let body = html! {
        (heading("What became of it", html! {}))
        (shown(&report, &known))
        p { a.button.primary href=(asked.page("")) { "Back to the work list" } }
    };
    Ok(page(staff, Section::Work, "What became of it", body).await.into_response())
}

/// What became of each item, those that were refused first.
fn shown(report: &Report, known: &HashMap<String, Work>) -> Markup {
    let count =
        |count: u64| if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
    let (refused, done): (Vec<_>, Vec<_>) =
        report.results.iter().partition(|it| it.outcome != "done");
    let what = |id: &str| {
        known.get(id).map_or_else(|| "Something that is not on this page".to_owned(), brief)
    };
    html! {
        @if report.refused == 0 {
            p.notice role="status" { "Done with all: " (count(report.done)) "." }
        } @else {
            div.warning role="alert" {
                "Done with " (count(report.done)) ", not done with " (count(report.refused)) "."
            }
        }
        ul.list {
            @for it in refused {
                li {
                    (tag("bad", "Not done")) " "
                    a href=(at(&["app", "work", &it.id], &[])) { (what(&it.id)) }
                    div { (why(it.status, it.detail.clone())) }
                }
            }
            @for it in done { li { (tag("good", "Done")) " " (what(&it.id)) } }
        }
    }
}

/// Why one was refused, in words.
fn why(status: Option<u16>, detail: Option<String>) -> String {
    match (status, detail) {
        (Some(404), _) => "It waits no more: somebody has dealt with it meanwhile.".to_owned(),
        (Some(409), Some(detail)) if detail.contains("does not wait for this") => {
            NOT_HELD.to_owned()
        }
        (Some(422), Some(detail)) if detail.contains("no enrolment") => {
            "It is about no program of a patient: resolve it without saying what happens to one."
                .to_owned()
        }
        (Some(409), Some(detail)) if detail.contains("`then`") => {
            "The patient's program waits for this: say what happens to the program too.".to_owned()
        }
        (_, Some(detail)) => detail,
        (_, None) => "It was refused.".to_owned(),
    }
}

/// The list again, with what was ticked and typed, and what is wrong.
async fn again(
    staff: &Staff,
    asked: &Asked,
    form: &Posted,
    problem: &Problem,
) -> Result<Response, Failure> {
    if !staff.may(Role::FrontDesk) {
        return Err(Failure::Refused(problem.clone()));
    }
    let of = |places: [&str; 2]| places.iter().find_map(|it| problem.of(it)).map(ToOwned::to_owned);
    let wrong = [
        of(["/do/note/text", "/do/resolve/note"]),
        of(["/do/resolve/outcome", "/do/resolve/then"]),
    ];
    let typed = Typed {
        ticked: ticked(form),
        note: form.get("note"),
        outcome: form.get("outcome"),
        then: form.get("then"),
        wrong,
        open: matches!(form.get("do").as_str(), "note" | "resolve"),
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    show(staff, asked, &typed, status, alert(problem)).await
}
