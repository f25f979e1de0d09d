//! A clinic behind its webhook.

use std::sync::Arc;

use app::ports::{Catalogue, People};
use aws::clients::Aws;
use aws::secrets::WebhookSecrets;
use aws_credential_types::Credentials;
use axum::Router;
use booking_webhook_function::handler::api;
use domain::timing::Timing;
use testkit::build;
use testkit::deliveries::{BEARER, CURRENT, Sample, secret};
use testkit::dynamo::Dynamo;
use testkit::fakes::FakeClock;
use testkit::requests::{ApiAnswer, call};
use testkit::secrets::secrets_manager;
use webhooks::{Context, Pace};

pub(crate) const PATH: &str = "/webhooks/bookings/diary";

/// A clinic with a patient, a type of booking and the program that it starts.
pub(crate) struct Clinic {
    pub(crate) dynamo: Dynamo,
    pub(crate) router: Router,
    pub(crate) clock: FakeClock,
}

impl Clinic {
    pub(crate) async fn open() -> Self {
        Self::taking(500).await
    }

    /// One that takes so many deliveries of a source in ten seconds.
    pub(crate) async fn taking(limit: u32) -> Self {
        let dynamo = Dynamo::start().await;
        let catalogue = dynamo.catalogue();
        catalogue.create_site(&build::site()).await.unwrap();
        let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
        catalogue.create_program(&program, &build::saved()).await.unwrap();
        catalogue.create_booking_type(&build::booking_type()).await.unwrap();
        dynamo.people().create_patient(&build::patient()).await.unwrap();
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let endpoint = format!("http://127.0.0.1:{}", secrets_manager(secret()).await);
        let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), Some(endpoint));
        let clock = FakeClock::at("2026-11-27T00:00:00Z");
        let context = Context {
            intake: dynamo.intake(),
            catalogue,
            people: dynamo.people(),
            newcomers: dynamo.newcomers(),
            deliveries: dynamo.deliveries(),
            secrets: WebhookSecrets::new(aws, "clinic/webhooks/".to_owned(), clock.clone()),
            pace: Pace::new(limit),
            clock: clock.clone(),
        };
        let router = api().into_router(Arc::new(context));
        Self { dynamo, router, clock }
    }

    /// Delivers something that is signed.
    pub(crate) async fn signed(&self, id: &str, sample: &Sample) -> ApiAnswer {
        call(&self.router, sample.signed(PATH, CURRENT, id, now())).await
    }

    /// Delivers something with the bearer secret.
    pub(crate) async fn bearing(&self, sample: &Sample) -> ApiAnswer {
        call(&self.router, sample.bearing("POST", PATH, BEARER)).await
    }

    /// Delivers our own JSON.
    pub(crate) async fn deliver(&self, id: &str, body: &str) -> ApiAnswer {
        self.signed(id, &Sample::of("application/json", body)).await
    }
}

/// The time by which a signature is judged: that of the machine.
pub(crate) fn now() -> i64 {
    use app::ports::Clock;
    aws::clock::SystemClock.now().timestamp()
}

/// A file of `events/`.
pub(crate) fn file(name: &str) -> String {
    Sample::file(name).body
}
