//! The daily balance.

use app::ports::{Balances, Catalogue};
use aws::http::{BadCursor, Cursor, ListQuery, Problem, page_json};
use axum::Json;
use axum::extract::{Path, State};
use chrono::NaiveDate;
use domain::timing::ReferenceDate;
use serde_json::Value;

use super::{Ports, Shared};
use crate::wire;

fn day(text: &str) -> Option<NaiveDate> {
    ReferenceDate::parse(text).ok().map(ReferenceDate::date)
}

/// The balances of all days, the newest first. A page is one query.
pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, ()) = query.read(|_| Some(()))?;
    let place =
        |cursor: &Cursor| day(cursor.position()).ok_or(Problem::from(BadCursor::Unreadable));
    let before = page.cursor.as_ref().map(place).transpose()?;
    let kept = context.balances.balances(before, page.limit.saturating_add(1)).await?;
    let mut found = kept.balances;
    let more = found.len() > page.limit;
    found.truncate(page.limit);
    let last = found.last().filter(|_| more);
    let next = last.map(|last| page.after(&last.day.date.to_string()));
    let sites = context.catalogue.sites().await?;
    Ok(page_json(found.iter().map(|it| wire::show_balance(it, &sites)), next.as_ref()))
}

/// The balance of one day, with what does not balance.
pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(date): Path<String>,
) -> Result<Json<Value>, Problem> {
    let missing = || Problem::not_found("balance");
    let date = day(&date).ok_or_else(missing)?;
    let balance = context.balances.balance(date).await?.ok_or_else(missing)?;
    let sites = context.catalogue.sites().await?;
    Ok(Json(wire::show_balance_of_day(&balance, &sites)))
}
