//! Public holidays of the sites.

use app::catalogue;
use app::form::{UnknownFields, read};
use app::ports::Catalogue;
use aws::http::{JsonBody, Problem, if_match, json_with_etag};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Ports, Shared, items, site_id};
use crate::wire;

pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let site = context.catalogue.site(&site_id(&id)?).await?;
    let site = site.ok_or_else(|| Problem::not_found("site"))?;
    Ok(json_with_etag(StatusCode::OK, site.revision, wire::show_holidays(&site)))
}

pub(super) async fn put<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let (id, revision) = (site_id(&id)?, if_match(&headers)?);
    let holidays = read(&body, UnknownFields::Refuse, wire::read_holidays)?;
    let site = catalogue::save_holidays(&context.catalogue, &id, revision, holidays).await?;
    Ok(json_with_etag(StatusCode::OK, site.revision, wire::show_holidays(&site)))
}

/// Makes a day a holiday of many sites.
pub(super) async fn add<W: Ports>(
    State(context): Shared<W>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let (date, name, which) = read(&body, UnknownFields::Refuse, wire::read_new_holiday)?;
    let report = catalogue::add_holiday(&context.catalogue, date, &name, which).await?;
    Ok(items(&report, wire::show_holiday_outcome))
}
