//! The holidays of a site.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::Said;
use super::holidays_form::{Holiday, Rows, on_a_line};
use crate::api::{Versioned, at};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::{
    Section, alert, changed_meanwhile, dates, empty, form, heading, page, said, values,
};
use crate::screens::lists::Site;
use crate::staff::Staff;
use aws::http::Role;

#[derive(Debug, Deserialize)]
struct Holidays {
    holidays: Vec<Holiday>,
}

#[derive(Debug, Serialize)]
struct Draft<'a> {
    holidays: Vec<&'a Holiday>,
}

/// What the form is shown with.
struct Shown {
    rows: Rows,
    version: String,
    problem: Option<Problem>,
    merge: Option<Markup>,
    said: Option<String>,
}

fn path(id: &str) -> String {
    at(&["v1", "sites", id, "holidays"], &[])
}

pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let (site_path, path) = (at(&["v1", "sites", &id], &[]), path(&id));
    let (site, read) = futures_util::try_join!(
        staff.api.get::<Site>(&site_path),
        staff.api.read::<Holidays>(&path)
    )?;
    if staff.may(Role::Admin) {
        let shown = Shown {
            rows: Rows::of(read.it.holidays),
            version: read.version,
            problem: None,
            merge: None,
            said: said.said,
        };
        return Ok(editor(&staff, &site, &shown).await.into_response());
    }
    let title = title(&site);
    let body = html! { (heading(&title, links(&site))) (to_read(&read.it.holidays)) };
    Ok(page(&staff, Section::Settings, &title, body).await.into_response())
}

fn title(site: &Site) -> String {
    format!("Holidays of {}", site.name)
}

fn links(site: &Site) -> Markup {
    html! {
        a.button href=(at(&["app", "settings", "sites", &site.id], &[])) { (site.name) }
        a.button href="/app/settings/holidays" { "Add one to many sites" }
    }
}

fn to_read(holidays: &[Holiday]) -> Markup {
    if holidays.is_empty() {
        return empty(
            html! { p { "There are no holidays yet: messages go out on every day the site has hours." } },
        );
    }
    html! {
        table {
            caption { "Nothing goes out on these days" }
            thead { tr { th scope="col" { "Day" } th scope="col" { "Name" } } }
            tbody { @for it in holidays { tr { td { (dates::day(&it.date)) } td { (it.name) } } } }
        }
    }
}

async fn editor(staff: &Staff, site: &Site, shown: &Shown) -> (StatusCode, Markup) {
    let problem = shown.problem.as_ref();
    let title = title(site);
    let inner = html! {
        (values(&[("version", &shown.version)]))
        (shown.rows.show(problem))
        p { button.primary { "Save holidays" } }
    };
    let body = html! {
        (heading(&title, links(site)))
        (said::notice(shown.said.as_deref()))
        @match (&shown.merge, problem) {
            (Some(merge), _) => (merge),
            (None, Some(problem)) => (alert(problem)),
            (None, None) => {}
        }
        p { "What is due on these days waits for the next day on which messages go out, unless its action says that it goes at any hour." }
        (form(staff, &at(&["app", "settings", "sites", &site.id, "holidays"], &[]), inner))
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    (status, page(staff, Section::Settings, &title, body).await)
}

pub(super) async fn save(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (rows, mut version) = (Rows::read(&form), form.get("version"));
    let path = path(&id);
    let draft = Draft { holidays: rows.holidays() };
    let asked = staff.api.ask(Method::PUT, &path).version(&version).json(&draft);
    let problem = match asked.answer::<IgnoredAny>().await {
        Ok(_) => {
            let to = at(&["app", "settings", "sites", &id, "holidays"], &[("said", "saved")]);
            return Ok(Redirect::to(&to).into_response());
        }
        Err(failure) => failure.refusal()?,
    };
    let site: Site = staff.api.get(&at(&["v1", "sites", &id], &[])).await?;
    let mut merge = None;
    if problem.is_stale() {
        let newer: Versioned<Holidays> = staff.api.read(&path).await?;
        version = newer.version;
        let saved: Vec<&Holiday> = newer.it.holidays.iter().collect();
        let (saved, typed) = (on_a_line(&saved), on_a_line(&draft.holidays));
        merge = Some(changed_meanwhile(&[("Holidays", &saved, &typed)]));
    }
    let shown = Shown { rows, version, problem: Some(problem), merge, said: None };
    Ok(editor(&staff, &site, &shown).await.into_response())
}
