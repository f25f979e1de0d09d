//! A new program: its type, which it keeps for life, and what a program of that type needs.

use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::acts::Made;
use super::fields;
use super::frame::only_admins;
use super::model::Kind;
use super::words;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::{choice, radios, text};
use crate::html::{Section, alert, form, heading, page};
use crate::staff::Staff;

/// What a new program begins with: once, or every year.
const FIRST: [(&str, &str); 4] = [
    ("cycles", "1"),
    ("frequency_amount", "12"),
    ("frequency_unit", "months"),
    ("purpose", "care"),
];

pub(super) async fn new(staff: Staff) -> Result<Markup, Failure> {
    only_admins(&staff)?;
    Ok(shown(&staff, &Posted::of(&FIRST), None).await)
}

pub(super) async fn create(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let once = form.get("once");
    let asked = staff.api.ask(Method::POST, "/v1/programs").once(&once).json(&draft(&form));
    match asked.answer::<Made>().await {
        Ok(made) => {
            let to = at(&["app", "programs", &made.id, "edit"], &[("said", "program-created")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            Ok((problem.status(), shown(&staff, &form, Some(&problem)).await).into_response())
        }
    }
}

fn draft(form: &Posted) -> Value {
    let mut draft = json!({
        "type": form.get("type"),
        "name": form.get("name").trim(),
        "purpose": form.get("purpose"),
        "clinically_significant": form.has("clinically_significant"),
        "actions": [],
    });
    // What runs once has neither; what stands in those fields was there from the start.
    if Kind::parse(&form.get("type")).is_some_and(Kind::repeats)
        && let Some(draft) = draft.as_object_mut()
    {
        let course = fields::course(|name| form.get(name));
        draft.extend(course.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    draft
}

async fn shown(staff: &Staff, typed: &Posted, problem: Option<&Problem>) -> Markup {
    let kinds =
        Kind::ALL.map(|kind| choice(kind.code(), words::kind(kind)).hint(words::explanation(kind)));
    let wrong = |pointer: &str| problem.and_then(|problem| problem.of(pointer));
    let body = html! {
        p.small { a href="/app/programs" { "Programs" } }
        (heading("New program", html! {}))
        @if let Some(problem) = problem { (alert(problem)) }
        (form(staff, "/app/programs/new", html! {
            div.card.by-type {
                (radios("type", "Type", kinds).value(typed.get("type")).required()
                    .hint("A program keeps its type for good.").error(wrong("/type")))
                (text("name", "Name").value(typed.get("name")).required()
                    .with("maxlength", "80").with("autocomplete", "off")
                    .hint("Patients may read it in messages: keep it short and clear.")
                    .error(wrong("/name")))
                div.repeats {
                    (fields::course_fields(|name| typed.get(name), problem))
                    p.hint { "Booking and Referral programs run once: for them these are passed over." }
                }
                (fields::purpose(&typed.get("purpose"), wrong("/purpose")))
                (fields::clinical(typed.has("clinically_significant")))
            }
            div.row {
                button.primary { "Create program" }
                a.button href="/app/programs" { "Cancel" }
            }
            p.hint { "It has no actions yet, is disabled, and nobody is put on it until you enable it. You add its \
                      actions next." }
        }))
    };
    page(staff, Section::Programs, "New program", body).await
}
