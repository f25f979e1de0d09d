//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{CatalogueStore, IdempotencyStore, Table};
use programs_function::handler::{Context, api};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let catalogue = CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?));
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let answers = IdempotencyStore::new(intake, SystemClock, RandomIds);
    let context = Arc::new(Context { catalogue, ids: RandomIds, answers });
    aws::http::serve(api().into_router(context)).await
}
