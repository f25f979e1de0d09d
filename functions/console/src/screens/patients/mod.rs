//! Patients: finding one, their card, what they are on, and what they answered.

mod acts;
mod answers;
mod bookings;
mod card;
mod chart;
mod choices;
mod details;
mod draft;
mod edit;
mod enrol;
mod enrolment;
mod find;
mod history;
mod keys;
mod merge;
mod new;
mod on;
mod record;
mod refused;
mod standing;
mod timeline;
mod words;

use axum::Router;
use axum::routing::{get, post};

use crate::handler::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/app/patients", get(find::show).post(find::search))
        .route("/app/patients/new", get(new::show).post(new::create))
        .route("/app/patients/{id}", get(card::show))
        .route("/app/patients/{id}/edit", get(edit::show).post(edit::save))
        .route("/app/patients/{id}/consents", post(choices::change))
        .route("/app/patients/{id}/opt-out", post(choices::opt_out))
        .route("/app/patients/{id}/release", post(choices::release))
        .route("/app/patients/{id}/standing", post(standing::change))
        .route("/app/patients/{id}/merge", get(merge::show).post(merge::search))
        .route("/app/patients/{id}/merge/into", post(merge::carry_out))
        .route("/app/patients/{id}/enrol", get(enrol::show).post(enrol::carry_out))
        .route("/app/patients/{id}/replies", get(answers::show))
        .route("/app/patients/{id}/replies.csv", get(answers::file))
        .route("/app/enrolments/{id}", get(details::show))
        .route("/app/enrolments/{id}/history", get(history::show))
        .route("/app/enrolments/{id}/timeline", get(timeline::show))
        .route("/app/enrolments/{id}/{act}", post(acts::carry_out))
}
