//! What is done to a program as a whole.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::frame::without_ids;
use super::show::refused;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::staff::Staff;

/// Something that was made.
#[derive(Debug, Deserialize)]
pub(super) struct Made {
    pub(super) id: String,
}

pub(super) async fn enable(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    switch(&staff, &id, "enable", "program-enabled").await
}

pub(super) async fn disable(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    switch(&staff, &id, "disable", "program-disabled").await
}

async fn switch(staff: &Staff, id: &str, to: &str, said: &str) -> Result<Response, Failure> {
    let address = at(&["v1", "programs", id, to], &[]);
    let done = staff.api.ask(Method::POST, &address).answer::<Made>().await;
    match done {
        Ok(_) => Ok(to_overview(id, said)),
        Err(failure) => {
            let problem = without_ids(failure.refusal()?);
            let problem = match (problem.status, to) {
                (422, "enable") => Problem {
                    title: "It cannot be enabled yet".to_owned(),
                    detail: "This is missing. Nothing was changed.".to_owned(),
                    ..problem
                },
                _ => problem,
            };
            Ok(refused(staff, id, problem, None).await?.into_response())
        }
    }
}

pub(super) async fn duplicate(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (address, name) = (at(&["v1", "programs", &id, "duplicate"], &[]), form.get("name"));
    let once = form.get("once");
    let asked = staff.api.ask(Method::POST, &address).once(&once);
    match asked.json(&json!({ "name": name.trim() })).answer::<Made>().await {
        Ok(copy) => Ok(to_overview(&copy.id, "created")),
        Err(failure) => {
            Ok(refused(&staff, &id, failure.refusal()?, Some(name)).await?.into_response())
        }
    }
}

pub(super) async fn delete(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (address, version) = (at(&["v1", "programs", &id], &[]), form.get("version"));
    let asked = staff.api.ask(Method::DELETE, &address).version(&version);
    match asked.answer::<()>().await {
        Ok(()) => Ok(Redirect::to("/app/programs?said=deleted").into_response()),
        Err(failure) => {
            let problem = failure.refusal()?;
            let problem = if problem.is_stale() {
                Problem {
                    title: "Not deleted".to_owned(),
                    detail: "Somebody else changed the program after you opened it. Look at it below, and \
                             delete it again if it is still right."
                        .to_owned(),
                    ..problem
                }
            } else {
                problem
            };
            Ok(refused(&staff, &id, problem, None).await?.into_response())
        }
    }
}

fn to_overview(id: &str, said: &str) -> Response {
    Redirect::to(&at(&["app", "programs", id], &[("said", said)])).into_response()
}
