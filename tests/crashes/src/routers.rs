//! The functions behind the API, as they are wired, but for clock, ids and providers.

use std::sync::Arc;

use aws::clients::Aws;
use aws::dynamo::{CatalogueStore, DeliveryStore, IntakeStore, NewcomerStore, PeopleStore};
use aws::secrets::WebhookSecrets;
use axum::Router;
use office::Office;
use testkit::fakes::{FakeClock, FakeEmail, FakeSms, FakeWaysOut};
use webhooks::Pace;

use crate::practice::Practice;

/// The functions that staff ask.
pub(crate) fn office(practice: &Practice) -> Office<FakeSms, FakeEmail> {
    let clinic = &practice.clinic;
    Office {
        dynamo: clinic.dynamo.clone(),
        clock: clinic.clock.clone(),
        ids: practice.ids.clone(),
        sms: clinic.sms.clone(),
        email: clinic.email.clone(),
    }
}

type Webhook = webhooks::Context<
    IntakeStore,
    CatalogueStore,
    PeopleStore,
    NewcomerStore,
    DeliveryStore,
    FakeClock,
>;

fn webhook(practice: &Practice, secrets: Aws) -> Arc<Webhook> {
    let (dynamo, clock) = (&practice.clinic.dynamo, practice.clinic.clock.clone());
    Arc::new(webhooks::Context {
        intake: dynamo.intake(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        newcomers: dynamo.newcomers(),
        deliveries: dynamo.deliveries(),
        secrets: WebhookSecrets::new(secrets, "clinic/webhooks/".to_owned(), clock.clone()),
        pace: Pace::new(100_000),
        clock,
    })
}

pub(crate) fn bookings(practice: &Practice, secrets: Aws) -> Router {
    booking_webhook_function::handler::api().into_router(webhook(practice, secrets))
}

pub(crate) fn referrals(practice: &Practice, secrets: Aws) -> Router {
    referral_webhook_function::handler::api().into_router(webhook(practice, secrets))
}

pub(crate) fn unsubscribe(practice: &Practice) -> Router {
    let context = unsubscribe_function::handler::Context {
        people: practice.clinic.dynamo.people(),
        ways_out: FakeWaysOut,
        clock: practice.clinic.clock.clone(),
    };
    unsubscribe_function::handler::api().into_router(Arc::new(context))
}
