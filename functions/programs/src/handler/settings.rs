//! The practice's settings, and holding and releasing all sending.

use app::form::{UnknownFields, read};
use app::ports::{Catalogue, Clock, Here, PracticeSettings};
use app::release::Release;
use app::settings;
use aws::http::{Caller, JsonBody, ListQuery, NoBody, Problem, if_match, json_with_etag};
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use domain::settings::Settings;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Context, Ports, Shared, staff_id};
use crate::wire;

impl<W: Ports> Context<W> {
    fn show(&self, settings: &Settings) -> Response {
        let shown = wire::show_settings(settings, self.practice_name.as_str());
        json_with_etag(StatusCode::OK, settings.revision, shown)
    }

    /// Whether messages go out from the tables at hand.
    async fn show_sending(&self, settings: &Settings) -> Result<Json<Value>, Problem> {
        Ok(Json(wire::show_outgoing(settings, &self.here.tables().await?)))
    }
}

pub(super) async fn get<W: Ports>(State(context): Shared<W>) -> Result<Response, Problem> {
    Ok(context.show(&context.catalogue.settings().await?))
}

pub(super) async fn put<W: Ports>(
    State(context): Shared<W>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let revision = if_match(&headers)?;
    let draft = read(&body, UnknownFields::Refuse, wire::read_settings)?;
    let saved = settings::save_settings(&context.catalogue, revision, draft).await?;
    Ok(context.show(&saved))
}

pub(super) async fn sending<W: Ports>(State(context): Shared<W>) -> Result<Json<Value>, Problem> {
    let settings = context.catalogue.settings().await?;
    context.show_sending(&settings).await
}

pub(super) async fn hold<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let why = read(&body, UnknownFields::Refuse, wire::read_hold)?;
    let (now, by) = (context.clock.now(), staff_id(&caller)?);
    let held = settings::hold_sending(&context.catalogue, now, &by, &why).await?;
    // It holds. Should the tables not be told now, whether they are a copy is left out.
    let shown = match context.here.tables().await {
        Ok(tables) => wire::show_outgoing(&held, &tables),
        Err(error) => {
            tracing::warn!(error = %error, "sending is on hold; whether the tables are a copy cannot be told");
            wire::show_sending(&held.sending)
        }
    };
    Ok(Json(shown))
}

type ReleaseOf<'a, W> = Release<
    'a,
    <W as Ports>::Index,
    <W as Ports>::Catalogue,
    <W as Ports>::People,
    <W as Ports>::Bookings,
    <W as Ports>::Reader,
    <W as Ports>::Here,
>;

impl<W: Ports> Context<W> {
    fn releasing(&self) -> ReleaseOf<'_, W> {
        Release {
            index: &self.index,
            catalogue: &self.catalogue,
            people: &self.people,
            bookings: &self.bookings,
            reader: &self.reader,
            here: &self.here,
            practice_name: self.practice_name.as_str(),
        }
    }
}

/// What a release would do now. Nothing is changed.
pub(super) async fn preview_release<W: Ports>(
    State(context): Shared<W>,
) -> Result<Json<Value>, Problem> {
    let preview = context.releasing().preview(context.clock.now()).await?;
    let settings = context.catalogue.settings().await?;
    let state = settings.outgoing(&context.here.tables().await?).state();
    let programs = context.catalogue.programs().await?;
    Ok(Json(wire::show_release(state, &preview, &programs)))
}

/// Releases all sending. Should messages go out at once by it, the caller must say how many by
/// `?messages=`: as many as the preview said, or more, or `all`.
pub(super) async fn release<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    query: ListQuery,
    _: NoBody,
) -> Result<Json<Value>, Problem> {
    let accepted = query.only(wire::read_accepted_messages)?;
    let (now, by) = (context.clock.now(), staff_id(&caller)?);
    let released = context.releasing().release(accepted, &by, now).await?;
    context.show_sending(&released).await
}
