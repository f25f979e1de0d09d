//! Wiring only: settings, clients, handler.

use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{
    CatalogueStore, EnrolmentStore, IntakeStore, NewcomerStore, PeopleStore, Table, WorkListStore,
};
use aws_lambda_events::event::sqs::SqsEvent;
use intake_function::handler::{Context, handle};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let people = PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?));
    let store = EnrolmentStore::new(enrolments.clone(), work_list.clone(), intake.clone());
    let days = config::env_number("RETENTION_DAYS")?;
    let context = Context {
        intake: IntakeStore::new(intake, enrolments, work_list, days),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        newcomers: NewcomerStore::new(people.clone(), WorkListStore::new(store)),
        people,
        clock: SystemClock,
    };
    let context = &context;
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let deadline = event.context.deadline();
        Ok::<_, Error>(handle(context, event.payload, deadline).await)
    }))
    .await
}
