//! Whether somebody is a patient still: archived, restored, deceased.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use maud::{Markup, html};

use super::card;
use super::record::Patient;
use crate::api::at;
use crate::failure::Failure;
use crate::form::Posted;
use crate::html::confirm;
use crate::staff::Staff;
use aws::http::Role;

/// What can be done with the record as a whole, of somebody who is on so many programs.
pub(super) fn acts(staff: &Staff, patient: &Patient, open: usize) -> Markup {
    let action = patient.below("standing");
    let ends = match open {
        0 => "They are on no program now.".to_owned(),
        1 => "The program they are on ends.".to_owned(),
        number => format!("All {number} programs they are on end."),
    };
    let archive = html! {
        p { (patient.name()) " gets no messages any more. " (ends) }
        p { "The record can be restored. What they were on stays ended: they are enrolled anew then." }
    };
    let deceased = html! {
        p { "Nothing is sent to " (patient.name()) " any more. " (ends) }
        p { "Should it be a mistake, restore the record; what they were on stays ended." }
    };
    let restore = html! {
        p {
            (patient.name()) " can get messages again. Nothing is sent by that alone: enrol them on what they are "
            "to be on."
        }
    };
    html! {
        @if staff.may(Role::FrontDesk) && patient.standing != "merged" {
            section.card {
                h2 { "This record" }
                div.row {
                    @if patient.is_current() {
                        (confirm(staff, &action, "Archive this patient", archive, &[("to", "archive")]))
                    } @else {
                        (confirm(staff, &action, "Restore this patient", restore, &[("to", "restore")]))
                    }
                    @if patient.standing != "deceased" {
                        (confirm(staff, &action, "They have died", deceased, &[("to", "deceased")]))
                    }
                    @if staff.may(Role::Admin) {
                        a.button href=(patient.below("merge")) { "Merge into another record" }
                    }
                }
            }
        }
    }
}

/// Archives, restores, or writes down that they have died.
pub(super) async fn change(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (what, said) = match form.get("to").as_str() {
        "archive" => ("archive", "archived"),
        "deceased" => ("deceased", "saved"),
        _ => ("restore", "restored"),
    };
    let address = at(&["v1", "patients", &id, what], &[]);
    match staff.api.ask(Method::POST, &address).answer::<Patient>().await {
        Ok(_) => {
            let card = at(&["app", "patients", &id], &[("said", said)]);
            Ok(Redirect::to(&card).into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            let page = card::refused(&staff, &id, ("standing", &form, &problem)).await?;
            Ok((problem.status(), page).into_response())
        }
    }
}
