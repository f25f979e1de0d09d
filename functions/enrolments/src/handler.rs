//! Translates requests into use cases, and their results into answers.

mod balance;
mod desk;
mod enrolments;
mod numbers;
mod programs;
mod refused;
mod upload;
mod work_list;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use app::enrolments::{Asked, Desk};
use app::ports::{
    Balances, Bookings, Catalogue, Clock, DayCounts, Deliveries, Due, DueIndex, EnrolmentReader,
    Enrolments, Ids, People, PracticeSettings, ProgramVersions, WorkList,
};
use aws::dynamo::IdempotencyStore;
use aws::http::{Api, Caller, KeepsAnswers, Method, Problem, RequestId, Role};
use axum::extract::State;
use domain::actor::Actor;
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId};
use domain::patient::Patient;
use domain::text::{ExternalId, Label};

/// The ports of this function, as one type, so that a handler names none it does not use.
pub trait Ports: 'static {
    /// Programs and what they were, templates, booking types, sites, and the practice's settings.
    type Catalogue: Catalogue + ProgramVersions + PracticeSettings;
    /// Patients.
    type People: People;
    /// Bookings.
    type Bookings: Bookings;
    /// Enrolments, to change them.
    type Enrolments: Enrolments;
    /// Enrolments, to show them.
    type Reader: EnrolmentReader;
    /// What is due, and when.
    type Index: DueIndex<Pointer = Due>;
    /// The work list.
    type WorkList: WorkList;
    /// What of other systems' deliveries was refused.
    type Deliveries: Deliveries;
    /// The balances of all days.
    type Balances: Balances;
    /// What was seen of the day so far.
    type Counts: DayCounts;
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
    /// What is due, and when.
    pub index: W::Index,
    /// The work list.
    pub work_list: W::WorkList,
    /// What of other systems' deliveries was refused.
    pub deliveries: W::Deliveries,
    /// The balances of all days.
    pub balances: W::Balances,
    /// What was seen of the day so far.
    pub counts: W::Counts,
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
    use Method::{Get, Post, Put};
    use Role::{Admin, FrontDesk, Viewer};
    Api::new()
        .queried(Get, "/v1/patients/{id}/enrolments", Viewer, enrolments::of_patient)
        .queried(Get, "/v1/enrolments", Viewer, programs::practice_wide)
        .creating("/v1/enrolments", FrontDesk, desk::add)
        .queried(Post, "/v1/enrolments/upload", FrontDesk, upload::upload)
        .route(Get, "/v1/enrolments/{id}", Viewer, enrolments::get)
        .queried(Get, "/v1/enrolments/{id}/history", Viewer, enrolments::history)
        .queried(Get, "/v1/enrolments/{id}/timeline", Viewer, programs::timeline_of)
        .queried(Get, "/v1/programs/{id}/patients", Viewer, programs::patients)
        .queried(Post, "/v1/programs/{id}/timeline", Viewer, programs::timeline)
        .route(Post, "/v1/programs/{id}/moves/preview", Admin, programs::preview_move)
        .route(Post, "/v1/programs/{id}/moves", Admin, programs::run_move)
        .route(Post, "/v1/enrolments/{id}/advance", FrontDesk, desk::advance)
        .route(Post, "/v1/enrolments/{id}/skip", FrontDesk, desk::skip)
        .route(Post, "/v1/enrolments/{id}/retry", FrontDesk, desk::retry)
        .route(Post, "/v1/enrolments/{id}/end", FrontDesk, desk::end)
        .route(Put, "/v1/enrolments/{id}/reference-date", FrontDesk, desk::change_reference)
        .queried(Get, "/v1/work-list", Viewer, work_list::list)
        .queried(Get, "/v1/work-list/resolved", Viewer, work_list::resolved)
        .route(Post, "/v1/work-list/bulk", FrontDesk, work_list::bulk)
        .route(Get, "/v1/work-list/{id}", Viewer, work_list::get)
        .route(Post, "/v1/work-list/{id}/assign", FrontDesk, work_list::assign)
        .route(Post, "/v1/work-list/{id}/notes", FrontDesk, work_list::note)
        .route(Post, "/v1/work-list/{id}/resolve", FrontDesk, work_list::resolve)
        .queried(Get, "/v1/webhooks/refused", Admin, refused::list)
        .queried(Get, "/v1/balance", Viewer, balance::list)
        .route(Get, "/v1/balance/{day}", Viewer, balance::get)
        .queried(Get, "/v1/forecast", Viewer, numbers::forecast)
        .route(Get, "/v1/today", Viewer, numbers::today)
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

    /// That the caller asks for something, now.
    fn asked(&self, caller: &Caller, request: RequestId) -> Result<Asked, Problem> {
        let by = Actor::Person(person(caller)?);
        Ok(Asked { by, request_id: request.0, at: self.clock.now() })
    }

    async fn patient(&self, id: &str) -> Result<Patient, Problem> {
        let missing = || Problem::not_found("patient");
        let id = PatientId::parse(id).map_err(|_| missing())?;
        self.people.patient(&id).await?.ok_or_else(missing)
    }

    /// Patients by their ids, without those who cannot be read: what is about them is shown without
    /// their names. One read for each hundred.
    async fn patients_of(
        &self,
        ids: BTreeSet<PatientId>,
    ) -> Result<BTreeMap<PatientId, Patient>, Problem> {
        let patients = self.people.patients(&ids).await?.patients.into_iter();
        Ok(patients.map(|patient| (patient.id.clone(), patient)).collect())
    }

    async fn enrolment(&self, id: &str) -> Result<Enrolment, Problem> {
        let missing = || Problem::not_found("enrolment");
        let id = EnrolmentId::parse(id).map_err(|_| missing())?;
        self.reader.enrolment(&id).await?.ok_or_else(missing)
    }
}

/// The caller, as what they do is recorded.
fn person(caller: &Caller) -> Result<ExternalId, Problem> {
    ExternalId::parse(&caller.subject)
        .map_err(|_| Problem::unauthorized("The token names nobody we can record."))
}
