//! Translates requests into use cases, and their results into answers.

mod patients;

use std::sync::Arc;

use app::history;
use app::ports::{Catalogue, Clock, EnrolmentReader, Ids, People, Register, WorkList};
use aws::dynamo::IdempotencyStore;
use aws::http::{Api, KeepsAnswers, Method, Problem, Role};
use axum::Json;
use axum::extract::{Path, State};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId};
use domain::patient::Patient;
use serde_json::{Value, json};

use crate::wire;

/// What the handlers need.
pub struct Context<P, C, E, W, I> {
    /// Patients.
    pub people: P,
    /// Programs and sites.
    pub catalogue: C,
    /// Enrolments.
    pub enrolments: E,
    /// The work list.
    pub work_list: W,
    /// New ids.
    pub ids: I,
    /// The time. Not a type parameter: no handler is another one for another clock.
    pub clock: Box<dyn Clock>,
    /// The answers to what created something.
    pub answers: IdempotencyStore,
}

impl<P, C, E, W, I> KeepsAnswers for Context<P, C, E, W, I> {
    fn answers(&self) -> &IdempotencyStore {
        &self.answers
    }
}

type Shared<P, C, E, W, I> = State<Arc<Context<P, C, E, W, I>>>;

/// The routes, each with the least role it needs.
#[expect(clippy::type_complexity, reason = "the ports a function needs are its type")]
pub fn api<P, C, E, W, I>() -> Api<Arc<Context<P, C, E, W, I>>>
where
    P: Register + 'static,
    C: Catalogue + 'static,
    E: EnrolmentReader + 'static,
    W: WorkList + 'static,
    I: Ids + 'static,
{
    use Method::{Get, Post, Put};
    use Role::{Admin, FrontDesk, Viewer};
    Api::new()
        .creating("/v1/patients", FrontDesk, patients::create)
        .route(Post, "/v1/patients/search", Viewer, patients::search)
        .creating("/v1/patients/upsert", FrontDesk, patients::upsert)
        .route(Get, "/v1/patients/{id}", Viewer, patients::get)
        .route(Put, "/v1/patients/{id}", FrontDesk, patients::put)
        .route(Put, "/v1/patients/{id}/consents/{channel}/{purpose}", FrontDesk, patients::consent)
        .route(Post, "/v1/patients/{id}/opt-out", FrontDesk, patients::opt_out)
        .route(Post, "/v1/patients/{id}/archive", FrontDesk, patients::archive)
        .route(Post, "/v1/patients/{id}/restore", FrontDesk, patients::restore)
        .route(Post, "/v1/patients/{id}/deceased", FrontDesk, patients::deceased)
        .route(Post, "/v1/patients/{id}/merge", Admin, patients::merge)
        .route(Get, "/v1/patients/{id}/enrolments", Viewer, list_enrolments)
        .route(Get, "/v1/enrolments/{id}", Viewer, get_enrolment)
        .route(Get, "/v1/enrolments/{id}/history", Viewer, get_history)
        .route(Get, "/v1/work-list", Viewer, list_work)
}

impl<P: People, C: Catalogue, E: EnrolmentReader, W: WorkList, I: Ids> Context<P, C, E, W, I> {
    async fn patient(&self, id: &str) -> Result<Patient, Problem> {
        let missing = || Problem::not_found("patient");
        let id = PatientId::parse(id).map_err(|_| missing())?;
        self.people.patient(&id).await?.ok_or_else(missing)
    }

    async fn enrolment(&self, id: &str) -> Result<Enrolment, Problem> {
        let missing = || Problem::not_found("enrolment");
        let id = EnrolmentId::parse(id).map_err(|_| missing())?;
        self.enrolments.enrolment(&id).await?.ok_or_else(missing)
    }

    async fn show_patient(&self, patient: &Patient) -> Result<Value, Problem> {
        let site = match &patient.site {
            Some(id) => self.catalogue.site(id).await?,
            None => None,
        };
        Ok(wire::show_patient(patient, site.as_ref().map(|site| &site.code)))
    }

    async fn show_enrolment(&self, enrolment: &Enrolment) -> Result<Value, Problem> {
        let program = self.catalogue.program(&enrolment.program).await?;
        Ok(wire::show_enrolment(enrolment, program.as_ref()))
    }
}

async fn list_enrolments<P: People, C: Catalogue, E: EnrolmentReader, W: WorkList, I: Ids>(
    State(context): Shared<P, C, E, W, I>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let patient = context.patient(&id).await?;
    let mut items = Vec::new();
    for enrolment in context.enrolments.of_patient(&patient.id).await? {
        items.push(context.show_enrolment(&enrolment).await?);
    }
    Ok(Json(json!({ "items": items })))
}

async fn get_enrolment<P: People, C: Catalogue, E: EnrolmentReader, W: WorkList, I: Ids>(
    State(context): Shared<P, C, E, W, I>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let enrolment = context.enrolment(&id).await?;
    Ok(Json(context.show_enrolment(&enrolment).await?))
}

async fn get_history<P: People, C: Catalogue, E: EnrolmentReader, W: WorkList, I: Ids>(
    State(context): Shared<P, C, E, W, I>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let enrolment = context.enrolment(&id).await?;
    let program = context.catalogue.program(&enrolment.program).await?;
    let name = program.as_ref().map_or("a deleted program", |program| program.name.as_str());
    let (rows, notes) = context.enrolments.records(&enrolment.id).await?;
    let entries = history::tell(&enrolment, name, &rows, &notes);
    let items: Vec<_> = entries.iter().map(wire::show_entry).collect();
    Ok(Json(json!({ "items": items })))
}

async fn list_work<P: People, C: Catalogue, E: EnrolmentReader, W: WorkList, I: Ids>(
    State(context): Shared<P, C, E, W, I>,
) -> Result<Json<Value>, Problem> {
    let open = context.work_list.open().await?;
    Ok(Json(json!({ "items": open.iter().map(wire::show_work).collect::<Vec<_>>() })))
}
