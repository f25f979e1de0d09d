//! One patient's enrolments, and what happened on them.

use app::catalogue::{KnownPrograms, known_program};
use app::history;
use app::ports::{Catalogue, Clock, EnrolmentReader};
use aws::http::{ListQuery, Order, Problem, json_with_etag, page_json};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::enrolment::Enrolment;
use domain::site::Site;
use http::StatusCode;
use serde_json::Value;

use super::{Context, Ports, Shared};
use crate::wire;

impl<W: Ports> Context<W> {
    /// The practice's sites, unless there is nothing to show with them.
    pub(super) async fn sites_of(&self, shown: &[Enrolment]) -> Result<Vec<Site>, Problem> {
        if shown.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.catalogue.sites().await?)
    }

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
/// (HealthTrack R23). All of the patient's are read, a read for each hundred; besides them the
/// practice's programs and sites, and an item for each program of the page that was deleted.
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
    let ids = enrolments.iter().map(|enrolment| enrolment.program.clone()).collect();
    let programs = KnownPrograms::read(&context.catalogue, ids).await?;
    let sites = context.sites_of(&enrolments).await?;
    let items = enrolments.iter().map(|enrolment| {
        let program = programs.get(&enrolment.program);
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

/// What happened by itself, and with `?all=true` also what people did (HealthTrack R26), the oldest
/// first. Everything that is stored of the enrolment is read for every page: its rows lie in the order
/// of its actions, and not of time.
pub(super) async fn history<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, shown) = query.read(wire::read_shown)?;
    let enrolment = context.enrolment(&id).await?;
    let known = known_program(&context.catalogue, &enrolment.program).await?;
    let name = known.as_ref().map_or("a program", |known| known.program().name.as_str());
    let zone = context.catalogue.site(&enrolment.site).await?.map(|site| site.zone);
    let (rows, notes) = context.reader.records(&enrolment.id).await?;
    let mut entries = history::tell(&enrolment, name, &rows, &notes);
    entries.retain(|entry| shown.takes(entry));
    let (entries, next) = page.cut_in(Order::Ascending, entries, wire::place_of_entry);
    Ok(page_json(entries.iter().map(|entry| wire::show_entry(entry, zone)), next.as_ref()))
}
