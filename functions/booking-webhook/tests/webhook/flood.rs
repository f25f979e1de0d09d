//! A source that delivers more than it may.

use app::ports::Intake;
use chrono::Duration;
use futures_util::StreamExt;
use serde_json::Value;
use testkit::deliveries::{CURRENT, Sample};
use testkit::requests::call;

use crate::support::{Clinic, now};

#[tokio::test]
async fn a_source_gone_wild_is_told_to_wait_and_costs_the_store_nothing() {
    let clinic = Clinic::taking(3).await;
    let made = Sample::file("booking-made.json");
    for i in 0..3 {
        let answer = clinic.signed(&format!("evt-{i}"), &made).await;
        assert_eq!(answer.status, 202, "{i}");
    }
    let refused = clinic.signed("evt-3", &made).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "10"));
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let calls = clinic.dynamo.wire.calls();
    for i in 4..20 {
        assert_eq!(clinic.signed(&format!("evt-{i}"), &made).await.status, 429, "{i}");
    }
    assert_eq!(clinic.dynamo.wire.calls(), calls, "the store is not asked any more");
    clinic.clock.advance(Duration::seconds(10));
    assert_eq!(clinic.signed("evt-3", &made).await.status, 202, "it may be sent again");
}

#[tokio::test]
async fn in_hl7_it_is_rejected_with_a_reason() {
    let clinic = Clinic::taking(1).await;
    let message = Sample::file("hl7-siu-s12.hl7");
    clinic.bearing(&message).await;
    let refused = clinic.bearing(&message).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "10"));
    let text = String::from_utf8(refused.bytes).unwrap();
    assert!(text.contains("\rMSA|AR|MSG0001|"), "{text}");
}

#[tokio::test]
async fn another_source_is_not_kept_waiting() {
    let clinic = Clinic::taking(1).await;
    let made = Sample::file("booking-made.json");
    clinic.signed("evt-1", &made).await;
    assert_eq!(clinic.signed("evt-2", &made).await.status, 429);
    // The fake of Secrets Manager knows every source whose name begins like this.
    let path = "/webhooks/bookings/diary-2";
    let answer = call(&clinic.router, made.signed(path, CURRENT, "evt-1", now())).await;
    assert_eq!(answer.status, 202);
}

#[tokio::test]
async fn events_that_come_together_are_counted_one_by_one() {
    let clinic = Clinic::taking(10).await;
    let one: Value =
        serde_json::from_str(&Sample::file("fhir-appointment-booked.json").body).unwrap();
    let entries: Vec<_> = (0..20)
        .map(|n| {
            let mut appointment = one.clone();
            appointment["id"] = Value::from(format!("B-{n}"));
            serde_json::json!({ "resource": appointment })
        })
        .collect();
    let bundle =
        serde_json::json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
    let bundle = Sample::of("application/fhir+json", bundle.to_string());
    let answer = clinic.bearing(&bundle).await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    assert_eq!(answer.json["events"].as_array().unwrap().len(), 20);
    assert_eq!(clinic.bearing(&bundle).await.status, 429);
}

#[tokio::test]
async fn a_thousand_events_for_one_booking_at_once_are_taken_in_each_once() {
    let clinic = Clinic::taking(5_000).await;
    let body = Sample::file("booking-made.json").body;
    let sent = (0..1_000).map(|n| {
        let body = body.replace("\"version\": 1", &format!("\"version\": {}", n + 1));
        let clinic = &clinic;
        async move { clinic.deliver(&format!("evt-{n}"), &body).await }
    });
    let answers: Vec<_> = futures_util::stream::iter(sent).buffer_unordered(8).collect().await;
    for answer in &answers {
        assert_eq!(answer.status, 202, "{:?}", answer.json);
    }
    let enrolled =
        answers.iter().map(|answer| answer.json["enrolled"].as_array().map_or(0, Vec::len));
    assert!(enrolled.sum::<usize>() <= 1, "the booking begins one enrolment");
    for n in 0..1_000 {
        let key = app::ports::EventKey {
            source: domain::text::Code::parse("diary").unwrap(),
            id: domain::text::ExternalId::parse(&format!("evt-{n}")).unwrap(),
        };
        assert!(clinic.dynamo.intake().event(&key).await.unwrap().is_some(), "{n} is kept");
    }
}
