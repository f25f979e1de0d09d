//! The pages, a folder for each section. What is below `/app` has passed the guard.

mod ahead;
mod imports;
mod letters;
mod lists;
mod patients;
mod programs;
mod settings;
mod start;
mod templates;
mod work;

use axum::Router;

use crate::handler::Shared;

/// All pages.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .merge(start::routes())
        .merge(work::routes())
        .merge(patients::routes())
        .merge(imports::routes())
        .merge(programs::routes())
        .merge(templates::routes())
        .merge(letters::routes())
        .merge(settings::routes())
}
