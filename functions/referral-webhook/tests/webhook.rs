//! Deliveries of referrals: every file of `events/` that is one, in each language.

#![cfg(test)]

use std::sync::Arc;

use app::ports::{Catalogue, Clock, EnrolmentReader, People};
use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::secrets::WebhookSecrets;
use aws_credential_types::Credentials;
use axum::Router;
use domain::enrolment::Status;
use domain::timing::Timing;
use referral_webhook_function::handler::api;
use serde_json::json;
use testkit::build;
use testkit::deliveries::{BEARER, CURRENT, Sample, secret};
use testkit::dynamo::Dynamo;
use testkit::fakes::FakeClock;
use testkit::referrals;
use testkit::requests::{ApiAnswer, call};
use testkit::secrets::secrets_manager;
use webhooks::{Context, Pace};

const PATH: &str = "/webhooks/referrals/diary";

/// A practice with a patient and a program that referrals start.
struct Clinic {
    dynamo: Dynamo,
    router: Router,
}

impl Clinic {
    async fn open() -> Self {
        let dynamo = Dynamo::start().await;
        let catalogue = dynamo.catalogue();
        catalogue.create_site(&build::site()).await.unwrap();
        let program = referrals::program(70, vec![build::sms(10, Timing::Enrolled)]);
        catalogue.create_program(&program, &build::saved()).await.unwrap();
        dynamo.people().create_patient(&build::patient()).await.unwrap();
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let endpoint = format!("http://127.0.0.1:{}", secrets_manager(secret()).await);
        let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), Some(endpoint));
        let clock = FakeClock::at("2026-11-25T00:00:00Z");
        let context = Context {
            intake: dynamo.intake(),
            catalogue,
            people: dynamo.people(),
            newcomers: dynamo.newcomers(),
            deliveries: dynamo.deliveries(),
            secrets: WebhookSecrets::new(aws, "clinic/webhooks/".to_owned(), clock.clone()),
            pace: Pace::new(500),
            clock,
        };
        let router = api().into_router(Arc::new(context));
        Self { dynamo, router }
    }

    async fn signed(&self, id: &str, sample: &Sample) -> ApiAnswer {
        let now = SystemClock.now().timestamp();
        call(&self.router, sample.signed(PATH, CURRENT, id, now)).await
    }

    async fn bearing(&self, sample: &Sample) -> ApiAnswer {
        call(&self.router, sample.bearing("POST", PATH, BEARER)).await
    }

    async fn statuses(&self) -> Vec<Status> {
        let read = self.dynamo.enrolment_reader().of_patient(&build::patient().id).await.unwrap();
        read.enrolments.into_iter().map(|enrolment| enrolment.status).collect()
    }
}

#[tokio::test]
async fn the_life_of_a_referral_begins_and_ends_an_enrolment_in_every_language() {
    let lives: [&[&str]; 4] = [
        &["referral-added.json", "referral-changed.json", "referral-withdrawn.json"],
        &["cloudevent-referral-added.json", "referral-completed.json"],
        &["fhir-service-request-active.json", "fhir-service-request-revoked.json"],
        &["hl7-ref-i12.hl7", "hl7-ref-i13.hl7", "hl7-ref-i14.hl7"],
    ];
    for life in lives {
        let clinic = Clinic::open().await;
        for (i, name) in life.iter().enumerate() {
            let answer = clinic.signed(&format!("evt-{i}"), &Sample::file(name)).await;
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            assert!(answer.status.is_success(), "{name}: {text}");
            let statuses = clinic.statuses().await;
            assert_eq!(statuses.len(), 1, "{name}: {text}");
            let is_over = matches!(statuses[0], Status::Ended { .. });
            assert_eq!(is_over, i + 1 == life.len(), "{name}: {text} {statuses:?}");
        }
    }
}

#[tokio::test]
async fn a_draft_is_no_referral_yet_and_is_said_to_be_none() {
    let clinic = Clinic::open().await;
    let answer = clinic.bearing(&Sample::file("fhir-service-request-draft.json")).await;
    assert_eq!((answer.status.as_u16(), &answer.json["outcome"]), (200, &json!("nothing")));
    assert!(answer.json["passed_over"][0]["why"].is_string(), "{:?}", answer.json);
    assert_eq!(clinic.statuses().await, []);
}

#[tokio::test]
async fn a_booking_at_the_address_of_referrals_is_told_where_it_belongs() {
    let clinic = Clinic::open().await;
    for name in ["booking-made.json", "fhir-appointment-booked.json", "hl7-siu-s12.hl7"] {
        let answer = clinic.signed(&format!("evt-{name}"), &Sample::file(name)).await;
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(text.contains("bookings"), "{name}: {text}");
        assert_eq!(clinic.statuses().await, [], "{name}");
    }
}

#[tokio::test]
async fn every_file_of_events_that_is_a_referral_is_answered() {
    let clinic = Clinic::open().await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let of_referrals =
            ["referral-", "cloudevent-referral", "fhir-service", "fhir-bundle-service", "hl7-ref"];
        if !of_referrals.iter().any(|beginning| name.starts_with(beginning)) {
            continue;
        }
        let answer = clinic.signed(&format!("id-{name}"), &Sample::file(&name)).await;
        assert!(answer.status.is_success(), "{name}: {} {:?}", answer.status, answer.json);
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}
