//! Not there yet.

use axum::Router;

use crate::handler::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
}
