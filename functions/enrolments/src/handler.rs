//! Translates requests into use cases, and their results into answers.

mod enrolments;
mod programs;
mod work_list;

use std::sync::Arc;

use app::ports::{
    Bookings, Catalogue, Clock, EnrolmentReader, Enrolments, Ids, People, PracticeSettings,
    WorkList,
};
use aws::dynamo::IdempotencyStore;
use aws::http::{Api, KeepsAnswers, Method, Problem, Role};
use axum::extract::State;
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId};
use domain::patient::Patient;
use domain::text::Label;

/// The ports of this function, as one type, so that a handler names none it does not use.
pub trait Ports: 'static {
    /// Programs, templates, booking types, sites, and the practice's settings.
    type Catalogue: Catalogue + PracticeSettings;
    /// Patients.
    type People: People;
    /// Bookings.
    type Bookings: Bookings;
    /// Enrolments, to change them.
    type Enrolments: Enrolments;
    /// Enrolments, to show them.
    type Reader: EnrolmentReader;
    /// The work list.
    type WorkList: WorkList;
    /// The clock.
    type Clock: Clock;
    /// New ids.
    type Ids: Ids;
}

/// What the handlers need.
pub struct Context<W: Ports> {
    /// Programs, templates, booking types, sites, and the practice's settings.
    pub catalogue: W::Catalogue,
    /// Patients.
    pub people: W::People,
    /// Bookings.
    pub bookings: W::Bookings,
    /// Enrolments, to change them.
    pub enrolments: W::Enrolments,
    /// Enrolments, to show them.
    pub reader: W::Reader,
    /// The work list.
    pub work_list: W::WorkList,
    /// The clock.
    pub clock: W::Clock,
    /// New ids.
    pub ids: W::Ids,
    /// What the practice is called until its settings say.
    pub practice_name: Label,
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
    use Method::{Get, Post};
    use Role::{Admin, Viewer};
    Api::new()
        .route(Get, "/v1/patients/{id}/enrolments", Viewer, enrolments::of_patient)
        .route(Get, "/v1/enrolments/{id}", Viewer, enrolments::get)
        .route(Get, "/v1/enrolments/{id}/history", Viewer, enrolments::history)
        .route(Get, "/v1/enrolments/{id}/timeline", Viewer, programs::timeline_of)
        .route(Get, "/v1/work-list", Viewer, work_list::list)
        .route(Get, "/v1/programs/{id}/patients", Viewer, programs::patients)
        .route(Post, "/v1/programs/{id}/timeline", Viewer, programs::timeline)
        .route(Post, "/v1/programs/{id}/moves/preview", Admin, programs::preview_move)
        .route(Post, "/v1/programs/{id}/moves", Admin, programs::run_move)
}

impl<W: Ports> Context<W> {
    async fn patient(&self, id: &str) -> Result<Patient, Problem> {
        let missing = || Problem::not_found("patient");
        let id = PatientId::parse(id).map_err(|_| missing())?;
        self.people.patient(&id).await?.ok_or_else(missing)
    }

    async fn enrolment(&self, id: &str) -> Result<Enrolment, Problem> {
        let missing = || Problem::not_found("enrolment");
        let id = EnrolmentId::parse(id).map_err(|_| missing())?;
        self.reader.enrolment(&id).await?.ok_or_else(missing)
    }
}
