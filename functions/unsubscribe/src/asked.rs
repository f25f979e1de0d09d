//! Whether a POST asks for what a way out does (RFC 8058): a form, in either of the two ways forms
//! are sent, whose field `List-Unsubscribe` is `One-Click`.

use std::convert::Infallible;

use axum::body::Bytes;
use futures_util::stream;

/// The one form there is, as the fields of an address are written.
const ONE_CLICK: &[u8] = b"List-Unsubscribe=One-Click";

/// Whether the body asks to be unsubscribed.
pub(crate) async fn one_click(content_type: &str, body: Bytes) -> bool {
    if let Ok(boundary) = multer::parse_boundary(content_type) {
        return in_parts(boundary, body).await;
    }
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") && body.trim_ascii() == ONE_CLICK
}

async fn in_parts(boundary: String, body: Bytes) -> bool {
    let mut form = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
    let Ok(Some(field)) = form.next_field().await else { return false };
    if field.name() != Some("List-Unsubscribe") {
        return false;
    }
    let clicked = field.text().await.is_ok_and(|text| text.trim() == "One-Click");
    clicked && matches!(form.next_field().await, Ok(None))
}
