//! What the forms on an item's page do.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::item::{Typed, show};
use super::words::{NOT_HELD, one_line};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::staff::Staff;

/// Sends it. When it is taken, the page at `then` follows; when it is refused, the item's page is shown
/// again with what was typed.
async fn send(
    staff: &Staff,
    (id, what): (&str, &str),
    body: &impl Serialize,
    form: Posted,
    then: &str,
) -> Result<Response, Failure> {
    let address = at(&["v1", "work-list", id, what], &[]);
    match staff.api.ask(Method::POST, &address).json(body).answer::<IgnoredAny>().await {
        Ok(_) => Ok(Redirect::to(then).into_response()),
        Err(failure) => {
            let problem = in_our_words(failure.refusal()?);
            show(staff, id, &Typed { form, problem: Some(problem) }, None).await
        }
    }
}

/// What the API says to programs is said to people.
fn in_our_words(mut problem: Problem) -> Problem {
    if problem.status == 409 && problem.detail.contains("`then`") {
        "The patient's program waits for this: say what happens to it."
            .clone_into(&mut problem.detail);
    } else if problem.status == 409 && problem.detail.contains("does not wait for this") {
        NOT_HELD.clone_into(&mut problem.detail);
    }
    problem
}

fn own_page(id: &str, said: &str) -> String {
    at(&["app", "work", id], &[("said", said)])
}

/// Who is to do it.
pub(super) async fn assign(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let to = form.some("to");
    let said = match to.as_deref() {
        Some("me") => "taken",
        Some(_) => "given",
        None => "given-back",
    };
    let then = own_page(&id, said);
    send(&staff, (&id, "assign"), &json!({ "to": to }), form, &then).await
}

/// Something to be remembered.
pub(super) async fn note(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let then = own_page(&id, "noted");
    send(&staff, (&id, "notes"), &json!({ "text": one_line(&form.get("text")) }), form, &then).await
}

/// What came of it.
pub(super) async fn resolve(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let then = form.some("then");
    let mut body = json!({
        "outcome": form.get("outcome"), "note": form.some("note").map(|it| one_line(&it)), "then": then,
    });
    if let (Some(fields), Some("retry"), true) =
        (body.as_object_mut(), then.as_deref(), form.has("not_received"))
    {
        fields.insert("not_received".to_owned(), json!(true));
    }
    send(&staff, (&id, "resolve"), &body, form, "/app/work?said=resolved#list").await
}

/// Two records are of one person.
pub(super) async fn merge(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let body = json!({ "from": form.get("from"), "into": form.get("into") });
    send(&staff, (&id, "merge"), &body, form, "/app/work?said=merged#list").await
}
