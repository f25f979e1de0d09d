//! Actions & Properties: the editor of a program.
//!
//! It is one form. Its buttons send all of it: those that add, move and remove actions show it again, with
//! everything that was typed; nothing is kept anywhere until it is saved.

mod action;
mod ask;
mod meet;
mod page;
mod save;
mod typed;

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use super::frame::{Tab, around, only_admins, without_ids};
use super::lists::{Template, templates};
use super::model::{Does, Kind, Program};
use crate::api::{Api, Versioned, at};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::changed_meanwhile;
use crate::staff::Staff;
use page::{Editor, Tag};
use save::Outcome;
use typed::Typed;

pub(super) use page::completion;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    said: Option<String>,
}

/// All tags of a kind of program.
#[derive(Debug, Deserialize)]
struct Tags {
    items: Vec<Tag>,
}

/// What the editor shows around what was typed.
struct Around {
    templates: Vec<Template>,
    tags: Vec<Tag>,
}

impl Around {
    async fn read(api: &Api, kind: Kind) -> Result<Self, Failure> {
        let tags = at(&["v1", "tags"], &[("type", kind.code())]);
        let (templates, tags) =
            futures_util::try_join!(templates(api, ""), api.get::<Tags>(&tags))?;
        Ok(Self { templates, tags: tags.items })
    }
}

/// A page of the editor, with what stands above the form.
#[derive(Default)]
struct Shown<'a> {
    said: Option<&'a str>,
    above: Markup,
    problem: Option<&'a Problem>,
    focus: Option<(&'static str, &'a str)>,
    unsaved: bool,
}

async fn program(api: &Api, id: &str) -> Result<Versioned<Program>, Failure> {
    api.read(&at(&["v1", "programs", id], &[])).await
}

pub(super) async fn edit(
    staff: Staff,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Markup, Failure> {
    only_admins(&staff)?;
    let saved = program(&staff.api, &id).await?;
    let typed = Typed::of_program(&saved.it, &saved.version);
    let shown = Shown { said: before.said.as_deref(), ..Shown::default() };
    show(&staff, &saved.it, &typed, shown).await
}

async fn show(
    staff: &Staff,
    saved: &Program,
    typed: &Typed,
    shown: Shown<'_>,
) -> Result<Markup, Failure> {
    let with = Around::read(&staff.api, saved.kind).await?;
    let editor = Editor {
        staff,
        saved,
        typed,
        templates: &with.templates,
        tags: &with.tags,
        problem: shown.problem,
        focus: shown.focus,
        unsaved: shown.unsaved,
    };
    let body = html! { (shown.above) (editor.form()) };
    Ok(around(staff, saved, Tab::Edit, shown.said, body).await)
}

pub(super) async fn post(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    only_admins(&staff)?;
    let saved = program(&staff.api, &id).await?;
    let mut typed = Typed::of_form(&form);
    if form.has("save") {
        return save(&staff, &saved, typed, &form.get("once")).await;
    }
    // Whatever was accepted was of what was typed then.
    typed.set("accept", "");
    let focus = press(&form, &mut typed, saved.it.kind);
    let focus = focus.as_ref().map(|(what, key)| (*what, key.as_str()));
    let shown = Shown { focus, unsaved: true, ..Shown::default() };
    Ok(show(&staff, &saved.it, &typed, shown).await?.into_response())
}

/// Does what a button says; what has the focus then.
fn press(form: &Posted, typed: &mut Typed, kind: Kind) -> Option<(&'static str, String)> {
    if let Some(does) = Does::parse(&form.get("add")) {
        return Some(("add", typed.add_new(does, kind)));
    }
    if let Some(key) = form.some("up") {
        typed.shift(&key, false);
        let first = typed.keys().first() == Some(&key);
        return Some((if first { "down" } else { "up" }, key));
    }
    if let Some(key) = form.some("down") {
        typed.shift(&key, true);
        let last = typed.keys().last() == Some(&key);
        return Some((if last { "up" } else { "down" }, key));
    }
    let key = form.some("drop")?;
    typed.remove(&key);
    Some(("added", Does::Sms.code().to_owned()))
}

async fn save(
    staff: &Staff,
    saved: &Versioned<Program>,
    mut typed: Typed,
    once: &str,
) -> Result<Response, Failure> {
    match save::save(&staff.api, saved, &mut typed, once).await? {
        Outcome::Saved => {
            let to = at(&["app", "programs", &saved.it.id], &[("said", "saved")]);
            Ok(Redirect::to(&to).into_response())
        }
        Outcome::Ask(impact) => {
            let body = ask::question(staff, &saved.it, &typed, &impact);
            Ok(around(staff, &saved.it, Tab::Edit, None, body).await.into_response())
        }
        Outcome::Refused(problem) => {
            let problem = without_ids(problem);
            typed.set("accept", "");
            let shown = Shown { problem: Some(&problem), unsaved: true, ..Shown::default() };
            let body = show(staff, &saved.it, &typed, shown).await?;
            Ok((problem.status(), body).into_response())
        }
        Outcome::Stale => {
            typed.set("accept", "");
            stale(staff, &saved.it.id, typed).await
        }
    }
}

/// The editor with what was typed, beside what somebody else saved meanwhile.
async fn stale(staff: &Staff, id: &str, mut typed: Typed) -> Result<Response, Failure> {
    let saved = program(&staff.api, id).await?;
    let templates = templates(&staff.api, "").await?;
    let gone = typed.take_out(&saved.it, &templates);
    typed.follow(&Typed::of_program(&saved.it, &saved.version));
    let differing = ask::differing(&saved.it, &typed, &templates);
    let differing: Vec<_> = differing
        .iter()
        .map(|(name, theirs, ours)| (name.as_str(), theirs.as_str(), ours.as_str()))
        .collect();
    let came = typed.take_in(&saved.it, &saved.version);
    let told = meet::told(&gone, &came, &typed, &saved.it, &templates);
    let above = html! { (changed_meanwhile(&differing)) (told) };
    let shown = Shown { above, unsaved: true, ..Shown::default() };
    let body = show(staff, &saved.it, &typed, shown).await?;
    Ok((StatusCode::PRECONDITION_FAILED, body).into_response())
}

/// Which timing is said.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    key: String,
    #[serde(rename = "type")]
    kind: String,
    first: String,
}

/// A timing in words, as one types it.
pub(super) async fn timing(_: Staff, Query(which): Query<Which>, form: Posted) -> Markup {
    let timing = serde_json::from_value(Typed::of_form(&form).timing(&which.key)).ok();
    let kind = Kind::parse(&which.kind).unwrap_or(Kind::General);
    html! { (action::sentence(timing.as_ref(), kind, !which.first.is_empty())) }
}
