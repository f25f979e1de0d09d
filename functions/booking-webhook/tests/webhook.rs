//! Deliveries from booking systems: every file in `events/` that is one, and every way to be wrong.

#![cfg(test)]

use std::sync::Arc;

use app::ports::{Catalogue, Clock, EnrolmentReader, People, WorkList};
use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::secrets::WebhookSecrets;
use aws_credential_types::Credentials;
use axum::Router;
use booking_webhook_function::handler::{Context, api};
use domain::program::{Assignment, Program};
use domain::timing::Timing;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::hostile::{Kind, Route, attack};
use testkit::requests::{ApiAnswer, ApiRequest, call};
use testkit::secrets::secrets_manager;

const CURRENT: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PREVIOUS: &str = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

async fn clinic() -> (Dynamo, Router) {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    catalogue.create_site(&build::site()).await.unwrap();
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    catalogue.create_program(&program, &build::saved()).await.unwrap();
    catalogue.create_booking_type(&build::booking_type()).await.unwrap();
    dynamo.people().create_patient(&build::patient()).await.unwrap();

    let credentials = Credentials::new("id", "secret", None, None, "test");
    let endpoint = format!(
        "http://127.0.0.1:{}",
        secrets_manager(json!({ "current": CURRENT, "previous": PREVIOUS })).await
    );
    let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), Some(endpoint));
    let prefix = "clinic/webhooks/".to_owned();
    let context = Context {
        intake: dynamo.intake(),
        catalogue,
        people: dynamo.people(),
        newcomers: dynamo.newcomers(),
        secrets: WebhookSecrets::new(aws, prefix, SystemClock),
        clock: SystemClock,
    };
    (dynamo, api().into_router(Arc::new(context)))
}

/// A delivery to `diary`, signed.
struct Delivery {
    id: String,
    timestamp: i64,
    signature: String,
    body: String,
}

fn signed(secret: &str, id: &str, seconds_ago: i64, body: &str) -> Delivery {
    let timestamp = SystemClock.now().timestamp() - seconds_ago;
    let webhook = Webhook::new(secret).unwrap();
    let signature = webhook.sign(id, timestamp, body.as_bytes()).unwrap();
    Delivery { id: id.to_owned(), timestamp, signature, body: body.to_owned() }
}

impl Delivery {
    fn request(&self, source: &str) -> ApiRequest {
        ApiRequest::new("POST", &format!("/webhooks/bookings/{source}"))
            .text("application/json", &self.body)
            .header("webhook-id", &self.id)
            .header("webhook-timestamp", &self.timestamp.to_string())
            .header("webhook-signature", &self.signature)
    }

    async fn to(&self, router: &Router, source: &str) -> ApiAnswer {
        call(router, self.request(source)).await
    }
}

