//! Our own JSON.

use dialects::Refusal;
use serde_json::{Value, json};

use crate::support::{JSON, Sent, pointers};

fn made() -> Value {
    json!({ "type": "booking.made", "timestamp": "2026-11-22T08:00:00Z", "data": {
        "booking": { "id": "B-1", "type": "physio", "start": "2031-12-03T10:30:00+11:00" },
        "patient": { "id": "P-1" } } })
}

fn with(pointer: &str, value: Value) -> Sent {
    let mut document = made();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[name] = value;
    Sent::new(JSON, document.to_string())
}

#[test]
fn each_wrong_field_is_named_alone() {
    for (pointer, value) in [
        ("/schema", json!(2)),
        ("/schema", json!("1")),
        ("/type", json!("booking.lost")),
        ("/type", json!("referral.added")),
        ("/timestamp", json!("2026-11-22")),
        ("/timestamp", json!("2029-11-22T08:00:00Z")),
        ("/timestamp", json!("2026-11-27T01:00:01Z")),
        ("/data/booking/id", json!("")),
        ("/data/booking/type", Value::Null),
        ("/data/booking/version", json!(-1)),
        ("/data/booking/start", json!("soon")),
        ("/data/booking/end", json!("2031-12-03T10:29:00+11:00")),
        ("/data/booking/site", json!(7)),
        ("/data/patient/id", json!("")),
        ("/data/patient/mobile", json!("(02) 5550 1234")),
        ("/data/patient/email", json!("maria")),
        ("/data/patient/medicare_number", json!("2123456711")),
        ("/data/patient/date_of_birth", json!("2027-01-01")),
        ("/data/patient/first_name", json!(true)),
        ("/data/patient", Value::Null),
        ("/data", json!([])),
    ] {
        assert_eq!(pointers(with(pointer, value.clone()).bookings()), [pointer], "{value}");
    }
    let address = json!({ "lines": ["1 Quay Street"], "locality": "Sydney", "region": "Sydney", "postcode": "20" });
    let wrong = pointers(with("/data/patient/address", address).bookings());
    assert_eq!(wrong, ["/data/patient/address/region", "/data/patient/address/postcode"]);
}

#[test]
fn an_event_for_the_other_address_says_which_it_is() {
    let refused = with("/type", json!("referral.added")).bookings().unwrap_err().to_string();
    assert!(refused.contains("/webhooks/referrals/"), "{refused}");
    let refused = with("/type", json!("booking.made")).referrals().unwrap_err().to_string();
    assert!(refused.contains("/webhooks/bookings/"), "{refused}");
}

#[test]
fn a_patient_without_an_id_needs_a_name_and_something_besides() {
    let name = json!({ "first_name": "Maria", "last_name": "Rossi" });
    assert_eq!(pointers(with("/data/patient", name).bookings()), ["/data/patient/id"]);
    for (besides, value) in [
        ("date_of_birth", "1984-03-09"),
        ("mobile", "0491 570 006"),
        ("medicare_number", "2123456701"),
    ] {
        let known = json!({ "first_name": "Maria", "last_name": "Rossi", besides: value });
        assert!(with("/data/patient", known).bookings().is_ok(), "{besides}");
        let nameless = json!({ "first_name": "Maria", besides: value });
        assert!(with("/data/patient", nameless).bookings().is_err(), "{besides}");
    }
    let email = json!({ "first_name": "Maria", "last_name": "Rossi", "email": "m@example.com" });
    assert!(with("/data/patient", email).bookings().is_err());
}

#[test]
fn what_ends_a_booking_may_say_no_more_than_which() {
    for kind in ["requested", "arrived", "fulfilled", "not_attended", "cancelled", "deleted"] {
        let bare = json!({ "type": format!("booking.{kind}"), "timestamp": "2026-11-22T08:00:00Z",
            "data": { "booking": { "id": "B-1" } } });
        assert_eq!(Sent::new(JSON, bare.to_string()).booking().visit, None, "{kind}");
        let mut wrong = bare;
        wrong["data"]["booking"]["start"] = json!("soon");
        let wrong = Sent::new(JSON, wrong.to_string());
        assert_eq!(pointers(wrong.bookings()), ["/data/booking/start"], "{kind}");
    }
    for kind in ["made", "moved", "changed"] {
        let bare = json!({ "type": format!("booking.{kind}"), "timestamp": "2026-11-22T08:00:00Z",
            "data": { "booking": { "id": "B-1" } } });
        let wrong = pointers(Sent::new(JSON, bare.to_string()).bookings());
        assert_eq!(wrong, ["/data/booking/type", "/data/booking/start", "/data/patient"], "{kind}");
    }
}

#[test]
fn what_is_no_json_is_malformed_and_repeats_nothing_of_it() {
    for body in ["", "  ", "{", "Maria Rossi", "{\"type\": \"Maria\x01\"}"] {
        let refused = Sent::new(JSON, body).bookings().unwrap_err();
        assert!(matches!(refused.why, Refusal::Malformed(_)), "{body}");
        assert!(!refused.to_string().contains("Maria"), "{refused}");
    }
}

#[test]
fn a_name_that_is_said_twice_is_refused_in_each_language_of_json() {
    let body = r#"{"resourceType":"Appointment","id":"B-1","id":"B-2"}"#;
    for content_type in [JSON, crate::support::FHIR, crate::support::CLOUD_EVENT] {
        assert_eq!(pointers(Sent::new(content_type, body).bookings()), ["/id"], "{content_type}");
    }
}

#[test]
fn an_event_has_no_id_of_its_own_and_says_the_same_in_any_order_of_fields() {
    let one = with("/data/booking/note", json!("x")).bookings().unwrap();
    let other = r#"{ "data": { "patient": {"id": "P-1"}, "booking": { "note": "x", "start": "2031-12-03T10:30:00+11:00", "type": "physio", "id": "B-1" }},
        "timestamp": "2026-11-22T08:00:00Z", "type": "booking.made", "traceparent": "00-1" }"#;
    let other = Sent::new(JSON, other).bookings().unwrap();
    assert_eq!(one.events[0].id, None);
    assert_eq!(one.events, other.events);
    let another = with("/data/booking/note", json!("y")).bookings().unwrap();
    assert_ne!(one.events[0].says, another.events[0].says);
}
