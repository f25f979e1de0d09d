//! The functions that staff ask, as they are wired in the cloud, but for clock, ids and providers: for tests that
//! need all of them at once.

use std::marker::PhantomData;
use std::sync::Arc;

use app::ports::{EmailGateway, SmsGateway};
use aws::clients::Aws;
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, CountStore, DeliveryStore, DueStore,
    EnrolmentReaderStore, EnrolmentStore, LetterStore, PeopleStore, ReplyStore, WorkListStore,
};
use aws::files::S3Files;
use aws::secrets::WebhookSecrets;
use aws_credential_types::Credentials;
use axum::Router;
use domain::text::Label;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeHere};

/// The real stores, with a clock that stands, ids in order, and those providers.
struct InProcess<S, E>(PhantomData<(S, E)>);

impl<S: SmsGateway + 'static, E: EmailGateway + 'static> programs_function::handler::Ports
    for InProcess<S, E>
{
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Sms = S;
    type Email = E;
    type Bookings = BookingStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type Here = FakeHere;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

impl<S: 'static, E: 'static> patients_function::handler::Ports for InProcess<S, E> {
    type People = PeopleStore;
    type Catalogue = CatalogueStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Bookings = BookingStore;
    type Replies = ReplyStore;
    type WorkList = WorkListStore;
    type Ids = CountingIds;
}

impl<S: 'static, E: 'static> enrolments_function::handler::Ports for InProcess<S, E> {
    type Balances = BalanceStore;
    type Counts = CountStore;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Bookings = BookingStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type WorkList = WorkListStore;
    type Deliveries = DeliveryStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

impl<S: 'static, E: 'static> letters_function::handler::Ports for InProcess<S, E> {
    type Letters = LetterStore;
    type Files = S3Files;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type WorkList = WorkListStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

/// What the functions have in common.
#[derive(Debug, Clone)]
pub struct Office<S, E> {
    /// The tables, and the bucket of letters.
    pub dynamo: Dynamo,
    /// The clock.
    pub clock: FakeClock,
    /// New ids.
    pub ids: CountingIds,
    /// Who sends text messages.
    pub sms: S,
    /// Who sends email.
    pub email: E,
}

/// What the practice is called until its settings say.
fn practice_name() -> Label {
    Label::parse("Harbour Health").expect("a label")
}

/// Secrets that are nowhere: for who does not ask for them.
pub fn nowhere() -> Aws {
    let keys = Credentials::new("id", "secret", None, None, "test");
    Aws::new(keys, "nowhere".to_owned(), Some("http://nowhere.invalid".to_owned()))
}

impl<S, E> Office<S, E>
where
    S: SmsGateway + Clone + Send + Sync + 'static,
    E: EmailGateway + Clone + Send + Sync + 'static,
{
    /// Programs, templates, booking types, sites, settings and sending.
    pub fn programs(&self) -> Router {
        let Self { dynamo, clock, ids, .. } = self;
        let context = programs_function::handler::Context::<InProcess<S, E>> {
            catalogue: dynamo.catalogue(),
            people: dynamo.people(),
            sms: self.sms.clone(),
            email: self.email.clone(),
            bookings: dynamo.bookings(),
            reader: dynamo.enrolment_reader(),
            index: dynamo.due_index(),
            here: FakeHere::default(),
            answers: dynamo.answers(clock, ids),
            clock: clock.clone(),
            ids: ids.clone(),
            practice_name: practice_name(),
        };
        programs_function::handler::api().into_router(Arc::new(context))
    }

    /// Patients, and what they consent to.
    pub fn patients(&self) -> Router {
        let Self { dynamo, clock, ids, .. } = self;
        let context = patients_function::handler::Context::<InProcess<S, E>> {
            people: dynamo.people(),
            catalogue: dynamo.catalogue(),
            enrolments: dynamo.enrolments(),
            reader: dynamo.enrolment_reader(),
            bookings: dynamo.bookings(),
            replies: dynamo.replies(),
            work_list: dynamo.work_list(),
            answers: dynamo.answers(clock, ids),
            clock: Box::new(clock.clone()),
            ids: ids.clone(),
        };
        patients_function::handler::api().into_router(Arc::new(context))
    }

    /// Enrolments, the work list and the balance.
    pub fn enrolments(&self) -> Router {
        let Self { dynamo, clock, ids, .. } = self;
        let context = enrolments_function::handler::Context::<InProcess<S, E>> {
            balances: dynamo.balances(),
            counts: dynamo.day_counts(),
            catalogue: dynamo.catalogue(),
            people: dynamo.people(),
            bookings: dynamo.bookings(),
            enrolments: dynamo.enrolments(),
            reader: dynamo.enrolment_reader(),
            index: dynamo.due_index(),
            work_list: dynamo.work_list(),
            deliveries: dynamo.deliveries(),
            answers: dynamo.answers(clock, ids),
            clock: clock.clone(),
            ids: ids.clone(),
            practice_name: practice_name(),
        };
        enrolments_function::handler::api().into_router(Arc::new(context))
    }

    /// The distribution list, and what an ePost provider reports: its secret is there.
    pub fn letters(&self, secrets: Aws) -> Router {
        let Self { dynamo, clock, ids, .. } = self;
        let context = letters_function::handler::Context::<InProcess<S, E>> {
            letters: dynamo.letters(),
            files: dynamo.files(),
            catalogue: dynamo.catalogue(),
            people: dynamo.people(),
            work_list: dynamo.work_list(),
            secrets: WebhookSecrets::new(secrets, "clinic/epost/".to_owned(), clock.clone()),
            answers: dynamo.answers(clock, ids),
            clock: clock.clone(),
            ids: ids.clone(),
            practice_name: practice_name(),
        };
        letters_function::handler::api().into_router(Arc::new(context))
    }
}
