//! Pages that somebody has no use for: said at once, and not when all is typed.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use maud::html;

use crate::html::{Section, empty, heading, page};
use crate::staff::Staff;

/// That this is done by others, and where to go instead.
pub(super) async fn not_theirs(
    staff: &Staff,
    title: &str,
    detail: &str,
    (back, label): (&str, &str),
) -> Response {
    let body = html! {
        (heading(title, html! {}))
        (empty(html! {
            p { (detail) }
            p { a href=(back) { (label) } }
        }))
    };
    (StatusCode::FORBIDDEN, page(staff, Section::Patients, title, body).await).into_response()
}
