//! The contract of the counts of the day, on the DynamoDB adapter.

#![cfg(test)]

use std::collections::BTreeMap;

use app::ports::{DayCounts, Seen};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::program::Channel;
use testkit::build::at;
use testkit::dynamo::Dynamo;

const fn seen(sent: u64, failed: u64) -> Seen {
    Seen { sent, failed }
}

#[tokio::test]
async fn what_is_added_within_a_day_is_there_and_what_comes_before_or_after_is_not() {
    let dynamo = Dynamo::start().await;
    let counts = dynamo.day_counts();
    // In Adelaide a day begins at half past an hour of the world's clock.
    let day = at("2026-11-21T13:30:00Z")..at("2026-11-22T13:30:00Z");
    assert_eq!(counts.between(day.clone()).await.unwrap(), BTreeMap::new());
    for (channel, when, more) in [
        (Channel::Sms, "2026-11-21T13:29:59.999Z", seen(100, 100)),
        (Channel::Sms, "2026-11-21T13:30:00Z", seen(1, 0)),
        (Channel::Sms, "2026-11-21T13:44:59Z", seen(2, 1)),
        (Channel::Sms, "2026-11-22T05:00:00Z", seen(4, 0)),
        (Channel::Email, "2026-11-22T13:29:59.999Z", seen(0, 8)),
        (Channel::Letter, "2026-11-22T13:30:00Z", seen(100, 100)),
    ] {
        counts.add(channel, at(when), more).await.unwrap();
    }
    let expected = BTreeMap::from([(Channel::Sms, seen(7, 1)), (Channel::Email, seen(0, 8))]);
    assert_eq!(counts.between(day).await.unwrap(), expected);
    assert_eq!(dynamo.dump().await.len(), 5, "a row for each channel and quarter of an hour");
}

#[tokio::test]
async fn a_batch_is_one_write_unit_and_its_row_expires() {
    let dynamo = Dynamo::start().await;
    let before = dynamo.wire.write_units();
    let when = at("2026-11-22T08:07:00Z");
    dynamo.day_counts().add(Channel::Sms, when, seen(10, 0)).await.unwrap();
    let units = dynamo.wire.write_units() - before;
    assert!((units - 1.0).abs() < 1e-9, "{units}");
    let dump = dynamo.dump().await;
    let row = dump.values().next().unwrap();
    let expires: i64 = row["expires_at"].as_n().unwrap().parse().unwrap();
    assert_eq!(expires, (when + chrono::Duration::days(8)).timestamp());
}

#[tokio::test]
async fn a_count_that_cannot_be_read_hides_none_of_the_others() {
    let dynamo = Dynamo::start().await;
    let counts = dynamo.day_counts();
    let when = at("2026-11-22T08:07:00Z");
    counts.add(Channel::Sms, when, seen(3, 0)).await.unwrap();
    for (sk, sent) in [("2026-11-22T08:00#pigeon", "1"), ("2026-11-22T08:00", "1")] {
        let put = dynamo.client.put_item().table_name("intake");
        put.item("pk", AttributeValue::S("COUNTS".into()))
            .item("sk", AttributeValue::S(sk.into()))
            .item("sent", AttributeValue::N(sent.into()))
            .send()
            .await
            .unwrap();
    }
    let day = at("2026-11-22T00:00:00Z")..at("2026-11-23T00:00:00Z");
    assert_eq!(counts.between(day).await.unwrap(), BTreeMap::from([(Channel::Sms, seen(3, 0))]));
}
