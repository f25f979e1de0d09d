//! The work list: everything that waits for a person, and what staff do with it.

mod acts;
mod asked;
mod balance;
mod forecast;
mod home;
mod item;
mod item_acts;
mod list;
mod records;
mod refused;
mod resolve;
mod resolved;
mod today;
mod view;
mod words;

use axum::Router;
use axum::routing::{get, post};

use crate::handler::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/app/work", get(home::home))
        .route("/app/work/bulk", post(acts::bulk))
        .route("/app/work/forecast", get(forecast::forecast))
        .route("/app/work/resolved", get(resolved::resolved))
        .route("/app/work/refused", get(refused::refused))
        .route("/app/work/balance", get(balance::all))
        .route("/app/work/balance/{day}", get(balance::of_day))
        .route("/app/work/{id}", get(item::item))
        .route("/app/work/{id}/assign", post(item_acts::assign))
        .route("/app/work/{id}/notes", post(item_acts::note))
        .route("/app/work/{id}/resolve", post(item_acts::resolve))
        .route("/app/work/{id}/merge", post(item_acts::merge))
}
