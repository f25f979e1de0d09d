//! How the tests tell something.

use chrono::{DateTime, Utc};
use dialects::{Delivery, Heard, Refused, ResourcePath};
use domain::intake::{ToldBooking, ToldReferral};
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName};

pub(crate) const JSON: &str = "application/json";
pub(crate) const CLOUD_EVENT: &str = "application/cloudevents+json";
pub(crate) const FHIR: &str = "application/fhir+json";
pub(crate) const HL7: &str = "x-application/hl7-v2+er7";

/// When everything comes.
pub(crate) fn now() -> DateTime<Utc> {
    at("2026-11-27T00:00:00Z")
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Something that is sent.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) resource: Option<(&'static str, &'static str)>,
}

impl Sent {
    pub(crate) fn new(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        Self { headers, body: body.into(), resource: None }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        self
    }

    pub(crate) fn put(self, kind: &'static str, id: &'static str) -> Self {
        Self { resource: Some((kind, id)), ..self }
    }

    pub(crate) fn delivery(&self) -> Delivery<'_> {
        let resource = self.resource.map(|(kind, id)| ResourcePath { kind, id });
        Delivery { resource, headers: &self.headers, body: &self.body, now: now() }
    }

    pub(crate) fn bookings(&self) -> Result<Heard<ToldBooking>, Refused> {
        dialects::bookings(&self.delivery())
    }

    pub(crate) fn referrals(&self) -> Result<Heard<ToldReferral>, Refused> {
        dialects::referrals(&self.delivery())
    }

    /// The one booking event it tells.
    pub(crate) fn booking(&self) -> ToldBooking {
        let heard = self.bookings().unwrap();
        assert_eq!(heard.events.len(), 1, "{heard:?}");
        heard.events.into_iter().next().unwrap().told
    }

    /// The one referral event it tells.
    pub(crate) fn referral(&self) -> ToldReferral {
        let heard = self.referrals().unwrap();
        assert_eq!(heard.events.len(), 1, "{heard:?}");
        heard.events.into_iter().next().unwrap().told
    }
}

/// A file of `events/`.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/../../events/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A file of `events/`, as it is sent.
pub(crate) fn sample(name: &str) -> Sent {
    let body = file(name);
    let form = name.rsplit('.').next().unwrap();
    match name {
        _ if form == "hl7" => Sent::new(HL7, body),
        _ if form == "http" => {
            let text = String::from_utf8(body).unwrap();
            let (head, body) = text.split_once("\n\n").unwrap();
            let sent = Sent::new(JSON, body);
            head.lines().fold(sent, |sent, line| {
                let (name, value) = line.split_once(": ").unwrap();
                sent.header(name, value)
            })
        }
        _ if name.starts_with("fhir-") => Sent::new(FHIR, body),
        _ if name.starts_with("cloudevent-") => Sent::new(CLOUD_EVENT, body),
        _ => Sent::new(JSON, body),
    }
}

/// The pointers of a refusal.
pub(crate) fn pointers<T: std::fmt::Debug>(read: Result<T, Refused>) -> Vec<String> {
    match read.unwrap_err().why {
        dialects::Refusal::Wrong(invalid) => {
            invalid.errors().iter().map(|error| error.pointer.clone()).collect()
        }
        other @ (dialects::Refusal::Malformed(_) | dialects::Refusal::NotSpoken(_)) => {
            panic!("{other:?}")
        }
    }
}
