//! What of other systems' deliveries was refused.

use app::ports::{Clock, RefusedBefore};
use app::refused::refused_in_the_week;
use aws::http::{BadCursor, Cursor, ListQuery, Problem, page_json};
use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::{Ports, Shared};
use crate::wire;

/// What was refused in the last seven days, the newest first.
pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, of) = query.read(wire::read_source)?;
    let place = |cursor: &Cursor| {
        RefusedBefore::parse(cursor.position()).ok_or(Problem::from(BadCursor::Unreadable))
    };
    let before = page.cursor.as_ref().map(place).transpose()?;
    let (deliveries, now) = (&context.deliveries, context.clock.now());
    let found =
        refused_in_the_week(deliveries, of.source.as_ref(), before, now, page.limit).await?;
    let next = found.next.map(|place| page.after(&place.to_text()));
    Ok(page_json(found.deliveries.iter().map(wire::show_refused), next.as_ref()))
}
