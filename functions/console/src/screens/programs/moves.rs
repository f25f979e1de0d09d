//! Moving a program's patients to another: where to, what comes next for whom, what that would do, and then it
//! is done.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::frame::{Tab, around, only_admins};
use super::lists::{self, Template};
use super::model::{Count, Program};
use super::words;
use crate::api::{Api, at};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::{Choice, check, choice, select};
use crate::html::{alert, empty, form, hidden, values};
use crate::staff::Staff;

/// Moved, or looked at, by one request of the API.
const PAGE: u64 = 100;
/// Requests of the API for one of ours.
const PAGES: usize = 5;

/// Where to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    to: String,
}

/// A page of a move.
#[derive(Debug, Default, Deserialize)]
struct Moves {
    moved: Vec<serde::de::IgnoredAny>,
    refused: Vec<NotMoved>,
    due_at_once: u64,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NotMoved {
    enrolment: String,
    why: String,
}

impl Moves {
    fn moved(&self) -> String {
        patients(self.moved.len() as u64)
    }
}

fn patients(many: u64) -> String {
    words::amount(many, "patients")
}

/// Both programs, and what their templates are called.
struct Both {
    from: Program,
    to: Program,
    templates: Vec<Template>,
}

impl Both {
    async fn read(api: &Api, from: &str, to: &str) -> Result<Self, Failure> {
        let (from, to) = (at(&["v1", "programs", from], &[]), at(&["v1", "programs", to], &[]));
        let (from, to, templates) = futures_util::try_join!(
            api.get::<Program>(&from),
            api.get::<Program>(&to),
            lists::templates(api, ""),
        )?;
        Ok(Self { from, to, templates })
    }

    /// The actions of a program, to choose from.
    fn steps(&self, of: &Program) -> Vec<Choice> {
        let all = of.actions.iter().enumerate();
        all.map(|(i, action)| choice(&action.id, self.step(of, i))).collect()
    }

    fn step(&self, of: &Program, i: usize) -> String {
        let Some(action) = of.actions.get(i) else { return String::new() };
        let name = words::template(action, &self.templates).map(|name| format!(" “{name}”"));
        let when = words::within(&words::timing(&action.timing, of.kind, i == 0));
        format!("{}. {}{}, {when}", i + 1, words::does(action.does), name.unwrap_or_default())
    }

    /// The action that is most like that one: the same place and kind, the same template, the same kind.
    fn like(&self, i: usize) -> &str {
        let Some(old) = self.from.actions.get(i) else { return self.first() };
        let all = || self.to.actions.iter();
        let same_place = self.to.actions.get(i).filter(|it| it.does == old.does);
        let same_text = || all().find(|it| old.template.is_some() && it.template == old.template);
        let found = same_place.or_else(same_text).or_else(|| all().find(|it| it.does == old.does));
        found.map_or(self.first(), |it| it.id.as_str())
    }

    fn first(&self) -> &str {
        self.to.actions.first().map_or("", |it| it.id.as_str())
    }
}

pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    only_admins(&staff)?;
    if asked.to.is_empty() {
        return first(&staff, &id).await;
    }
    let both = Both::read(&staff.api, &id, &asked.to).await?;
    let body = second(&staff, &both, &Posted::default(), None);
    Ok(around(&staff, &both.from, Tab::Move, None, body).await)
}

/// The first step: where to.
async fn first(staff: &Staff, id: &str) -> Result<Markup, Failure> {
    let api = &staff.api;
    let (program, on_it) = (
        at(&["v1", "programs", id], &[]),
        at(&["v1", "programs", id, "patients"], &[("limit", Count::MOST)]),
    );
    let (program, count, programs) = futures_util::try_join!(
        api.get::<Program>(&program),
        api.get::<Count>(&on_it),
        lists::programs(api),
    )?;
    let others: Vec<_> = programs.iter().filter(|it| it.enabled && it.id != id).collect();
    let body = html! {
        h2 { "Move patients: where to" }
        @if count.is_none() {
            (empty(html! { p { "No patients are on it now, so that there is nobody to move." } }))
        } @else if others.is_empty() {
            (empty(html! {
                p { (words::capital(&count.are())) " on it now. To move them, another program must be enabled first. "
                    a href="/app/programs" { "See all programs" } }
            }))
        } @else {
            p { (words::capital(&count.are())) " on it now. Next you see what comes for whom, and nobody is moved before you say so." }
            form.card method="get" action=(Tab::Move.address(id)) {
                (select("to", "Move them to", others.iter().map(|it| choice(&it.id, &it.name))))
                button.primary { "Next" }
            }
        }
    };
    Ok(around(staff, &program, Tab::Move, None, body).await)
}

/// The second step: what comes next for whom.
fn second(staff: &Staff, both: &Both, typed: &Posted, problem: Option<&Problem>) -> Markup {
    let (from, to) = (&both.from, &both.to);
    let chosen = |name: &str, usual: &str| typed.some(name).unwrap_or_else(|| usual.to_owned());
    let other = |pointer: &str| problem.and_then(|problem| problem.of(pointer));
    html! {
        h2 { "Move patients to “" (to.name) "”: what comes next" }
        @if let Some(problem) = problem { (alert(problem)) }
        (form(staff, &Tab::Move.address(&from.id), html! {
            (values(&[("to", &to.id)]))
            div.card {
                @for (i, action) in from.actions.iter().enumerate() {
                    (select(&format!("from-{}", action.id), &format!("Who waits for {}", both.step(from, i)), both.steps(to))
                        .value(chosen(&format!("from-{}", action.id), both.like(i)))
                        .error(other(&format!("/steps/{i}/step"))))
                }
                (select("step", "Everybody else", both.steps(to)).value(chosen("step", both.first()))
                    .hint("Who waits for an action that this program does not have any more.").error(other("/step")))
                (check("disable", &format!("Disable “{}”", from.name), typed.has("disable"))
                    .hint("Nobody new is put on it: for when the other program replaces it."))
            }
            div.row {
                button.primary name="do" value="preview" { "See what it would do" }
                a.button href=(Tab::Move.address(&from.id)) { "Back" }
            }
        }))
    }
}

