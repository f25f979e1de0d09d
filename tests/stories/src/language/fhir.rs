//! FHIR R4. A server tells how a booking stands, and not what happened to it; what is deleted it tells
//! of by the history of the resource.

use domain::booking::BookingEventKind;
use domain::intake::ReferralEventKind;
use serde_json::{Value, json};

use crate::story::{Person, Step, Visit, What};

pub(super) fn say(step: &Step) -> String {
    let said = match &step.what {
        What::Booking { id, version, kind, visit } => match visit {
            Some(visit) => appointment(step, (id, *version), *kind, visit),
            None => deleted(step, id, *version),
        },
        What::Referral { id, version, kind, referrer, who } => {
            service_request(step, (id, *version), *kind, (*referrer, *who))
        }
    };
    said.to_string()
}

const fn status(kind: BookingEventKind) -> &'static str {
    match kind {
        BookingEventKind::Requested => "pending",
        BookingEventKind::Made | BookingEventKind::Changed | BookingEventKind::Moved => "booked",
        BookingEventKind::Arrived => "arrived",
        BookingEventKind::Fulfilled => "fulfilled",
        BookingEventKind::NotAttended => "noshow",
        BookingEventKind::Cancelled => "cancelled",
        BookingEventKind::Deleted => "entered-in-error",
    }
}

fn appointment(
    step: &Step,
    (id, version): (&str, u64),
    kind: BookingEventKind,
    visit: &Visit,
) -> Value {
    json!({
        "resourceType": "Appointment",
        "id": id,
        "meta": { "versionId": version.to_string(), "lastUpdated": step.at },
        "contained": [patient(visit.who)],
        "status": status(kind),
        "appointmentType": { "coding": [{
            "system": "https://diary.example.com/appointment-types", "code": visit.kind,
        }] },
        "start": visit.start.to_rfc3339(),
        "end": visit.end().to_rfc3339(),
        "participant": [
            { "actor": { "reference": "#pat" }, "status": "accepted" },
            { "actor": { "reference": "Location/harbour" }, "status": "accepted" },
        ],
    })
}

fn deleted(step: &Step, id: &str, version: u64) -> Value {
    json!({
        "resourceType": "Bundle",
        "type": "history",
        "timestamp": step.at,
        "entry": [{
            "fullUrl": format!("https://diary.example.com/fhir/Appointment/{id}"),
            "request": { "method": "DELETE", "url": format!("Appointment/{id}") },
            "response": {
                "status": "204", "etag": format!("W/\"{version}\""), "lastModified": step.at,
            },
        }],
    })
}

fn service_request(
    step: &Step,
    (id, version): (&str, u64),
    kind: ReferralEventKind,
    (referrer, who): (bool, Person),
) -> Value {
    let status = match kind {
        ReferralEventKind::Added | ReferralEventKind::Changed => "active",
        ReferralEventKind::Completed => "completed",
        ReferralEventKind::Withdrawn => "revoked",
    };
    let mut request = json!({
        "resourceType": "ServiceRequest",
        "id": id,
        "meta": { "versionId": version.to_string(), "lastUpdated": step.at },
        "contained": [patient(who)],
        "status": status,
        "intent": "order",
        "code": { "coding": [{
            "system": "https://diary.example.com/referral-types", "code": "podiatry",
        }] },
        "subject": { "reference": "#pat" },
        "authoredOn": "2026-11-20T15:45:00+11:00",
        "locationReference": [{ "reference": "Location/harbour" }],
    });
    if referrer {
        let contained = json!([
            patient(who),
            {
                "resourceType": "Practitioner",
                "id": "nguyen",
                "name": [{ "use": "official", "family": "Nguyen", "given": ["Anna"], "prefix": ["Dr"] }],
            },
            {
                "resourceType": "PractitionerRole",
                "id": "role",
                "practitioner": { "reference": "#nguyen" },
                "organization": { "reference": "#quay" },
            },
            {
                "resourceType": "Organization",
                "id": "quay",
                "name": "Quay Street Practice",
                "address": [{
                    "line": ["1 Quay Street"], "city": "Sydney", "state": "NSW",
                    "postalCode": "2000", "country": "AU",
                }],
            },
        ]);
        request["contained"] = contained;
        request["requester"] = json!({ "reference": "#role" });
    }
    request
}

fn patient(who: Person) -> Value {
    let [first, last, born, mobile] = who.describe();
    json!({
        "resourceType": "Patient",
        "id": "pat",
        "identifier": [{
            "type": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR",
            }] },
            "system": "https://diary.example.com/patients",
            "value": who.id(),
        }],
        "name": [{ "use": "official", "family": last, "given": [first] }],
        "telecom": [{ "system": "phone", "use": "mobile", "value": mobile }],
        "birthDate": born,
    })
}
