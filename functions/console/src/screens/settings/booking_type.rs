//! A booking type as the API has it, and its form.

use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::api::{Api, at};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::text;
use crate::screens::lists;

/// A booking type.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct BookingType {
    pub(super) id: String,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) starts: Vec<String>,
    pub(super) completes: Vec<String>,
}

/// A program, as far as it is linked to booking types.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Program {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    enabled: bool,
    /// Which bookings complete a cycle of it: `ignore`, `any`, or those that are `selected` here.
    completion: String,
}

/// All programs.
pub(super) async fn programs(api: &Api) -> Result<Vec<Program>, Failure> {
    lists::all(api, &["v1", "programs"], &[]).await
}

/// What stands in its form, which is what is saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Typed {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) starts: Vec<String>,
    pub(super) completes: Vec<String>,
}

impl Typed {
    /// What is saved.
    pub(super) fn of(kind: &BookingType) -> Self {
        let BookingType { code, name, starts, completes, .. } = kind.clone();
        Self { code, name, starts, completes }
    }

    /// What was sent.
    pub(super) fn read(form: &Posted) -> Self {
        Self {
            code: form.get("code"),
            name: form.get("name"),
            starts: form.all("starts").collect(),
            completes: form.all("completes").collect(),
        }
    }
}

/// Its fields, with what is wrong with them.
pub(super) fn fields(typed: &Typed, programs: &[Program], problem: Option<&Problem>) -> Markup {
    let wrong = |place: &str| problem.and_then(|it| it.of(place));
    let is_ticked = |ids: &[String], it: &Program| ids.contains(&it.id);
    let starting: Vec<&Program> =
        programs.iter().filter(|it| it.kind == "booking" || is_ticked(&typed.starts, it)).collect();
    let completing: Vec<&Program> = programs
        .iter()
        .filter(|it| it.completion == "selected" || is_ticked(&typed.completes, it))
        .collect();
    html! {
        (text("name", "Name").value(&typed.name).error(wrong("/name")).required()
            .with("maxlength", "80").hint("What staff call it."))
        (text("code", "Code").value(&typed.code).error(wrong("/code")).required()
            .with("maxlength", "64").hint("By which booking systems name it. No two have the same."))
        (boxes("starts", "Puts the patient on", "A booking of this type starts these booking programs.",
            "There is no booking program yet.", &typed.starts, &starting, problem))
        (boxes("completes", "Completes a cycle of", "Who is on one of these programs and books this has done what it reminds of. Programs that every booking completes, or none, need no link and are not listed.",
            "There is no program yet that only selected booking types complete.", &typed.completes, &completing, problem))
    }
}

/// Programs to tick. One that was deleted, or is of another type now, stays until it is un-ticked.
fn boxes(
    name: &str,
    legend: &str,
    hint: &str,
    none: &str,
    ticked: &[String],
    programs: &[&Program],
    problem: Option<&Problem>,
) -> Markup {
    let place = format!("/{name}");
    let wrong = problem.and_then(|it| it.within(&place).next().map(|it| it.detail.clone()));
    let hint_id = format!("{name}-hint");
    let others = ticked.iter().filter(|id| !programs.iter().any(|it| it.id == **id));
    html! {
        fieldset.field.radios.wrong[wrong.is_some()] aria-describedby=(hint_id) {
            legend { (legend) }
            @if programs.is_empty() { p.soft { (none) } }
            @for it in programs {
                label.choice {
                    input type="checkbox" name=(name) value=(it.id) checked[ticked.contains(&it.id)];
                    span { (it.name) @if !it.enabled { small { "Disabled" } } }
                }
            }
            @for id in others {
                label.choice {
                    input type="checkbox" name=(name) value=(id) checked;
                    span { "A program that is not there any more" }
                }
            }
            @if let Some(wrong) = wrong { p.error { (legend) " " (wrong) } }
            p.hint id=(hint_id) { (hint) }
        }
    }
}

/// The programs of those ids, by name.
pub(super) fn names(ids: &[String], programs: &[Program]) -> String {
    let name = |id: &String| programs.iter().find(|it| it.id == *id).map(|it| it.name.as_str());
    let names: Vec<&str> =
        ids.iter().map(|id| name(id).unwrap_or("a program that was deleted")).collect();
    if names.is_empty() { "None".to_owned() } else { names.join(", ") }
}

/// The same, each with the way to it.
pub(super) fn linked(ids: &[String], programs: &[Program]) -> Markup {
    let found: Vec<&Program> =
        ids.iter().filter_map(|id| programs.iter().find(|it| it.id == *id)).collect();
    html! {
        @if found.is_empty() { "None" }
        @for (number, it) in found.iter().enumerate() {
            @if number > 0 { ", " }
            a href=(at(&["app", "programs", &it.id], &[])) { (it.name) }
        }
    }
}
