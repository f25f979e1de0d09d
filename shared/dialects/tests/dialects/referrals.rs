//! Referrals: what is one, and what is none.

use domain::intake::{ReferralEventKind as Kind, ReferralOrigin};
use serde_json::{Value, json};

use crate::support::{FHIR, HL7, JSON, Sent, pointers};

fn request(pointer: &str, value: Value) -> Sent {
    let mut request = json!({ "resourceType": "ServiceRequest", "id": "R-1", "status": "active", "intent": "order",
        "meta": { "lastUpdated": "2026-11-22T08:00:00Z" }, "subject": { "reference": "Patient/P-1" } });
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    request.pointer_mut(parent).unwrap()[name] = value;
    Sent::new(FHIR, request.to_string())
}

#[test]
fn each_status_and_intent_has_its_meaning() {
    for (status, kind) in [
        ("active", Kind::Added),
        ("completed", Kind::Completed),
        ("revoked", Kind::Withdrawn),
        ("entered-in-error", Kind::Withdrawn),
    ] {
        assert_eq!(request("/status", json!(status)).referral().kind, kind, "{status}");
    }
    for intent in
        ["directive", "order", "original-order", "reflex-order", "filler-order", "instance-order"]
    {
        assert!(request("/intent", json!(intent)).referrals().is_ok(), "{intent}");
    }
    let category =
        |code: &str| json!([{ "coding": [{ "system": "http://snomed.info/sct", "code": code }] }]);
    let v2_0074 = |code: &str| json!([{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": code }] }]);
    let loinc = |code: &str| json!({ "coding": [{ "system": "http://loinc.org", "code": code }] });
    assert!(request("/code", loinc("57133-1")).referral().details.is_some(), "a referral note");
    assert!(request("/category", v2_0074("PT")).referral().details.is_some(), "physical therapy");
    for (pointer, value) in [
        ("/status", json!("draft")),
        ("/status", json!("on-hold")),
        ("/status", json!("unknown")),
        ("/intent", json!("proposal")),
        ("/intent", json!("plan")),
        ("/intent", json!("option")),
        ("/doNotPerform", json!(true)),
        ("/category", category("108252007")),
        ("/category", category("363679005")),
        ("/subject", json!({ "reference": "Group/7" })),
        ("/category", json!([{ "coding": [{ "code": "108252007" }] }])),
        ("/category", v2_0074("LAB")),
        ("/category", v2_0074("RAD")),
        ("/specimen", json!([{ "reference": "Specimen/7" }])),
        ("/code", loinc("24323-8")),
    ] {
        let heard = request(pointer, value.clone()).referrals().unwrap();
        assert_eq!((heard.events.len(), heard.passed_over.len()), (0, 1), "{value}");
    }
    for (pointer, value) in [
        ("/status", json!("gone")),
        ("/intent", Value::Null),
        ("/intent", json!("wish")),
        ("/subject", Value::Null),
    ] {
        assert_eq!(pointers(request(pointer, value.clone()).referrals()), [pointer], "{value}");
    }
}

#[test]
fn what_is_made_of_another_request_is_no_referral_of_its_own() {
    for (intent, origin, events) in [
        ("reflex-order", "ServiceRequest/R-0", 0),
        ("filler-order", "https://x.example/ServiceRequest/R-0", 0),
        ("instance-order", "ServiceRequest/R-0", 0),
        ("instance-order", "CarePlan/7", 1),
        ("order", "ServiceRequest/R-0", 1),
    ] {
        let mut document: Value =
            serde_json::from_slice(&request("/intent", json!(intent)).body).unwrap();
        document["basedOn"] = json!([{ "reference": origin }]);
        let heard = Sent::new(FHIR, document.to_string()).referrals().unwrap();
        assert_eq!(heard.events.len(), events, "{intent} {origin}");
        // Its end is the end of what may have begun.
        document["status"] = json!("revoked");
        assert_eq!(Sent::new(FHIR, document.to_string()).referral().kind, Kind::Withdrawn);
    }
}

#[test]
fn a_referral_of_which_little_is_known_is_one() {
    let told = request("/note", json!([])).referral();
    let details = told.details.unwrap();
    assert!(details.referral_type.is_empty() && details.referrer.is_none());
    assert_eq!(details.origin, ReferralOrigin::External);
}

#[test]
fn who_asks_may_be_an_organization_a_role_or_a_name() {
    let name = |requester: Value| {
        let gp = request("/requester", requester).referral().details.unwrap().referrer;
        gp.map(|gp| gp.reveal().name.as_str().to_owned())
    };
    assert_eq!(
        name(json!({ "reference": "Practitioner/7", "display": "Dr Anna Nguyen" })).as_deref(),
        Some("Dr Anna Nguyen")
    );
    assert_eq!(
        name(json!({ "reference": "PractitionerRole/7", "display": "Dr Anna Nguyen" })).as_deref(),
        Some("Dr Anna Nguyen")
    );
    assert_eq!(
        name(json!({ "reference": "Organization/7", "display": "Quay Street" })).as_deref(),
        Some("Quay Street")
    );
    assert_eq!(name(json!({ "reference": "Practitioner/7" })), None);
}

#[test]
fn our_own_json_is_checked_field_by_field() {
    let sent = |pointer: &str, value: Value| {
        let mut document = json!({ "type": "referral.added", "timestamp": "2026-11-22T08:00:00Z",
            "data": { "referral": { "id": "R-1", "issued": "2026-11-20", "referrer": { "name": "Dr A" } }, "patient": { "id": "P-1" } } });
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[name] = value;
        Sent::new(JSON, document.to_string())
    };
    for (pointer, value) in [
        ("/type", json!("referral.lost")),
        ("/data/referral/id", Value::Null),
        ("/data/referral/issued", json!("20 November")),
        ("/data/referral/valid_until", json!("2026-11-19")),
        ("/data/referral/origin", json!("inside")),
        ("/data/referral/referrer/name", Value::Null),
        ("/data/referral/referrer/email", json!("anna")),
        ("/data/patient", Value::Null),
    ] {
        assert_eq!(pointers(sent(pointer, value.clone()).referrals()), [pointer], "{value}");
    }
}

fn hl7(trigger: &str, rf1: &str) -> Sent {
    let message = format!(
        "MSH|^~\\&|GP|quay|PC|harbour|20261122190000||REF^{trigger}|M1|P|2.4\rRF1|{rf1}\rPID|||P-1\r"
    );
    Sent::new(HL7, message)
}

#[test]
fn a_message_of_hl7_v2_is_added_changed_or_withdrawn_by_trigger_and_status() {
    for (trigger, rf1, kind) in [
        ("I12", "A|||||R-1", Kind::Added),
        ("I12", "|||||R-1", Kind::Added),
        ("I12", "P|||||R-1", Kind::Added),
        ("I13", "A|||||R-1", Kind::Changed),
        ("I12", "R|||||R-1", Kind::Withdrawn),
        ("I13", "E|||||R-1", Kind::Withdrawn),
        ("I14", "A|||||R-1", Kind::Withdrawn),
    ] {
        assert_eq!(hl7(trigger, rf1).referral().kind, kind, "{trigger} {rf1}");
    }
    for (trigger, rf1) in [("I15", "A|||||R-1"), ("I12", "A||LAB|||R-1"), ("I12", "A||Rad^x|||R-1")]
    {
        assert_eq!(hl7(trigger, rf1).referrals().unwrap().passed_over.len(), 1, "{trigger} {rf1}");
    }
    assert_eq!(pointers(hl7("I12", "A").referrals()), ["RF1^1^6^1"]);
    assert_eq!(pointers(hl7("I16", "A|||||R-1").referrals()), ["MSH^1^9^2"]);
}

#[test]
fn a_referral_that_somebody_else_numbered_is_one_with_them() {
    for (id, key) in [("R-1^gp", "R-1"), ("R-1^quay", "R-1"), ("R-1^WEST", "WEST:R-1")] {
        assert_eq!(hl7("I12", &format!("A|||||{id}")).referral().id.as_str(), key, "{id}");
    }
}

#[test]
fn under_a_status_that_is_not_known_nobody_is_referred() {
    for status in ["N", "X", "new", "0"] {
        let refused = hl7("I12", &format!("{status}|||||R-1")).referrals();
        assert_eq!(pointers(refused), ["RF1^1^1^1"], "{status}");
    }
}

#[test]
fn letters_reports_and_copies_in_the_shape_of_a_referral_are_none() {
    for (segments, events) in [
        ("OBR|1|||57133-1^Referral note^LN", 1),
        ("OBR|1|||LETTER^Letter", 1),
        ("OBR|1", 1),
        ("OBR|1|||18842-5^Discharge summary^LN", 0),
        ("OBR|1|||CONS^Letter^L^11488-4^Consult note^LN\r", 0),
        ("OBR|1|||11488-4^Consult note^LN\rOBR|2|||11502-2^Report^LN", 0),
        ("OBR|1|||57133-1^Referral note^LN\rOBR|2|||11502-2^Report^LN", 1),
        ("OBR|1|||REF^Letter\rOBR|2|||18748-4^Imaging^LN", 1),
        ("PRD|RP|Nguyen^Anna\rPRD|IR|Okafor^Chidi", 1),
        ("PRD|RT|Okafor^Chidi\rPRD|IR|OKAFOR^CHIDI", 1),
        ("PRD|RT~IR|Okafor^Chidi", 1),
        ("PRD|RT|Okafor^Chidi\rPRD|IR|Lee^Kim\rPRD|IR|Okafor^Chidi", 1),
        ("PRD|RT|Okafor^Chidi\rPRD|IR|Lee^Kim", 0),
        ("PRD|RT|Okafor^Chidi|||||7\rPRD|IR|Okafor^C|||||7", 1),
        ("PRD|RT|Okafor^Chidi|||||7\rPRD|IR|Okafor^Chidi|||||8", 0),
        ("PRD|RT|||^^^quay\rPRD|IR|||^^^harbour", 0),
        ("PRD|RT\rPRD|IR", 1),
    ] {
        let body = [&hl7("I12", "A|||||R-1").body, segments.as_bytes(), b"\r"].concat();
        let heard = Sent::new(HL7, body.clone()).referrals().unwrap();
        assert_eq!(
            (heard.events.len(), heard.passed_over.len()),
            (events, 1 - events),
            "{segments}"
        );
        let ended = String::from_utf8(body).unwrap().replace("REF^I12", "REF^I14");
        assert_eq!(Sent::new(HL7, ended).referral().kind, Kind::Withdrawn, "{segments}");
    }
}

#[test]
fn a_message_comes_from_within_by_its_facilities() {
    let text = String::from_utf8(hl7("I12", "A|||||R-1").body).unwrap();
    let origin = |text: String| Sent::new(HL7, text).referral().details.unwrap().origin;
    assert_eq!(origin(text.clone()), ReferralOrigin::External);
    assert_eq!(origin(text.replace("|quay|", "|harbour|")), ReferralOrigin::Internal);
    let providers = "PRD|RP|Nguyen^Anna||^^^quay\rPRD|IR|||^^^harbour\r";
    assert_eq!(origin(text.replace("|quay|", "|harbour|") + providers), ReferralOrigin::External);
}
