//! Our own JSON.

use app::ports::{Bookings, Catalogue, EnrolmentReader, EventKey, Intake, WorkList};
use domain::program::{Assignment, Program};
use domain::text::{Code, ExternalId};
use domain::timing::Timing;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use testkit::build;
use testkit::deliveries::{CURRENT, Sample};
use testkit::hostile::{Kind, Route, attack};

use crate::support::{Clinic, file, now};

fn key(id: &str) -> EventKey {
    EventKey { source: Code::parse("diary").unwrap(), id: ExternalId::parse(id).unwrap() }
}

#[tokio::test]
async fn a_bookings_life_in_the_files_of_events_enrols_moves_and_ends() {
    let clinic = Clinic::open().await;
    let made = clinic.deliver("evt-1", &file("booking-made.json")).await;
    assert_eq!(made.status, 202, "{:?}", made.json);
    assert_eq!(made.json["outcome"], "applied");
    let enrolled = &made.json["enrolled"];
    assert_eq!(enrolled.as_array().map(Vec::len), Some(1));
    let moved = clinic.deliver("evt-2", &file("booking-moved.json")).await;
    assert_eq!((&moved.json["outcome"], &moved.json["changed"]), (&json!("applied"), enrolled));
    let cancelled = clinic.deliver("evt-3", &file("booking-cancelled.json")).await;
    assert_eq!(&cancelled.json["changed"], enrolled);
    let late = clinic.deliver("evt-4", &file("booking-moved.json")).await;
    assert_eq!(late.json["outcome"], "superseded");
}

#[tokio::test]
async fn the_same_delivery_again_is_a_duplicate() {
    let clinic = Clinic::open().await;
    let first = clinic.deliver("evt-1", &file("booking-made.json")).await;
    let again = clinic.deliver("evt-1", &file("booking-made.json")).await;
    assert_eq!(again.status, 202);
    assert_eq!(again.json["outcome"], "duplicate");
    assert_eq!(again.json["enrolled"], first.json["enrolled"]);
}

#[tokio::test]
async fn another_event_under_a_known_id_is_refused_and_not_lost_in_silence() {
    let clinic = Clinic::open().await;
    clinic.deliver("evt-1", &file("booking-made.json")).await;
    let other = clinic.deliver("evt-1", &file("booking-moved.json")).await;
    assert_eq!(other.status, 422);
    assert_eq!(clinic.deliver("evt-2", &file("booking-moved.json")).await.status, 202);
}

#[tokio::test]
async fn a_malformed_body_is_422_with_a_pointer_to_every_wrong_field() {
    let clinic = Clinic::open().await;
    let body = json!({
        "type": "booking.vanished",
        "timestamp": "yesterday",
        "data": { "booking": { "id": "", "version": -1, "start": "2026-12-03T10:30:00" }, "patient": {} },
    });
    let refused = clinic.deliver("evt-1", &body.to_string()).await;
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
    assert_eq!(clinic.deliver("evt-1", "{").await.status, 400);
    assert_eq!(clinic.deliver("evt-1", "[]").await.pointers(), ["#"]);
    let kept = clinic.dynamo.intake().event(&key("evt-1")).await.unwrap();
    assert_eq!(
        (kept, clinic.dynamo.bookings().booking(&build::booking().key).await.unwrap()),
        (None, None)
    );
}

#[tokio::test]
async fn a_body_of_another_type_is_415_and_one_too_large_413() {
    let clinic = Clinic::open().await;
    let xml = Sample::of("application/xml", "<booking/>");
    assert_eq!(clinic.signed("evt-1", &xml).await.status, 415);
    assert_eq!(clinic.deliver("evt-1", &" ".repeat(1_100_000)).await.status, 413);
}

#[tokio::test]
async fn an_unknown_patient_booking_type_or_site_is_accepted_recorded_and_visible() {
    let clinic = Clinic::open().await;
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
        let answer = clinic.deliver(&format!("evt-{i}"), &body.to_string()).await;
        assert_eq!(answer.status, 202);
        assert_eq!(answer.json["outcome"], "unmatched");
        assert!(answer.json["detail"].as_str().unwrap().contains(sentence), "{:?}", answer.json);
    }
    assert_eq!(clinic.dynamo.work_list().open().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_booking_starts_no_disabled_program_and_its_sender_is_told() {
    let clinic = Clinic::open().await;
    let before = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let disabled = Program { version: 2, assignment: Assignment::Disabled, ..before.clone() };
    clinic.dynamo.catalogue().save_program(&before, &disabled, &build::saved()).await.unwrap();
    let answer = clinic.deliver("evt-1", &file("booking-made.json")).await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    assert_eq!(
        (&answer.json["outcome"], &answer.json["enrolled"]),
        (&json!("applied"), &json!([]))
    );
    let detail = answer.json["detail"].as_str().unwrap();
    assert!(detail.contains("The program “Booking confirmation” is disabled."), "{detail}");
    let of_patient =
        clinic.dynamo.enrolment_reader().of_patient(&build::patient().id).await.unwrap();
    assert_eq!(of_patient.enrolments, []);
    assert_eq!(clinic.dynamo.work_list().open().await.unwrap(), [], "it is what staff asked for");
}

#[tokio::test]
async fn a_link_to_a_program_that_is_gone_is_remarked() {
    let clinic = Clinic::open().await;
    let gone = build::program(vec![build::sms(10, Timing::Enrolled)]);
    clinic.dynamo.catalogue().delete_program(&gone).await.unwrap();
    let answer = clinic.deliver("evt-1", &file("booking-made.json")).await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    let detail = answer.json["detail"].as_str().unwrap();
    let says = format!("starts the program {}, which does not exist", gone.id);
    assert!(detail.contains(&says), "{detail}");
}

#[tokio::test]
async fn hostile_bodies_get_an_answer_and_never_a_panic() {
    let clinic = Clinic::open().await;
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let long =
        json!({ "type": "x".repeat(100_000), "data": { "booking": { "id": "\u{0}\u{202e}" } } });
    let far = file("booking-made.json").replace("2031-", "+262142-");
    for (i, body) in [deep, long.to_string(), far, "null".into(), String::new()].iter().enumerate()
    {
        let answer = clinic.deliver(&format!("evt-{i}"), body).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "case {i}: {}", answer.status);
    }
}

/// The headers of a delivery to `diary` with an id of its own.
fn headers(body: &[u8]) -> Vec<(&'static str, String)> {
    let (id, timestamp) = (format!("evt-{}", body.len()), now());
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
    let clinic = Clinic::open().await;
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
    attack(&clinic.dynamo, &clinic.router, &[route]).await;
}
