//! The booking types: their list, a new one, and one of them.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::de::IgnoredAny;

use super::Listed;
use super::booking_type::{BookingType, Program, Typed, fields, linked, names, programs};
use crate::api::{Versioned, at};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::input;
use crate::html::{
    Items, Section, alert, changed_meanwhile, empty, form, heading, more, page, said, values,
};
use crate::staff::Staff;
use aws::http::Role;

const LIST: &str = "/app/settings/booking-types";

pub(super) async fn list(staff: Staff, Query(listed): Query<Listed>) -> Result<Markup, Failure> {
    let q = listed.q.trim();
    let address = at(&["v1", "booking-types"], &[("q", q), ("cursor", &listed.cursor)]);
    let (found, programs) = futures_util::try_join!(
        staff.api.get::<Items<BookingType>>(&address),
        programs(&staff.api)
    )?;
    let admin = staff.may(Role::Admin);
    let links = html! {
        a.button href="/app/settings" { "All settings" }
        @if admin { a.button.primary href="/app/settings/booking-types/new" { "New booking type" } }
    };
    let body = html! {
        (heading("Booking types", links))
        (said::notice(listed.said.as_deref()))
        form.filters method="get" action=(LIST) {
            (input("search", "q", "Part of the name").value(q))
            button { "Show" }
        }
        @if found.items.is_empty() {
            (empty(html! { p {
                @if !q.is_empty() { "No booking type fits. " a href=(LIST) { "Show all booking types" } }
                @else if admin { "There are no booking types yet. Create one for each type that your booking system sends." }
                @else { "There are no booking types yet. An admin creates them." }
            } }))
        } @else { (table(&found.items, &programs)) }
        (more(&at(&["app", "settings", "booking-types"], &[("q", q)]), found.next.as_deref()))
    };
    Ok(page(&staff, Section::Settings, "Booking types", body).await)
}

fn table(kinds: &[BookingType], programs: &[Program]) -> Markup {
    html! {
        table.stack {
            caption.hidden { "Booking types" }
            thead { tr {
                th scope="col" { "Name" } th scope="col" { "Code" }
                th scope="col" { "Puts the patient on" } th scope="col" { "Completes a cycle of" }
            } }
            tbody {
                @for it in kinds {
                    tr {
                        th scope="row" { a href=(at(&["app", "settings", "booking-types", &it.id], &[])) { (it.name) } }
                        td data-label="Code" { (it.code) }
                        td data-label="Puts the patient on" { (linked(&it.starts, programs)) }
                        td data-label="Completes a cycle of" { (linked(&it.completes, programs)) }
                    }
                }
            }
        }
    }
}

/// What a form is shown with.
struct Shown {
    typed: Typed,
    /// The booking type that is changed, and its version.
    saved: Option<(String, String)>,
    problem: Option<Problem>,
    newer: Option<Typed>,
}

async fn editor(staff: &Staff, shown: Shown) -> Result<(StatusCode, Markup), Failure> {
    let programs = programs(&staff.api).await?;
    let Shown { typed, saved, problem, newer } = shown;
    let title = match &saved {
        Some(_) if !typed.name.trim().is_empty() => typed.name.clone(),
        Some(_) => "Booking type without a name".to_owned(),
        None => "New booking type".to_owned(),
    };
    let (action, button) = match &saved {
        Some((id, _)) => (at(&["app", "settings", "booking-types", id], &[]), "Save booking type"),
        None => (format!("{LIST}/new"), "Create booking type"),
    };
    let inner = html! {
        @if let Some((_, version)) = &saved { (values(&[("version", version)])) }
        (fields(&typed, &programs, problem.as_ref()))
        button.primary { (button) }
    };
    let body = html! {
        (heading(&title, html! { a.button href=(LIST) { "All booking types" } }))
        @match (&newer, &problem) {
            (Some(newer), _) => (merging(newer, &typed, &programs)),
            (None, Some(problem)) => (alert(problem)),
            (None, None) => {}
        }
        (form(staff, &action, inner))
    };
    let status = problem.as_ref().map_or(StatusCode::OK, Problem::status);
    Ok((status, page(staff, Section::Settings, &title, body).await))
}

fn merging(saved: &Typed, typed: &Typed, programs: &[Program]) -> Markup {
    let of = |ids: &[String]| names(ids, programs);
    changed_meanwhile(&[
        ("Name", &saved.name, &typed.name),
        ("Code", &saved.code, &typed.code),
        ("Puts the patient on", &of(&saved.starts), &of(&typed.starts)),
        ("Completes a cycle of", &of(&saved.completes), &of(&typed.completes)),
    ])
}

pub(super) async fn new(staff: Staff) -> Result<Response, Failure> {
    if !staff.may(Role::Admin) {
        return Ok(Redirect::to(LIST).into_response());
    }
    let shown = Shown { typed: Typed::default(), saved: None, problem: None, newer: None };
    Ok(editor(&staff, shown).await?.into_response())
}

pub(super) async fn show(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    let path = at(&["v1", "booking-types", &id], &[]);
    if staff.may(Role::Admin) {
        let read: Versioned<BookingType> = staff.api.read(&path).await?;
        let (typed, saved) = (Typed::of(&read.it), Some((id, read.version)));
        let shown = Shown { typed, saved, problem: None, newer: None };
        return Ok(editor(&staff, shown).await?.into_response());
    }
    let (it, programs) =
        futures_util::try_join!(staff.api.get::<BookingType>(&path), programs(&staff.api))?;
    let body = html! {
        (heading(&it.name, html! { a.button href=(LIST) { "All booking types" } }))
        dl.facts {
            dt { "Code" } dd { (it.code) }
            dt { "Puts the patient on" } dd { (linked(&it.starts, &programs)) }
            dt { "Completes a cycle of" } dd { (linked(&it.completes, &programs)) }
        }
    };
    Ok(page(&staff, Section::Settings, &it.name, body).await.into_response())
}

pub(super) async fn create(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let (typed, once) = (Typed::read(&form), form.get("once"));
    let asked = staff.api.ask(Method::POST, "/v1/booking-types").once(&once).json(&typed);
    match asked.answer::<IgnoredAny>().await {
        Ok(_) => Ok(Redirect::to("/app/settings/booking-types?said=created").into_response()),
        Err(failure) => {
            let problem = Some(failure.refusal()?);
            let shown = Shown { typed, saved: None, problem, newer: None };
            Ok(editor(&staff, shown).await?.into_response())
        }
    }
}

pub(super) async fn save(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (typed, mut version) = (Typed::read(&form), form.get("version"));
    let path = at(&["v1", "booking-types", &id], &[]);
    let asked = staff.api.ask(Method::PUT, &path).version(&version).json(&typed);
    let problem = match asked.answer::<IgnoredAny>().await {
        Ok(_) => return Ok(Redirect::to("/app/settings/booking-types?said=saved").into_response()),
        Err(failure) => failure.refusal()?,
    };
    let mut newer = None;
    if problem.is_stale() {
        let read: Versioned<BookingType> = staff.api.read(&path).await?;
        version = read.version;
        newer = Some(Typed::of(&read.it));
    }
    let shown = Shown { typed, saved: Some((id, version)), problem: Some(problem), newer };
    Ok(editor(&staff, shown).await?.into_response())
}
