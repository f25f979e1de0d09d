//! Every file in `events/` that a practice system sends.

use chrono_tz::Australia::Sydney;
use dialects::Notice;
use domain::booking::BookingEventKind as Kind;
use domain::intake::ReferralEventKind;

use crate::support::{at, file, sample};

/// The samples of bookings: what each tells, of which version, and when the visit starts.
const BOOKINGS: [(&str, Kind, Option<u64>, Option<&str>); 26] = [
    ("booking-made.json", Kind::Made, Some(1), FIRST),
    ("booking-made-patient-described.json", Kind::Made, Some(1), FIRST),
    ("booking-moved.json", Kind::Moved, Some(2), SECOND),
    ("booking-cancelled.json", Kind::Cancelled, Some(3), SECOND),
    ("cloudevent-booking-made.json", Kind::Made, Some(1), FIRST),
    ("cloudevent-booking-moved-binary.http", Kind::Moved, Some(2), SECOND),
    ("fhir-appointment-booked.json", Kind::Made, Some(1), FIRST),
    ("fhir-appointment-contained.json", Kind::Made, Some(1), FIRST),
    ("fhir-appointment-moved.json", Kind::Made, Some(2), SECOND),
    ("fhir-appointment-cancelled.json", Kind::Cancelled, Some(3), SECOND),
    ("fhir-appointment-arrived.json", Kind::Arrived, Some(4), SECOND),
    ("fhir-appointment-fulfilled.json", Kind::Fulfilled, Some(5), SECOND),
    ("fhir-appointment-noshow.json", Kind::NotAttended, Some(5), SECOND),
    ("fhir-appointment-entered-in-error.json", Kind::Deleted, Some(5), None),
    ("fhir-appointment-waitlist.json", Kind::Requested, Some(1), None),
    ("fhir-bundle-collection.json", Kind::Made, Some(1), FIRST),
    ("fhir-bundle-transaction.json", Kind::Made, None, FIRST),
    ("fhir-bundle-searchset.json", Kind::Made, Some(2), SECOND),
    ("fhir-subscription-notification.json", Kind::Made, Some(1), FIRST),
    ("fhir-subscription-notification-r4.json", Kind::Made, Some(2), SECOND),
    ("hl7-siu-s12.hl7", Kind::Made, None, FIRST),
    ("hl7-siu-s13.hl7", Kind::Moved, None, SECOND),
    ("hl7-siu-s14.hl7", Kind::Arrived, None, SECOND),
    ("hl7-siu-s15.hl7", Kind::Cancelled, None, SECOND),
    ("hl7-siu-s17.hl7", Kind::Deleted, None, SECOND),
    ("hl7-siu-s26.hl7", Kind::NotAttended, None, SECOND),
];
const FIRST: Option<&str> = Some("2031-12-02T23:30:00Z");
const SECOND: Option<&str> = Some("2031-12-05T03:00:00Z");

#[test]
fn each_sample_of_a_booking_tells_the_same_booking() {
    for (name, kind, version, start) in BOOKINGS {
        let told = sample(name).booking();
        assert_eq!((told.id.as_str(), told.kind), ("B-2001", kind), "{name}");
        assert_eq!(told.version, version, "{name}");
        let visit = told.visit;
        assert_eq!(
            visit.as_ref().map(|visit| visit.start.instant(Sydney).unwrap()),
            start.map(at),
            "{name}"
        );
        assert_eq!(told.site.first().unwrap().as_str(), "harbour", "{name}");
        let Some(visit) = visit else { continue };
        assert_eq!(visit.booking_type.first().unwrap().as_str(), "physio-initial", "{name}");
        let start = visit.start.instant(Sydney).unwrap();
        let minutes = visit.end.unwrap().after(start, Sydney).unwrap() - start;
        assert_eq!(minutes.num_minutes(), 30, "{name}");
        let described = name == "booking-made-patient-described.json";
        let id = visit.patient.id.as_ref().map(|id| id.reveal().as_str());
        assert_eq!(id, (!described).then_some("P-1001"), "{name}");
    }
}

#[test]
fn a_patient_who_is_described_is_the_same_in_each_language() {
    let ours = sample("booking-made-patient-described.json").booking().visit.unwrap().patient;
    assert!(ours.medicare.is_some() && ours.mobile.is_some() && ours.address.is_some());
    for name in [
        "fhir-appointment-contained.json",
        "fhir-bundle-collection.json",
        "fhir-bundle-transaction.json",
        "hl7-siu-s12.hl7",
        "hl7-siu-s26.hl7",
    ] {
        let mut theirs = sample(name).booking().visit.unwrap().patient;
        theirs.id = None;
        // Nothing of it is shown by `assert_eq`: it is redacted.
        assert!(theirs == ours, "{name}: {theirs:?}");
    }
}

