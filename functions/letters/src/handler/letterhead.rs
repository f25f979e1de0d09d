//! What letters look like: the practice's logo, and a letter to look at.

use app::form::{UnknownFields, read};
use app::letters::{self, preview_letter, remove_logo, save_logo};
use app::ports::Clock;
use aws::http::{JsonBody, NoBody, Problem, if_match, json_with_etag};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::logo::PictureKind;
use domain::settings::Settings;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{Context, Ports, Shared};
use crate::wire;

fn show(settings: &Settings) -> Response {
    json_with_etag(StatusCode::OK, settings.revision, wire::show_logo(settings))
}

/// The logo itself.
pub(super) async fn logo<W: Ports>(State(context): Shared<W>) -> Result<Response, Problem> {
    let (logo, file, revision) = letters::logo(&context.catalogue, &context.files).await?;
    let kind = match logo.kind {
        PictureKind::Png => "image/png",
        PictureKind::Jpeg => "image/jpeg",
    };
    let headers =
        [(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, format!("\"{revision}\""))];
    Ok((headers, file).into_response())
}

/// Gives the letters a logo.
pub(super) async fn save<W: Ports>(
    State(context): Shared<W>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let revision = if_match(&headers)?;
    let draft = read(&body, UnknownFields::Refuse, wire::read_logo)?;
    let saved = save_logo(&context.catalogue, &context.files, revision, draft).await?;
    Ok(show(&saved))
}

/// Takes the logo off.
pub(super) async fn remove<W: Ports>(
    State(context): Shared<W>,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Problem> {
    let saved = remove_logo(&context.catalogue, if_match(&headers)?).await?;
    Ok(show(&saved))
}

/// A letter as it would be printed.
pub(super) async fn preview<W: Ports>(
    State(context): Shared<W>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let asked = read(&body, UnknownFields::Refuse, wire::read_preview)?;
    let Context { catalogue, people, files, practice_name, .. } = &*context;
    let now = context.clock.now();
    // On the heap: the whole of it in one future is large.
    let set = preview_letter(catalogue, people, files, practice_name.as_str(), &asked, now);
    let pdf = Box::pin(set).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, pdf).into_response())
}
