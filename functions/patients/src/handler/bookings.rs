//! The bookings of a patient, as their booking systems told of them.

use app::ports::{Bookings, Catalogue};
use aws::http::{ListQuery, Order, Problem, page_json};
use axum::Json;
use axum::extract::{Path, State};
use chrono::Duration;
use serde_json::Value;

use super::{Ports, Shared};
use crate::wire;

/// How long ago a visit may have been that is still listed: a program may count from one that was.
const BACK: Duration = Duration::days(30);

/// A patient's bookings that start no longer than a month ago, the earliest first: what a Booking program can be
/// about, and what became of them.
pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, ()) = query.read(|_| Some(()))?;
    let patient = context.patient(&id).await?;
    let from = context.clock.now() - BACK;
    let bookings = context.bookings.of_patient(&patient.id, from).await?;
    let (bookings, next) = page.cut_in(Order::Ascending, bookings, wire::place_of_booking);
    let (types, sites) = if bookings.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        (context.catalogue.booking_types().await?, context.catalogue.readable_sites().await?.0)
    };
    let items = bookings.iter().map(|booking| wire::show_booking(booking, &types, &sites));
    Ok(page_json(items, next.as_ref()))
}
