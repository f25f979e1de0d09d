//! Putting many patients on programs by a file: first it is checked, then it is done.

mod guide;
mod report;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{HeaderValue, Method, header};
use maud::{Markup, html};

use self::report::Report;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::handler::Shared;
use crate::html::field::{area, input};
use crate::html::{Section, alert, empty, heading, hidden, page};
use crate::staff::Staff;
use aws::http::Role;

const HERE: &str = "/app/patients/import";

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(HERE, get(show).post(take))
        .route("/app/patients/import/example.csv", get(example))
}

/// The page before anything is sent.
async fn show(staff: Staff) -> Markup {
    if !staff.may(Role::FrontDesk) {
        let body = html! {
            (heading("Import a list", html! {}))
            (empty(html! {
                p { "Lists are imported by the front desk." }
                p { a href="/app/patients" { "Find a patient" } }
            }))
        };
        return page(&staff, Section::Patients, "Import a list", body).await;
    }
    form_page(&staff, "", None).await
}

/// A file to begin from.
async fn example(_staff: Staff) -> Response {
    let mut response = guide::EXAMPLE.into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"enrol-example.csv\""),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Checks the list, or enrols whom it names. What was checked comes again as text, so that what is done is
/// what was looked at.
async fn take(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let text = match text(&form) {
        Ok(text) => text,
        Err(problem) => {
            let again = form_page(&staff, &form.get("text"), Some(&problem)).await;
            return Ok((problem.status(), again).into_response());
        }
    };
    let for_real = form.get("do") == "enrol";
    let dry_run = if for_real { "false" } else { "true" };
    let address = at(&["v1", "enrolments", "upload"], &[("dry_run", dry_run)]);
    let asked = staff.api.ask(Method::POST, &address).bytes("text/csv", text.clone().into_bytes());
    match asked.answer::<Report>().await {
        Ok(report) => {
            let (title, shown) = report::shown(&staff, &report, &text);
            let body = html! {
                (heading(title, html! { a.button href=(HERE) { "Another list" } }))
                (shown)
            };
            Ok(page(&staff, Section::Patients, title, body).await.into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            let again = form_page(&staff, &text, Some(&problem)).await;
            Ok((problem.status(), again).into_response())
        }
    }
}

/// The list that was sent: the file, or else what was pasted.
fn text(form: &Posted) -> Result<String, Problem> {
    let refuse = |detail: &str| Err(Problem::new(detail));
    match form.file("file") {
        Some(file) => match std::str::from_utf8(&file.bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => refuse(
                "The file is not in UTF-8. In Excel, save it as “CSV UTF-8 (comma delimited)”, and send that.",
            ),
        },
        None => match form.get("text") {
            text if text.trim().is_empty() => refuse("Pick a file, or paste the list."),
            text => Ok(text),
        },
    }
}

async fn form_page(staff: &Staff, text: &str, problem: Option<&Problem>) -> Markup {
    let body = html! {
        (heading("Import a list", html! { a.button href="/app/patients" { "Cancel" } }))
        p { "Puts many patients on programs at once. The list is checked first; nobody is enrolled by that." }
        @if let Some(problem) = problem { (alert(problem)) }
        form.card method="post" autocomplete="off" action=(HERE) enctype="multipart/form-data" data-guard {
            (hidden(staff))
            (input("file", "file", "File").with("accept", ".csv,text/csv")
                .hint("CSV, with a comma or a semicolon between cells, of up to 1,000 rows."))
            (area("text", "Or paste the list", 6).value(text).with("spellcheck", "false"))
            button.primary { "Check the list" }
        }
        (guide::shown())
    };
    page(staff, Section::Patients, "Import a list", body).await
}
