//! Our own JSON, bare or as the data of a `CloudEvent`.

mod booking;
mod cloudevent;
mod patient;
mod referral;

use chrono::{DateTime, Utc};
use domain::intake::When;
use domain::phi::Phi;
use form::json::Unreadable;
use form::{Form, UnknownFields};
use serde_json::{Value, json};

pub(crate) use self::booking::bookings;
pub(crate) use self::referral::referrals;
use crate::delivery::Delivery;
use crate::dialect::Dialect;
use crate::heard::{EventId, Heard, HeardEvent};
use crate::refused::{Refused, malformed};

/// The mark that some programs put before a text; JSON has none (RFC 8259, 8.1).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The version of our own document that is read.
const SCHEMA: u64 = 1;

/// Reads a body as JSON. What is wrong with it is told by its place: it is about patients.
pub(crate) fn document(body: &[u8]) -> Result<Value, Refused> {
    if body.trim_ascii().is_empty() {
        return Err(malformed("The body is empty: there is nothing to read."));
    }
    form::json::read(body).map_err(|unreadable| match unreadable {
        Unreadable::Twice(invalid) => invalid.into(),
        Unreadable::NotJson(_) if body.starts_with(BYTE_ORDER_MARK) => {
            malformed("The body begins with a byte-order mark; send it without.")
        }
        Unreadable::NotJson(error) => {
            let (line, column) = (error.line(), error.column());
            malformed(format!("The body is not JSON (line {line}, column {column})."))
        }
    })
}

/// What is around the data.
struct Envelope<K> {
    kind: Option<K>,
    time: Option<When>,
}

/// The names of the kinds of events at one address.
struct Kinds<K: 'static> {
    all: &'static [K],
    name: fn(K) -> &'static str,
    /// What the names at the other address begin with, and what to do with such an event.
    elsewhere: (&'static str, &'static str),
}

impl<K: Copy> Kinds<K> {
    fn parse(&self, text: &str) -> Result<K, String> {
        let found = self.all.iter().copied().find(|kind| (self.name)(*kind) == text);
        found.ok_or_else(|| {
            let (prefix, advice) = self.elsewhere;
            if text.starts_with(prefix) {
                return advice.to_owned();
            }
            let names: Vec<_> = self.all.iter().map(|kind| (self.name)(*kind)).collect();
            format!("must be one of {}", names.join(", "))
        })
    }

    /// Reads our own document, or a `CloudEvent` around its data.
    fn read<T>(
        &self,
        delivery: &Delivery<'_>,
        dialect: Dialect,
        document: Value,
        data: impl Fn(&Form<'_>, Envelope<K>) -> Option<T>,
    ) -> Result<Heard<T>, Refused> {
        let event = match dialect {
            Dialect::CloudEvents(mode) => {
                let (id, event) = cloudevent::unpack(mode, delivery.headers, document)?;
                let told = form::read(&event, UnknownFields::Ignore, |form| {
                    cloudevent::check(form);
                    let envelope = self.enveloped(form, delivery.now);
                    form.object("data", |form| data(form, envelope))
                });
                let told = told.map_err(|invalid| cloudevent::place(mode, &invalid))?;
                let says = Phi::new(says(&event, "time"));
                HeardEvent {
                    id: id.as_ref().map(|(source, id)| EventId::of(&[source, id])),
                    says,
                    told,
                }
            }
            Dialect::Json | Dialect::Fhir | Dialect::Hl7 => {
                let told = form::read(&document, UnknownFields::Ignore, |form| {
                    let schema = form.number("schema", 0, u64::MAX);
                    if schema.flatten().is_some_and(|schema| schema != SCHEMA) {
                        form.error(
                            "schema",
                            format!("must be {SCHEMA}, the only version there is"),
                        );
                    }
                    let envelope = self.bare(form, delivery.now);
                    form.object("data", |form| data(form, envelope))
                })?;
                HeardEvent { id: None, says: Phi::new(says(&document, "timestamp")), told }
            }
        };
        let mut heard = Heard::nothing(dialect);
        heard.events.push(event);
        Ok(heard)
    }

    fn bare(&self, form: &Form<'_>, now: DateTime<Utc>) -> Envelope<K> {
        let kind = form.required("type", |text| self.parse(text));
        let time = form.required("timestamp", |text| moment(text, now));
        Envelope { kind, time }
    }

    fn enveloped(&self, form: &Form<'_>, now: DateTime<Utc>) -> Envelope<K> {
        let kind = form.required("type", |text| self.parse(cloudevent::our_type(text)?));
        let time = form.required("time", |text| moment(text, now));
        Envelope { kind, time }
    }
}

fn moment(text: &str, now: DateTime<Utc>) -> Result<When, &'static str> {
    crate::times::not_ahead(When::Instant(crate::times::instant(text)?), now)
}

/// What an event says, one way: its type, its time and its data, in the order of their names.
fn says(event: &Value, time: &str) -> String {
    let part = |name: &str| event.get(name).cloned().unwrap_or_default();
    json!([part("type"), part(time), part("data")]).to_string()
}
