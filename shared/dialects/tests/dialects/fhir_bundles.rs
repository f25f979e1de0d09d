//! Bundles.

use domain::booking::BookingEventKind as Kind;
use serde_json::{Value, json};

use crate::support::{FHIR, Sent, at, pointers};

fn appointment(id: &str) -> Value {
    json!({ "resourceType": "Appointment", "id": id, "status": "booked", "start": "2031-12-03T10:30:00+11:00",
        "meta": { "lastUpdated": "2026-11-22T08:00:00Z" }, "serviceType": [{ "text": "Physio" }],
        "participant": [{ "actor": { "reference": "Patient/P-1" } }] })
}

fn bundle(kind: &str, entries: impl Into<Value>) -> Sent {
    let entries = entries.into();
    let bundle = json!({ "resourceType": "Bundle", "type": kind, "timestamp": "2026-11-23T00:00:00Z", "entry": entries });
    Sent::new(FHIR, bundle.to_string())
}

fn resources(list: &[Value]) -> Value {
    list.iter().map(|resource| json!({ "resource": resource })).collect()
}

#[test]
fn all_kinds_of_bundles_that_tell_something_are_read_and_no_other() {
    let one = resources(&[appointment("B-1")]);
    for kind in [
        "collection",
        "transaction",
        "batch",
        "searchset",
        "history",
        "message",
        "subscription-notification",
    ] {
        assert_eq!(bundle(kind, one.clone()).booking().kind, Kind::Made, "{kind}");
    }
    for kind in ["document", "transaction-response", "batch-response", ""] {
        assert_eq!(pointers(bundle(kind, one.clone()).bookings()), ["/type"], "{kind}");
    }
}

#[test]
fn references_lead_to_the_patient_in_whichever_way_they_are_written() {
    let patient = json!({ "resourceType": "Patient", "id": "P-1", "name": [{ "family": "Rossi", "given": ["Maria"] }] });
    for (reference, url, id) in [
        ("Patient/P-1", None, Some("P-1")),
        ("Patient/P-1/_history/3", None, Some("P-1")),
        (
            "https://a.example/fhir/Patient/P-1",
            Some("https://a.example/fhir/Patient/P-1"),
            Some("P-1"),
        ),
        ("urn:uuid:5a1a4f0e", Some("urn:uuid:5a1a4f0e"), Some("P-1")),
    ] {
        let mut first = appointment("B-1");
        first["participant"][0]["actor"]["reference"] = json!(reference);
        let entries = json!([{ "resource": first }, { "fullUrl": url, "resource": patient }]);
        let told = bundle("collection", entries).booking().visit.unwrap().patient;
        assert_eq!(told.id.map(|id| id.reveal().as_str().to_owned()).as_deref(), id, "{reference}");
        assert!(told.last_name.is_some(), "{reference}");
    }
    for reference in ["urn:uuid:elsewhere", "#elsewhere", "#", "", "nonsense", "Patient/"] {
        let mut first = appointment("B-1");
        first["participant"][0]["actor"] = json!({ "reference": reference, "type": "Patient" });
        let refused = bundle("collection", resources(&[first, patient.clone()])).bookings();
        assert_eq!(pointers(refused), ["/entry/0/resource/participant/0/actor"], "{reference}");
    }
}

fn posted(resource: &Value, url: Option<&str>) -> Value {
    let method = if url.is_some() { "PUT" } else { "POST" };
    let kind = resource["resourceType"].as_str().unwrap();
    json!({ "resource": resource, "fullUrl": format!("urn:uuid:{}", resource["id"].as_str().unwrap()),
        "request": { "method": method, "url": url.unwrap_or(kind) } })
}

#[test]
fn an_id_counts_only_where_it_is_the_servers() {
    let mut first = appointment("B-tmp");
    first["identifier"] =
        json!([{ "system": "https://diary.example.com/bookings", "value": "B-9" }]);
    for (kind, url, id) in [
        ("transaction", None, "B-9"),
        ("batch", None, "B-9"),
        ("transaction", Some("Appointment?identifier=B-9"), "B-9"),
        ("transaction", Some("Appointment/B-1"), "B-9"),
        ("transaction", Some("Appointment/B-tmp"), "B-tmp"),
        ("batch", Some("https://a.example/fhir/Appointment/B-tmp"), "B-tmp"),
        // Elsewhere the request says how it came to be.
        ("history", None, "B-tmp"),
        ("subscription-notification", None, "B-tmp"),
    ] {
        let told = bundle(kind, json!([posted(&first, url)])).booking();
        assert_eq!(told.id.as_str(), id, "{kind} {url:?}");
    }
    first["meta"]["versionId"] = json!("5");
    let version = |url| bundle("batch", json!([posted(&first, url)])).booking().version;
    assert_eq!((version(None), version(Some("Appointment/B-tmp"))), (None, Some(5)));
    let unnamed = bundle("transaction", json!([posted(&appointment("B-tmp"), None)]));
    assert_eq!(pointers(unnamed.bookings()), ["/entry/0/resource/identifier"]);
    let heard = bundle("transaction", json!([posted(&first, None)])).bookings().unwrap();
    assert!(heard.events[0].id.as_ref().unwrap().as_str().contains("B-9"), "{heard:?}");
}

