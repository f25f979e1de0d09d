//! What should not be in the queue, and texts that nobody expects.

use domain::work::WorkKind;
use proptest::prelude::*;
use serde_json::{Value, json};
use sms_replies_function::wire::read;
use testkit::build;

use crate::support::{
    MARIA, TOPIC, answers, asks, clinic, envelope, hand_over, take, work, wrapped,
};

fn payload() -> Value {
    json!({
        "originationNumber": MARIA, "destinationNumber": "+61491570156", "messageKeyword": "K",
        "messageBody": "7.2", "inboundMessageId": "in-1", "previousPublishedMessageId": "msg-1",
    })
}

fn with(field: &str, value: Value) -> String {
    let mut payload = payload();
    payload[field] = value;
    wrapped(&payload)
}

fn forged(field: &str, value: Value) -> String {
    let mut envelope: Value = serde_json::from_str(&wrapped(&payload())).unwrap();
    envelope[field] = value;
    envelope.to_string()
}

fn hostile() -> Vec<String> {
    let other = TOPIC.replace("111122223333", "444455556666");
    vec![
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "\u{0}".to_owned(),
        "{".repeat(100_000),
        payload().to_string(),
        forged("TopicArn", json!(other)),
        forged("TopicArn", json!(format!("{TOPIC} "))),
        forged("Type", json!("SubscriptionConfirmation")),
        forged("Type", json!("UnsubscribeConfirmation")),
        forged("Message", json!("STOP")),
        forged("Message", payload()),
        forged("Message", json!(null)),
        forged("Timestamp", json!("yesterday")),
        forged("Timestamp", json!(1)),
        with("originationNumber", json!("")),
        with("originationNumber", json!("x".repeat(41))),
        with("originationNumber", json!("a\nb")),
        with("originationNumber", json!(["+61491570006"])),
        with("originationNumber", json!(null)),
        with("inboundMessageId", json!("")),
        with("inboundMessageId", json!("x".repeat(200))),
        with("inboundMessageId", json!("a\nb")),
        with("inboundMessageId", json!(null)),
        with("messageBody", json!(7.2)),
        with("destinationNumber", json!(null)),
    ]
}

#[tokio::test]
async fn what_is_no_answer_fails_alone_and_changes_nothing() {
    let clinic = clinic(vec![asks()]).await;
    let before = clinic.dynamo.dump().await;
    let all = hostile();
    assert_eq!(hand_over(&clinic, &all).await, (0..all.len()).collect::<Vec<_>>());
    assert_eq!(clinic.dynamo.dump().await, before);

    let mut mixed = all;
    mixed.insert(3, wrapped(&payload()));
    let failed = hand_over(&clinic, &mixed).await;
    assert_eq!(failed.len(), mixed.len() - 1);
    assert!(!failed.contains(&3), "the good one among them is done");
    assert_eq!(answers(&clinic).await.len(), 1);
}

#[tokio::test]
async fn what_comes_from_a_short_code_or_a_name_goes_to_a_person() {
    for from in ["19901", "Harbour", "+61 491 570 006", "+61(2)55501234"] {
        let clinic = clinic(vec![asks()]).await;
        let mut payload = payload();
        payload["originationNumber"] = json!(from);
        payload["messageBody"] = json!("STOP");
        take(&clinic, wrapped(&payload)).await;
        assert_eq!(work(&clinic).await, [(WorkKind::Replied, "STOP".to_owned())], "{from}");
        let item = clinic.work().await.remove(0);
        assert_eq!((item.patient, item.site), (None, Some(build::site().id)), "{from}");
        let written = item.reply.unwrap();
        assert_eq!(written.reveal().from.as_ref().unwrap().as_str(), from);
        assert!(answers(&clinic).await.is_empty(), "it is nobody's");
    }
}

#[test]
fn a_refusal_repeats_nothing_of_what_was_sent() {
    let now = "2026-11-23T01:45:00Z".parse().unwrap();
    for body in hostile() {
        let refused = read(&body, TOPIC, now).unwrap_err();
        let said = format!("{refused} {refused:?}");
        assert!(!said.contains("570006") && !said.contains("STOP"), "{said}");
    }
}

#[tokio::test]
async fn any_text_is_taken_and_kept_as_it_can_be_shown() {
    let texts = [
        String::new(),
        " \u{0}\u{1b}[31m\u{7} ".to_owned(),
        "x".repeat(100_000),
        "😀".repeat(50_000),
        "٧".repeat(9_000),
        "\u{202e}POTS\u{202c}".to_owned(),
        "我的血糖是七点二".to_owned(),
        "ค่าน้ำตาลของฉันคือ".to_owned(),
        "=HYPERLINK(\"http://example.com\")".to_owned(),
        "<script>alert(x)</script> {{ patient.last_name }}".to_owned(),
    ];
    let clinic = clinic(vec![asks()]).await;
    let bodies: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| envelope(&format!("in-{n}"), MARIA, text, Some("msg-1")))
        .collect();
    assert_eq!(hand_over(&clinic, &bodies).await, [0; 0]);
    let kept = answers(&clinic).await;
    assert_eq!(kept.len(), texts.len());
    for reply in kept {
        let text = reply.text.reveal().as_str();
        assert!(text.chars().count() <= 1_600, "{}", text.chars().count());
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(reply.value.is_none(), "{text:?}");
    }
    assert_eq!(work(&clinic).await.len(), texts.len(), "each is read by a person");
}

#[tokio::test]
async fn a_field_that_is_new_and_one_that_is_left_out_do_no_harm() {
    let clinic = clinic(vec![asks()]).await;
    let mut payload = payload();
    payload["somethingNew"] = json!({ "a": 1 });
    payload.as_object_mut().unwrap().remove("messageKeyword");
    payload.as_object_mut().unwrap().remove("messageBody");
    take(&clinic, wrapped(&payload)).await;
    assert_eq!(answers(&clinic).await[0].text.reveal().as_str(), "");
}

#[test]
fn a_time_that_is_still_to_come_is_now() {
    let now = "2026-11-23T01:45:00.123456Z".parse().unwrap();
    let body = forged("Timestamp", json!("2099-01-01T00:00:00.000Z"));
    let read = read(&body, TOPIC, now).unwrap();
    assert_eq!(read.at.to_rfc3339(), "2026-11-23T01:45:00.123+00:00");
}

proptest! {
    #[test]
    fn nothing_that_is_queued_stops_the_reader(body in any::<String>(), text in any::<String>()) {
        let now = "2026-11-23T01:45:00Z".parse().unwrap();
        prop_assert!(read(&body, TOPIC, now).is_err());
        let read = read(&envelope("in-1", MARIA, &text, None), TOPIC, now).unwrap();
        prop_assert_eq!(read.text.reveal(), &text);
    }
}
