//! The numbers of today, and of the days to come.

use app::forecast::{Forecasting, MOST_READ};
use app::ports::{Catalogue, Clock};
use app::today;
use aws::http::{ListQuery, Problem};
use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::{Ports, Shared};
use crate::wire;

/// What the next two weeks bring. What it costs is said by [`Forecasting::run`].
pub(super) async fn forecast<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let of = query.only(wire::read_site)?;
    let (sites, _) = context.catalogue.readable_sites().await?;
    let only = of.among(&sites).map_err(|it| Problem::wrong_query(&it))?;
    let forecasting = Forecasting {
        index: &context.index,
        catalogue: &context.catalogue,
        people: &context.people,
        bookings: &context.bookings,
        reader: &context.reader,
        clock: &context.clock,
        most: MOST_READ,
    };
    Ok(Json(wire::show_forecast(&forecasting.run(&sites, only).await?)))
}

/// The day so far. What it costs is said by [`today::today`].
pub(super) async fn today<W: Ports>(State(context): Shared<W>) -> Result<Json<Value>, Problem> {
    let (sites, _) = context.catalogue.readable_sites().await?;
    let now = context.clock.now();
    let today = today::today(&context.counts, &context.index, &sites, now).await?;
    Ok(Json(wire::show_today(&today)))
}
