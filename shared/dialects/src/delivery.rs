//! What came in.

use std::fmt;

use chrono::{DateTime, Utc};
use http::HeaderMap;

/// One delivery, once its sender is believed and its size is checked.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    /// What the address names behind the source, of a FHIR rest-hook's `PUT …/Appointment/123`.
    pub resource: Option<ResourcePath<'a>>,
    /// The headers. Read are `Content-Type` and the `ce-*` of `CloudEvents`.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
    /// When it came. An event that says it happened later, by more than clocks differ, is refused.
    pub now: DateTime<Utc>,
}

/// The resource that an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourcePath<'a> {
    /// Its type, such as `Appointment`.
    pub kind: &'a str,
    /// Its logical id.
    pub id: &'a str,
}

impl fmt::Debug for Delivery<'_> {
    /// Nothing of the body: it is about patients.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("resource", &self.resource)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
