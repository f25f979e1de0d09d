//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{
    BookingStore, CatalogueStore, EnrolmentReaderStore, EnrolmentStore, IdempotencyStore,
    PeopleStore, ReplyStore, Table, WorkListStore,
};
use patients_function::handler::{Context, Ports, api};

/// The ports on AWS.
struct OnAws;

impl Ports for OnAws {
    type People = PeopleStore;
    type Catalogue = CatalogueStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Bookings = BookingStore;
    type Replies = ReplyStore;
    type WorkList = WorkListStore;
    type Ids = RandomIds;
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let people = Table::new(&dynamodb, config::env("PEOPLE_TABLE")?);
    let store = EnrolmentStore::new(enrolments.clone(), work_list.clone(), intake.clone());
    let context = Arc::new(Context::<OnAws> {
        replies: ReplyStore::new(intake.clone(), people.clone(), enrolments.clone(), work_list),
        people: PeopleStore::new(people),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        reader: EnrolmentReaderStore::new(enrolments),
        work_list: WorkListStore::new(store.clone()),
        enrolments: store,
        bookings: BookingStore::new(intake.clone()),
        ids: RandomIds,
        answers: IdempotencyStore::new(intake, SystemClock, RandomIds),
        clock: Box::new(SystemClock),
    });
    aws::http::serve(api().into_router(context)).await
}
