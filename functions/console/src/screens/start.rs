//! The page of somebody who signed in again beside a form.

use axum::Router;
use axum::routing::get;
use maud::{Markup, html};

use crate::handler::Shared;
use crate::html::{Section, page};
use crate::staff::Staff;

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/app/signed-in-again", get(signed_in_again))
}

async fn signed_in_again(staff: Staff) -> Markup {
    let body = html! {
        h1 { "You are signed in" }
        p { "Close this tab, go back to the one before, and send what you typed." }
    };
    page(&staff, Section::Work, "You are signed in", body).await
}
