//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::RandomIds;
use aws::config;
use aws::dynamo::{CatalogueStore, Table};
use programs_function::handler::{Context, Ports, api};

/// The ports on AWS.
struct OnAws;

impl Ports for OnAws {
    type Catalogue = CatalogueStore;
    type Ids = RandomIds;
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let catalogue = CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?));
    let context = Arc::new(Context { catalogue, ids: RandomIds });
    aws::http::serve(api::<OnAws>().into_router(context)).await
}
