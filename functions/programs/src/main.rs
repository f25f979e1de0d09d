//! Wiring only: settings, clients, router.

use std::sync::Arc;

use aws::clients::Aws;
use aws::clock::{RandomIds, SystemClock};
use aws::config;
use aws::dynamo::{
    BookingStore, CatalogueStore, DueStore, EnrolmentReaderStore, IdempotencyStore, PeopleStore,
    Table, TablesHere,
};
use aws::email::{EmailSender, SesGateway};
use aws::sms::SnsGateway;
use domain::text::Label;
use programs_function::handler::{Context, Ports, api};

/// The ports on AWS.
struct OnAws;

impl Ports for OnAws {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Sms = SnsGateway;
    type Email = SesGateway;
    type Bookings = BookingStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type Clock = SystemClock;
    type Ids = RandomIds;
    type Here = TablesHere<SystemClock>;
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let dynamodb = aws.dynamodb();
    let enrolments = Table::new(&dynamodb, config::env("ENROLMENTS_TABLE")?);
    let intake = Table::new(&dynamodb, config::env("INTAKE_TABLE")?);
    let context = Arc::new(Context {
        catalogue: CatalogueStore::new(Table::new(&dynamodb, config::env("CATALOGUE_TABLE")?)),
        people: PeopleStore::new(Table::new(&dynamodb, config::env("PEOPLE_TABLE")?)),
        sms: SnsGateway::new(
            aws.clone(),
            config::env("SMS_SENDER_ID")?,
            config::env("SMS_MAX_PRICE")?,
        ),
        email: SesGateway::new(aws, EmailSender::from_env()?),
        bookings: BookingStore::new(intake.clone()),
        reader: EnrolmentReaderStore::new(enrolments.clone()),
        index: DueStore::new(enrolments),
        here: TablesHere::from_env(&dynamodb, SystemClock)?,
        clock: SystemClock,
        ids: RandomIds,
        practice_name: Label::parse(&config::env("PRACTICE_NAME")?)?,
        answers: IdempotencyStore::new(intake, SystemClock, RandomIds),
    });
    aws::http::serve(api::<OnAws>().into_router(context)).await
}
