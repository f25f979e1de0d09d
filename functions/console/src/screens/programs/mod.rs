//! The Manager: programs, what they do and when, and who is on them.

mod acts;
mod edit;
mod fields;
mod frame;
mod links;
mod list;
mod model;
mod moves;
mod new;
mod people;
mod show;
mod timeline;
mod versions;
mod words;

use super::lists;

use axum::Router;
use axum::routing::{get, post};

use crate::handler::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/app/programs", get(list::index))
        .route("/app/programs/new", get(new::new).post(new::create))
        .route("/app/programs/timing", post(edit::timing))
        .route("/app/programs/{id}", get(show::show))
        .route("/app/programs/{id}/edit", get(edit::edit).post(edit::post))
        .route("/app/programs/{id}/booking-types", get(links::show).post(links::save))
        .route("/app/programs/{id}/timeline", get(timeline::show))
        .route("/app/programs/{id}/patients", get(people::show))
        .route("/app/programs/{id}/move", get(moves::show).post(moves::post))
        .route("/app/programs/{id}/versions", get(versions::versions))
        .route("/app/programs/{id}/enable", post(acts::enable))
        .route("/app/programs/{id}/disable", post(acts::disable))
        .route("/app/programs/{id}/duplicate", post(acts::duplicate))
        .route("/app/programs/{id}/delete", post(acts::delete))
}
