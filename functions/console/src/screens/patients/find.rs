//! The search for a patient.

use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Serialize;

use super::record::{Identifier, Patient, table};
use super::words::count;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::{check, input, text};
use crate::html::{Items, Section, alert, empty, heading, hidden, page, values};
use crate::staff::{IsPart, Staff};
use aws::http::Role;

/// Whom to find, as the API takes it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Search {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<NameBegins>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    medicare_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    include: Option<[&'static str; 3]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct NameBegins {
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
}

/// The fields of a search, and what they are sent again as.
const FIELDS: [&str; 8] =
    ["last_name", "first_name", "born", "mobile", "medicare", "source", "key", "all"];

impl Search {
    /// What was typed; `None` when that is nothing yet.
    pub(super) fn of(form: &Posted) -> Option<Self> {
        if let Some(id) = form.some("key") {
            let source = form.some("source").unwrap_or_default();
            let identifier = Some(Identifier { source, id });
            // Whatever else is typed is sent too, so that the API says that it does not go together.
            return Some(Self { identifier, include: None, next: None, ..Self::by_person(form) });
        }
        let search = Self::by_person(form);
        let says = search.name.is_some()
            || search.date_of_birth.is_some()
            || search.mobile.is_some()
            || search.medicare_number.is_some();
        says.then_some(search)
    }

    fn by_person(form: &Posted) -> Self {
        let (last_name, first_name) = (form.some("last_name"), form.some("first_name"));
        let named = last_name.is_some() || first_name.is_some();
        Self {
            name: named.then_some(NameBegins { last_name, first_name }),
            date_of_birth: form.some("born"),
            mobile: form.some("mobile"),
            medicare_number: form.some("medicare"),
            identifier: None,
            include: form.has("all").then_some(["archived", "deceased", "merged"]),
            next: form.some("next"),
        }
    }

    /// Whom it finds.
    pub(super) async fn find(&self, staff: &Staff) -> Result<Items<Patient>, Failure> {
        staff.api.ask(Method::POST, "/v1/patients/search").json(self).answer().await
    }
}

/// The fields of a search, as they were filled.
pub(super) fn fields(form: &Posted, problem: Option<&Problem>) -> Markup {
    let wrong = |pointer: &str| problem.and_then(|it| it.of(pointer));
    let by_key = form.some("key").is_some() || wrong("/identifier/source").is_some();
    html! {
        div.fields {
            (text("last_name", "Last name").value(form.get("last_name"))
                .hint("Its beginning is enough.").error(wrong("/name/last_name"))
                .with("autocomplete", "off").autofocus())
            (text("first_name", "First name").value(form.get("first_name"))
                .error(wrong("/name/first_name")).with("autocomplete", "off"))
            (input("date", "born", "Date of birth").value(form.get("born"))
                .error(wrong("/date_of_birth")))
            (input("tel", "mobile", "Mobile").value(form.get("mobile"))
                .error(wrong("/mobile")).with("autocomplete", "off"))
        }
        details open[by_key || form.some("medicare").is_some()] {
            summary { "By Medicare number, or by the number another system has" }
            div.fields {
                (text("medicare", "Medicare number").value(form.get("medicare"))
                    .error(wrong("/medicare_number")).with("autocomplete", "off"))
                (text("source", "System").value(form.get("source"))
                    .hint("As your practice named it, such as “diary”.")
                    .error(wrong("/identifier/source")).with("autocomplete", "off"))
                (text("key", "Number there").value(form.get("key"))
                    .hint("It finds one patient; leave the other fields empty.")
                    .error(wrong("/identifier/id")).with("autocomplete", "off"))
            }
        }
        (check("all", "Also archived, deceased and merged records", form.has("all")))
    }
}

/// What a search found, and the way to the rest of it.
pub(super) fn found(
    staff: &Staff,
    action: &str,
    form: &Posted,
    page: &Items<Patient>,
    act: impl Fn(&Patient) -> Option<Markup>,
) -> Markup {
    let again: Vec<_> = FIELDS.iter().map(|name| (*name, form.get(name))).collect();
    let again: Vec<_> = again
        .iter()
        .filter(|(_, it)| !it.is_empty())
        .map(|(name, it)| (*name, it.as_str()))
        .collect();
    html! {
        @if page.items.is_empty() && page.next.is_none() {
            (empty(html! {
                p role="status" { "Nobody fits that." }
                p { "Try fewer letters, or only the date of birth." }
            }))
        } @else {
            p.soft role="status" {
                (count(page.items.len(), "patient", "patients"))
                @if page.next.is_some() { " so far" }
            }
            (table(&page.items, act))
            @if let Some(next) = &page.next {
                form.more method="post" autocomplete="off" action=(action) {
                    (hidden(staff)) (values(&again)) (values(&[("next", next)]))
                    button { "More patients" }
                }
            }
        }
    }
}

fn nothing_yet() -> Markup {
    empty(html! { p { "Type the beginning of a name, a date of birth or a mobile number." } })
}

/// The page of the search.
pub(super) async fn show(staff: Staff) -> Markup {
    whole(&staff, &Posted::default(), None, &nothing_yet()).await
}

/// What is found; while one types, only that part of the page.
pub(super) async fn search(
    staff: Staff,
    IsPart(part): IsPart,
    form: Posted,
) -> Result<Response, Failure> {
    let (status, problem, result) = match Search::of(&form) {
        None => (StatusCode::OK, None, nothing_yet()),
        Some(search) => match search.find(&staff).await {
            Ok(page) => {
                (StatusCode::OK, None, found(&staff, "/app/patients", &form, &page, |_| None))
            }
            Err(failure) => {
                let problem = failure.refusal()?;
                let hint = html! {
                    @for wrong in &problem.errors {
                        p { (super::words::capital(&wrong.place().trim_matches('/').replace(['/', '_'], " "))) " " (wrong.detail) "." }
                    }
                };
                (problem.status(), Some(problem), empty(hint))
            }
        },
    };
    if part {
        return Ok((status, result).into_response());
    }
    Ok((status, whole(&staff, &form, problem.as_ref(), &result).await).into_response())
}

async fn whole(staff: &Staff, form: &Posted, problem: Option<&Problem>, result: &Markup) -> Markup {
    let actions = html! {
        @if staff.may(Role::FrontDesk) {
            a.button href="/app/patients/new" { "New patient" }
            a.button href="/app/patients/import" { "Import a list" }
        }
    };
    let body = html! {
        (heading("Patients", actions))
        @if let Some(problem) = problem { (alert(problem)) }
        form.card method="post" autocomplete="off" action="/app/patients" hx-post="/app/patients"
            hx-trigger="input delay:300ms, submit" hx-target="#found" hx-sync="this:replace" {
            (hidden(staff))
            (fields(form, problem))
            button.primary { "Search" }
        }
        div #found { (result) }
    };
    page(staff, Section::Patients, "Patients", body).await
}
