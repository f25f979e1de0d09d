//! The logo of letters.

use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Method, header};
use maud::{Markup, html};
use serde::Serialize;
use serde::de::IgnoredAny;

use super::practice::{self, Logo, Shown};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::{input, text};
use crate::html::{alert, confirm, hidden, values};
use crate::staff::Staff;

const PATH: &str = "/v1/settings/logo";

#[derive(Serialize)]
struct Draft {
    file: String,
    description: String,
}

/// The file itself.
pub(super) async fn image(staff: Staff) -> Result<Response, Failure> {
    let file = staff.api.ask(Method::GET, PATH).raw().await?;
    let kind = file.headers().get(header::CONTENT_TYPE).cloned();
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    Ok(([(header::CONTENT_TYPE, kind)], file.into_body()).into_response())
}

pub(super) async fn save(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let version = form.get("version");
    let description = Some(form.get("description"));
    let Some(file) = form.file("file") else {
        let problem = Problem::new("Pick a PNG or JPEG file.");
        return again(&staff, problem, description).await;
    };
    let draft = Draft { file: STANDARD.encode(&file.bytes), description: form.get("description") };
    let asked = staff.api.ask(Method::PUT, PATH).version(&version).json(&draft);
    let next = "Look at the logo that is there now; then pick the picture again and upload it, if it is still wanted.";
    done(&staff, asked.answer::<IgnoredAny>().await, description, next).await
}

pub(super) async fn remove(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let version = form.get("version");
    let asked = staff.api.ask(Method::DELETE, PATH).version(&version);
    let next = "Look at the logo that is there now; then remove it, if it is still to go.";
    done(&staff, asked.answer::<IgnoredAny>().await, None, next).await
}

/// `next` is what to do when somebody else saved meanwhile.
async fn done(
    staff: &Staff,
    answer: Result<IgnoredAny, Failure>,
    description: Option<String>,
    next: &str,
) -> Result<Response, Failure> {
    let mut problem = match answer {
        Ok(_) => return Ok(Redirect::to("/app/settings/practice?said=saved").into_response()),
        Err(failure) => failure.refusal()?,
    };
    if problem.is_stale() {
        problem.detail = format!(
            "Somebody else saved the practice’s settings since you opened this page, so nothing of yours was done. {next}"
        );
    }
    again(staff, problem, description).await
}

/// The page with why not. What somebody else saved is on it, so that doing it again is a decision.
async fn again(
    staff: &Staff,
    problem: Problem,
    description: Option<String>,
) -> Result<Response, Failure> {
    let shown = Shown { logo: Some((problem, description)), ..Shown::default() };
    Ok(practice::whole(staff, &shown).await?.into_response())
}

pub(super) fn picture(logo: &Logo) -> Markup {
    html! { img.logo src="/app/settings/logo" alt=(logo.description); }
}

pub(super) fn section(
    staff: &Staff,
    version: &str,
    logo: Option<&Logo>,
    refused: Option<&(Problem, Option<String>)>,
) -> Markup {
    let problem = refused.map(|(problem, _)| problem);
    let typed = refused.and_then(|(_, description)| description.as_deref());
    let described = logo.map_or("", |it| it.description.as_str());
    let wrong = |field: &str| problem.and_then(|it| it.of(field));
    let consequence = html! { p { "Letters that are made from now on begin without it. Those that are made already keep it." } };
    html! {
        section aria-labelledby="logo" {
            h2 #logo { "Logo of letters" }
            @if let Some(problem) = problem { (alert(problem)) }
            @match logo {
                Some(it) => { p { (picture(it)) } p.soft { "Described as: " (it.description) } }
                None => { p.soft { "Letters have no logo." } }
            }
            form method="post" action="/app/settings/logo" enctype="multipart/form-data" autocomplete="off" {
                (hidden(staff))
                (values(&[("version", version)]))
                (input("file", "file", "Picture").error(wrong("/file")).required().with("accept", "image/png,image/jpeg")
                    .hint("PNG or JPEG, at most 150 kB and 2,400 pixels along a side. It stands at the top of letters."))
                (text("description", "Description").value(typed.unwrap_or(described)).error(wrong("/description")).required()
                    .with("maxlength", "80").hint("What a screen reader says in its place, such as the practice’s name."))
                button { @if logo.is_some() { "Replace the logo" } @else { "Upload the logo" } }
            }
            @if logo.is_some() {
                p { (confirm(staff, "/app/settings/logo/remove", "Remove the logo", consequence, &[("version", version)])) }
            }
        }
    }
}
