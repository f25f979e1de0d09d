//! What each target does with an input.

use chrono::DateTime;
use dialects::Delivery;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};

/// Reads it at both addresses, and writes each answer.
pub fn read(content_type: &'static str, body: &[u8]) {
    let now = DateTime::from_timestamp(1_795_737_600, 0).unwrap_or_default();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let delivery = Delivery { resource: None, headers: &headers, body, now };
    answer(dialects::bookings(&delivery), now);
    answer(dialects::referrals(&delivery), now);
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
