//! Wiring only: settings, clients, handler.

use app::receipts::Receiving;
use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{
    BookingStore, CatalogueStore, CountStore, EnrolmentStore, PeopleStore, SentStore, StrayStore,
    Table,
};
use aws::receipt_queue::SqsReceiptQueue;
use delivery_events_function::handler::handle;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let dynamodb = aws.dynamodb();
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let receiving = Receiving {
        enrolments: EnrolmentStore::new(enrolments.clone(), work_list, intake.clone()),
        sent: SentStore::new(enrolments),
        strays: StrayStore::new(intake.clone()),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        bookings: BookingStore::new(intake.clone()),
        clock: SystemClock,
    };
    let queue = SqsReceiptQueue::new(aws.sqs(), config::env("DELIVERY_EVENTS_QUEUE_URL")?);
    let counts = CountStore::new(intake);
    let (receiving, counts, queue) = (&receiving, &counts, &queue);
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        let deadline = event.context.deadline();
        handle(receiving, counts, queue, event.payload, deadline).await.map_err(Error::from)
    }))
    .await
}
