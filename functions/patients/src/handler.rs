//! Translates requests into use cases, and their results into answers.

mod bookings;
mod merging;
mod patients;
mod replies;

use std::sync::Arc;

use app::enrolments::Desk;
use app::ports::{
    AddressHolds, Bookings, Catalogue, Clock, EnrolmentReader, Enrolments, Ids, People,
    ProgramVersions, Register, Replies, WorkList,
};
use aws::dynamo::IdempotencyStore;
use aws::http::{Api, KeepsAnswers, Method, Problem, Role};
use axum::extract::State;
use domain::ids::PatientId;
use domain::patient::{Patient, Standing};
use serde_json::Value;

use crate::wire;

/// The ports of this function, as one type, so that a handler names none it does not use.
pub trait Ports: 'static {
    /// Patients.
    type People: Register + AddressHolds;
    /// Programs and sites.
    type Catalogue: Catalogue + ProgramVersions;
    /// Enrolments, which end with their patient or go with them.
    type Enrolments: Enrolments;
    /// Enrolments, to find those of a patient.
    type Reader: EnrolmentReader;
    /// Bookings, to list them; and they go with their patient.
    type Bookings: Bookings;
    /// What patients answered.
    type Replies: Replies;
    /// The work list, which asks whether two records are of one person.
    type WorkList: WorkList;
    /// New ids.
    type Ids: Ids;
}

/// What the handlers need.
pub struct Context<W: Ports> {
    /// Patients.
    pub people: W::People,
    /// Programs and sites.
    pub catalogue: W::Catalogue,
    /// Enrolments, which end with their patient or go with them.
    pub enrolments: W::Enrolments,
    /// Enrolments, to find those of a patient.
    pub reader: W::Reader,
    /// Bookings, to list them; and they go with their patient.
    pub bookings: W::Bookings,
    /// What patients answered.
    pub replies: W::Replies,
    /// The work list, which asks whether two records are of one person.
    pub work_list: W::WorkList,
    /// New ids.
    pub ids: W::Ids,
    /// The time. Not a type parameter: no handler is another one for another clock.
    pub clock: Box<dyn Clock>,
    /// The answers to what created something.
    pub answers: IdempotencyStore,
}

impl<W: Ports> KeepsAnswers for Context<W> {
    fn answers(&self) -> &IdempotencyStore {
        &self.answers
    }
}

type Shared<W> = State<Arc<Context<W>>>;

/// The routes, each with the least role it needs.
pub fn api<W: Ports>() -> Api<Arc<Context<W>>> {
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
        .route(Post, "/v1/patients/{id}/merge", Admin, merging::merge)
        .route(Post, "/v1/work-list/{id}/merge", Admin, merging::merge_asked)
        .queried(Get, "/v1/patients/{id}/bookings", Viewer, bookings::list)
        .queried(Get, "/v1/patients/{id}/replies", Viewer, replies::list)
        .route(Get, "/v1/patients/{id}/replies.csv", Viewer, replies::file)
        .route(Get, "/v1/patients/{id}/values", Viewer, replies::values)
        .route(Post, "/v1/patients/{id}/release-sms", FrontDesk, replies::release_sms)
        .route(Post, "/v1/patients/{id}/release-email", FrontDesk, replies::release_email)
}

/// The stores that the use cases of enrolments need.
type DeskOf<'a, W> = Desk<
    'a,
    <W as Ports>::Enrolments,
    <W as Ports>::Reader,
    <W as Ports>::Catalogue,
    <W as Ports>::People,
    <W as Ports>::Bookings,
>;

impl<W: Ports> Context<W> {
    const fn desk(&self) -> DeskOf<'_, W> {
        Desk {
            enrolments: &self.enrolments,
            reader: &self.reader,
            catalogue: &self.catalogue,
            people: &self.people,
            bookings: &self.bookings,
        }
    }

    /// Ends what a patient is on who is none any more. It is done whenever their record is found to
    /// say so, in case an earlier request did not come to its end.
    async fn follow(&self, patient: &Patient) -> Result<(), Problem> {
        match patient.standing {
            // What a merged patient is on has gone to the other record.
            Standing::Current | Standing::Merged { .. } => Ok(()),
            Standing::Archived | Standing::Deceased => {
                Ok(self.desk().patient_gone(&patient.id, self.clock.now()).await?)
            }
        }
    }

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
        let holds = self.people.holds(&wire::addresses(patient).collect()).await?;
        let site = site.as_ref().map(|site| &site.code);
        Ok(wire::show_patient(patient, site, &holds))
    }
}
