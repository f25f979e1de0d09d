//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{
    CatalogueStore, DeliveryStore, EnrolmentStore, IntakeStore, NewcomerStore, PeopleStore, Table,
    WorkListStore,
};
use aws::secrets::WebhookSecrets;
use referral_webhook_function::handler::api;
use webhooks::{Context, Pace};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let dynamodb = aws.dynamodb();
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let people = PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?));
    let store = EnrolmentStore::new(enrolments.clone(), work_list.clone(), intake.clone());
    let days = config::env_number("RETENTION_DAYS")?;
    let context = Arc::new(Context {
        intake: IntakeStore::new(intake.clone(), enrolments, work_list, days),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        newcomers: NewcomerStore::new(people.clone(), WorkListStore::new(store)),
        people,
        deliveries: DeliveryStore::new(intake),
        secrets: WebhookSecrets::new(aws, config::env("WEBHOOK_SECRET_PREFIX")?, SystemClock),
        pace: Pace::new(config::env_number("WEBHOOK_DELIVERIES_PER_TEN_SECONDS")?),
        clock: SystemClock,
    });
    aws::http::serve(api().into_router(context)).await
}
