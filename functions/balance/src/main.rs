//! Wiring only: settings, clients, handler.

use app::balance::Balancing;
use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{
    BalanceStore, CatalogueStore, EnrolmentScanStore, EnrolmentStore, LetterStore, Table,
    WaitingStore, WorkListStore,
};
use balance_function::handler::handle;
use lambda_runtime::{Error, LambdaEvent, service_fn};

/// In how many parts everything is read at the same time. A part is a megabyte at a time, so what is in
/// memory at once is some tens of them.
const SEGMENTS: u16 = 8;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let dynamodb = Aws::from_env()?.dynamodb();
    let stack = config::env("STACK")?;
    let catalogue = Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?);
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let letters = Table::new(&dynamodb, config::env("LETTERS_TABLE")?);
    let balancing = Balancing {
        scan: EnrolmentScanStore::new(enrolments.clone()),
        balances: BalanceStore::new(catalogue.clone()),
        work: WorkListStore::new(EnrolmentStore::new(enrolments, work_list, intake.clone())),
        catalogue: CatalogueStore::new(catalogue),
        letters: LetterStore::new(letters),
        events: WaitingStore::new(intake),
        clock: SystemClock,
        segments: SEGMENTS,
    };
    let (balancing, stack) = (&balancing, &stack);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        Ok::<_, Error>(handle(balancing, stack, &event.payload).await?)
    }))
    .await
}
