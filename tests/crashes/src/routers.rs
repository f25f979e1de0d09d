//! The functions behind the API, as they are wired, but for clock, ids and providers.

use std::sync::Arc;

use aws::clients::Aws;
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, DeliveryStore, DueStore, EnrolmentReaderStore,
    EnrolmentStore, IntakeStore, LetterStore, NewcomerStore, PeopleStore, ReplyStore,
    WorkListStore,
};
use aws::files::S3Files;
use aws::secrets::WebhookSecrets;
use axum::Router;
use domain::text::Label;
use testkit::fakes::{CountingIds, FakeClock, FakeEmail, FakeHere, FakeSms, FakeWaysOut};
use webhooks::Pace;

use crate::practice::Practice;

/// The real stores, with a clock that stands and ids in order.
struct InProcess;

impl programs_function::handler::Ports for InProcess {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Sms = FakeSms;
    type Email = FakeEmail;
    type Bookings = BookingStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type Here = FakeHere;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

impl patients_function::handler::Ports for InProcess {
    type People = PeopleStore;
    type Catalogue = CatalogueStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Bookings = BookingStore;
    type Replies = ReplyStore;
    type WorkList = WorkListStore;
    type Ids = CountingIds;
}

impl enrolments_function::handler::Ports for InProcess {
    type Balances = BalanceStore;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Bookings = BookingStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type WorkList = WorkListStore;
    type Deliveries = DeliveryStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

impl letters_function::handler::Ports for InProcess {
    type Letters = LetterStore;
    type Files = S3Files;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type WorkList = WorkListStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

fn practice_name() -> Label {
    Label::parse("Harbour Health").expect("a label")
}

pub(crate) fn programs(practice: &Practice) -> Router {
    let (clinic, ids) = (&practice.clinic, practice.ids.clone());
    let dynamo = &clinic.dynamo;
    let context = programs_function::handler::Context::<InProcess> {
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        sms: clinic.sms.clone(),
        email: clinic.email.clone(),
        bookings: dynamo.bookings(),
        reader: dynamo.enrolment_reader(),
        index: dynamo.due_index(),
        here: FakeHere::default(),
        answers: dynamo.answers(&clinic.clock, &ids),
        clock: clinic.clock.clone(),
        ids,
        practice_name: practice_name(),
    };
    programs_function::handler::api().into_router(Arc::new(context))
}

pub(crate) fn patients(practice: &Practice) -> Router {
    let (clinic, ids) = (&practice.clinic, practice.ids.clone());
    let dynamo = &clinic.dynamo;
    let context = patients_function::handler::Context::<InProcess> {
        people: dynamo.people(),
        catalogue: dynamo.catalogue(),
        enrolments: dynamo.enrolments(),
        reader: dynamo.enrolment_reader(),
        bookings: dynamo.bookings(),
        replies: dynamo.replies(),
        work_list: dynamo.work_list(),
        answers: dynamo.answers(&clinic.clock, &ids),
        clock: Box::new(clinic.clock.clone()),
        ids,
    };
    patients_function::handler::api().into_router(Arc::new(context))
}

pub(crate) fn enrolments(practice: &Practice) -> Router {
    let (clinic, ids) = (&practice.clinic, practice.ids.clone());
    let dynamo = &clinic.dynamo;
    let context = enrolments_function::handler::Context::<InProcess> {
        balances: dynamo.balances(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        bookings: dynamo.bookings(),
        enrolments: dynamo.enrolments(),
        reader: dynamo.enrolment_reader(),
        work_list: dynamo.work_list(),
        deliveries: dynamo.deliveries(),
        answers: dynamo.answers(&clinic.clock, &ids),
        clock: clinic.clock.clone(),
        ids,
        practice_name: practice_name(),
    };
    enrolments_function::handler::api().into_router(Arc::new(context))
}

pub(crate) fn letters(practice: &Practice, secrets: Aws) -> Router {
    let (clinic, ids) = (&practice.clinic, practice.ids.clone());
    let dynamo = &clinic.dynamo;
    let clock = clinic.clock.clone();
    let context = letters_function::handler::Context::<InProcess> {
        letters: dynamo.letters(),
        files: dynamo.files(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        work_list: dynamo.work_list(),
        secrets: WebhookSecrets::new(secrets, "clinic/epost/".to_owned(), clock.clone()),
        answers: dynamo.answers(&clock, &ids),
        clock,
        ids,
        practice_name: practice_name(),
    };
    letters_function::handler::api().into_router(Arc::new(context))
}

type Webhook = webhooks::Context<
    IntakeStore,
    CatalogueStore,
    PeopleStore,
    NewcomerStore,
    DeliveryStore,
    FakeClock,
>;

fn webhook(practice: &Practice, secrets: Aws) -> Arc<Webhook> {
    let (dynamo, clock) = (&practice.clinic.dynamo, practice.clinic.clock.clone());
    Arc::new(webhooks::Context {
        intake: dynamo.intake(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        newcomers: dynamo.newcomers(),
        deliveries: dynamo.deliveries(),
        secrets: WebhookSecrets::new(secrets, "clinic/webhooks/".to_owned(), clock.clone()),
        pace: Pace::new(100_000),
        clock,
    })
}

pub(crate) fn bookings(practice: &Practice, secrets: Aws) -> Router {
    booking_webhook_function::handler::api().into_router(webhook(practice, secrets))
}

pub(crate) fn referrals(practice: &Practice, secrets: Aws) -> Router {
    referral_webhook_function::handler::api().into_router(webhook(practice, secrets))
}

pub(crate) fn unsubscribe(practice: &Practice) -> Router {
    let context = unsubscribe_function::handler::Context {
        people: practice.clinic.dynamo.people(),
        ways_out: FakeWaysOut,
        clock: practice.clinic.clock.clone(),
    };
    unsubscribe_function::handler::api().into_router(Arc::new(context))
}
