//! Wiring only: settings, clients, handler.

use std::time::Duration;

use app::deliver::{Delivery, LetterCourier};
use aws::clients::{Aws, LETTER_TIMEOUT};
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{
    BookingStore, CatalogueStore, CountStore, EnrolmentStore, LetterStore, PeopleStore, Table,
    TablesHere, WorkListStore,
};
use aws::epost::{EPOST_TIMEOUT, Epost};
use aws::files::S3Files;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use send_letter_function::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let dynamodb = aws.dynamodb();
    let files = S3Files::new(&aws, &config::env("LETTERS_BUCKET")?);
    let epost = Epost::from_env(&aws, &files, SystemClock)?;
    let handing_over = if epost.is_some() { EPOST_TIMEOUT } else { Duration::ZERO };
    let enrolments = EnrolmentStore::new(
        Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?),
        Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?),
        Table::new(&dynamodb, config::env("INTAKE_TABLE")?),
    );
    let work_list = WorkListStore::new(enrolments.clone());
    let delivery = Delivery {
        enrolments,
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        bookings: BookingStore::new(Table::new(&dynamodb, config::env("INTAKE_TABLE")?)),
        courier: LetterCourier::new(
            LetterStore::new(Table::new(&dynamodb, config::env("LETTERS_TABLE")?)),
            files,
            epost,
            work_list,
            SystemClock,
        ),
        clock: SystemClock,
        ids: RandomIds,
        here: TablesHere::from_env(&dynamodb, SystemClock)?.believed(),
        practice_name: config::env("PRACTICE_NAME")?,
        provider_timeout: LETTER_TIMEOUT + handing_over,
    };
    let counts = CountStore::new(Table::new(&dynamodb, config::env("INTAKE_TABLE")?));
    let (delivery, counts) = (&delivery, &counts);
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let deadline = event.context.deadline();
        Ok::<_, Error>(handle(delivery, counts, event.payload, deadline).await)
    }))
    .await
}