#[test]
fn a_patient_who_is_created_with_the_booking_is_known_by_an_identifier() {
    let mut patient = json!({ "resourceType": "Patient", "id": "p1", "birthDate": "1984-03-09",
        "name": [{ "family": "Rossi", "given": ["Maria"] }] });
    let id = |patient: &Value, reference: &str, url: Option<&str>| {
        let mut first = appointment("B-1");
        first["participant"][0]["actor"]["reference"] = json!(reference);
        let entries = json!([posted(&first, Some("Appointment/B-1")), posted(patient, url)]);
        let patient = bundle("transaction", entries).booking().visit.unwrap().patient;
        assert!(patient.last_name.is_some());
        patient.id.map(|id| id.reveal().as_str().to_owned())
    };
    for reference in ["urn:uuid:p1", "Patient/p1"] {
        assert_eq!(id(&patient, reference, None), None, "{reference}");
        assert_eq!(id(&patient, reference, Some("Patient/p1")).as_deref(), Some("p1"));
    }
    patient["identifier"] = json!([{ "value": "P-1" }]);
    for reference in ["urn:uuid:p1", "Patient/p1"] {
        assert_eq!(id(&patient, reference, None).as_deref(), Some("P-1"), "{reference}");
    }
}

#[test]
fn of_several_versions_of_a_patient_the_newest_counts() {
    let patient = |family: &str, meta: Value| json!({ "resourceType": "Patient", "id": "P-1", "meta": meta, "name": [{ "family": family, "given": ["Maria"] }] });
    let new = |meta: Value| patient("Rossi", meta);
    let old = |meta: Value| patient("Bianchi", meta);
    let version = |n: &str| json!({ "versionId": n });
    let updated = |time: &str| json!({ "lastUpdated": time });
    let both = |n: &str, time: &str| json!({ "versionId": n, "lastUpdated": time });
    for patients in [
        [new(version("10")), old(version("9"))],
        [old(version("9")), new(version("10"))],
        [old(updated("2026-11-20T00:00:00Z")), new(updated("2026-11-20T09:00:00+01:00"))],
        [old(both("1", "2026-11-20T00:00:00Z")), new(both("2", "2026-11-19T00:00:00Z"))],
        // One that does not say is not the newer: a history begins with the newest.
        [new(json!({})), old(json!({}))],
        [new(version("2")), old(json!({}))],
    ] {
        let [one, other] = &patients;
        let told = bundle("history", resources(&[appointment("B-1"), one.clone(), other.clone()]));
        let patient = told.booking().visit.unwrap().patient;
        assert_eq!(patient.last_name.unwrap().reveal().as_str(), "Rossi", "{patients:?}");
    }
}

#[test]
fn an_entry_that_is_wrong_is_named_and_the_others_are_taken_in() {
    let mut status = appointment("B-2");
    status["status"] = json!("lost");
    let mut start = appointment("B-3");
    start["start"] = json!("soon");
    let mut changed = appointment("B-4");
    changed["modifierExtension"] = json!([{ "url": "x" }]);
    let mut group = appointment("B-5");
    group["participant"] = json!([{ "actor": { "reference": "Patient/P-1" } }, { "actor": { "reference": "Patient/P-2" } }]);
    let mut unknown = appointment("B-6");
    unknown["participant"][0]["actor"]["reference"] = json!("pat1");
    let mut untyped = appointment("B-7");
    untyped["serviceType"] = Value::Null;
    let wrong = [
        (status, "/status"),
        (start, "/start"),
        (changed, "/modifierExtension"),
        (group, "/participant/1/actor"),
        (unknown, "/participant/0/actor"),
        (untyped, "/appointmentType"),
    ];
    for (entry, place) in &wrong {
        let place = format!("/entry/0/resource{place}");
        let both = bundle("collection", resources(&[entry.clone(), appointment("B-1")]));
        let heard = both.bookings().unwrap();
        assert_eq!((heard.events.len(), heard.passed_over.len()), (1, 1), "{place}");
        assert_eq!(heard.events[0].told.id.as_str(), "B-1");
        assert_eq!(heard.passed_over[0].what, "/entry/0, Appointment");
        assert!(heard.passed_over[0].why.contains(&place), "{heard:?}");
        let alone = bundle("collection", resources(std::slice::from_ref(entry))).bookings();
        assert_eq!(pointers(alone), [place]);
    }
}