fn file(name: &str) -> String {
    let path = format!("{}/../../events/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

async fn deliver(router: &Router, id: &str, body: &str) -> ApiAnswer {
    signed(CURRENT, id, 0, body).to(router, "diary").await
}

#[tokio::test]
async fn a_bookings_life_in_the_files_of_events_enrols_moves_and_ends() {
    let (_dynamo, router) = clinic().await;
    let made = deliver(&router, "evt-1", &file("booking-made.json")).await;
    assert_eq!(made.status, 202, "{:?}", made.json);
    assert_eq!(made.json["outcome"], "applied");
    let enrolled = &made.json["enrolled"];
    assert_eq!(enrolled.as_array().map(Vec::len), Some(1));
    let moved = deliver(&router, "evt-2", &file("booking-moved.json")).await;
    assert_eq!((&moved.json["outcome"], &moved.json["changed"]), (&json!("applied"), enrolled));
    let cancelled = deliver(&router, "evt-3", &file("booking-cancelled.json")).await;
    assert_eq!(&cancelled.json["changed"], enrolled);
    let late = deliver(&router, "evt-4", &file("booking-moved.json")).await;
    assert_eq!(late.json["outcome"], "superseded");
}

#[tokio::test]
async fn the_same_delivery_again_is_a_duplicate() {
    let (_dynamo, router) = clinic().await;
    let first = deliver(&router, "evt-1", &file("booking-made.json")).await;
    let again = deliver(&router, "evt-1", &file("booking-made.json")).await;
    assert_eq!(again.status, 202);
    assert_eq!(again.json["outcome"], "duplicate");
    assert_eq!(again.json["enrolled"], first.json["enrolled"]);
}

#[tokio::test]
async fn another_event_under_a_known_id_is_refused_and_not_lost_in_silence() {
    let (_dynamo, router) = clinic().await;
    deliver(&router, "evt-1", &file("booking-made.json")).await;
    let other = deliver(&router, "evt-1", &file("booking-moved.json")).await;
    assert_eq!(other.status, 422);
    assert_eq!(deliver(&router, "evt-2", &file("booking-moved.json")).await.status, 202);
}

#[tokio::test]
async fn both_secrets_are_valid_while_they_are_rotated() {
    let (_dynamo, router) = clinic().await;
    for (id, secret) in [("evt-1", CURRENT), ("evt-2", PREVIOUS)] {
        let answer = signed(secret, id, 0, &file("booking-made.json")).to(&router, "diary").await;
        assert_eq!(answer.status, 202, "{id}");
    }
}

#[tokio::test]
async fn a_delivery_that_cannot_be_believed_is_401_and_changes_nothing() {
    let (dynamo, router) = clinic().await;
    let body = file("booking-made.json");
    let good = || signed(CURRENT, "evt-1", 0, &body);
    let other_secret = signed("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "evt-1", 0, &body);
    let stale = signed(CURRENT, "evt-1", 301, &body);
    let future = signed(CURRENT, "evt-1", -302, &body);
    let changed = Delivery { body: body.replace("B-2001", "B-2002"), ..good() };
    let renamed = Delivery { id: "evt-2".into(), ..good() };
    let no_signature = Delivery { signature: String::new(), ..good() };
    let odd_time = Delivery { timestamp: i64::MIN, ..good() };
    let refused = [other_secret, stale, future, changed, renamed, no_signature, odd_time];
    for (i, delivery) in refused.iter().enumerate() {
        let answer = delivery.to(&router, "diary").await;
        assert_eq!(answer.status, 401, "case {i}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "case {i}");
    }
    for source in ["unknown", "..%2Fdiary", "a%20b"] {
        assert_eq!(good().to(&router, source).await.status, 401, "{source}");
    }
    let bare = ApiRequest::new("POST", "/webhooks/bookings/diary").text("application/json", &body);
    assert_eq!(call(&router, bare).await.status, 401);
    assert!(!dynamo.wire.calls().contains_key("GetItem"), "nothing is read before it is believed");
}

#[tokio::test]
async fn a_malformed_body_is_422_with_a_pointer_to_every_wrong_field() {
    let (dynamo, router) = clinic().await;
    let before = dynamo.wire.write_units();
    let body = json!({
        "type": "booking.vanished",
        "timestamp": "yesterday",
        "data": { "booking": { "id": "", "version": -1, "start": "2026-12-03T10:30:00" }, "patient": {} },
    });
    let refused = deliver(&router, "evt-1", &body.to_string()).await;
    assert_eq!(refused.status, 422);
    let expected = [
        "#/type",
        "#/timestamp",
        "#/data/booking/id",
        "#/data/booking/version",
        "#/data/booking/type",
        "#/data/booking/start",
        "#/data/patient/id",
    ];
    assert_eq!(refused.pointers(), expected);
    assert_eq!(deliver(&router, "evt-1", "{").await.status, 400);
    assert_eq!(deliver(&router, "evt-1", "[]").await.pointers(), ["#"]);
    assert!((dynamo.wire.write_units() - before).abs() < f64::EPSILON, "nothing half-written");
}

#[tokio::test]
async fn a_body_of_another_type_is_415_and_one_too_large_413() {
    let (_dynamo, router) = clinic().await;
    let delivery = signed(CURRENT, "evt-1", 0, "<booking/>");
    let xml = delivery.request("diary").header("content-type", "application/xml");
    assert_eq!(call(&router, xml).await.status, 415);
    let large = signed(CURRENT, "evt-1", 0, &" ".repeat(1_100_000));
    assert_eq!(large.to(&router, "diary").await.status, 413);
}

#[tokio::test]
async fn an_unknown_patient_booking_type_or_site_is_accepted_recorded_and_visible() {
    let (dynamo, router) = clinic().await;
    let made: Value = serde_json::from_str(&file("booking-made.json")).unwrap();
    let cases = [
        ("/data/patient/id", "No patient has the identifier"),
        ("/data/booking/type", "There is no booking type of code"),
        ("/data/booking/site", "There is no site of code"),
    ];
    for (i, (pointer, sentence)) in cases.into_iter().enumerate() {
        let mut body = made.clone();
        *body.pointer_mut(pointer).unwrap() = json!("unheard-of");
        *body.pointer_mut("/data/booking/id").unwrap() = json!(format!("B-{i}"));
        let answer = deliver(&router, &format!("evt-{i}"), &body.to_string()).await;
        assert_eq!(answer.status, 202);
        assert_eq!(answer.json["outcome"], "unmatched");
        assert!(answer.json["detail"].as_str().unwrap().contains(sentence), "{:?}", answer.json);
    }
    assert_eq!(dynamo.work_list().open().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_booking_starts_no_disabled_program_and_its_sender_is_told() {
    let (dynamo, router) = clinic().await;
    let before = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let disabled = Program { version: 2, assignment: Assignment::Disabled, ..before.clone() };
    dynamo.catalogue().save_program(&before, &disabled, &build::saved()).await.unwrap();
    let answer = deliver(&router, "evt-1", &file("booking-made.json")).await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    assert_eq!(
        (&answer.json["outcome"], &answer.json["enrolled"]),
        (&json!("applied"), &json!([]))
    );
    let detail = answer.json["detail"].as_str().unwrap();
    assert!(detail.contains("The program “Booking confirmation” is disabled."), "{detail}");
    let of_patient = dynamo.enrolment_reader().of_patient(&build::patient().id).await.unwrap();
    assert_eq!(of_patient.enrolments, []);
    assert_eq!(dynamo.work_list().open().await.unwrap(), [], "it is what staff asked for");
}

#[tokio::test]
async fn a_link_to_a_program_that_is_gone_is_remarked() {
    let (dynamo, router) = clinic().await;
    let gone = build::program(vec![build::sms(10, Timing::Enrolled)]);
    dynamo.catalogue().delete_program(&gone).await.unwrap();
    let answer = deliver(&router, "evt-1", &file("booking-made.json")).await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    let detail = answer.json["detail"].as_str().unwrap();
    let says = format!("starts the program {}, which does not exist", gone.id);
    assert!(detail.contains(&says), "{detail}");
}

#[tokio::test]
async fn hostile_bodies_get_an_answer_and_never_a_panic() {
    let (_dynamo, router) = clinic().await;
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let long =
        json!({ "type": "x".repeat(100_000), "data": { "booking": { "id": "\u{0}\u{202e}" } } });
    let far = file("booking-made.json").replace("2031-", "+262142-");
    for (i, body) in [deep, long.to_string(), far, "null".into(), String::new()].iter().enumerate()
    {
        let answer = deliver(&router, &format!("evt-{i}"), body).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "case {i}: {}", answer.status);
    }
}

/// The headers of a delivery to `diary` with an id of its own.
fn headers(body: &[u8]) -> Vec<(&'static str, String)> {
    let (id, timestamp) = (format!("evt-{}", body.len()), SystemClock.now().timestamp());
    // What is no text cannot be signed by the scheme's crate; it is refused before that matters.
    let text = std::str::from_utf8(body).unwrap_or_default();
    let signature = Webhook::new(CURRENT).unwrap().sign(&id, timestamp, text.as_bytes()).unwrap();
    vec![
        ("webhook-id", id),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signature),
    ]
}

#[tokio::test]
async fn no_booking_is_made_of_bad_input() {
    let (dynamo, router) = clinic().await;
    let mut body: Value = serde_json::from_str(&file("booking-made.json")).unwrap();
    body["data"]["booking"]["version"] = json!(1);
    body["data"]["booking"]["site"] = json!("harbour");
    body["data"]["booking"]["end"] = json!("2031-12-03T11:00:00+11:00");
    let route = Route::new("POST", "/webhooks/bookings/diary", body)
        .signed(headers)
        .required(&[
            "/type",
            "/timestamp",
            "/data",
            "/data/booking",
            "/data/booking/id",
            "/data/booking/type",
            "/data/booking/start",
            "/data/patient",
            "/data/patient/id",
        ])
        .fields(&[
            ("/type", Kind::Choice),
            ("/timestamp", Kind::Instant),
            ("/data/booking/id", Kind::Text(128)),
            ("/data/booking/version", Kind::Number(0, u64::MAX)),
            ("/data/booking/type", Kind::Text(64)),
            ("/data/booking/site", Kind::Text(64)),
            ("/data/booking/start", Kind::Instant),
            ("/data/booking/end", Kind::Instant),
            ("/data/patient/id", Kind::Text(128)),
        ]);
    attack(&dynamo, &router, &[route]).await;
}
