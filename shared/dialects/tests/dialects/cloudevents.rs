//! `CloudEvents`.

use dialects::{Dialect, Mode, Refusal};
use serde_json::{Value, json};

use crate::support::{CLOUD_EVENT, JSON, Sent, pointers, sample};

fn event() -> Value {
    json!({ "specversion": "1.0", "id": "1", "source": "/diary", "type": "booking.made", "time": "2026-11-22T08:00:00Z",
        "data": data() })
}

fn data() -> Value {
    json!({ "booking": { "id": "B-1", "type": "physio", "start": "2031-12-03T10:30:00+11:00" }, "patient": { "id": "P-1" } })
}

fn with(name: &str, value: Value) -> Sent {
    let mut event = event();
    event[name] = value;
    Sent::new(CLOUD_EVENT, event.to_string())
}

fn binary() -> Sent {
    let event = event();
    ["specversion", "id", "source", "type", "time"]
        .iter()
        .fold(Sent::new(JSON, data().to_string()), |sent, name| {
            sent.header(&format!("ce-{name}"), event[*name].as_str().unwrap())
        })
}

#[test]
fn both_modes_and_the_plain_media_type_tell_the_same() {
    let structured = Sent::new(CLOUD_EVENT, event().to_string()).bookings().unwrap();
    assert_eq!(structured.events[0].id.as_ref().unwrap().as_str(), "/diary 1");
    let plain = Sent::new(JSON, event().to_string()).bookings().unwrap();
    let binary = binary().bookings().unwrap();
    assert_eq!(binary.dialect, Dialect::CloudEvents(Mode::Binary));
    assert_eq!(plain, structured);
    assert_eq!(binary.events, structured.events);
}

#[test]
fn what_is_wrong_or_missing_is_named() {
    for (name, value) in [
        ("specversion", json!("0.3")),
        ("specversion", Value::Null),
        ("id", json!("")),
        ("id", Value::Null),
        ("source", Value::Null),
        ("type", Value::Null),
        ("type", json!("com.example.booking.made.v2")),
        ("type", json!("com.example.overbooking.made")),
        ("time", Value::Null),
        ("data", Value::Null),
    ] {
        assert_eq!(pointers(with(name, value.clone()).bookings()), [format!("/{name}")], "{value}");
    }
    for name in ["specversion", "id", "source", "type", "time"] {
        let mut sent = binary();
        sent.headers.remove(format!("ce-{name}"));
        let refused = sent.bookings().unwrap_err().to_string();
        assert!(refused.contains(&format!("the header ce-{name} is required")), "{refused}");
    }
    let mut sent = binary();
    sent.body = json!({ "booking": { "id": "B-1" } }).to_string().into_bytes();
    assert_eq!(pointers(sent.bookings()), ["/booking/type", "/booking/start", "/patient"]);
}

#[test]
fn our_type_may_have_a_domain_before_it_and_a_version_behind() {
    for name in ["com.example.booking.made", "booking.made.v1", "com.referral.booking.made.v1"] {
        assert!(with("type", json!(name)).bookings().is_ok(), "{name}");
    }
    let elsewhere = with("type", json!("com.booking.referral.added")).bookings().unwrap_err();
    assert!(elsewhere.to_string().contains("/webhooks/referrals/"));
}

#[test]
fn data_may_be_base64_and_must_be_json() {
    let mut encoded = event();
    encoded.as_object_mut().unwrap().remove("data");
    let base64 = "eyJib29raW5nIjp7ImlkIjoiQi0xIiwidHlwZSI6InBoeXNpbyIsInN0YXJ0IjoiMjAzMS0xMi0wM1QxMDozMDowMCsxMTowMCJ9LCJwYXRpZW50Ijp7ImlkIjoiUC0xIn19";
    encoded["data_base64"] = json!(base64);
    let told = Sent::new(CLOUD_EVENT, encoded.to_string()).booking();
    assert_eq!(told, Sent::new(CLOUD_EVENT, event().to_string()).booking());
    for (name, value) in [("data_base64", json!("!")), ("data_base64", json!(base64))] {
        let refused = with(name, value).bookings().unwrap_err();
        assert!(matches!(refused.why, Refusal::Malformed(_)), "{refused}");
    }
    let refused = with("datacontenttype", json!("text/xml")).bookings().unwrap_err();
    assert!(matches!(refused.why, Refusal::NotSpoken(_)), "{refused}");
}

#[test]
fn headers_are_percent_decoded_and_may_be_quoted() {
    let plain = with("id", json!("a b\"é")).bookings().unwrap();
    for written in ["a%20b%22%C3%A9", "\"a%20b\\\"%C3%A9\""] {
        let sent = binary().header("ce-id", written);
        assert_eq!(sent.bookings().unwrap().events[0].id, plain.events[0].id, "{written}");
    }
    assert!(sample("cloudevent-booking-moved-binary.http").bookings().is_ok());
}
