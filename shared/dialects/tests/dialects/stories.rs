//! The same story, told in each language, is the same.

use chrono_tz::Australia::{Perth, Sydney};
use domain::booking::BookingEventKind as Kind;
use domain::intake::{ReferralEventKind as Referral, ToldBooking, ToldReferral, Until, When};
use serde_json::{Value, json};

use crate::support::{FHIR, HL7, JSON, Sent, at};

/// One step of a booking's life.
struct Step {
    /// When, in the site's time: the first of December 2026, at this hour.
    hour: u32,
    /// The visit's day in December 2031.
    day: u32,
    ours: Kind,
    status: &'static str,
    /// The trigger, and SCH-25.
    hl7: (&'static str, &'static str),
}

const LIFE: [Step; 9] = [
    Step { hour: 8, day: 3, ours: Kind::Requested, status: "pending", hl7: ("S14", "Pending") },
    Step { hour: 9, day: 3, ours: Kind::Made, status: "booked", hl7: ("S12", "Booked") },
    Step { hour: 10, day: 5, ours: Kind::Moved, status: "booked", hl7: ("S13", "Booked") },
    Step { hour: 11, day: 5, ours: Kind::Changed, status: "booked", hl7: ("S14", "") },
    Step { hour: 12, day: 5, ours: Kind::Arrived, status: "arrived", hl7: ("S14", "Started") },
    Step { hour: 13, day: 5, ours: Kind::Fulfilled, status: "fulfilled", hl7: ("S14", "Complete") },
    Step { hour: 14, day: 5, ours: Kind::NotAttended, status: "noshow", hl7: ("S26", "Noshow") },
    Step {
        hour: 15,
        day: 5,
        ours: Kind::Cancelled,
        status: "cancelled",
        hl7: ("S15", "Cancelled"),
    },
    Step {
        hour: 16,
        day: 5,
        ours: Kind::Deleted,
        status: "entered-in-error",
        hl7: ("S17", "Deleted"),
    },
];

fn patient() -> Value {
    json!({ "id": "P-1001", "first_name": "Maria", "last_name": "Rossi", "date_of_birth": "1984-03-09",
        "mobile": "0491570006", "email": "maria.rossi@example.com", "medicare_number": "2123456701",
        "address": { "lines": ["17 Wattle Street"], "locality": "Pyrmont", "region": "NSW", "postcode": "2009" } })
}

fn fhir_patient() -> Value {
    json!({ "resourceType": "Patient", "id": "P-1001",
        "identifier": [{ "system": "http://ns.electronichealth.net.au/id/medicare-number", "value": "2123456701" }],
        "name": [{ "family": "Rossi", "given": ["Maria"] }], "birthDate": "1984-03-09",
        "telecom": [{ "system": "sms", "value": "+61 491 570 006" }, { "system": "email", "value": "maria.rossi@example.com" }],
        "address": [{ "line": ["17 Wattle Street"], "city": "Pyrmont", "state": "NSW", "postalCode": "2009" }] })
}

const PID: &str = "PID|||P-1001^^^^MR~2123456701^^^AUSHIC^MC||Rossi^Maria||19840309||||17 Wattle Street^^Pyrmont^NSW^2009||0491570006^PRN^CP~^NET^Internet^maria.rossi@example.com";

fn told(step: &Step) -> [ToldBooking; 3] {
    let Step { hour, day, ours, status, hl7: (trigger, filler) } = step;
    let time = format!("2026-11-25T{hour:02}:00:00+11:00");
    let (start, end) =
        (format!("2031-12-{day:02}T10:30:00+11:00"), format!("2031-12-{day:02}T11:00:00+11:00"));
    let json = json!({ "type": ours.as_str(), "timestamp": time, "data": {
        "booking": { "id": "B-2001", "version": hour, "type": "physio-initial", "site": "harbour", "start": start, "end": end },
        "patient": patient() } });
    let appointment = json!({ "resourceType": "Appointment", "id": "B-2001",
        "meta": { "versionId": hour.to_string(), "lastUpdated": time }, "status": status,
        "serviceType": [{ "coding": [{ "code": "physio-initial" }] }], "start": start, "end": end,
        "participant": [{ "actor": { "reference": "Patient/P-1001" }, "status": "accepted" },
            { "actor": { "reference": "Location/harbour" }, "status": "accepted" }] });
    let bundle = json!({ "resourceType": "Bundle", "type": "collection",
        "entry": [{ "resource": appointment }, { "resource": fhir_patient() }] });
    let er7 = format!(
        "MSH|^~\\&|DIARY|harbour|||20261125{hour:02}0000+1100||SIU^{trigger}^SIU_S12|M{hour}|P|2.5\r\
         TQ1|||||||203112{day:02}103000+1100|203112{day:02}110000+1100\rSCH|W-1|B-2001||||||physio-initial|||||||||||||||||{filler}\r\
         {PID}\rAIL|1||^^^harbour\r"
    );
    [
        Sent::new(JSON, json.to_string()).booking(),
        Sent::new(FHIR, bundle.to_string()).booking(),
        Sent::new(HL7, er7).booking(),
    ]
}

