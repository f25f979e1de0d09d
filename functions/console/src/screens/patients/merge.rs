//! Making one of two records of the same person.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use futures_util::try_join;
use http::Method;
use maud::{Markup, html};
use serde::Serialize;

use super::find::{Search, fields, found};
use super::on;
use super::record::{Patient, read};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::{Section, alert, confirm, empty, heading, hidden, page};
use crate::staff::Staff;
use aws::http::Role;

#[derive(Serialize)]
struct Merge {
    into: String,
}

/// The page: what it does, and the search for the other record.
pub(super) async fn show(staff: Staff, Path(id): Path<String>) -> Result<Markup, Failure> {
    let (patient, on) = both(&staff, &id).await?;
    // Whoever has two records has the same name in both, mostly.
    let form = Posted::of(&[("last_name", &patient.last_name)]);
    Ok(whole(&staff, &patient, on, &form, None, &html! {}).await)
}

/// What is found, each with the merge into it.
pub(super) async fn search(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (patient, on) = both(&staff, &id).await?;
    let asked = match Search::of(&form) {
        Some(search) => search.find(&staff).await,
        None => Ok(crate::html::Items { items: Vec::new(), next: None }),
    };
    match asked {
        Ok(mut page) => {
            page.items.retain(|it| it.id != patient.id);
            let act = |other: &Patient| {
                (other.standing != "merged").then(|| into(&staff, &patient, other, on))
            };
            let result = found(&staff, &patient.below("merge"), &form, &page, act);
            Ok(whole(&staff, &patient, on, &form, None, &result).await.into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            let page = whole(&staff, &patient, on, &form, Some(&problem), &html! {}).await;
            Ok((problem.status(), page).into_response())
        }
    }
}

/// Merges this record into that one.
pub(super) async fn carry_out(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let address = at(&["v1", "patients", &id, "merge"], &[]);
    let merge = Merge { into: form.get("into") };
    match staff.api.ask(Method::POST, &address).json(&merge).answer::<Patient>().await {
        Ok(kept) => {
            let card = at(&["app", "patients", &kept.id], &[("said", "merged")]);
            Ok(Redirect::to(&card).into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            let (patient, on) = both(&staff, &id).await?;
            let form = Posted::of(&[("last_name", &patient.last_name)]);
            let page = whole(&staff, &patient, on, &form, Some(&problem), &html! {}).await;
            Ok((problem.status(), page).into_response())
        }
    }
}

/// The record, and on how many programs they are.
async fn both(staff: &Staff, id: &str) -> Result<(Patient, usize), Failure> {
    let (patient, on) = try_join!(read(staff, id), on::open(staff, id))?;
    Ok((patient.it, on.len()))
}

fn into(staff: &Staff, patient: &Patient, other: &Patient, on: usize) -> Markup {
    let programs = match on {
        0 => "it is on no program".to_owned(),
        1 => "its 1 program goes along".to_owned(),
        number => format!("its {number} programs go along"),
    };
    let consequence = html! {
        p {
            "The record of " (patient.name()) ", " (patient.told_apart()) ", goes into the one of " (other.name())
            ", " (other.told_apart()) "."
        }
        ul {
            li { "That one goes on. Where both say something, what it says stays." }
            li {
                "It is given " (patient.identifiers.len()) " numbers of other systems, and what it lacks; "
                (programs) "."
            }
            li { "Of each two choices on messages, the stricter one holds." }
            li { "This cannot be taken back." }
        }
    };
    let label = format!("Merge into {}", other.name());
    let action = format!("{}/into", patient.below("merge"));
    confirm(staff, &action, &label, consequence, &[("into", &other.id)])
}

async fn whole(
    staff: &Staff,
    patient: &Patient,
    on: usize,
    form: &Posted,
    problem: Option<&Problem>,
    result: &Markup,
) -> Markup {
    let title = format!("Merge {} into another record", patient.name());
    let body = html! {
        (heading(&title, html! { a.button href=(patient.address()) { "Cancel" } }))
        @if let Some(problem) = problem { (alert(problem)) }
        @if !staff.may(Role::Admin) {
            (empty(html! { p { "Only an admin can merge records." } }))
        } @else if patient.standing == "merged" {
            (empty(html! {
                p { "This record was merged already." }
                p { a href=(patient.address()) { "See it" } }
            }))
        } @else {
            p {
                "This record, " (patient.told_apart()) ", with "
                (super::words::count(on, "program", "programs"))
                " that are not over, goes into the one that you find here. If this one is to be kept, open the other "
                "record and merge that one into this."
            }
            form.card method="post" autocomplete="off" action=(patient.below("merge")) {
                (hidden(staff))
                (fields(form, problem))
                button.primary { "Find the other record" }
            }
            (result)
        }
    };
    page(staff, Section::Patients, &title, body).await
}
