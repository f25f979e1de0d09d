//! Wiring only: settings, clients, handler.

use app::deliver::{Delivery, SmsCourier};
use aws::clients::{Aws, PROVIDER_TIMEOUT};
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{BookingStore, CatalogueStore, EnrolmentStore, PeopleStore, Table};
use aws::pace::Pace;
use aws::sms::SnsGateway;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use send_sms_function::handle;

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
        courier: SmsCourier {
            gateway: SnsGateway::new(aws, config::env("SMS_SENDER_ID")?).paced(Pace::from_env()?),
        },
        clock: SystemClock,
        ids: RandomIds,
        practice_name: config::env("PRACTICE_NAME")?,
        provider_timeout: PROVIDER_TIMEOUT,
    };
    let delivery = &delivery;
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let deadline = event.context.deadline();
        Ok::<_, Error>(handle(delivery, event.payload, deadline).await)
    }))
    .await
}