#[test]
fn a_bookings_life_is_the_same_in_each_language() {
    for step in &LIFE {
        let [json, fhir, hl7] = told(step);
        assert_eq!(json.kind, step.ours);
        assert_eq!(hl7.kind, step.ours);
        // FHIR says how the booking stands, and not what happened to it.
        assert!(fhir.kind.state() == json.kind.state() || json.kind == Kind::Changed, "{fhir:?}");
        assert_eq!(json.version, fhir.version);
        let same = |told: ToldBooking| ToldBooking { kind: step.ours, version: None, ..told };
        assert!(json.visit.is_some());
        assert_eq!(same(fhir), same(json.clone()));
        assert_eq!(same(hl7), same(json));
    }
}

#[test]
fn a_time_without_an_offset_is_the_same_by_the_sites_clock() {
    let with = told(&LIFE[1])[2].clone();
    let er7 = "MSH|^~\\&|DIARY|harbour|||20261125090000||SIU^S12|M9|P|2.3\r\
        SCH||B-2001||||||physio-initial|30|min|^^^20311203103000\rPID|||P-1001\rAIL|1||^^^harbour\r";
    let without = Sent::new(HL7, er7).booking();
    assert!(matches!(without.time, When::OnSite(_)));
    assert_eq!(without.time.instant(Sydney), with.time.instant(Sydney));
    let (without, with) = (without.visit.unwrap(), with.visit.unwrap());
    let start = with.start.instant(Sydney).unwrap();
    assert_eq!(without.start.instant(Sydney), Some(start));
    assert!(matches!(without.end, Some(Until::For(_))));
    assert_eq!(without.end.unwrap().after(start, Sydney), with.end.unwrap().after(start, Sydney));
}

#[test]
fn a_booking_is_at_the_same_moment_whichever_zone_its_sender_writes() {
    let booking = |time: &str, start: &str, end: &str| {
        let json = json!({ "type": "booking.made", "timestamp": time, "data": { "patient": { "id": "P-1001" },
            "booking": { "id": "B-1", "type": "physio", "site": "cottesloe", "start": start, "end": end } } });
        let appointment = json!({ "resourceType": "Appointment", "id": "B-1", "status": "booked",
            "meta": { "lastUpdated": time }, "serviceType": [{ "text": "physio" }], "start": start, "end": end,
            "participant": [{ "actor": { "reference": "Patient/P-1001" } }, { "actor": { "reference": "Location/cottesloe" } }] });
        let plain = |text: &str| text.replace(['-', ':', 'T'], "");
        // An offset keeps its sign.
        let er7 = |text: &str| format!("{}+{}", plain(&text[..19]), plain(&text[20..]));
        let message = |time: String, start: String, end: String| {
            format!(
                "MSH|^~\\&|DIARY|cottesloe|||{time}||SIU^S12|M1|P|2.5\r\
                 SCH||B-1||||||physio|||^^^{start}^{end}\rPID|||P-1001\r"
            )
        };
        let on_site = |text: &str| plain(&text[..19]);
        [
            Sent::new(JSON, json.to_string()),
            Sent::new(FHIR, appointment.to_string()),
            Sent::new(HL7, message(er7(time), er7(start), er7(end))),
            Sent::new(HL7, message(on_site(time), on_site(start), on_site(end))),
        ]
    };
    // One moment, by the clocks of Sydney and of Perth: three hours apart in summer.
    for (zone, texts) in [
        (
            Sydney,
            ["2026-11-25T12:00:00+11:00", "2031-12-03T10:30:00+11:00", "2031-12-03T11:00:00+11:00"],
        ),
        (
            Perth,
            ["2026-11-25T09:00:00+08:00", "2031-12-03T07:30:00+08:00", "2031-12-03T08:00:00+08:00"],
        ),
    ] {
        let [time, start, end] = texts;
        for sent in booking(time, start, end) {
            let told = sent.booking();
            let visit = told.visit.unwrap();
            let start = visit.start.instant(zone).unwrap();
            assert_eq!(told.time.instant(zone), Some(at("2026-11-25T01:00:00Z")), "{zone}");
            assert_eq!(start, at("2031-12-02T23:30:00Z"), "{zone}");
            let end = visit.end.unwrap().after(start, zone);
            assert_eq!(end, Some(at("2031-12-03T00:00:00Z")), "{zone}");
        }
    }
}

