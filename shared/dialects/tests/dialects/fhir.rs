//! Appointments.

use domain::booking::BookingEventKind as Kind;
use domain::intake::{ToldBooking, Until};
use serde_json::{Value, json};

use crate::support::{FHIR, JSON, Sent, pointers, sample};

fn booked() -> Value {
    json!({ "resourceType": "Appointment", "id": "B-1", "status": "booked",
        "meta": { "versionId": "1", "lastUpdated": "2026-11-22T08:00:00Z" },
        "serviceType": [{ "coding": [{ "code": "physio" }], "text": "Physiotherapy" }],
        "start": "2031-12-03T10:30:00+11:00",
        "participant": [{ "actor": { "reference": "Patient/P-1" }, "status": "accepted" }] })
}

fn with(pointer: &str, value: Value) -> Sent {
    let mut document = booked();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[name] = value;
    Sent::new(FHIR, document.to_string())
}

#[test]
fn each_status_has_its_meaning_and_no_other_is_read() {
    for (status, kind) in [
        ("proposed", Kind::Requested),
        ("pending", Kind::Requested),
        ("booked", Kind::Made),
        ("arrived", Kind::Arrived),
        ("fulfilled", Kind::Fulfilled),
        ("cancelled", Kind::Cancelled),
        ("noshow", Kind::NotAttended),
        ("entered-in-error", Kind::Deleted),
        ("checked-in", Kind::Arrived),
        ("waitlist", Kind::Requested),
    ] {
        assert_eq!(with("/status", json!(status)).booking().kind, kind, "{status}");
    }
    for status in [json!("Booked"), json!(""), json!(3), Value::Null] {
        assert_eq!(pointers(with("/status", status).bookings()), ["/status"]);
    }
}

#[test]
fn each_wrong_field_is_named_alone() {
    for (pointer, value) in [
        ("/id", Value::Null),
        ("/meta/lastUpdated", Value::Null),
        ("/meta/lastUpdated", json!("2026-11-22")),
        ("/meta/lastUpdated", json!("2029-11-22T08:00:00Z")),
        ("/meta/lastUpdated", json!("2026-11-27T01:00:01Z")),
        ("/start", json!("2031-12-03")),
        ("/start", Value::Null),
        ("/modifierExtension", json!([{ "url": "x" }])),
        ("/participant/0/modifierExtension", json!([{ "url": "x" }])),
        ("/implicitRules", json!("x")),
        ("/resourceType", json!("ServiceRequest")),
        ("/resourceType", json!("Encounter")),
    ] {
        assert_eq!(pointers(with(pointer, value.clone()).bookings()), [pointer], "{value}");
    }
    assert_eq!(pointers(with("/serviceType", json!([])).bookings()), ["/appointmentType"]);
}

#[test]
fn a_clock_may_be_an_hour_fast() {
    for time in ["2026-11-27T01:00:00Z", "2026-11-27T12:00:00+11:00"] {
        assert_eq!(with("/meta/lastUpdated", json!(time)).booking().kind, Kind::Made, "{time}");
    }
}

#[test]
fn a_version_counts_when_it_is_a_number_and_the_event_is_that_version() {
    let id =
        |sent: Sent| sent.bookings().unwrap().events[0].id.clone().unwrap().as_str().to_owned();
    let numbered = with("/meta/versionId", json!("7"));
    assert_eq!(numbered.booking().version, Some(7));
    assert_eq!(id(numbered), "Appointment/B-1/_history/7 2026-11-22T08:00:00Z");
    let named = with("/meta/versionId", json!("9f-2"));
    assert_eq!(named.booking().version, None);
    assert_eq!(id(named), "Appointment/B-1/_history/9f-2 2026-11-22T08:00:00Z");
    assert_eq!(id(with("/meta/versionId", Value::Null)), "Appointment/B-1 2026-11-22T08:00:00Z");
}

#[test]
fn an_appointment_is_of_one_patient() {
    let actor =
        |reference: &str| json!({ "actor": { "reference": reference }, "status": "accepted" });
    let two = with("/participant", json!([actor("Patient/P-1"), actor("Patient/P-2")]));
    assert_eq!(pointers(two.bookings()), ["/participant/1/actor"]);
    let mut ended = booked();
    ended["status"] = json!("cancelled");
    ended["participant"] = json!([actor("Patient/P-1"), actor("Patient/P-2")]);
    let told = Sent::new(FHIR, ended.to_string()).booking();
    assert_eq!((told.kind, told.visit), (Kind::Cancelled, None));
    let twice = with(
        "/participant",
        json!([actor("Patient/P-1"), actor("https://x.example/Patient/P-1/_history/2")]),
    );
    assert!(twice.bookings().is_ok());
    let none = with("/participant", json!([actor("Practitioner/7")])).bookings().unwrap();
    assert!(none.events.is_empty() && none.passed_over[0].why.contains("patient"), "{none:?}");
    let mut cancelled = booked();
    cancelled["participant"] = json!([]);
    cancelled["status"] = json!("cancelled");
    assert_eq!(Sent::new(FHIR, cancelled.to_string()).booking().visit, None);
}

