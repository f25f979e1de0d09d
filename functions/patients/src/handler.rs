//! Translates requests into use cases, and their results into answers.

mod patients;

use std::sync::Arc;

use app::ports::{Catalogue, Clock, Ids, People, Register};
use aws::dynamo::IdempotencyStore;
use aws::http::{Api, KeepsAnswers, Method, Problem, Role};
use axum::extract::State;
use domain::ids::PatientId;
use domain::patient::Patient;
use serde_json::Value;

use crate::wire;

/// What the handlers need.
pub struct Context<P, C, I> {
    /// Patients.
    pub people: P,
    /// Programs and sites.
    pub catalogue: C,
    /// New ids.
    pub ids: I,
    /// The time. Not a type parameter: no handler is another one for another clock.
    pub clock: Box<dyn Clock>,
    /// The answers to what created something.
    pub answers: IdempotencyStore,
}

impl<P, C, I> KeepsAnswers for Context<P, C, I> {
    fn answers(&self) -> &IdempotencyStore {
        &self.answers
    }
}

type Shared<P, C, I> = State<Arc<Context<P, C, I>>>;

/// The routes, each with the least role it needs.
pub fn api<P, C, I>() -> Api<Arc<Context<P, C, I>>>
where
    P: Register + 'static,
    C: Catalogue + 'static,
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
}

impl<P: People, C: Catalogue, I: Ids> Context<P, C, I> {
    async fn patient(&self, id: &str) -> Result<Patient, Problem> {
        let missing = || Problem::not_found("patient");
        let id = PatientId::parse(id).map_err(|_| missing())?;
        self.people.patient(&id).await?.ok_or_else(missing)
    }

    async fn show_patient(&self, patient: &Patient) -> Result<Value, Problem> {
        let site = match &patient.site {
            Some(id) => self.catalogue.site(id).await?,
            None => None,
        };
        Ok(wire::show_patient(patient, site.as_ref().map(|site| &site.code)))
    }
}
