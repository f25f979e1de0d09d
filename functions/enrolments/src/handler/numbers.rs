//! The numbers of the days to come.

use app::forecast::Forecasting;
use app::ports::Catalogue;
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
    };
    Ok(Json(wire::show_forecast(&forecasting.run(&sites, only).await?)))
}
