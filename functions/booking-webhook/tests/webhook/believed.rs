//! Whose a delivery is.

use testkit::deliveries::{BEARER, CURRENT, PREVIOUS, PREVIOUS_BEARER, Sample};
use testkit::requests::{ApiRequest, call};

use crate::support::{Clinic, PATH, now};

#[tokio::test]
async fn both_secrets_are_valid_while_they_are_rotated() {
    let clinic = Clinic::open().await;
    let made = Sample::file("booking-made.json");
    for (id, secret) in [("evt-1", CURRENT), ("evt-2", PREVIOUS)] {
        let answer = call(&clinic.router, made.signed(PATH, secret, id, now())).await;
        assert_eq!(answer.status, 202, "{id}");
    }
    let message = Sample::file("hl7-siu-s12.hl7");
    for secret in [BEARER, PREVIOUS_BEARER] {
        let answer = call(&clinic.router, message.bearing("POST", PATH, secret)).await;
        assert_eq!(answer.status, 200, "{secret}: {:?}", answer.json);
    }
}

#[tokio::test]
async fn a_delivery_that_cannot_be_believed_is_401_and_changes_nothing() {
    let clinic = Clinic::open().await;
    let made = Sample::file("booking-made.json");
    let good = || made.signed(PATH, CURRENT, "evt-1", now());
    let changed = Sample::of("application/json", made.body.replace("B-2001", "B-2002"));
    let signature_of_another = |request: ApiRequest| {
        // The headers of the good one on another body.
        let signed = good().build();
        ["webhook-id", "webhook-timestamp", "webhook-signature"]
            .iter()
            .fold(request, |it, name| it.header(name, signed.headers()[*name].to_str().unwrap()))
    };
    let refused = [
        made.signed(PATH, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "evt-1", now()),
        made.signed(PATH, CURRENT, "evt-1", now() - 302),
        made.signed(PATH, CURRENT, "evt-1", now() + 302),
        signature_of_another(changed.request("POST", PATH)),
        good().header("webhook-id", "evt-2"),
        good().header("webhook-signature", ""),
        good().header("webhook-timestamp", "-9223372036854775808"),
        made.request("POST", PATH),
        made.bearing("POST", PATH, BEARER), // our own JSON is signed
        Sample::file("cloudevent-booking-made.json").bearing("POST", PATH, BEARER),
        good()
            .header("authorization", &format!("Bearer {BEARER}"))
            .header("webhook-signature", "v1,x"),
    ];
    for (i, delivery) in refused.into_iter().enumerate() {
        let answer = call(&clinic.router, delivery).await;
        assert_eq!(answer.status, 401, "case {i}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "case {i}");
    }
    for source in ["unknown", "..%2Fdiary", "a%20b"] {
        let path = format!("/webhooks/bookings/{source}");
        let answer = call(&clinic.router, made.signed(&path, CURRENT, "evt-1", now())).await;
        assert_eq!(answer.status, 401, "{source}");
    }
    assert!(
        !clinic.dynamo.wire.calls().contains_key("GetItem"),
        "nothing is read before it is believed"
    );
}

#[tokio::test]
async fn a_bearer_secret_lets_in_fhir_and_hl7_and_no_other_secret_does() {
    let clinic = Clinic::open().await;
    for name in ["fhir-appointment-booked.json", "hl7-siu-s12.hl7"] {
        let sample = Sample::file(name);
        for wrong in ["", "Bearer", &BEARER[1..], CURRENT, &format!("{BEARER}x")] {
            let answer = call(&clinic.router, sample.bearing("POST", PATH, wrong)).await;
            assert_eq!(answer.status, 401, "{name} {wrong:?}");
        }
        let other = sample.bearing("POST", "/webhooks/bookings/unknown", BEARER);
        assert_eq!(call(&clinic.router, other).await.status, 401, "{name}");
        assert!(clinic.bearing(&sample).await.status.is_success(), "{name}");
        let lower =
            sample.request("POST", PATH).header("authorization", &format!("bearer {BEARER}"));
        assert!(call(&clinic.router, lower).await.status.is_success(), "{name}");
    }
}
