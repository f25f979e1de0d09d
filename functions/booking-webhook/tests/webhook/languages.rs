//! `CloudEvents`, FHIR R4 and HL7 v2: every file of `events/` through the handler.

use serde_json::json;
use testkit::deliveries::{BEARER, Sample};
use testkit::requests::call;

use crate::support::{Clinic, PATH};

/// The life of one booking in each language: each file, and what it does when it comes after the one
/// before it.
const LIVES: [&[(&str, &str)]; 6] = [
    &[
        ("cloudevent-booking-made.json", "enrolled"),
        ("cloudevent-booking-moved-binary.http", "changed"),
        ("booking-cancelled.json", "changed"),
    ],
    &[
        ("fhir-appointment-booked.json", "enrolled"),
        ("fhir-appointment-moved.json", "changed"),
        ("fhir-appointment-cancelled.json", "changed"),
    ],
    &[
        ("fhir-appointment-waitlist.json", "nothing"),
        ("fhir-bundle-searchset.json", "enrolled"),
        ("fhir-appointment-noshow.json", "changed"),
    ],
    &[
        ("fhir-appointment-contained.json", "enrolled"),
        ("fhir-appointment-entered-in-error.json", "changed"),
    ],
    &[
        ("hl7-siu-s12.hl7", "enrolled"),
        ("hl7-siu-s13.hl7", "changed"),
        ("hl7-siu-s15.hl7", "changed"),
    ],
    &[
        ("fhir-subscription-notification.json", "enrolled"),
        ("fhir-subscription-notification-r4.json", "changed"),
    ],
];

#[tokio::test]
async fn the_life_of_a_booking_enrols_moves_and_ends_in_every_language() {
    for life in LIVES {
        let clinic = Clinic::open().await;
        for (i, (name, does)) in life.iter().enumerate() {
            let sample = Sample::file(name);
            let is_hl7 = name.starts_with("hl7");
            let answer = clinic.signed(&format!("evt-{i}"), &sample).await;
            if is_hl7 {
                let text = String::from_utf8(answer.bytes).unwrap();
                assert_eq!(answer.status, 200, "{name}: {text}");
                assert!(text.contains("\rMSA|AA|"), "{name}: {text}");
                let says =
                    if *does == "enrolled" { "1 enrolment begun." } else { "1 enrolment changed." };
                assert!(text.contains(says), "{name}: {text}");
                continue;
            }
            assert_eq!(answer.status, 202, "{name}: {:?}", answer.json);
            assert_eq!(answer.json["outcome"], "applied", "{name}: {:?}", answer.json);
            for kind in ["enrolled", "changed"] {
                let count = answer.json[kind].as_array().unwrap().len();
                assert_eq!(count, usize::from(kind == *does), "{name} {kind}: {:?}", answer.json);
            }
        }
    }
}

#[tokio::test]
async fn the_same_message_again_is_a_duplicate_by_its_own_id() {
    for name in ["hl7-siu-s12.hl7", "fhir-appointment-booked.json", "cloudevent-booking-made.json"]
    {
        let clinic = Clinic::open().await;
        let sample = Sample::file(name);
        clinic.signed("one", &sample).await;
        let again = clinic.signed("another", &sample).await;
        let text = String::from_utf8_lossy(&again.bytes).into_owned();
        assert!(again.status.is_success(), "{name}");
        assert!(text.contains("This event came before"), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_fhir_server_may_put_a_resource_at_an_address_of_its_own() {
    let clinic = Clinic::open().await;
    let sample = Sample::file("fhir-appointment-booked.json");
    let put = |path: &str| call(&clinic.router, sample.bearing("PUT", path, BEARER));
    let elsewhere = put(&format!("{PATH}/Appointment/B-9")).await;
    assert_eq!(elsewhere.status, 422, "{:?}", elsewhere.json);
    let answer = put(&format!("{PATH}/Appointment/B-2001")).await;
    assert_eq!((answer.status.as_u16(), &answer.json["outcome"]), (202, &json!("applied")));
    assert_eq!(put(PATH).await.json["outcome"], "duplicate");
}

#[tokio::test]
async fn a_handshake_a_heartbeat_and_what_names_without_bringing_are_answered_by_success() {
    let clinic = Clinic::open().await;
    for name in [
        "fhir-subscription-handshake.json",
        "fhir-subscription-heartbeat.json",
        "fhir-subscription-notification-id-only.json",
    ] {
        let answer = clinic.bearing(&Sample::file(name)).await;
        assert_eq!((answer.status.as_u16(), &answer.json["events"]), (200, &json!([])), "{name}");
    }
    let answer = clinic.bearing(&Sample::file("hl7-siu-s23.hl7")).await;
    assert_eq!(answer.status, 200);
    assert!(String::from_utf8(answer.bytes).unwrap().contains("\rMSA|AA|"));
}

#[tokio::test]
async fn every_file_of_events_that_is_a_delivery_is_answered() {
    let clinic = Clinic::open().await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let of_bookings =
            ["booking-", "cloudevent-booking", "fhir-appointment", "fhir-subscription", "hl7-siu"];
        if !of_bookings.iter().any(|beginning| name.starts_with(beginning)) {
            continue;
        }
        let answer = clinic.signed(&format!("id-{name}"), &Sample::file(&name)).await;
        assert!(answer.status.is_success(), "{name}: {} {:?}", answer.status, answer.json);
        seen += 1;
    }
    assert!(seen > 25, "{seen}");
}
