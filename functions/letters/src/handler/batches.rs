//! Letters that are printed together.

use app::form::{UnknownFields, read};
use app::letters::PrintedBatch;
use app::ports::{Catalogue, Clock};
use aws::http::{Caller, JsonBody, NewIds, NoBody, Problem};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::ids::BatchId;
use http::StatusCode;
use serde_json::Value;

use super::{Context, Ports, Shared};
use crate::wire;

type By = Extension<Caller>;

impl<W: Ports> Context<W> {
    async fn show_batch(&self, printed: &PrintedBatch) -> Result<Value, Problem> {
        Ok(wire::show_batch(printed, &self.catalogue.sites().await?))
    }
}

fn batch_id(id: &str) -> Result<BatchId, Problem> {
    BatchId::parse(id).map_err(|_| Problem::not_found("batch"))
}

/// Prints letters together.
pub(super) async fn print<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): By,
    new_ids: NewIds,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let asked = read(&body, UnknownFields::Refuse, wire::read_batch)?;
    let draft = asked.draft(&context.catalogue.sites().await?)?;
    let (done, practice) = (context.done(&caller)?, context.practice().await?);
    // On the heap: the whole of it in one future is large.
    let (post_room, ids) = (context.post_room(), new_ids.then(&context.ids));
    let printed = Box::pin(post_room.print(&ids, &draft, &practice, &done)).await?;
    let shown = context.show_batch(&printed).await?;
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// A batch, and its letters as they are now.
pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let printed = context.post_room().batch(&batch_id(&id)?).await?;
    Ok(Json(context.show_batch(&printed).await?))
}

/// A link to its file, to print it, or to print it once more.
pub(super) async fn link<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    _: NoBody,
) -> Result<Json<Value>, Problem> {
    let (id, done) = (batch_id(&id)?, context.done(&caller)?);
    let practice = context.practice().await?;
    let link = context.post_room().reprint(&id, &practice, done).await?;
    Ok(Json(wire::show_link(&link, context.clock.now())))
}

/// All of it is in the post.
pub(super) async fn posted<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    _: NoBody,
) -> Result<Json<Value>, Problem> {
    let done = context.done(&caller)?;
    let printed = context.post_room().post_batch(&batch_id(&id)?, &done).await?;
    Ok(Json(context.show_batch(&printed).await?))
}
