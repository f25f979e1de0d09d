//! One patient's enrolments, and what happened on them.

use app::history;
use app::ports::{Catalogue, Clock, EnrolmentReader};
use aws::http::{ListQuery, Order, Problem, json_with_etag, page_json};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::enrolment::Enrolment;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Context, Ports, Shared};
use crate::wire;

impl<W: Ports> Context<W> {
    /// An enrolment as a person looks at it, with its revision.
    pub(super) async fn answer(
        &self,
        status: StatusCode,
        enrolment: Enrolment,
    ) -> Result<Response, Problem> {
        let details = self.desk().details(enrolment, self.clock.now()).await?;
        let revision = details.enrolment.revision;
        Ok(json_with_etag(status, revision, wire::show_details(&details)))
    }
}

/// A patient's enrolments, the newest first: those that are not over, and what `include` adds
/// (HealthTrack R23).
pub(super) async fn of_patient<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, include) = query.read(wire::read_include)?;
    let patient = context.patient(&id).await?;
    let mut enrolments = context.reader.of_patient(&patient.id).await?;
    enrolments.retain(|enrolment| include.takes(enrolment));
    let (enrolments, next) = page.cut_in(Order::Descending, enrolments, |enrolment| {
        format!("{}#{}", enrolment.enrolled_at.timestamp_millis(), enrolment.id)
    });
    let (programs, sites) = if enrolments.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        (context.catalogue.programs().await?, context.catalogue.sites().await?)
    };
    let items = enrolments.iter().map(|enrolment| {
        let program = programs.iter().find(|program| program.id == enrolment.program);
        let site = sites.iter().find(|site| site.id == enrolment.site);
        wire::show_enrolment(enrolment, program, site)
    });
    Ok(page_json(items, next.as_ref()))
}

pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let enrolment = context.enrolment(&id).await?;
    context.answer(StatusCode::OK, enrolment).await
}

/// What happened by itself, and with `?all=true` also what people did (HealthTrack R26).
pub(super) async fn history<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let shown = query.parameters(wire::read_shown)?;
    let enrolment = context.enrolment(&id).await?;
    let program = context.catalogue.program(&enrolment.program).await?;
    let name = program.as_ref().map_or("a deleted program", |program| program.name.as_str());
    let zone = context.catalogue.site(&enrolment.site).await?.map(|site| site.zone);
    let (rows, notes) = context.reader.records(&enrolment.id).await?;
    let entries = history::tell(&enrolment, name, &rows, &notes);
    let entries = entries.iter().filter(|entry| shown.takes(entry));
    let items: Vec<_> = entries.map(|entry| wire::show_entry(entry, zone)).collect();
    Ok(Json(json!({ "items": items })))
}
