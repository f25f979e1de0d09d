//! What the practice sets: its name and letters, sites, holidays, booking types, and whether anything is
//! sent at all.

mod booking_type;
mod booking_types;
mod holidays;
mod holidays_form;
mod index;
mod logo;
mod many_holidays;
mod practice;
mod release;
mod sending;
mod site;
mod site_form;
mod sites;

use axum::Router;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::handler::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/app/settings", get(index::index))
        .route("/app/settings/practice", get(practice::show).post(practice::save))
        .route("/app/settings/logo", get(logo::image).post(logo::save))
        .route("/app/settings/logo/remove", post(logo::remove))
        .route("/app/settings/sites", get(sites::list))
        .route("/app/settings/sites/new", get(sites::new).post(sites::create))
        .route("/app/settings/sites/{id}", get(sites::show).post(sites::save))
        .route("/app/settings/sites/{id}/holidays", get(holidays::show).post(holidays::save))
        .route("/app/settings/holidays", get(many_holidays::new).post(many_holidays::add))
        .route("/app/settings/booking-types", get(booking_types::list))
        .route(
            "/app/settings/booking-types/new",
            get(booking_types::new).post(booking_types::create),
        )
        .route(
            "/app/settings/booking-types/{id}",
            get(booking_types::show).post(booking_types::save),
        )
        .route("/app/settings/sending", get(sending::show))
        .route("/app/settings/sending/hold", post(sending::hold))
        .route("/app/settings/sending/release", post(sending::release))
}

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    said: Option<String>,
}

/// A part of a list that is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Listed {
    q: String,
    cursor: String,
    said: Option<String>,
}

/// What is typed, or nothing.
fn some(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}
