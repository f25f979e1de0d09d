//! Wiring only: settings, clients, handler.

use app::sweep::Sweeper;
use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{CatalogueStore, DueStore, EnrolmentStore, Table};
use aws::queues::SqsQueues;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use sweeper_function::handler::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let stage = config::env("STAGE")?;
    let dynamodb = aws.dynamodb();
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let sweeper = Sweeper {
        index: DueStore::new(enrolments.clone()),
        enrolments: EnrolmentStore::new(enrolments, work_list, intake),
        settings: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        queues: SqsQueues::new(aws.sqs(), config::env("SMS_QUEUE_URL")?),
        clock: SystemClock,
    };
    // The schedule's event says nothing the sweeper needs.
    lambda_runtime::run(service_fn(|_event: LambdaEvent<serde_json::Value>| async {
        handle(&sweeper, &stage).await.map_err(Error::from)
    }))
    .await
}
