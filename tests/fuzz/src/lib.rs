//! What each target does with an input.

use chrono::DateTime;
use dialects::hl7::header_of;
use dialects::{Delivery, ResourcePath};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};

/// The attributes of a `CloudEvent` in binary mode.
const ATTRIBUTES: [(&str, &str); 5] = [
    ("ce-specversion", "1.0"),
    ("ce-id", "7%"),
    ("ce-source", "\"di\\\"ary\""),
    ("ce-type", "booking.made.v1"),
    ("ce-time", "2026-11-22T08:00:00Z"),
];

/// Reads it in each way it may come, at both addresses, and writes each answer: bare, put at an address of
/// its own, and as the data of a `CloudEvent`.
pub fn read(content_type: &'static str, body: &[u8]) {
    let now = DateTime::from_timestamp(1_795_737_600, 0).unwrap_or_default();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let mut event = headers.clone();
    for (name, value) in ATTRIBUTES {
        event.insert(name, HeaderValue::from_static(value));
    }
    let path = ResourcePath { kind: "Appointment", id: "B-2001" };
    for (resource, headers) in [(None, &headers), (Some(path), &headers), (None, &event)] {
        let delivery = Delivery { resource, headers, body, now };
        let unread = header_of(&delivery).reject(Vec::new());
        assert!(unread.write("A1", now).ends_with(b"\r"));
        answer(dialects::bookings(&delivery), now);
        answer(dialects::referrals(&delivery), now);
    }
}

fn answer<T>(read: Result<dialects::Heard<T>, dialects::Refused>, now: DateTime<chrono::Utc>) {
    let answer = match read {
        Ok(heard) => heard.hl7.map(dialects::hl7::Hl7Header::accept),
        Err(refused) => {
            assert!(!refused.to_string().is_empty());
            refused.hl7.map(|answer| *answer)
        }
    };
    if let Some(answer) = answer {
        assert!(answer.write("A1", now).ends_with(b"\r"));
    }
}
