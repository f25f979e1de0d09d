//! What is refused, what its sender is told, and what is kept of it.

use app::ports::{Deliveries, RefusedDelivery};
use chrono::Duration;
use testkit::deliveries::{CURRENT, Sample};
use testkit::requests::{ApiAnswer, call};
use testkit::wire::Fault;

use crate::support::{Clinic, PATH, now};

async fn kept(clinic: &Clinic) -> Vec<RefusedDelivery> {
    use app::ports::Clock;
    let day = clinic.clock.now().date_naive();
    clinic.dynamo.deliveries().refused(day, None, 100).await.unwrap()
}

fn text(answer: &ApiAnswer) -> String {
    String::from_utf8_lossy(&answer.bytes).into_owned()
}

#[tokio::test]
async fn each_language_is_refused_in_its_own_words() {
    let clinic = Clinic::open().await;
    let fhir = |body: &str| Sample::of("application/fhir+json", body);
    let hl7 = |body: &str| Sample::of("x-application/hl7-v2+er7", body);
    let good = Sample::file("hl7-siu-s12.hl7").body;
    let cases = [
        (fhir("{"), 400, "not JSON"),
        (fhir(r#"{"resourceType":"Appointment","id":"B-1","status":"sparkling"}"#), 422, "/status"),
        (fhir("[]"), 422, "errors"),
        (Sample::of("application/fhir+xml", "<Appointment/>"), 415, "XML"),
        (Sample::of("text/plain", "hello"), 415, "application/fhir+json"),
        (hl7("hello"), 400, "MSA|AR\r"),
        (hl7(&good.replace("SIU^S12^SIU_S12", "ADT^A01")), 422, "MSA|AR|MSG0001"),
        (hl7(&good.replace("B-2001^DIARY", "").replace("W-77^DIARY", "")), 422, "MSA|AE|MSG0001"),
        (hl7(&good.replace("20311203103000", "2031")), 422, "MSA|AE|MSG0001"),
    ];
    for (i, (sample, status, says)) in cases.iter().enumerate() {
        clinic.clock.advance(Duration::seconds(1));
        let answer = clinic.bearing(sample).await;
        let text = text(&answer);
        assert_eq!(answer.status, *status, "case {i}: {text}");
        assert!(text.contains(says), "case {i}: {text}");
    }
    assert_eq!(kept(&clinic).await.len(), cases.len());
}

#[tokio::test]
async fn what_was_refused_is_kept_for_a_week_without_anything_of_a_patient() {
    let clinic = Clinic::open().await;
    let body = Sample::file("booking-made-patient-described.json").body;
    let wrong = body.replace("booking.made", "booking.vanished");
    assert_eq!(clinic.deliver("evt-1", &wrong).await.status, 422);
    clinic.clock.advance(Duration::seconds(1));
    let message = Sample::file("hl7-siu-s12.hl7").body.replace("20311203103000", "never");
    clinic.bearing(&Sample::of("x-application/hl7-v2+er7", message)).await;
    let kept = kept(&clinic).await;
    assert_eq!(kept.iter().map(|it| it.status).collect::<Vec<_>>(), [422, 422]);
    let all = format!("{kept:?}").to_lowercase();
    for said in ["rossi", "maria", "1984", "491", "2123", "p-1001", "wattle"] {
        assert!(!all.contains(said), "{said}: {all}");
    }
    assert!(all.contains("/type") || all.contains("sch"), "{all}");
    let days = clinic.dynamo.dump().await;
    let expires = days
        .iter()
        .filter(|((_, pk, _), _)| pk.starts_with("REFUSED#"))
        .map(|(_, item)| item["expires_at"].as_n().unwrap().parse::<i64>().unwrap());
    let week = chrono::DateTime::parse_from_rfc3339("2026-12-04T00:00:00Z").unwrap().timestamp();
    assert_eq!(expires.collect::<Vec<_>>(), [week, week + 1]);
}

#[tokio::test]
async fn of_what_is_not_believed_one_a_minute_is_kept_and_nothing_it_says() {
    let clinic = Clinic::open().await;
    let made = Sample::file("booking-made.json");
    for _ in 0..5 {
        let forged = made.signed(PATH, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "evt-1", now());
        assert_eq!(call(&clinic.router, forged).await.status, 401);
        clinic.clock.advance(Duration::seconds(1));
        let elsewhere = made.signed("/webhooks/bookings/unknown", CURRENT, "evt-1", now());
        assert_eq!(call(&clinic.router, elsewhere).await.status, 401);
    }
    let kept = kept(&clinic).await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(
        (kept[0].status, kept[0].source.as_str(), kept[0].shape.as_str()),
        (401, "diary", "")
    );
}

#[tokio::test]
async fn a_refusal_that_cannot_be_kept_is_given_all_the_same() {
    let clinic = Clinic::open().await;
    let body = Sample::of("application/json", "{");
    // The first call counts the delivery, the second keeps the refusal.
    clinic.dynamo.wire.break_call(1, Fault::DeadBefore);
    assert_eq!(clinic.signed("evt-1", &body).await.status, 400);
    assert!(clinic.dynamo.wire.mend(), "the call was made");
    assert_eq!(kept(&clinic).await, []);
}