#[test]
fn whoever_takes_part_and_is_of_no_known_type_may_be_a_patient_who_is_missed() {
    let place = "/participant/0/actor";
    for actor in [
        json!({ "reference": "urn:uuid:9a1c" }),
        json!({ "reference": "#nobody" }),
        json!({ "reference": "pat1" }),
        json!({ "reference": "https://x.example/patients/7" }),
        json!({ "identifier": { "value": "P-9" } }),
        json!({ "display": "Maria" }),
    ] {
        assert_eq!(pointers(with(place, actor.clone()).bookings()), [place], "{actor}");
        let mut cancelled = booked();
        cancelled["status"] = json!("cancelled");
        cancelled["participant"][0]["actor"] = actor.clone();
        let told = Sent::new(FHIR, cancelled.to_string()).booking();
        assert_eq!((told.kind, told.visit), (Kind::Cancelled, None), "{actor}");
        // Beside a patient it may be anything.
        let beside = json!([{ "actor": { "reference": "Patient/P-1" } }, { "actor": actor }]);
        assert!(with("/participant", beside).booking().visit.is_some());
    }
    let places = json!([{ "actor": { "reference": "Location/harbour" } }, { "actor": { "reference": "pat1" } }]);
    assert_eq!(pointers(with("/participant", places).bookings()), ["/participant/1/actor"]);
}

#[test]
fn the_status_counts_whatever_a_participant_has_answered() {
    assert_eq!(with("/participant/0/status", json!("declined")).booking().kind, Kind::Made);
}

#[test]
fn a_patient_may_be_named_by_an_identifier() {
    let by = |system: &str, value: &str| json!({ "type": "Patient", "identifier": { "system": system, "value": value } });
    let told =
        with("/participant/0/actor", by("https://diary.example.com/patients", "P-9")).booking();
    assert_eq!(told.visit.unwrap().patient.id.unwrap().reveal().as_str(), "P-9");
    let medicare = "http://ns.electronichealth.net.au/id/medicare-number";
    let refused = with("/participant/0/actor", by(medicare, "2123456701"));
    assert_eq!(pointers(refused.bookings()), ["/participant/0/actor"]);
}

#[test]
fn codes_come_before_texts_and_an_appointments_own_type_first() {
    let told = with(
        "/appointmentType",
        json!({ "coding": [{ "code": "long" }, { "code": "physio" }], "text": "Long" }),
    );
    let codes: Vec<_> = told
        .booking()
        .visit
        .unwrap()
        .booking_type
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    assert_eq!(codes, ["long", "physio", "Long", "Physiotherapy"]);
}

#[test]
fn an_appointment_without_a_type_goes_by_its_specialty_or_category() {
    let mut untyped = booked();
    untyped["serviceType"] = Value::Null;
    untyped["serviceCategory"] = json!([{ "coding": [{ "code": "8" }] }]);
    let first = |document: &Value| {
        let told = Sent::new(FHIR, document.to_string()).booking();
        told.visit.unwrap().booking_type[0].as_str().to_owned()
    };
    assert_eq!(first(&untyped), "8");
    untyped["specialty"] = json!([{ "coding": [{ "code": "722204007" }] }]);
    assert_eq!(first(&untyped), "722204007");
}

#[test]
fn an_end_that_is_missing_or_impossible_is_not_told() {
    let end = |sent: Sent| sent.booking().visit.unwrap().end;
    assert_eq!(end(with("/end", json!("2031-12-03T10:00:00+11:00"))), None);
    assert_eq!(end(with("/end", json!("later"))), None);
    assert_eq!(end(with("/minutesDuration", json!(0))), None);
    let zero = end(with("/end", json!("2031-12-03T10:30:00+11:00")));
    assert!(matches!(zero, Some(Until::At(_))), "a note in the diary: {zero:?}");
    let long = end(with("/minutesDuration", json!(45)));
    assert!(matches!(long, Some(Until::For(long)) if long.num_minutes() == 45), "{long:?}");
}