#[test]
fn of_two_messages_of_one_second_that_which_comes_later_in_a_life_is_the_newer() {
    let said = |trigger: &str, status: &str| {
        let er7 = format!(
            "MSH|^~\\&|DIARY|harbour|||20261125090000||SIU^{trigger}|M1|P|2.5\r\
             SCH||B-1||||||physio|||^^^20311203103000||||||||||||||{status}\rPID|||P-1001\r"
        );
        Sent::new(HL7, er7).booking()
    };
    for (first, second) in [
        (("S14", "Pending"), ("S12", "")),
        (("S12", "Waitlist"), ("S14", "Booked")),
        (("S12", "Booked"), ("S14", "Booked")),
        (("S12", ""), ("S13", "")),
        (("S12", ""), ("S14", "Started")),
        (("S13", ""), ("S14", "CANC")),
        (("S14", "Booked"), ("S15", "")),
        (("S14", "Complete"), ("S26", "")),
        (("S15", ""), ("S17", "")),
    ] {
        let [earlier, later] = [first, second].map(|(trigger, status)| said(trigger, status));
        assert_eq!(earlier.time, later.time);
        assert!(earlier.kind < later.kind, "{first:?} {second:?}");
    }
}

fn referral(
    hour: u32,
    ours: Referral,
    status: &str,
    trigger: &str,
    origin: &str,
) -> Vec<ToldReferral> {
    let time = format!("2026-11-25T{hour:02}:00:00+11:00");
    let json = json!({ "type": ours.as_str(), "timestamp": time, "data": { "patient": patient(),
        "referral": { "id": "R-1", "version": hour, "type": "physio", "site": "harbour", "issued": "2026-11-20",
            "valid_until": "2027-11-20", "origin": origin,
            "referrer": { "name": "Dr Anna Nguyen", "practice": "Quay Street Practice", "email": "anna@example.com",
                "address": { "lines": ["1 Quay Street"], "locality": "Sydney", "region": "NSW", "postcode": "2000" } } } } });
    let performer = if origin == "internal" { "Organization/quay" } else { "Organization/harbour" };
    let request = json!({ "resourceType": "ServiceRequest", "id": "R-1", "status": status, "intent": "order",
        "meta": { "versionId": hour.to_string(), "lastUpdated": time }, "code": { "coding": [{ "code": "physio" }] },
        "subject": { "reference": "Patient/P-1001" }, "authoredOn": "2026-11-20", "occurrencePeriod": { "end": "2027-11-20" },
        "requester": { "reference": "#role" }, "performer": [{ "reference": performer }],
        "locationReference": [{ "reference": "Location/harbour" }],
        "contained": [
            { "resourceType": "PractitionerRole", "id": "role", "practitioner": { "reference": "#anna" }, "organization": { "reference": "Organization/quay" } },
            { "resourceType": "Practitioner", "id": "anna", "name": [{ "prefix": ["Dr"], "given": ["Anna"], "family": "Nguyen" }],
                "telecom": [{ "system": "email", "value": "anna@example.com" }],
                "address": [{ "line": ["1 Quay Street"], "city": "Sydney", "state": "NSW", "postalCode": "2000" }] }] });
    let quay =
        json!({ "resourceType": "Organization", "id": "quay", "name": "Quay Street Practice" });
    let bundle = json!({ "resourceType": "Bundle", "type": "batch",
        "entry": [{ "resource": request }, { "resource": fhir_patient() }, { "resource": quay }] });
    let mut told = vec![
        Sent::new(JSON, json.to_string()).referral(),
        Sent::new(FHIR, bundle.to_string()).referral(),
    ];
    if !trigger.is_empty() {
        let facility = if origin == "internal" { "quay" } else { "harbour" };
        let er7 = format!(
            "MSH|^~\\&|GP|quay|PC|harbour|20261125{hour:02}0000+1100||REF^{trigger}|M{hour}|P|2.4\r\
             RF1|A||physio|||R-1|20261120|20271120\rPRD|RP|Nguyen^Anna^^^Dr|1 Quay Street^^Sydney^NSW^2000|^^^quay^^^^^Quay Street Practice|^NET^Internet^anna@example.com\r\
             PRD|IR|||^^^{facility}\r{PID}\rPV1|1|O|^^^harbour\r"
        );
        told.push(Sent::new(HL7, er7).referral());
    }
    told
}

#[test]
fn a_referrals_life_is_the_same_in_each_language() {
    for (hour, ours, status, trigger) in [
        (9, Referral::Added, "active", "I12"),
        (10, Referral::Changed, "active", "I13"),
        (11, Referral::Completed, "completed", ""),
        (12, Referral::Withdrawn, "revoked", "I14"),
        (13, Referral::Withdrawn, "entered-in-error", "I14"),
    ] {
        let told = referral(hour, ours, status, trigger, "external");
        let same = |it: &ToldReferral| ToldReferral { kind: ours, version: None, ..it.clone() };
        let (json, others) = told.split_first().unwrap();
        assert!(json.details.as_ref().unwrap().referrer.is_some());
        for other in others {
            assert_eq!(same(other), same(json), "{status} {trigger}");
        }
    }
}

#[test]
fn a_referral_within_the_house_is_internal_in_each_language() {
    for told in referral(9, Referral::Added, "active", "I12", "internal") {
        assert_eq!(told.details.unwrap().origin, domain::intake::ReferralOrigin::Internal);
    }
}
