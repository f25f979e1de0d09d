//! What a webhook is about.

use std::fmt;

use dialects::{Delivery, Heard, HeardEvent, Refused};
use domain::intake::Told;

/// What a webhook is about.
pub trait Subject: fmt::Debug + Send + Sync + 'static {
    /// The word in the address.
    const NAME: &'static str;
    /// Where deliveries come.
    const PATH: &'static str;
    /// Where a FHIR server puts a resource of that type and id.
    const RESOURCE_PATH: &'static str;
    /// Reads a delivery.
    ///
    /// # Errors
    /// When it is not in a language that is read, or wrong.
    fn hear(delivery: &Delivery<'_>) -> Result<Heard<Told>, Refused>;
}

/// Bookings.
#[derive(Debug)]
pub struct Bookings;

/// Referrals.
#[derive(Debug)]
pub struct Referrals;

impl Subject for Bookings {
    const NAME: &'static str = "bookings";
    const PATH: &'static str = "/webhooks/bookings/{source}";
    const RESOURCE_PATH: &'static str = "/webhooks/bookings/{source}/{resource}/{id}";

    fn hear(delivery: &Delivery<'_>) -> Result<Heard<Told>, Refused> {
        dialects::bookings(delivery).map(|heard| of(heard, Told::Booking))
    }
}

impl Subject for Referrals {
    const NAME: &'static str = "referrals";
    const PATH: &'static str = "/webhooks/referrals/{source}";
    const RESOURCE_PATH: &'static str = "/webhooks/referrals/{source}/{resource}/{id}";

    fn hear(delivery: &Delivery<'_>) -> Result<Heard<Told>, Refused> {
        dialects::referrals(delivery).map(|heard| of(heard, Told::Referral))
    }
}

fn of<T>(heard: Heard<T>, told: fn(T) -> Told) -> Heard<Told> {
    let events = heard.events.into_iter().map(|event| HeardEvent {
        id: event.id,
        says: event.says,
        told: told(event.told),
    });
    Heard {
        dialect: heard.dialect,
        events: events.collect(),
        passed_over: heard.passed_over,
        notice: heard.notice,
        hl7: heard.hl7,
    }
}
