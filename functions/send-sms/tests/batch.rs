//! A batch of queue messages, as `events/sqs-sms-batch.json` has it.

#![cfg(test)]

use std::time::{Duration, SystemTime};

use app::deliver::{Delivery, SmsCourier};
use app::ports::Clock;
use aws_lambda_events::event::sqs::SqsEvent;
use send_sms_function::handle;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeSms};

#[tokio::test]
async fn a_message_that_is_no_pointer_fails_alone_and_a_stale_one_is_done() {
    let dynamo = Dynamo::start().await;
    let clock = FakeClock::at("2026-11-22T08:00:00Z");
    let sms = FakeSms::default();
    let delivery = Delivery {
        enrolments: dynamo.enrolments(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        bookings: dynamo.bookings(),
        courier: SmsCourier { gateway: sms.clone(), sent: dynamo.sent(), strays: dynamo.strays() },
        clock: clock.clone(),
        ids: CountingIds::default(),
        practice_name: "Harbour".to_owned(),
        provider_timeout: Duration::from_secs(5),
    };
    let path = format!("{}/../../events/sqs-sms-batch.json", env!("CARGO_MANIFEST_DIR"));
    let event: SqsEvent = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let deadline = SystemTime::from(clock.now()) + Duration::from_secs(30);
    let answer = handle(&delivery, event, deadline).await;
    let failed: Vec<_> =
        answer.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
    assert_eq!(failed, ["2e1424d4-f796-459a-8184-9c92662be6da"]);
    assert_eq!(sms.outbox(), []);
}
