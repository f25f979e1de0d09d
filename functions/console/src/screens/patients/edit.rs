//! Changing a patient's record.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};

use super::draft::{COMPARED, Draft, fields, filled};
use super::record::{Patient, read};
use super::{keys, refused};
use crate::api::{Versioned, at};
use crate::failure::Failure;
use crate::form::{LOADED, Loaded, Posted};
use crate::html::{Section, alert, changed_meanwhile, heading, hidden, page, values};
use crate::screens::lists;
use crate::staff::Staff;
use aws::http::Role;

/// The form of somebody.
pub(super) async fn show(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    if !staff.may(Role::FrontDesk) {
        return Ok(not_theirs(&staff, &id).await);
    }
    let patient = read(&staff, &id).await?;
    let saved = filled(&patient.it);
    let saved = saved.with(LOADED, &Loaded::pack(saved.fields()));
    let page = form_page(&staff, &patient, &saved, &html! {}, None).await?;
    Ok(page.into_response())
}

async fn not_theirs(staff: &Staff, id: &str) -> Response {
    let back = at(&["app", "patients", id], &[]);
    let detail = "Records are changed by the front desk.";
    refused::not_theirs(staff, "Edit a patient", detail, (&back, "Back to the patient")).await
}

/// Saves it; whether they get messages at all stays as it was.
pub(super) async fn save(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    if !staff.may(Role::FrontDesk) {
        return Ok(not_theirs(&staff, &id).await);
    }
    let before = read(&staff, &id).await?;
    let (address, version) = (at(&["v1", "patients", &id], &[]), form.get("version"));
    let draft = Draft::of(&form).instead_of(&before.it);
    let asked = staff.api.ask(Method::PUT, &address).version(&version).json(&draft);
    let problem = match asked.answer::<Patient>().await {
        Ok(_) => {
            let card = at(&["app", "patients", &id], &[("said", "saved")]);
            return Ok(Redirect::to(&card).into_response());
        }
        Err(failure) => failure.refusal()?,
    };
    if problem.is_stale() {
        let now = read(&staff, &id).await?;
        let theirs = filled(&now.it);
        let form = untouched_as_saved(&form, &theirs);
        let compared: Vec<_> = COMPARED
            .iter()
            .map(|(name, label)| (*label, theirs.get(name), form.get(name)))
            .chain([(
                "Numbers of other systems",
                keys::joined(&now.it.identifiers),
                keys::joined(&keys::typed(&form)),
            )])
            .collect();
        let compared: Vec<_> = compared
            .iter()
            .map(|(label, saved, typed)| (*label, saved.as_str(), typed.as_str()))
            .collect();
        let added = keys::added(&form, &now.it);
        let said = html! {
            (changed_meanwhile(&compared))
            @if !added.is_empty() {
                p.warning {
                    "Added by another system or somebody else meanwhile, and put into the form below: "
                    (keys::joined(&added)) "."
                }
            }
        };
        let form = keys::merged(&form, &added, &now.it);
        let form = form.with(LOADED, &Loaded::pack(theirs.fields()));
        let page = form_page(&staff, &now, &form, &said, None).await?;
        return Ok((StatusCode::PRECONDITION_FAILED, page).into_response());
    }
    // The version that was sent stays in the form: what is wrong is not that somebody saved meanwhile.
    let before = Versioned { version, ..before };
    let page = form_page(&staff, &before, &form, &alert(&problem), Some(&problem)).await?;
    Ok((problem.status(), page).into_response())
}

/// The form with what is saved now in each field that this person has not touched.
fn untouched_as_saved(form: &Posted, theirs: &Posted) -> Posted {
    let loaded = Loaded::unpack(&form.get(LOADED));
    COMPARED.iter().fold(form.clone(), |form, (name, _)| {
        let (typed, saved) = (form.get(name), theirs.get(name));
        form.with(name, loaded.or_saved(name, &typed, &saved))
    })
}

async fn form_page(
    staff: &Staff,
    patient: &Versioned<Patient>,
    form: &Posted,
    said: &Markup,
    problem: Option<&crate::failure::Problem>,
) -> Result<Markup, Failure> {
    let sites = lists::sites(&staff.api).await?;
    let title = format!("Edit {}", patient.it.name());
    let body = html! {
        (heading(&title, html! {}))
        (said)
        form method="post" autocomplete="off" action=(patient.it.below("edit")) data-guard {
            (hidden(staff)) (values(&[("version", &patient.version), (LOADED, &form.get(LOADED))]))
            (fields(form, problem, &sites))
            div.row {
                button.primary { "Save" }
                a.button href=(patient.it.address()) { "Cancel" }
            }
        }
    };
    Ok(page(staff, Section::Patients, &title, body).await)
}
