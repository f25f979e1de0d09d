//! What other systems sent and was refused.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use futures_util::try_join;
use maud::html;
use serde::Deserialize;

use crate::api::at;
use crate::failure::Failure;
use crate::html::dates::moment;
use crate::html::field::text;
use crate::html::{Items, Section, empty, heading, more, page};
use crate::screens::lists;
use crate::staff::Staff;

/// Whose, and how far the list was read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Of {
    source: String,
    cursor: String,
}

/// A delivery that was refused. There is nothing of a patient in it.
#[derive(Debug, Clone, Deserialize)]
struct Refused {
    at: String,
    source: String,
    subject: String,
    status: u16,
    detail: String,
    errors: Vec<Wrong>,
    bytes: u64,
    shape: String,
    request_id: String,
}

/// What is wrong with one of its fields.
#[derive(Debug, Clone, Deserialize)]
struct Wrong {
    pointer: String,
    detail: String,
}

/// The page. Only admins may read it.
pub(super) async fn refused(staff: Staff, Query(of): Query<Of>) -> Result<Response, Failure> {
    let query = [("source", of.source.as_str()), ("cursor", &of.cursor)];
    let address = at(&["v1", "webhooks", "refused"], &query);
    let (list, sites) =
        try_join!(staff.api.get::<Items<Refused>>(&address), lists::sites(&staff.api))?;
    let zone = sites.first().map_or(chrono_tz::UTC, |site| site.time_zone);
    let body = html! {
        (heading("Refused deliveries", html! { a.button href="/app/work" { "Work list" } }))
        p {
            "What other systems sent in the last seven days and was not taken, because something in it is "
            "wrong. Whoever looks after the sending system mends it there and sends it again."
        }
        form.filters method="get" action="/app/work/refused" {
            (text("source", "From").value(&of.source).hint("The system's name, as in its address."))
            button { "Show" }
        }
        @if list.items.is_empty() {
            (empty(html! {
                @if list.next.is_some() {
                    p { "None on this page; there may be others before." }
                } @else {
                    p { "Nothing was refused in the last seven days." }
                }
            }))
        } @else {
            ul.list {
                @for it in &list.items {
                    li {
                        h2.small {
                            (it.source) ": " @if it.subject == "referrals" { "a referral" } @else { "a booking" }
                            ", " (moment(&it.at, zone))
                        }
                        p { (it.detail) }
                        @if !it.errors.is_empty() {
                            ul {
                                @for wrong in &it.errors {
                                    li { code { (wrong.pointer) } " " (wrong.detail) }
                                }
                            }
                        }
                        details {
                            summary { "For whoever mends it" }
                            dl.facts {
                                dt { "Answered with" } dd { (it.status) }
                                dt { "Size" } dd { (it.bytes) " bytes" }
                                @if !it.request_id.is_empty() {
                                    dt { "Request" } dd { code { (it.request_id) } }
                                }
                                @if !it.shape.is_empty() {
                                    dt { "Its shape" } dd { pre { (it.shape) } }
                                }
                            }
                        }
                    }
                }
            }
        }
        @let first = at(&["app", "work", "refused"], &[("source", &of.source)]);
        (more(&first, list.next.as_deref()))
    };
    Ok(page(&staff, Section::Work, "Refused deliveries", body).await.into_response())
}
