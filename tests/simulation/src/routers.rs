//! The real routers of the API, on the real stores, behind the gates.

use std::sync::Arc;

use aws::clients::Aws;
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, DeliveryStore, DueStore, EnrolmentReaderStore,
    EnrolmentStore, LetterStore, PeopleStore, ReplyStore, WorkListStore,
};
use aws::files::S3Files;
use aws::secrets::WebhookSecrets;
use aws_credential_types::Credentials;
use axum::Router;
use domain::text::Label;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeHere};

use crate::providers::Providers;

struct InProcess;

impl programs_function::handler::Ports for InProcess {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Sms = Providers;
    type Email = Providers;
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
    type Deliveries = DeliveryStore;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Bookings = BookingStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type WorkList = WorkListStore;
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

/// All routes that staff use, by the function behind them.
#[derive(Debug, Clone)]
pub(crate) struct Routers {
    pub(crate) programs: Router,
    pub(crate) patients: Router,
    pub(crate) desk: Router,
    pub(crate) letters: Router,
}

/// The routers over those tables.
pub(crate) fn routers(
    dynamo: &Dynamo,
    clock: &FakeClock,
    ids: &CountingIds,
    providers: &Providers,
) -> Routers {
    let name = || Label::parse("Harbour Health").expect("a label");
    let programs = programs_function::handler::Context::<InProcess> {
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        sms: providers.clone(),
        email: providers.clone(),
        bookings: dynamo.bookings(),
        reader: dynamo.enrolment_reader(),
        index: dynamo.due_index(),
        here: FakeHere::default(),
        clock: clock.clone(),
        ids: ids.clone(),
        practice_name: name(),
        answers: dynamo.answers(clock, ids),
    };
    let patients = patients_function::handler::Context::<InProcess> {
        replies: dynamo.replies(),
        people: dynamo.people(),
        catalogue: dynamo.catalogue(),
        reader: dynamo.enrolment_reader(),
        work_list: dynamo.work_list(),
        enrolments: dynamo.enrolments(),
        bookings: dynamo.bookings(),
        ids: ids.clone(),
        answers: dynamo.answers(clock, ids),
        clock: Box::new(clock.clone()),
    };
    let desk = enrolments_function::handler::Context::<InProcess> {
        balances: dynamo.balances(),
        deliveries: dynamo.deliveries(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        bookings: dynamo.bookings(),
        enrolments: dynamo.enrolments(),
        reader: dynamo.enrolment_reader(),
        work_list: dynamo.work_list(),
        answers: dynamo.answers(clock, ids),
        clock: clock.clone(),
        ids: ids.clone(),
        practice_name: name(),
    };
    // The provider's reports are not asked for here, so neither is their secret.
    let nowhere = Credentials::new("id", "secret", None, None, "test");
    let aws = Aws::new(nowhere, "nowhere".to_owned(), Some("http://nowhere.invalid".to_owned()));
    let letters = letters_function::handler::Context::<InProcess> {
        letters: dynamo.letters(),
        files: dynamo.files(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        work_list: dynamo.work_list(),
        secrets: WebhookSecrets::new(aws, "clinic/epost/".to_owned(), clock.clone()),
        answers: dynamo.answers(clock, ids),
        clock: clock.clone(),
        ids: ids.clone(),
        practice_name: name(),
    };
    Routers {
        programs: programs_function::handler::api().into_router(Arc::new(programs)),
        patients: patients_function::handler::api().into_router(Arc::new(patients)),
        desk: enrolments_function::handler::api().into_router(Arc::new(desk)),
        letters: letters_function::handler::api().into_router(Arc::new(letters)),
    }
}
