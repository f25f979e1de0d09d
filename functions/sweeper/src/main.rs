//! Wiring only: settings, clients, handler.

use app::events::sweep::EventSweeper;
use app::ports::Clock;
use app::replan::Replanner;
use app::sweep::Sweeper;
use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{
    BookingStore, CatalogueStore, DueStore, EnrolmentReaderStore, EnrolmentStore, PeopleStore,
    Table, TablesHere, WaitingStore,
};
use aws::event_queue::SqsEventQueue;
use aws::queues::{Lanes, QueueUrls, SqsQueues};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use sweeper_function::handler::{bring_up, handle, plan_anew};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let stack = config::env("STACK")?;
    let dynamodb = aws.dynamodb();
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let work_list = Table::new(&dynamodb, config::env("WORK_LIST_TABLE")?);
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let catalogue = CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?));
    let sweeper = Sweeper {
        index: DueStore::new(enrolments.clone()),
        enrolments: EnrolmentStore::new(enrolments.clone(), work_list.clone(), intake.clone()),
        settings: catalogue.clone(),
        queues: SqsQueues::new(
            aws.sqs(),
            QueueUrls {
                sms: Lanes {
                    visits: config::env("SMS_VISITS_QUEUE_URL")?,
                    others: config::env("SMS_QUEUE_URL")?,
                    per_second: config::env_number("SMS_PER_SECOND")?,
                },
                email: Lanes {
                    visits: config::env("EMAIL_VISITS_QUEUE_URL")?,
                    others: config::env("EMAIL_QUEUE_URL")?,
                    per_second: config::env_number("EMAIL_PER_SECOND")?,
                },
                letter: config::env("LETTER_QUEUE_URL")?,
            },
        ),
        clock: SystemClock,
        here: TablesHere::from_env(&dynamodb, SystemClock)?,
    };
    let events = EventSweeper {
        index: WaitingStore::new(intake.clone()),
        queue: SqsEventQueue::new(aws.sqs(), config::env("INTAKE_QUEUE_URL")?),
        clock: SystemClock,
    };
    let replanner = Replanner {
        catalogue,
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        bookings: BookingStore::new(intake.clone()),
        enrolments: EnrolmentStore::new(enrolments.clone(), work_list, intake),
        reader: EnrolmentReaderStore::new(enrolments),
        clock: SystemClock,
    };
    // The schedule's event says nothing the sweeper needs. What is due comes first.
    lambda_runtime::run(service_fn(|_event: LambdaEvent<serde_json::Value>| async {
        let began = SystemClock.now();
        // On the heap, each: all of it in one future is deeper than the compiler follows.
        let swept = Box::pin(handle(&sweeper, &stack)).await;
        let brought_up = Box::pin(bring_up(&events, &stack)).await;
        Box::pin(plan_anew(&replanner, began)).await?;
        let swept = swept?;
        brought_up?;
        Ok::<_, Error>(swept)
    }))
    .await
}
