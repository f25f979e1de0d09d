//! Wiring only: settings, clients, handler.

use app::deliver::{Delivery, EmailCourier, WithWayOut};
use aws::clients::{Aws, PROVIDER_TIMEOUT};
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{
    BookingStore, CatalogueStore, CountStore, EnrolmentStore, PeopleStore, Table, TablesHere,
};
use aws::email::{EmailSender, SesGateway};
use aws::pace::Pace;
use aws::way_out::SealedLinks;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use send_email_function::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let dynamodb = aws.dynamodb();
    let delivery = Delivery {
        enrolments: EnrolmentStore::new(
            Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?),
            Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?),
            Table::new(&dynamodb, config::env("INTAKE_TABLE")?),
        ),
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        bookings: BookingStore::new(Table::new(&dynamodb, config::env("INTAKE_TABLE")?)),
        courier: WithWayOut {
            courier: EmailCourier {
                gateway: SesGateway::new(aws.clone(), EmailSender::from_env()?)
                    .paced(Pace::from_env()?),
            },
            ways_out: SealedLinks::from_env(aws)?,
        },
        clock: SystemClock,
        ids: RandomIds,
        here: TablesHere::from_env(&dynamodb, SystemClock)?.believed(),
        practice_name: config::env("PRACTICE_NAME")?,
        provider_timeout: PROVIDER_TIMEOUT,
    };
    let counts = CountStore::new(Table::new(&dynamodb, config::env("INTAKE_TABLE")?));
    let (delivery, counts) = (&delivery, &counts);
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let deadline = event.context.deadline();
        Ok::<_, Error>(handle(delivery, counts, event.payload, deadline).await)
    }))
    .await
}