fn draft(form: &Posted, from: &Program, cursor: Option<&str>) -> Value {
    let steps = from.actions.iter().filter_map(|action| {
        let step = form.some(&format!("from-{}", action.id))?;
        Some(json!({ "waiting_for": action.id, "step": step }))
    });
    json!({
        "to": form.get("to"),
        "step": form.get("step"),
        "steps": steps.collect::<Vec<_>>(),
        "disable": form.has("disable"),
        "limit": PAGE,
        "cursor": cursor,
    })
}

/// Some pages of it, as one.
async fn some(api: &Api, form: &Posted, from: &Program, run: bool) -> Result<Moves, Failure> {
    let mut all = Moves { next: form.some("cursor"), ..Moves::default() };
    let address = if run {
        at(&["v1", "programs", &from.id, "moves"], &[])
    } else {
        at(&["v1", "programs", &from.id, "moves", "preview"], &[])
    };
    for _ in 0..PAGES {
        let draft = draft(form, from, all.next.as_deref());
        let page: Moves = api.ask(Method::POST, &address).json(&draft).answer().await?;
        all.moved.extend(page.moved);
        all.refused.extend(page.refused);
        all.due_at_once += page.due_at_once;
        all.next = page.next;
        if all.next.is_none() {
            break;
        }
    }
    Ok(all)
}

pub(super) async fn post(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    only_admins(&staff)?;
    let both = Both::read(&staff.api, &id, &form.get("to")).await?;
    let run = form.get("do") == "move";
    let (status, body) = if form.get("do") == "back" {
        (StatusCode::OK, second(&staff, &both, &form, None))
    } else {
        match some(&staff.api, &form, &both.from, run).await {
            Ok(done) if run && done.next.is_none() && done.refused.is_empty() => {
                let said = [("said", "patients-moved")];
                let to = at(&["app", "programs", &both.to.id, "patients"], &said);
                return Ok(Redirect::to(&to).into_response());
            }
            Ok(done) if run => (StatusCode::OK, so_far(&staff, &both, &form, &done)),
            Ok(would) => (StatusCode::OK, preview(&staff, &both, &form, &would)),
            Err(failure) => {
                let problem = failure.refusal()?;
                (problem.status(), second(&staff, &both, &form, Some(&problem)))
            }
        }
    };
    Ok((status, around(&staff, &both.from, Tab::Move, None, body).await).into_response())
}

/// What it would do, and the button that does it.
fn preview(staff: &Staff, both: &Both, typed: &Posted, would: &Moves) -> Markup {
    let least = if would.next.is_some() { "At least " } else { "" };
    html! {
        h2 { "Move patients to “" (both.to.name) "”: what it would do" }
        div.warning role="status" {
            strong { "Nobody is moved yet." }
            ul {
                li { (least) (would.moved()) " would be moved." }
                li { "For " (least.to_lowercase()) (patients(would.due_at_once)) " of them the next action would be due at once." }
                @if typed.has("disable") { li { "“" (both.from.name) "” would be disabled." } }
            }
        }
        (not_moved(&would.refused, "would not be moved, and stay where they are"))
        form method="post" action=(Tab::Move.address(&both.from.id)) {
            (hidden(staff))
            (again(typed, None))
            div.row {
                @if !would.moved.is_empty() {
                    button.primary name="do" value="move" {
                        "Move " (least.to_lowercase()) (would.moved())
                    }
                }
                button name="do" value="back" { "Back, to change it" }
            }
        }
    }
}

/// What was done, and the way on when that is not all.
fn so_far(staff: &Staff, both: &Both, typed: &Posted, done: &Moves) -> Markup {
    html! {
        h2 { "Moved to “" (both.to.name) "”" }
        p.notice role="status" { (done.moved()) " moved." }
        (not_moved(&done.refused, "not moved, and still on this program"))
        @if let Some(next) = &done.next {
            p { "There are more." }
            form method="post" action=(Tab::Move.address(&both.from.id)) {
                (hidden(staff))
                (again(typed, Some(next)))
                button.primary name="do" value="move" { "Move the next" }
            }
        }
        p { a href=(Tab::Patients.address(&both.to.id)) { "See who is on “" (both.to.name) "”" } }
    }
}

fn not_moved(refused: &[NotMoved], what: &str) -> Markup {
    html! {
        @if !refused.is_empty() {
            h3 { (patients(refused.len() as u64)) " " (what) }
            ul.list {
                @for (i, it) in refused.iter().enumerate() {
                    li { a href=(at(&["app", "enrolments", &it.enrolment], &[])) { "Patient " (i + 1) } ": " (it.why) }
                }
            }
        }
    }
}

/// What was chosen, in fields that nobody sees.
fn again(typed: &Posted, cursor: Option<&str>) -> Markup {
    let kept = typed.fields().filter(|(name, _)| !matches!(*name, "do" | "once" | "cursor"));
    html! {
        @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
        @if let Some(cursor) = cursor { input type="hidden" name="cursor" value=(cursor); }
    }
}
