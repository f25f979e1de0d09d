//! An email or a letter, laid out, in a frame of the editor.
//!
//! What is in an email is somebody else's page, so its frame has a stricter policy than ours: nothing of
//! it is run, nothing is loaded, and it is no page of the console. The mails stand in frames of their own
//! in it, which have the same policy.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, header};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::json;

use super::look::{Look, fill, look};
use super::model::{Channel, Filled, LetterToLookAt, Typed};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::standalone;
use crate::staff::Staff;

const EMAIL_POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'self'",
);
/// A PDF file has no page's rights, and its viewer brings parts and styles of its own.
const PDF_POLICY: HeaderValue =
    HeaderValue::from_static("base-uri 'none'; form-action 'none'; frame-ancestors 'self'");

/// The look of the two frames. A phone is 375 pixels wide, which is what mail programs have there.
const STYLE: &str = "body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#16201f;background:#fff}\
    main{display:flex;flex-wrap:wrap;gap:1rem;padding:0.5rem}figure{margin:0}\
    .desk{flex:1 1 40rem}figcaption{font-weight:600;padding:0.25rem 0}\
    iframe{border:1px solid #7d8b8a;border-radius:0.5rem;background:#fff;height:32rem;max-width:100%}\
    .phone iframe{width:375px}.desk iframe{width:100%}\
    .warning{margin:1rem;padding:0.75rem 1rem;background:#fff0d1;color:#7a4d00}p{margin:1rem}";

/// The email that is typed.
pub(super) async fn typed_email(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let typed = Typed { channel: Channel::Email, ..Typed::read(&form)? };
    let found = fill(&staff, &typed).await?;
    Ok(in_frame(&email(&found)))
}

/// The email that is saved, filled with examples.
pub(super) async fn saved_email(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    let path = at(&["v1", "templates", &id, "preview"], &[]);
    let asked = staff.api.ask(Method::POST, &path).json(&json!({}));
    let found = match asked.answer::<Filled>().await {
        Ok(filled) => Look::Filled(Box::new(filled)),
        Err(failure) => Look::Wrong(failure.refusal()?),
    };
    Ok(in_frame(&email(&found)))
}

fn in_frame(page: &Markup) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, EMAIL_POLICY)], page.clone()).into_response()
}

fn email(found: &Look) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "The email" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                @match found {
                    Look::Filled(filled) => { main {
                        figure.phone {
                            figcaption { "On a phone" }
                            iframe title="The email on a phone" srcdoc=(filled.html) {}
                        }
                        figure.desk {
                            figcaption { "On a desktop" }
                            iframe title="The email on a desktop" srcdoc=(filled.html) {}
                        }
                    } }
                    Look::Nothing | Look::Wrong(_) => { main { div { (look(Channel::Email, found)) } } }
                }
            }
        }
    }
}

/// The letter that is typed, as it would be printed.
pub(super) async fn typed_letter(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let typed = Typed::read(&form)?;
    letter(&staff, &typed.letter()).await
}

/// The letter that is saved, with examples.
pub(super) async fn saved_letter(
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    letter(&staff, &LetterToLookAt { template: Some(&id), ..LetterToLookAt::default() }).await
}

async fn letter(staff: &Staff, of: &LetterToLookAt<'_>) -> Result<Response, Failure> {
    let asked = staff.api.ask(Method::POST, "/v1/letters/preview").json(of);
    let made = match asked.raw().await {
        Ok(made) => made,
        Err(failure) => return Ok(not_made(&failure.refusal()?)),
    };
    let kind = HeaderValue::from_static("application/pdf");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, PDF_POLICY)];
    Ok((headers, made.into_body()).into_response())
}

/// Why there is no letter. The way back is beside the frame.
fn not_made(problem: &Problem) -> Response {
    let mut why: Vec<String> =
        problem.errors.iter().map(|it| format!("It {}.", it.detail)).collect();
    if why.is_empty() {
        why.push(problem.detail.clone());
    }
    (problem.status(), standalone("No letter can be made of it yet", &why.join(" ")))
        .into_response()
}