#[test]
fn a_bundle_of_which_nothing_is_left_is_refused_with_every_wrong_field_in_it() {
    let mut second = appointment("B-2");
    second["status"] = json!("lost");
    let mut third = appointment("B-3");
    third["start"] = json!("soon");
    let mut diarys = appointment("B-4");
    diarys["participant"] = json!([]);
    let refused = bundle("collection", resources(&[diarys, second, third])).bookings();
    assert_eq!(pointers(refused), ["/entry/1/resource/status", "/entry/2/resource/start"]);
}

#[test]
fn what_was_deleted_is_named_by_the_request_and_dated_by_the_response_or_the_bundle() {
    let entry = json!({ "request": { "method": "DELETE", "url": "https://a.example/fhir/Appointment/B-1" } });
    let told = bundle("transaction", json!([entry])).booking();
    assert_eq!((told.kind, told.id.as_str(), told.visit), (Kind::Deleted, "B-1", None));
    assert_eq!(told.time, domain::intake::When::Instant(at("2026-11-23T00:00:00Z")));
    let mut entry = entry;
    entry["response"] = json!({ "lastModified": "2026-11-22T00:00:00Z", "etag": "W/\"4\"" });
    let told = bundle("history", json!([entry])).booking();
    assert_eq!(told.time, domain::intake::When::Instant(at("2026-11-22T00:00:00Z")));
    assert_eq!(told.version, Some(4));
    let undated = json!({ "resourceType": "Bundle", "type": "transaction",
        "entry": [{ "request": { "method": "DELETE", "url": "Appointment/B-1" } }] });
    let refused = pointers(Sent::new(FHIR, undated.to_string()).bookings());
    assert_eq!(refused, ["/entry/0/response/lastModified"]);
    let vague = json!([{ "request": { "method": "DELETE", "url": "Appointment?status=booked" } }]);
    assert_eq!(pointers(bundle("transaction", vague).bookings()), ["/entry/0/request/url"]);
}

#[test]
fn referrals_among_bookings_are_passed_over_and_alone_refused() {
    let request = json!({ "resourceType": "ServiceRequest", "id": "R-1" });
    let both =
        bundle("collection", resources(&[request.clone(), appointment("B-1")])).bookings().unwrap();
    assert_eq!(both.events.len(), 1);
    assert!(both.passed_over[0].why.contains("/webhooks/referrals/"), "{both:?}");
    let alone = bundle("collection", resources(&[request])).bookings().unwrap_err();
    assert!(alone.to_string().contains("/webhooks/referrals/"), "{alone}");
    let gone = json!([{ "request": { "method": "DELETE", "url": "ServiceRequest/R-1" } }]);
    assert!(
        bundle("history", gone)
            .bookings()
            .unwrap_err()
            .to_string()
            .contains("/webhooks/referrals/")
    );
}

#[test]
fn other_resources_are_passed_over_and_alone_refused() {
    let encounter = json!({ "resourceType": "Encounter", "id": "E-1" });
    let both = bundle("searchset", resources(&[encounter.clone(), appointment("B-1")]))
        .bookings()
        .unwrap();
    assert_eq!((both.events.len(), both.passed_over.len()), (1, 1));
    assert_eq!(pointers(bundle("searchset", resources(&[encounter])).bookings()), ["/entry"]);
    let patient = json!({ "resourceType": "Patient", "id": "P-1" });
    assert_eq!(pointers(bundle("searchset", resources(&[patient])).bookings()), ["/entry"]);
    assert!(bundle("searchset", json!([])).bookings().unwrap().events.is_empty());
}

#[test]
fn how_much_one_bundle_may_bring_is_bounded() {
    let many = |n: usize| (0..n).map(|i| appointment(&format!("B-{i}"))).collect::<Vec<_>>();
    assert_eq!(bundle("collection", resources(&many(200))).bookings().unwrap().events.len(), 200);
    assert_eq!(pointers(bundle("collection", resources(&many(201))).bookings()), ["/entry"]);
    let entries: Value = std::iter::repeat_n(json!({}), 1001).collect();
    assert_eq!(pointers(bundle("collection", entries).bookings()), ["/entry"]);
    let wrong = vec![json!({ "resourceType": "Appointment" }); 200];
    let refused = bundle("collection", resources(&wrong)).bookings().unwrap_err();
    let dialects::Refusal::Wrong(invalid) = refused.why else { panic!() };
    assert_eq!(invalid.errors().len(), form::json::MAX_NAMED);
    assert!(invalid.count() >= 400, "{}", invalid.count());
}
