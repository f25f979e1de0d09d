//! A practice with one site, one patient and a few programs, and what staff ask of it.

use std::sync::Arc;

use app::ports::{BookingChange, Catalogue, Intake, People};
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, CountStore, DeliveryStore, DueStore,
    EnrolmentReaderStore, EnrolmentStore, PeopleStore, WorkListStore,
};
use axum::Router;
use chrono::Duration;
use domain::booking::Booking;
use domain::calendar::CalendarSpan;
use domain::enrolment::Enrolment;
use domain::ids::{ActionId, ProgramId};
use domain::program::{
    Action, ActionKind, Completion, Course, Frequency, NextCycle, Program, ProgramName, ProgramType,
};
use domain::text::Label;
use domain::timing::Timing;
use domain::work::WorkItem;
use enrolments_function::handler::{Context, Ports, api};
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::requests::{ApiAnswer, ApiRequest, call};

/// When everything begins: 7 pm on Sunday, 22 November 2026, in Sydney.
pub(crate) const NOW: &str = "2026-11-22T08:00:00Z";

/// The real stores, with a clock that stands and ids in order.
pub(crate) struct InProcess;

impl Ports for InProcess {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Bookings = BookingStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type WorkList = WorkListStore;
    type Deliveries = DeliveryStore;
    type Balances = BalanceStore;
    type Counts = CountStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

/// The practice, and the function's router in front of it.
pub(crate) struct Clinic {
    pub(crate) dynamo: Dynamo,
    pub(crate) clock: FakeClock,
    pub(crate) router: Router,
}

/// A practice with Harbour Clinic and nobody on its books.
pub(crate) async fn empty() -> Clinic {
    empty_after(0).await
}

/// The same, whose new ids come after that number.
async fn empty_after(number: u64) -> Clinic {
    let dynamo = Dynamo::start().await;
    dynamo.catalogue().create_site(&build::site()).await.unwrap();
    let (clock, ids) = (FakeClock::at(NOW), CountingIds::after(number));
    let context = Context::<InProcess> {
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        bookings: dynamo.bookings(),
        enrolments: dynamo.enrolments(),
        reader: dynamo.enrolment_reader(),
        index: dynamo.due_index(),
        work_list: dynamo.work_list(),
        deliveries: dynamo.deliveries(),
        balances: dynamo.balances(),
        counts: dynamo.day_counts(),
        answers: dynamo.answers(&clock, &ids),
        clock: clock.clone(),
        ids,
        practice_name: Label::parse("Harbour Health").unwrap(),
    };
    Clinic { dynamo, clock, router: api().into_router(Arc::new(context)) }
}

/// The same with Maria, her template, and a program of each type.
pub(crate) async fn clinic() -> Clinic {
    clinic_after(0).await
}

/// The same, whose new ids come after that number.
pub(crate) async fn clinic_after(number: u64) -> Clinic {
    let clinic = empty_after(number).await;
    clinic.dynamo.people().create_patient(&build::patient()).await.unwrap();
    let catalogue = clinic.dynamo.catalogue();
    catalogue.create_template(&build::template()).await.unwrap();
    for kind in ProgramType::ALL {
        catalogue.create_program(&program(kind), &build::saved()).await.unwrap();
    }
    clinic
}

/// An enabled program of that type: a pause at once, then an SMS.
pub(crate) fn program(kind: ProgramType) -> Program {
    let place = ProgramType::ALL.iter().position(|other| *other == kind).unwrap();
    let frequency =
        kind.needs_frequency().then(|| Frequency::new(CalendarSpan::Months(6)).unwrap());
    let cycles = if kind.repeats() && frequency.is_some() { 2 } else { 1 };
    Program {
        id: ProgramId::new(build::number(100 + place as u128)),
        kind,
        name: ProgramName::parse(&format!("Our {}", kind.as_str())).unwrap(),
        course: Course::new(kind, cycles, frequency, NextCycle::FromFirstDate).unwrap(),
        completion: Completion::Ignore,
        ..build::program(vec![pause(), build::sms(11, Timing::Enrolled)])
    }
}

/// A pause as soon as the patient is on the program.
pub(crate) fn pause() -> Action {
    let id = ActionId::new(build::number(10));
    Action { id, timing: Timing::Enrolled, kind: ActionKind::Pause }
}

/// Maria onto the program of that type.
pub(crate) fn maria_on(kind: ProgramType) -> Value {
    json!({ "patient": build::patient().id, "program": program(kind).id })
}

impl Clinic {
    pub(crate) async fn get(&self, path: &str) -> ApiAnswer {
        call(&self.router, ApiRequest::new("GET", path).by("[viewer]")).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> ApiAnswer {
        call(&self.router, ApiRequest::new("POST", path).by("[front-desk]").json(body)).await
    }

    /// Asks for something as somebody who has read this version.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        version: u64,
        body: &Value,
    ) -> ApiAnswer {
        let request = ApiRequest::new(method, path).by("[front-desk]").json(body);
        call(&self.router, request.header("if-match", &format!("\"{version}\""))).await
    }

    /// Puts Maria on the program of that type, and answers the enrolment.
    pub(crate) async fn enrol(&self, kind: ProgramType, more: &Value) -> Value {
        let mut body = maria_on(kind);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let added = self.post("/v1/enrolments", &body).await;
        assert_eq!(added.status, 201, "{:?}", added.json);
        added.json
    }

    /// Stores enrolments, bookings and work as an event would bring them.
    pub(crate) async fn store(
        &self,
        begin: Vec<Enrolment>,
        booking: Option<Booking>,
        raise: Vec<WorkItem>,
    ) {
        let event = build::recorded(&format!("evt-{}", begin.len() + raise.len()));
        let changes = begin.into_iter().map(build::begun).collect();
        let change = BookingChange {
            event,
            before: None,
            booking,
            changes,
            raise,
            renew: None,
            resolve: None,
            again: None,
        };
        self.dynamo.intake().commit(&change).await.unwrap();
    }

    pub(crate) fn later(&self, hours: i64) {
        self.clock.advance(Duration::hours(hours));
    }
}
