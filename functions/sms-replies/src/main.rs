//! Wiring only: settings, clients, handler.

use app::replies::Receiver;
use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{
    BookingStore, CatalogueStore, EnrolmentReaderStore, PeopleStore, ReplyStore, SentStore, Table,
};
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use sms_replies_function::handler::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let people = Table::new(&dynamodb, config::env("PEOPLE_TABLE")?);
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let receiver = Receiver {
        replies: ReplyStore::new(intake.clone(), people.clone(), enrolments.clone(), work_list),
        sent: SentStore::new(enrolments.clone()),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        people: PeopleStore::new(people),
        enrolments: EnrolmentReaderStore::new(enrolments),
        bookings: BookingStore::new(intake),
    };
    let topic = config::env("SMS_REPLIES_TOPIC")?;
    let (receiver, topic) = (&receiver, topic.as_str());
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let deadline = event.context.deadline();
        Ok::<_, Error>(handle(receiver, &SystemClock, topic, event.payload, deadline).await)
    }))
    .await
}
