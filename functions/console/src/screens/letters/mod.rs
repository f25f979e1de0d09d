//! Letters: the distribution list, batches that are printed, and each letter's story.

mod asked;
mod batch;
mod letter;
mod list;
mod said_of;
mod view;

use axum::Router;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::handler::Shared;

/// What is said on a page that follows something done.
#[derive(Debug, Clone, Default, Deserialize)]
struct Said {
    said: Option<String>,
}

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/app/letters", get(list::all))
        .route("/app/letters/batches", post(batch::make))
        .route("/app/letters/batches/{id}", get(batch::batch))
        .route("/app/letters/batches/{id}/open", post(batch::open))
        .route("/app/letters/batches/{id}/posted", post(batch::posted))
        .route("/app/letters/{id}", get(letter::letter))
        .route("/app/letters/{id}/open", post(letter::open))
        .route("/app/letters/{id}/posted", post(letter::posted))
        .route("/app/letters/{id}/{word}", post(letter::with_reason))
}
