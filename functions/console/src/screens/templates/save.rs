//! Saving a template.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use maud::Markup;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::editor::{self, Editor, Saved};
use super::model::{Template, Typed};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::changed_meanwhile;
use crate::staff::Staff;

pub(super) async fn create(staff: Staff, form: Posted) -> Result<Response, Failure> {
    #[derive(Deserialize)]
    struct Created {
        id: String,
    }
    let (typed, once) = (Typed::read(&form)?, form.get("once"));
    let asked = staff.api.ask(Method::POST, "/v1/templates").once(&once).json(&typed.draft());
    match asked.answer::<Created>().await {
        Ok(created) => {
            let to = at(&["app", "templates", &created.id], &[("said", "created")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(failure) => again(&staff, typed, None, failure.refusal()?).await,
    }
}

pub(super) async fn save(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (typed, version) = (Typed::read(&form)?, form.get("version"));
    let path = at(&["v1", "templates", &id], &[]);
    let asked = staff.api.ask(Method::PUT, &path).version(&version).json(&typed.draft());
    match asked.answer::<IgnoredAny>().await {
        Ok(_) => {
            let to = at(&["app", "templates", &id], &[("said", "saved")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(failure) => again(&staff, typed, Some(Saved { id, version }), failure.refusal()?).await,
    }
}

/// The editor with all that was typed, and why it was not saved.
pub(super) async fn again(
    staff: &Staff,
    typed: Typed,
    mut saved: Option<Saved>,
    problem: Problem,
) -> Result<Response, Failure> {
    let mut merge = None;
    if let Some(saved) = saved.as_mut().filter(|_| problem.is_stale()) {
        let newer = staff.api.read::<Template>(&at(&["v1", "templates", &saved.id], &[])).await?;
        saved.version = newer.version;
        merge = Some(merging(&newer.it, &typed));
    }
    let editor = Editor { typed, saved, problem: Some(problem), merge, said: None, unsaved: true };
    Ok(editor::show(staff, editor).await?.into_response())
}

fn merging(newer: &Template, typed: &Typed) -> Markup {
    let subject = newer.subject.as_deref().unwrap_or_default();
    changed_meanwhile(&[
        ("Name", &newer.name, &typed.name),
        ("Subject", subject, &typed.subject),
        ("Text", &newer.body, &typed.body),
    ])
}