fn with_patient(pointer: &str, value: Value) -> ToldBooking {
    let mut document: Value =
        serde_json::from_slice(&sample("fhir-appointment-contained.json").body).unwrap();
    let patient = document.pointer_mut("/contained/0").unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    patient.pointer_mut(parent).unwrap()[name] = value;
    Sent::new(FHIR, document.to_string()).booking()
}

#[test]
fn what_is_malformed_of_a_patient_is_left_out() {
    let patient = |pointer: &str, value: Value| with_patient(pointer, value).visit.unwrap().patient;
    let all = patient("/gender", json!("female"));
    assert!(all.mobile.is_some() && all.email.is_some() && all.medicare.is_some());
    assert!(all.address.is_some() && all.date_of_birth.is_some() && all.first_name.is_some());
    assert!(
        patient("/telecom", json!([{ "system": "phone", "value": "(02) 5550 1234" }]))
            .mobile
            .is_none()
    );
    assert!(patient("/telecom", json!([{ "system": "email", "value": "maria" }])).email.is_none());
    assert!(patient("/birthDate", json!("1984")).date_of_birth.is_none());
    assert!(patient("/birthDate", json!("2031-01-01")).date_of_birth.is_none());
    assert!(patient("/address", json!([{ "city": "Pyrmont" }])).address.is_none());
    assert!(patient("/identifier/0/value", json!("2123456711")).medicare.is_none());
    assert!(patient("/name", json!("Maria Rossi")).first_name.is_none());
    let ended = json!([{ "system": "sms", "value": "0491 570 006", "period": { "end": "2026-01-01" } },
        { "system": "phone", "use": "old", "value": "0491 570 156" }]);
    assert!(patient("/telecom", ended).mobile.is_none());
    let changed = patient("/modifierExtension", json!([{ "url": "x" }]));
    assert!(changed.first_name.is_none() && changed.id.is_some());
}

#[test]
fn of_a_patients_identifiers_only_the_senders_own_is_the_key() {
    let national = "http://ns.electronichealth.net.au/id/hi/ihi/1.0";
    let typed = |code: &str, value: &str| json!({ "type": { "coding": [{ "code": code }] }, "value": value });
    for (identifiers, own) in [
        (json!([typed("NI", "1"), typed("DL", "2")]), None),
        (json!([{ "type": { "text": "Licence" }, "value": "1" }]), None),
        (json!([{ "system": national, "value": "8003608166690503" }]), None),
        (
            json!([{ "type": { "coding": [{ "code": "MR" }] }, "system": national, "value": "8003608166690503" }]),
            None,
        ),
        (json!([typed("NI", "1"), { "value": "P-0" }, typed("PI", "P-1")]), Some("P-1")),
        (json!([typed("PI", "P-1"), typed("MR", "P-2")]), Some("P-2")),
        (
            json!([{ "system": national, "value": "1" }, { "system": "https://diary.example.com", "value": "P-0" }]),
            Some("P-0"),
        ),
    ] {
        let patient = with_patient("/identifier", identifiers.clone()).visit.unwrap().patient;
        let id = patient.id.as_ref().map(|id| id.reveal().as_str());
        assert_eq!(id, own, "{identifiers}");
    }
}

#[test]
fn a_put_must_bring_what_its_address_names() {
    let sent = Sent::new(FHIR, booked().to_string());
    assert!(sent.clone().put("Appointment", "B-1").bookings().is_ok());
    assert_eq!(pointers(sent.clone().put("Appointment", "B-2").bookings()), ["/id"]);
    assert_eq!(pointers(sent.put("Patient", "B-1").bookings()), ["/resourceType"]);
    let plain = Sent::new(JSON, booked().to_string());
    assert!(plain.put("Appointment", "B-1").bookings().is_ok());
}

#[test]
fn a_notification_without_a_body_is_told_what_to_configure() {
    let mut untyped = Sent::new(FHIR, "");
    untyped.headers.clear();
    for sent in [Sent::new(FHIR, " \n"), Sent::new(JSON, "").put("Appointment", "B-1"), untyped] {
        let heard = sent.bookings().unwrap();
        assert_eq!(heard.notice, Some(dialects::Notice::NoPayload));
        assert!(heard.notice.unwrap().as_str().contains("payload"));
    }
}

#[test]
fn a_deletion_that_only_a_header_tells_is_refused_and_told_what_to_send() {
    for content_type in [FHIR, JSON] {
        let sent = Sent::new(content_type, "{}");
        let sent = sent.header("x-medplum-deleted-resource", "Appointment/B-1");
        for says in [sent.bookings().unwrap_err(), sent.referrals().unwrap_err()] {
            assert_eq!(says.why.status(), 422);
            assert!(says.to_string().contains("entered-in-error"), "{says}");
        }
    }
}
