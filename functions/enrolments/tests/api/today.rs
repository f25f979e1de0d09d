//! The day so far.

use app::ports::{DayCounts, Seen};
use domain::program::{Channel, ProgramType};
use serde_json::{Value, json};
use testkit::build::at;
use testkit::requests::{ApiRequest, call};

use crate::support::{Clinic, clinic, empty};

async fn today(clinic: &Clinic) -> Value {
    let answer = clinic.get("/v1/today").await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    answer.json
}

#[tokio::test]
async fn a_day_on_which_nothing_has_happened_is_all_noughts() {
    let none = json!({ "sms": 0, "email": 0, "letter": 0 });
    let expected = json!({
        "date": "2026-11-22", "time_zone": "Australia/Sydney", "sent": none, "failed": none,
        "still_to_come": { "sms": 0, "email": 0, "letter": 0, "pause": 0, "more": false },
    });
    assert_eq!(today(&empty().await).await, expected);
}

#[tokio::test]
async fn what_was_seen_since_midnight_of_the_practice_counts() {
    let clinic = empty().await;
    let counts = clinic.dynamo.day_counts();
    for (channel, when, sent, failed) in [
        (Channel::Sms, "2026-11-22T23:59:00+11:00", 5, 1),
        (Channel::Sms, "2026-11-22T00:00:00+11:00", 35, 0),
        (Channel::Email, "2026-11-22T12:00:00+11:00", 12, 1),
        (Channel::Letter, "2026-11-22T12:00:00+11:00", 5, 0),
        (Channel::Sms, "2026-11-21T23:59:00+11:00", 1_000, 1_000),
    ] {
        counts.add(channel, at(when), Seen { sent, failed }).await.unwrap();
    }
    let told = today(&clinic).await;
    assert_eq!(told["sent"], json!({ "sms": 40, "email": 12, "letter": 5 }));
    assert_eq!(told["failed"], json!({ "sms": 1, "email": 1, "letter": 0 }));
    clinic.later(6);
    let told = today(&clinic).await;
    assert_eq!((&told["date"], &told["sent"]["sms"]), (&json!("2026-11-23"), &json!(0)));
}

#[tokio::test]
async fn what_is_due_before_midnight_is_still_to_come() {
    let clinic = clinic().await;
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    assert_eq!(today(&clinic).await["still_to_come"]["sms"], 0, "it waits for a person");
    let path = format!("/v1/enrolments/{}/advance", added["id"].as_str().unwrap());
    let advance = ApiRequest::new("POST", &path).by("[front-desk]").header("if-match", "\"1\"");
    assert_eq!(call(&clinic.router, advance).await.status, 200);
    let told = today(&clinic).await;
    assert_eq!(
        (&told["still_to_come"]["sms"], &told["still_to_come"]["more"]),
        (&json!(1), &json!(false))
    );
}
