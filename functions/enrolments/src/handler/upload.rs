//! Many enrolments at once, by a file.

use app::enrolments::RowReport;
use aws::http::{Caller, ListQuery, Problem, RawBody, RequestId, is_said_to_be};
use axum::extract::State;
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Ports, Shared};
use crate::wire;

/// Carries out the rows of a file, each for itself. It is safe to send again: a row that was
/// carried out is `already`. What is in the cells is told to nobody but the store.
pub(super) async fn upload<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    Extension(request): Extension<RequestId>,
    query: ListQuery,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Json<Value>, Problem> {
    let mode = query.only(wire::read_mode)?;
    if !is_said_to_be(&headers, "text/csv") {
        let detail = "Send the file in UTF-8, with the header `content-type: text/csv`.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not CSV", detail));
    }
    let rows = wire::read_file(&body)?;
    let asked = context.asked(&caller, request)?;
    let whole: Vec<_> = rows.iter().filter_map(|row| row.as_ref().ok().cloned()).collect();
    let mut carried_out = context.desk().upload(&whole, mode, &asked).await?.into_iter();
    // In the order of the file: those that were not carried out between those that were.
    let reports: Vec<RowReport> = rows
        .into_iter()
        .filter_map(|row| match row {
            Ok(_) => carried_out.next(),
            Err(report) => Some(report),
        })
        .collect();
    Ok(Json(wire::show_reports(&reports, mode)))
}
