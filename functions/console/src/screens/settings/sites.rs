//! The sites: their list, a new one, and one of them.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::de::IgnoredAny;

use super::site::{Site, Typed};
use super::site_form::{fields, to_read};
use super::{Listed, Said};
use crate::api::{Versioned, at};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::input;
use crate::html::{
    Items, Section, alert, changed_meanwhile, empty, form, heading, more, page, said, values,
};
use crate::staff::Staff;
use aws::http::Role;

pub(super) async fn list(staff: Staff, Query(listed): Query<Listed>) -> Result<Markup, Failure> {
    let q = listed.q.trim();
    let address = at(&["v1", "sites"], &[("q", q), ("cursor", &listed.cursor)]);
    let found: Items<Site> = staff.api.get(&address).await?;
    let admin = staff.may(Role::Admin);
    let links = html! {
        a.button href="/app/settings" { "All settings" }
        @if admin { a.button.primary href="/app/settings/sites/new" { "New site" } }
    };
    let body = html! {
        (heading("Sites", links))
        (said::notice(listed.said.as_deref()))
        form.filters method="get" action="/app/settings/sites" {
            (input("search", "q", "Part of the name").value(q))
            button { "Show" }
        }
        @if found.items.is_empty() {
            (empty(html! { p {
                @if !q.is_empty() { "No site fits. " a href="/app/settings/sites" { "Show all sites" } }
                @else if admin { "There are no sites yet. Create the first one: patients and bookings belong to a site." }
                @else { "There are no sites yet. An admin creates them." }
            } }))
        } @else { (table(&found.items)) }
        (more(&at(&["app", "settings", "sites"], &[("q", q)]), found.next.as_deref()))
    };
    Ok(page(&staff, Section::Settings, "Sites", body).await)
}

fn table(sites: &[Site]) -> Markup {
    html! {
        table.stack {
            caption.hidden { "Sites" }
            thead { tr {
                th scope="col" { "Name" } th scope="col" { "Time zone" } th scope="col" { "Messages go out" }
                th scope="col" { "Text messages come from" } th scope="col" { "Holidays" }
            } }
            tbody {
                @for site in sites {
                    @let typed = Typed::of(site);
                    @let count = site.sending_window.holidays.len();
                    tr {
                        th scope="row" { a href=(at(&["app", "settings", "sites", &site.id], &[])) { (site.name) } }
                        td data-label="Time zone" { (site.time_zone) }
                        td data-label="Messages go out" { (typed.hours()) }
                        td data-label="Text messages come from" { (typed.sms_from()) }
                        td data-label="Holidays" {
                            a href=(at(&["app", "settings", "sites", &site.id, "holidays"], &[])) {
                                (count) @if count == 1 { " day" } @else { " days" } span.hidden { " of " (site.name) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a form of a site is shown with.
struct Shown {
    typed: Typed,
    /// The site that is changed, and its version.
    saved: Option<(String, String)>,
    problem: Option<Problem>,
    merge: Option<Markup>,
    said: Option<String>,
}

async fn editor(staff: &Staff, shown: Shown) -> (StatusCode, Markup) {
    let Shown { typed, saved, problem, merge, said } = shown;
    let title = match &saved {
        Some(_) if !typed.name.trim().is_empty() => typed.name.clone(),
        Some(_) => "Site without a name".to_owned(),
        None => "New site".to_owned(),
    };
    let (action, button) = match &saved {
        Some((id, _)) => (at(&["app", "settings", "sites", id], &[]), "Save site"),
        None => ("/app/settings/sites/new".to_owned(), "Create site"),
    };
    let inner = html! {
        @if let Some((_, version)) = &saved { (values(&[("version", version)])) }
        (fields(&typed, problem.as_ref()))
        button.primary { (button) }
    };
    let body = html! {
        (heading(&title, links(saved.as_ref().map(|(id, _)| id.as_str()))))
        (said::notice(said.as_deref()))
        @match (&merge, &problem) {
            (Some(merge), _) => (merge),
            (None, Some(problem)) => (alert(problem)),
            (None, None) => {}
        }
        (form(staff, &action, inner))
    };
    let status = problem.as_ref().map_or(StatusCode::OK, Problem::status);
    (status, page(staff, Section::Settings, &title, body).await)
}

fn links(id: Option<&str>) -> Markup {
    html! {
        a.button href="/app/settings/sites" { "All sites" }
        @if let Some(id) = id {
            a.button href=(at(&["app", "settings", "sites", id, "holidays"], &[])) { "Holidays" }
        }
    }
}

pub(super) async fn new(staff: Staff) -> Response {
    if !staff.may(Role::Admin) {
        return Redirect::to("/app/settings/sites").into_response();
    }
    let shown = Shown { typed: Typed::new(), saved: None, problem: None, merge: None, said: None };
    editor(&staff, shown).await.into_response()
}

pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let read: Versioned<Site> = staff.api.read(&at(&["v1", "sites", &id], &[])).await?;
    let typed = Typed::of(&read.it);
    if !staff.may(Role::Admin) {
        let body = html! { (heading(&typed.name, links(Some(&id)))) (to_read(&typed)) };
        return Ok(page(&staff, Section::Settings, &typed.name, body).await.into_response());
    }
    let saved = Some((id, read.version));
    let shown = Shown { typed, saved, problem: None, merge: None, said: said.said };
    Ok(editor(&staff, shown).await.into_response())
}

pub(super) async fn create(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let (typed, once) = (Typed::read(&form), form.get("once"));
    let asked = staff.api.ask(Method::POST, "/v1/sites").once(&once).json(&typed.draft());
    match asked.answer::<IgnoredAny>().await {
        Ok(_) => Ok(Redirect::to("/app/settings/sites?said=created").into_response()),
        Err(failure) => {
            let problem = Some(failure.refusal()?);
            let shown = Shown { typed, saved: None, problem, merge: None, said: None };
            Ok(editor(&staff, shown).await.into_response())
        }
    }
}

pub(super) async fn save(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (typed, mut version) = (Typed::read(&form), form.get("version"));
    let path = at(&["v1", "sites", &id], &[]);
    let asked = staff.api.ask(Method::PUT, &path).version(&version).json(&typed.draft());
    let problem = match asked.answer::<IgnoredAny>().await {
        Ok(_) => {
            let to = at(&["app", "settings", "sites", &id], &[("said", "saved")]);
            return Ok(Redirect::to(&to).into_response());
        }
        Err(failure) => failure.refusal()?,
    };
    let mut merge = None;
    if problem.is_stale() {
        let newer: Versioned<Site> = staff.api.read(&path).await?;
        version = newer.version;
        merge = Some(merging(&Typed::of(&newer.it), &typed));
    }
    let shown =
        Shown { typed, saved: Some((id, version)), problem: Some(problem), merge, said: None };
    Ok(editor(&staff, shown).await.into_response())
}

fn merging(saved: &Typed, typed: &Typed) -> Markup {
    changed_meanwhile(&[
        ("Name", &saved.name, &typed.name),
        ("Code", &saved.code, &typed.code),
        ("Time zone", &saved.time_zone, &typed.time_zone),
        ("Messages go out", &saved.hours(), &typed.hours()),
        ("Text messages come from", &saved.sms_from(), &typed.sms_from()),
        ("Answers to emails go to", &saved.reply_to, &typed.reply_to),
        ("Address on letters", &saved.address, &typed.address),
        ("Phone on letters", &saved.phone, &typed.phone),
        ("Email on letters", &saved.email, &typed.email),
    ])
}
