//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, CountStore, DeliveryStore, DueStore,
    EnrolmentReaderStore, EnrolmentStore, IdempotencyStore, PeopleStore, Table, WorkListStore,
};
use domain::text::Label;
use enrolments_function::handler::{Context, Ports, api};

/// The ports on AWS.
struct OnAws;

impl Ports for OnAws {
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
    type Clock = SystemClock;
    type Ids = RandomIds;
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let store = EnrolmentStore::new(enrolments.clone(), work_list, intake.clone());
    let catalogue = Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?);
    let context = Arc::new(Context::<OnAws> {
        balances: BalanceStore::new(catalogue.clone()),
        catalogue: CatalogueStore::new(catalogue),
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        bookings: BookingStore::new(intake.clone()),
        reader: EnrolmentReaderStore::new(enrolments.clone()),
        index: DueStore::new(enrolments),
        work_list: WorkListStore::new(store.clone()),
        enrolments: store,
        deliveries: DeliveryStore::new(intake.clone()),
        counts: CountStore::new(intake.clone()),
        clock: SystemClock,
        ids: RandomIds,
        practice_name: Label::parse(&config::env("PRACTICE_NAME")?)?,
        answers: IdempotencyStore::new(intake, SystemClock, RandomIds),
    });
    aws::http::serve(api().into_router(context)).await
}
