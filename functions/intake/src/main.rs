//! Wiring only: settings, clients, handler.

use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{CatalogueStore, IntakeStore, PeopleStore, Table};
use aws_lambda_events::event::sqs::SqsEvent;
use intake_function::handler::{Context, handle};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let context = Context {
        intake: IntakeStore::new(
            Table::new(&dynamodb, config::env("INTAKE_TABLE")?),
            Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?),
            Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?),
            config::env_number("RETENTION_DAYS")?,
        ),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        clock: SystemClock,
    };
    let context = &context;
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let deadline = event.context.deadline();
        Ok::<_, Error>(handle(context, event.payload, deadline).await)
    }))
    .await
}
