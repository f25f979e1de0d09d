//! A new patient.

use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use maud::{Markup, html};

use super::draft::{Draft, fields};
use super::record::{Patient, read, table};
use super::refused;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::{Section, alert, heading, hidden, page};
use crate::screens::lists;
use crate::staff::Staff;
use aws::http::Role;

/// Most patients of the same name who are shown beside a new one.
const MOST_ALIKE: usize = 8;

/// The empty form.
pub(super) async fn show(staff: Staff) -> Result<Response, Failure> {
    if !staff.may(Role::FrontDesk) {
        return Ok(not_theirs(&staff).await);
    }
    Ok(form_page(&staff, &Posted::default(), None).await?.into_response())
}

async fn not_theirs(staff: &Staff) -> Response {
    let detail = "New patients are written down by the front desk.";
    refused::not_theirs(staff, "New patient", detail, ("/app/patients", "Find a patient")).await
}

/// Creates them. Of somebody who may be there already it is told at once, while the person is at the desk.
pub(super) async fn create(staff: Staff, form: Posted) -> Result<Response, Failure> {
    if !staff.may(Role::FrontDesk) {
        return Ok(not_theirs(&staff).await);
    }
    let draft = Draft::of(&form);
    let once = form.get("once");
    let asked = staff.api.ask(Method::POST, "/v1/patients").once(&once).json(&draft);
    match asked.answer::<Patient>().await {
        Ok(patient) => {
            let alike = patient.possible_duplicates.clone().unwrap_or_default();
            if alike.is_empty() {
                let card = at(&["app", "patients", &patient.id], &[("said", "created")]);
                return Ok(Redirect::to(&card).into_response());
            }
            Ok(alike_page(&staff, &patient, &alike).await?.into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            let again = form_page(&staff, &form, Some(&problem)).await?;
            Ok((problem.status(), again).into_response())
        }
    }
}

async fn form_page(
    staff: &Staff,
    form: &Posted,
    problem: Option<&Problem>,
) -> Result<Markup, Failure> {
    let sites = lists::sites(&staff.api).await?;
    let body = html! {
        (heading("New patient", html! {}))
        @if let Some(problem) = problem { (alert(problem)) }
        form method="post" autocomplete="off" action="/app/patients/new" data-guard {
            (hidden(staff))
            (fields(form, problem, &sites))
            div.row {
                button.primary { "Create this patient" }
                a.button href="/app/patients" { "Cancel" }
            }
        }
    };
    Ok(page(staff, Section::Patients, "New patient", body).await)
}

/// The new patient, and who may be the same person.
async fn alike_page(staff: &Staff, new: &Patient, alike: &[String]) -> Result<Markup, Failure> {
    let read = alike.iter().take(MOST_ALIKE).map(|id| read(staff, id));
    let found = futures_util::future::join_all(read).await;
    let found: Vec<_> = found.into_iter().filter_map(|it| it.ok().map(|it| it.it)).collect();
    let body = html! {
        (heading("Created, but look at this", html! {}))
        div.warning role="alert" {
            strong { (new.name()) " may be on the books already." }
            p {
                "A patient with two records can get every message twice, and a booking may be found on the "
                "other one. Look whether one of these is the same person:"
            }
        }
        (table(&found, |_| None))
        div.row {
            a.button.primary href=(new.address()) { "Go to the new record of " (new.name()) }
            @if staff.may(Role::Admin) {
                a.button href=(new.below("merge")) { "Merge the new record into another" }
            }
        }
        @if !staff.may(Role::Admin) {
            p.soft { "If it is the same person, ask an admin to merge the two records." }
        }
    };
    Ok(page(staff, Section::Patients, "Created, but look at this", body).await)
}
