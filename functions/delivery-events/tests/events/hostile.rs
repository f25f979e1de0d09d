//! What cannot be read, or is about nothing of ours: nothing changes, and it keeps nothing else up.

use domain::receipt::Told;
use serde_json::{Value, json};
use testkit::build::number;

use super::support::{Practice, batch, file};

/// The body of a file's only message.
fn body(name: &str) -> String {
    file(name)["Records"][0]["body"].as_str().unwrap().to_owned()
}

/// An event of SES with something changed, in its envelope.
fn changed(name: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut envelope: Value = serde_json::from_str(&body(name)).unwrap();
    let mut event: Value = serde_json::from_str(envelope["Message"].as_str().unwrap()).unwrap();
    change(&mut event);
    envelope["Message"] = Value::from(event.to_string());
    envelope.to_string()
}

fn line(change: impl FnOnce(&mut Value)) -> String {
    let mut line = file("sns-sms-status-success-line");
    change(&mut line);
    line.to_string()
}

#[tokio::test]
async fn what_can_never_be_read_fails_alone_and_changes_nothing() {
    let practice = Practice::emailed().await;
    let deep = "[".repeat(100_000);
    let unreadable = [
        String::new(),
        "not json".to_owned(),
        deep,
        "{}".to_owned(),
        "null".to_owned(),
        json!({ "Type": "Notification" }).to_string(),
        json!({ "Type": "Notification", "Message": "hello" }).to_string(),
        json!({ "Type": "SubscriptionConfirmation", "Message": "hello" }).to_string(),
        changed("ses-delivery", |event| event["eventType"] = json!("Telepathy")),
        changed("ses-delivery", |event| event["delivery"] = Value::Null),
        changed("ses-delivery", |event| event["delivery"]["timestamp"] = json!("yesterday")),
        changed("ses-delivery", |event| event["mail"]["messageId"] = json!("x".repeat(5_000))),
        changed("ses-delivery", |event| event["mail"]["messageId"] = json!("")),
        changed("ses-bounce-permanent", |event| event["bounce"]["bounceType"] = json!("Odd")),
        line(|line| line["status"] = json!("PERHAPS")),
        line(|line| line["notification"]["timestamp"] = json!("22/11/2026")),
        line(|line| line["delivery"] = Value::Null),
        line(|line| line["notification"]["messageId"] = json!(7)),
        json!({ "requestPayload": { "awslogs": { "data": "***" } } }).to_string(),
    ];
    let before = practice.dynamo.dump().await;
    for body in &unreadable {
        assert_eq!(practice.failures(batch(&[(body, 1)])).await, ["message-0"], "{body:.200}");
        assert_eq!(practice.dynamo.dump().await, before, "{body:.200}");
    }
    let good = body("ses-delivery");
    let mixed = batch(&[(&unreadable[1], 1), (&good, 1), (&unreadable[3], 1)]);
    assert_eq!(practice.failures(mixed).await, ["message-0", "message-2"]);
    assert_eq!(practice.receipt().await.unwrap().told, Told::Delivered);
}

#[tokio::test]
async fn what_is_about_nothing_of_ours_is_done_and_changes_nothing() {
    let practice = Practice::emailed().await;
    let other = domain::ids::EnrolmentId::new(number(4711));
    let foreign = [
        changed("ses-bounce-permanent", |event| event["mail"]["tags"] = json!({})),
        changed("ses-bounce-permanent", |event| {
            event["mail"].as_object_mut().unwrap().remove("tags");
        }),
        changed("ses-bounce-permanent", |event| {
            event["mail"]["tags"]["enrolment"] = json!(["enr_of_another_system"]);
        }),
        changed("ses-bounce-permanent", |event| event["mail"]["tags"]["cycle"] = json!(["-1"])),
        changed("ses-bounce-permanent", |event| event["mail"]["tags"]["attempt"] = json!([])),
        // Nobody is on it, and nothing was sent by such an attempt.
        changed("ses-bounce-permanent", |event| {
            event["mail"]["tags"]["enrolment"] = json!([other.as_str()]);
        }),
        changed("ses-bounce-permanent", |event| event["mail"]["tags"]["attempt"] = json!(["9"])),
        // Ours by its tags, and another message by its id: somebody else has put them on.
        changed("ses-bounce-permanent", |event| event["mail"]["messageId"] = json!("other-1")),
        changed("ses-delivery", |event| event["eventType"] = json!("Open")),
        changed("ses-complaint", |event| {
            event["complaint"]["complaintFeedbackType"] = json!("not-spam");
        }),
        json!({
            "Type": "Notification",
            "Message": "Successfully validated SNS topic for Amazon SES event publishing.",
        })
        .to_string(),
        line(|line| line["delivery"]["destination"] = json!("somebody")),
    ];
    let before = practice.dynamo.dump().await;
    for body in &foreign {
        assert_eq!(practice.failures(batch(&[(body, 1)])).await, [""; 0], "{body:.300}");
        assert_eq!(practice.dynamo.dump().await, before, "{body:.300}");
    }
}

#[tokio::test]
async fn a_call_of_logs_that_cannot_be_read_fails_and_queues_nothing() {
    let practice = Practice::new().await;
    for call in [
        json!({ "awslogs": {} }),
        json!({ "awslogs": { "data": 7 } }),
        json!({ "awslogs": { "data": "bm90IGd6aXA=" } }),
        json!({ "neither": "nor" }),
        Value::Null,
    ] {
        let failed = practice.handle(call.clone()).await.unwrap_err();
        assert!(failed.to_string().starts_with("what was said cannot be read"), "{failed}");
    }
    assert_eq!(practice.queue.take(), [""; 0]);
}

#[tokio::test]
async fn what_is_said_of_something_unreadable_names_no_patient() {
    let practice = Practice::emailed().await;
    let wrong = changed("ses-delivery", |event| {
        event["mail"]["timestamp"] = json!("maria.rossi@example.com");
    });
    let call = json!({ "Records": wrong });
    let failed = practice.handle(call).await.unwrap_err().to_string();
    assert!(!failed.contains("maria"), "{failed}");
}
