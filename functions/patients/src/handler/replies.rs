//! What patients answered, the values in it, and the hold of a number.

use std::collections::BTreeSet;

use app::catalogue::KnownPrograms;
use app::ports::{AddressHolds, ReplyPlace};
use app::replies::{replies, series};
use aws::http::{BadCursor, ListQuery, NoBody, Order, Problem, page_json};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::ids::ProgramId;
use domain::ledger::Destination;
use domain::patient::Patient;
use domain::reply::ReceivedReply;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::{Context, Ports, Shared};
use crate::wire;

/// Most answers of one file.
const MOST_IN_FILE: usize = 5_000;

impl<W: Ports> Context<W> {
    async fn programs_of(&self, replies: &[ReceivedReply]) -> Result<KnownPrograms, Problem> {
        let ids = replies.iter().filter_map(|reply| reply.answers.as_ref());
        self.programs(ids.map(|it| it.program.clone()).collect()).await
    }

    async fn programs(&self, ids: BTreeSet<ProgramId>) -> Result<KnownPrograms, Problem> {
        Ok(KnownPrograms::read(&self.catalogue, ids).await?)
    }
}

/// What a patient answered, the newest first.
pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, ()) = query.read(|_| Some(()))?;
    let before: Option<ReplyPlace> = match &page.cursor {
        Some(cursor) => Some(wire::read_place(cursor.position()).ok_or(BadCursor::Unreadable)?),
        None => None,
    };
    let patient = context.patient(&id).await?;
    let found = replies(&context.replies, &patient, before.as_ref(), page.limit + 1).await?;
    let (found, next) = page.cut_in(Order::Descending, found, wire::show_place);
    let programs = context.programs_of(&found).await?;
    let items = found.iter().map(|reply| wire::show_reply(reply, &programs));
    Ok(page_json(items, next.as_ref()))
}

/// The same as a file, the newest first.
pub(super) async fn file<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let patient = context.patient(&id).await?;
    let found = replies(&context.replies, &patient, None, MOST_IN_FILE).await?;
    let programs = context.programs_of(&found).await?;
    let file = wire::write_csv(&found, &programs);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"replies.csv\""),
        ),
    ];
    Ok((StatusCode::OK, headers, file).into_response())
}

/// The values in what a patient answered: a series for each action and unit.
pub(super) async fn values<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let patient = context.patient(&id).await?;
    let found = series(&context.replies, &patient).await?;
    let ids = found.iter().map(|series| series.program.clone()).collect();
    let programs = context.programs(ids).await?;
    let items: Vec<_> = found.iter().map(|it| wire::show_series(it, &programs)).collect();
    Ok(Json(json!({ "items": items })))
}

/// Lets text messages go to the patient's number again, whoever else has it. What they chose stays.
pub(super) async fn release<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    _: NoBody,
) -> Result<Response, Problem> {
    let patient: Patient = context.patient(&id).await?;
    let Some(mobile) = &patient.mobile else {
        return Err(Problem::conflict("The patient has no mobile number."));
    };
    context.people.release(&Destination::Mobile(mobile.clone())).await?;
    context.answer(StatusCode::OK, &patient).await
}