#[test]
fn a_sample_of_hl7_v2_may_end_its_lines_in_any_way_and_be_framed() {
    let text = String::from_utf8(file("hl7-siu-s12.hl7")).unwrap();
    let told = sample("hl7-siu-s12.hl7").booking();
    for (way, body) in [
        ("CR", text.replace('\n', "\r")),
        ("CRLF", text.replace('\n', "\r\n")),
        ("MLLP", format!("\u{b}{}\u{1c}\r", text.replace('\n', "\r"))),
        ("a mark of byte order", format!("\u{feff}{text}")),
    ] {
        let sent = crate::support::Sent::new(crate::support::HL7, body);
        assert_eq!(sent.booking(), told, "{way}");
    }
}

#[test]
fn a_history_tells_each_version_and_what_was_deleted() {
    let heard = sample("fhir-bundle-history-deleted.json").bookings().unwrap();
    let told: Vec<_> = heard.events.iter().map(|it| (it.told.kind, it.told.version)).collect();
    assert_eq!(told, [(Kind::Deleted, Some(3)), (Kind::Made, Some(2))]);
}

#[test]
fn notifications_without_events_are_heard_and_tell_nothing() {
    for (name, notice) in [
        ("fhir-subscription-handshake.json", Notice::Handshake),
        ("fhir-subscription-heartbeat.json", Notice::Heartbeat),
        ("fhir-subscription-notification-id-only.json", Notice::NoPayload),
    ] {
        let heard = sample(name).bookings().unwrap();
        assert_eq!((heard.events.len(), heard.notice), (0, Some(notice)), "{name}");
        let heard = sample(name).referrals().unwrap();
        assert_eq!((heard.events.len(), heard.notice), (0, Some(notice)), "{name}");
    }
}

#[test]
fn a_blocked_slot_and_a_draft_are_passed_over_and_say_why() {
    let heard = sample("hl7-siu-s23.hl7").bookings().unwrap();
    assert!(heard.events.is_empty() && heard.passed_over[0].why.contains("slot"), "{heard:?}");
    let heard = sample("fhir-service-request-draft.json").referrals().unwrap();
    assert!(heard.events.is_empty() && heard.passed_over[0].why.contains("draft"), "{heard:?}");
}

#[test]
fn each_sample_of_a_referral_tells_the_same_referral() {
    use ReferralEventKind::{Added, Changed, Completed, Withdrawn};
    for (name, kind, full) in [
        ("referral-added.json", Added, true),
        ("cloudevent-referral-added.json", Added, true),
        ("referral-changed.json", Changed, true),
        ("referral-completed.json", Completed, false),
        ("referral-withdrawn.json", Withdrawn, false),
        ("fhir-bundle-service-request.json", Added, true),
        ("hl7-ref-i12.hl7", Added, true),
        ("hl7-ref-i13.hl7", Changed, true),
        ("hl7-ref-i14.hl7", Withdrawn, true),
    ] {
        let told = sample(name).referral();
        assert_eq!((told.id.as_str(), told.kind), ("R-3001", kind), "{name}");
        assert_eq!(told.details.is_some(), full, "{name}");
        let Some(mut details) = told.details else { continue };
        let mut first = sample("referral-added.json").referral().details.unwrap();
        details.referral_type.truncate(1);
        first.referral_type.truncate(1);
        assert!(details == first, "{name}: {details:?} and not {first:?}");
    }
    for (name, kind) in [
        ("fhir-service-request-active.json", Added),
        ("fhir-service-request-completed.json", Completed),
        ("fhir-service-request-revoked.json", Withdrawn),
    ] {
        let told = sample(name).referral();
        assert_eq!((told.id.as_str(), told.kind), ("R-3001", kind), "{name}");
    }
}

#[test]
fn an_incomplete_referral_is_one() {
    let details = sample("referral-added-incomplete.json").referral().details.unwrap();
    assert!(details.referrer.is_none() && details.referral_type.is_empty());
}

#[test]
fn every_file_of_a_language_is_read_here_by_name() {
    let tests = include_str!("samples.rs").to_owned() + include_str!("hl7.rs");
    let folder = format!("{}/../../events", env!("CARGO_MANIFEST_DIR"));
    let of_ours = |name: &String| {
        ["booking-", "referral-", "cloudevent-", "fhir-", "hl7-"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    let names: Vec<_> = names.filter(of_ours).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        assert!(tests.contains(&format!("\"{name}\"")), "{name} is read by no test");
    }
}
