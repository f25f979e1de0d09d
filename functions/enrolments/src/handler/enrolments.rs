//! One patient's enrolments, and what happened on them.

use app::history;
use app::ports::{Catalogue, EnrolmentReader};
use aws::http::Problem;
use axum::Json;
use axum::extract::{Path, State};
use domain::enrolment::Enrolment;
use serde_json::{Value, json};

use super::{Context, Ports, Shared};
use crate::wire;

impl<W: Ports> Context<W> {
    async fn show(&self, enrolment: &Enrolment) -> Result<Value, Problem> {
        let program = self.catalogue.program(&enrolment.program).await?;
        Ok(wire::show_enrolment(enrolment, program.as_ref()))
    }
}

pub(super) async fn of_patient<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let patient = context.patient(&id).await?;
    let mut items = Vec::new();
    for enrolment in context.reader.of_patient(&patient.id).await? {
        items.push(context.show(&enrolment).await?);
    }
    Ok(Json(json!({ "items": items })))
}

pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let enrolment = context.enrolment(&id).await?;
    Ok(Json(context.show(&enrolment).await?))
}

pub(super) async fn history<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let enrolment = context.enrolment(&id).await?;
    let program = context.catalogue.program(&enrolment.program).await?;
    let name = program.as_ref().map_or("a deleted program", |program| program.name.as_str());
    let (rows, notes) = context.reader.records(&enrolment.id).await?;
    let entries = history::tell(&enrolment, name, &rows, &notes);
    let items: Vec<_> = entries.iter().map(wire::show_entry).collect();
    Ok(Json(json!({ "items": items })))
}
