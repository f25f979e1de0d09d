//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{
    CatalogueStore, EnrolmentStore, IdempotencyStore, LetterStore, PeopleStore, Table,
    WorkListStore,
};
use aws::files::S3Files;
use aws::secrets::WebhookSecrets;
use domain::text::Label;
use letters_function::handler::{Context, Ports, api};

/// The ports on AWS.
struct OnAws;

impl Ports for OnAws {
    type Letters = LetterStore;
    type Files = S3Files;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type WorkList = WorkListStore;
    type Clock = SystemClock;
    type Ids = RandomIds;
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let dynamodb = aws.dynamodb();
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let enrolments = EnrolmentStore::new(enrolments, work_list, intake.clone());
    let context = Arc::new(Context::<OnAws> {
        letters: LetterStore::new(Table::new(&dynamodb, config::env("LETTERS_TABLE")?)),
        files: S3Files::new(&aws, &config::env("LETTERS_BUCKET")?),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        work_list: WorkListStore::new(enrolments),
        clock: SystemClock,
        ids: RandomIds,
        practice_name: Label::parse(&config::env("PRACTICE_NAME")?)?,
        secrets: WebhookSecrets::new(aws.clone(), config::env("EPOST_SECRET_PREFIX")?, SystemClock),
        answers: IdempotencyStore::new(intake, SystemClock, RandomIds),
    });
    aws::http::serve(api().into_router(context)).await
}
