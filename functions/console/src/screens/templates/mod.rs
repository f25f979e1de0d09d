//! Templates: what messages say, written where one sees what patients will read.

mod act;
mod editor;
mod frame;
mod list;
mod look;
mod model;
mod readers;
mod save;
mod show;
mod versions;

use axum::Router;
use axum::routing::{get, post};

use crate::handler::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/app/templates", get(list::list))
        .route("/app/templates/new", get(show::new).post(save::create))
        .route("/app/templates/preview", post(look::preview))
        .route("/app/templates/readers", post(readers::find))
        .route("/app/templates/frame", post(frame::typed_email))
        .route("/app/templates/letter", post(frame::typed_letter))
        .route("/app/templates/{id}", get(show::show).post(save::save))
        .route("/app/templates/{id}/frame", get(frame::saved_email))
        .route("/app/templates/{id}/letter", get(frame::saved_letter))
        .route("/app/templates/{id}/test", post(act::test))
        .route("/app/templates/{id}/delete", post(act::delete))
        .route("/app/templates/{id}/versions", get(versions::list))
        .route("/app/templates/{id}/versions/{version}", get(versions::one))
}
