//! Sending a template to oneself, and deleting it.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use serde::de::IgnoredAny;
use serde_json::json;

use super::editor::{self, Editor, Saved};
use super::model::{Template, Typed};
use super::save::again;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::alert;
use crate::staff::Staff;

/// Sends a test. What goes out is what is saved: when something else is typed, that is said first.
pub(super) async fn test(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (typed, once) = (Typed::read(&form)?, form.get("once"));
    let read = staff.api.read::<Template>(&at(&["v1", "templates", &id], &[])).await?;
    if !typed.says_the_same(&read.it) {
        let detail = "A test sends what is saved, and this is not saved yet. Save the template, then send the test.";
        let saved = Some(Saved { id, version: form.get("version") });
        return again(&staff, typed, saved, Problem::new(detail)).await;
    }
    let path = at(&["v1", "templates", &id, "test"], &[]);
    let sent = staff.api.ask(Method::POST, &path).once(&once).json(&json!({ "to": typed.to }));
    let problem = match sent.answer::<IgnoredAny>().await {
        Ok(_) => {
            let to = at(&["app", "templates", &id], &[("said", "tested")]);
            return Ok(Redirect::to(&to).into_response());
        }
        // Also what the provider does not take is said beside what was typed.
        Err(Failure::Refused(problem)) => problem,
        Err(failure) => return Err(failure),
    };
    let saved = Some(Saved { id, version: read.version });
    let editor =
        Editor { typed, saved, problem: Some(problem), merge: None, said: None, unsaved: false };
    Ok(editor::show(&staff, editor).await?.into_response())
}

pub(super) async fn delete(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let path = at(&["v1", "templates", &id], &[]);
    let version = form.get("version");
    let problem = match staff.api.ask(Method::DELETE, &path).version(&version).answer().await {
        Ok(()) => return Ok(Redirect::to("/app/templates?said=deleted").into_response()),
        Err(failure) => failure.refusal()?,
    };
    let read = staff.api.read::<Template>(&path).await?;
    let typed = Typed::of(&read.it);
    let merge = problem.is_stale().then(|| {
        let detail = "Somebody else saved it since you opened it. Read what it says now, then delete it if you still want to.";
        alert(&Problem::new(detail))
    });
    let saved = Some(Saved { id, version: read.version });
    let editor = Editor { typed, saved, problem: Some(problem), merge, said: None, unsaved: false };
    Ok(editor::show(&staff, editor).await?.into_response())
}
