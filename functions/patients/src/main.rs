//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{CatalogueStore, IdempotencyStore, PeopleStore, Table};
use patients_function::handler::{Context, api};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let context = Arc::new(Context {
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        ids: RandomIds,
        answers: IdempotencyStore::new(
            Table::new(&dynamodb, config::env("INTAKE_TABLE")?),
            SystemClock,
            RandomIds,
        ),
        clock: Box::new(SystemClock),
    });
    aws::http::serve(api().into_router(context)).await
}
