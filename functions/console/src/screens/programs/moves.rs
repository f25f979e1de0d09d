//! Moving a program's patients to another: where to, what comes next for whom, what that would do, and then it
//! is done.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::frame::{Tab, around, as_problem, only_admins};
use super::lists::{self, Template};
use super::model::Program;
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
/// Most of whom is said that they were not moved, and why; of more it is said how many. They go with the form.
const MOST_NAMED: usize = 1_000;
/// The fields that say what was done before, and those of the form itself.
const CARRIED: [&str; 7] = ["do", "once", "cursor", "moved", "unnamed", "at-least", "not-moved"];

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

/// What some pages did, or would do, with what the form says of those before.
#[derive(Debug, Default)]
struct Done {
    moved: u64,
    /// Whether a request did not say how many it moved.
    at_least: bool,
    refused: Vec<NotMoved>,
    /// Refused, and not named any more.
    unnamed: u64,
    due_at_once: u64,
    /// Where it goes on. Where it failed with none, nothing was done before.
    next: Option<String>,
}

impl Done {
    /// What requests before this one did.
    fn before(form: &Posted) -> Self {
        let count = |name: &str| form.get(name).parse::<u64>().unwrap_or(0);
        let refused = form.all("not-moved").filter_map(|it| {
            let (enrolment, why) = it.split_once(' ')?;
            Some(NotMoved { enrolment: enrolment.to_owned(), why: why.to_owned() })
        });
        Self {
            moved: count("moved"),
            at_least: form.has("at-least"),
            refused: refused.collect(),
            unnamed: count("unnamed"),
            due_at_once: 0,
            next: None,
        }
    }

    fn add(&mut self, page: Moves) {
        self.moved = self.moved.saturating_add(page.moved.len() as u64);
        self.refused.extend(page.refused);
        self.due_at_once = self.due_at_once.saturating_add(page.due_at_once);
        self.next = page.next;
        self.unnamed =
            self.unnamed.saturating_add(self.refused.len().saturating_sub(MOST_NAMED) as u64);
        self.refused.truncate(MOST_NAMED);
    }

    fn moved(&self) -> String {
        patients(self.moved)
    }

    fn not_moved(&self) -> u64 {
        self.unnamed.saturating_add(self.refused.len() as u64)
    }

    /// For the request after this one.
    fn carried(&self) -> Markup {
        html! {
            (values(&[("moved", &self.moved.to_string()), ("unnamed", &self.unnamed.to_string())]))
            @if self.at_least { (values(&[("at-least", "on")])) }
            @for it in &self.refused {
                (values(&[("not-moved", &format!("{} {}", it.enrolment, it.why))]))
            }
        }
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
    let program = at(&["v1", "programs", id], &[("counts", "true")]);
    let (program, programs) =
        futures_util::try_join!(api.get::<Program>(&program), lists::programs(api))?;
    let count = program.on_it();
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

/// Some pages of it, as one; and why it went no further, when it did not.
async fn some(api: &Api, form: &Posted, from: &Program, run: bool) -> (Done, Option<Failure>) {
    let mut done = if run { Done::before(form) } else { Done::default() };
    done.next = form.some("cursor");
    let address = if run {
        at(&["v1", "programs", &from.id, "moves"], &[])
    } else {
        at(&["v1", "programs", &from.id, "moves", "preview"], &[])
    };
    for _ in 0..PAGES {
        let draft = draft(form, from, done.next.as_deref());
        match api.ask(Method::POST, &address).json(&draft).answer().await {
            Ok(page) => done.add(page),
            Err(failure) => return (done, Some(failure)),
        }
        if done.next.is_none() {
            break;
        }
    }
    (done, None)
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
            (done, None) if run && done.next.is_none() && done.not_moved() == 0 => {
                let said = [("said", "patients-moved")];
                let to = at(&["app", "programs", &both.to.id, "patients"], &said);
                return Ok(Redirect::to(&to).into_response());
            }
            (done, None) if run => (StatusCode::OK, so_far(&staff, &both, &form, &done, None)),
            (would, None) => (StatusCode::OK, preview(&staff, &both, &form, &would)),
            // Some are moved: that is said, whatever went wrong then.
            (mut done, Some(failure)) if run && done.next.is_some() => {
                let problem = as_problem(failure);
                done.at_least |= problem.status().is_server_error();
                (problem.status(), so_far(&staff, &both, &form, &done, Some(&problem)))
            }
            (_, Some(failure)) => {
                let problem = failure.refusal()?;
                (problem.status(), second(&staff, &both, &form, Some(&problem)))
            }
        }
    };
    Ok((status, around(&staff, &both.from, Tab::Move, None, body).await).into_response())
}

/// What it would do, and the button that does it.
fn preview(staff: &Staff, both: &Both, typed: &Posted, would: &Done) -> Markup {
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
        (not_moved(would, "would not be moved, and stay where they are"))
        form method="post" action=(Tab::Move.address(&both.from.id)) {
            (hidden(staff))
            (again(typed))
            div.row {
                @if would.moved > 0 {
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
fn so_far(
    staff: &Staff,
    both: &Both,
    typed: &Posted,
    done: &Done,
    problem: Option<&Problem>,
) -> Markup {
    let (least, moved) = (if done.at_least { "At least " } else { "" }, done.moved());
    let go_on = if problem.is_some() { "Go on with the next" } else { "Move the next" };
    html! {
        h2 { "Moved to “" (both.to.name) "”" }
        p.notice role="status" { (least) (moved) " moved" @if done.next.is_some() { " so far" } "." }
        @if let Some(problem) = problem {
            (alert(problem))
            p { "Who is moved stays moved, and going on moves nobody twice." }
        }
        (not_moved(done, "not moved, and still on this program"))
        @if let Some(next) = &done.next {
            @if problem.is_none() { p { "There are more." } }
            form method="post" action=(Tab::Move.address(&both.from.id)) {
                (hidden(staff))
                (again(typed))
                (done.carried())
                (values(&[("cursor", next)]))
                div.row {
                    button.primary name="do" value="move" { (go_on) }
                    a.button href=(Tab::Move.address(&both.from.id)) { "Choose anew for who is still here" }
                }
            }
        }
        p { a href=(Tab::Patients.address(&both.to.id)) { "See who is on “" (both.to.name) "”" } }
    }
}

fn not_moved(done: &Done, what: &str) -> Markup {
    html! {
        @if done.not_moved() > 0 {
            h3 { (patients(done.not_moved())) " " (what) }
            ul.list {
                @for (i, it) in done.refused.iter().enumerate() {
                    li { a href=(at(&["app", "enrolments", &it.enrolment], &[])) { "Patient " (i + 1) } ": " (it.why) }
                }
                @if done.unnamed > 0 { li { "And " (patients(done.unnamed)) " more" } }
            }
        }
    }
}

/// What was chosen, in fields that nobody sees.
fn again(typed: &Posted) -> Markup {
    let kept = typed.fields().filter(|(name, _)| !CARRIED.contains(name));
    html! {
        @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
    }
}
