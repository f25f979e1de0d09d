//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{PeopleStore, Table};
use aws::way_out::SealedLinks;
use unsubscribe_function::handler::{Context, api};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let context = Arc::new(Context {
        people: PeopleStore::new(Table::new(&aws.dynamodb(), config::env("PEOPLE_TABLE")?)),
        ways_out: SealedLinks::from_env(aws)?,
        clock: SystemClock,
    });
    aws::http::serve(api().into_router(context)).await
}
