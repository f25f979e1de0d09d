//! SIU messages.

use chrono::Duration;
use domain::booking::BookingEventKind as Kind;
use domain::intake::{Until, When};

use crate::support::{HL7, Sent, pointers, sample};

/// A message of these segments, without MSH.
pub(crate) fn siu(trigger: &str, segments: &str) -> Sent {
    let message = format!(
        "MSH|^~\\&|DIARY|F|PC|C|20261122190000||SIU^{trigger}^SIU_S12|M1|P|2.4\r{segments}"
    );
    Sent::new(HL7, message)
}

pub(crate) const SCH: &str = "SCH||B-1||||||physio|||^^^20311203103000";

fn with_status(trigger: &str, status: &str) -> Sent {
    siu(trigger, &format!("{SCH}||||||||||||||{status}\rPID|||P-1\r"))
}

#[test]
fn each_trigger_has_its_meaning() {
    for (trigger, status, kind) in [
        ("S12", "", Kind::Made),
        ("S12", "Booked", Kind::Made),
        ("S12", "Cancelled", Kind::Cancelled),
        ("S12", "Waitlist", Kind::Requested),
        ("S12", "Noshow", Kind::NotAttended),
        ("S12", "Started", Kind::Arrived),
        ("S13", "", Kind::Moved),
        ("S13", "Overbook", Kind::Moved),
        ("S13", "Pending", Kind::Requested),
        ("S13", "Dc", Kind::Cancelled),
        ("S13", "Deleted", Kind::Deleted),
        ("S15", "Booked", Kind::Cancelled),
        ("S16", "", Kind::Cancelled),
        ("S17", "", Kind::Deleted),
        ("S26", "Booked", Kind::NotAttended),
        ("S14", "", Kind::Changed),
        ("S18", "BOOKED", Kind::Moved),
        ("S19", "Overbook", Kind::Moved),
        ("S20", "Started", Kind::Arrived),
        ("S21", "Complete", Kind::Fulfilled),
        ("S22", "Waitlist", Kind::Requested),
        ("S14", "Dc", Kind::Cancelled),
        ("S14", "Deleted", Kind::Deleted),
        ("S14", "Noshow", Kind::NotAttended),
        ("S14", "CANC", Kind::Cancelled),
        ("S14", "canceled", Kind::Cancelled),
        ("S14", "DNA", Kind::NotAttended),
        ("S14", "FTA", Kind::NotAttended),
        ("S14", "No-Show", Kind::NotAttended),
        ("S14", "CHECKED IN", Kind::Arrived),
        ("S14", "Completed", Kind::Fulfilled),
        ("S14", "7^Cancelled^L", Kind::Cancelled),
    ] {
        assert_eq!(with_status(trigger, status).booking().kind, kind, "{trigger} {status}");
    }
    assert_eq!(sample("hl7-siu-s16.hl7").booking().kind, Kind::Cancelled);
    for (trigger, status) in [("S23", ""), ("S24", ""), ("S14", "Blocked"), ("S12", "Blocked")] {
        let heard = with_status(trigger, status).bookings().unwrap();
        assert_eq!((heard.events.len(), heard.passed_over.len()), (0, 1), "{trigger} {status}");
    }
    for trigger in ["S12", "S13"] {
        let heard = with_status(trigger, "Zurich").bookings().unwrap();
        assert_eq!((heard.events.len(), heard.passed_over.len()), (1, 1), "{trigger}");
    }
    for trigger in ["S11", "S25", "S27", "", "X"] {
        assert_eq!(pointers(with_status(trigger, "").bookings()), ["MSH^1^9^2"], "{trigger}");
    }
}

#[test]
fn a_change_to_a_status_that_is_not_known_is_refused_and_told_which_are() {
    for trigger in ["S14", "S18", "S19", "S20", "S21", "S22"] {
        for status in ["Zurich", "waiting", "?"] {
            let refused = with_status(trigger, status).bookings();
            assert_eq!(pointers(refused), ["SCH^1^25^1"], "{trigger} {status}");
        }
    }
    let refused = with_status("S14", "Zurich").bookings().unwrap_err();
    let says = refused.to_string();
    assert!(says.contains("noshow") && says.contains("cancelled"), "{says}");
    let error = &refused.hl7.as_ref().unwrap().errors()[0];
    assert_eq!(error.condition, dialects::hl7::Condition::TableValueNotFound);
}

#[test]
fn the_fillers_id_counts_before_the_placers() {
    let id = |sch: &str| siu("S15", sch).booking().id.as_str().to_owned();
    assert_eq!(id("SCH|W-1|B-1"), "B-1");
    assert_eq!(id("SCH|W-1"), "W-1");
    assert_eq!(id("SCH|W-1|\"\""), "W-1");
    assert_eq!(pointers(siu("S15", "SCH||^D").bookings()), ["SCH^1^2^1"]);
    assert_eq!(pointers(siu("S15", "PID|||P-1").bookings()), ["SCH^1"]);
}

#[test]
fn a_key_that_is_not_the_senders_own_is_one_with_whoever_gave_it() {
    for (filler, id) in [
        ("B-1", "B-1"),
        ("B-1^DIARY", "B-1"),
        ("B-1^diary", "B-1"),
        ("B-1^F", "B-1"),
        ("B-1^WEB", "WEB:B-1"),
        ("B-1^^1.2.36.7^ISO", "1.2.36.7:B-1"),
        ("B-1^WEB^1.2.36.7^ISO", "WEB:B-1"),
    ] {
        let told = siu("S15", &format!("SCH||{filler}")).booking();
        assert_eq!(told.id.as_str(), id, "{filler}");
        let told = siu("S15", &format!("SCH|{filler}")).booking();
        assert_eq!(told.id.as_str(), id, "{filler}");
    }
    let long = siu("S15", &format!("SCH||{}^WEB", "B".repeat(128)));
    assert_eq!(pointers(long.bookings()), ["SCH^1^2^1"]);
}

#[test]
fn a_start_is_looked_for_in_three_places_in_their_order() {
    let start = |segments: &str| {
        let told = siu("S12", &format!("{segments}\rPID|||P-1")).booking();
        match told.visit.unwrap().start {
            When::OnSite(at) => at.format("%H").to_string(),
            When::Instant(at) => panic!("{at}"),
        }
    };
    let (tq1, sch) = ("TQ1|||||||203112030900", "SCH||B-1||||||physio|||^^^203112031000");
    let ais = "AIS|1||x|203112031100";
    assert_eq!(start(&format!("{sch}\r{tq1}\r{ais}")), "09");
    assert_eq!(start(&format!("{sch}\r{ais}")), "10");
    assert_eq!(start(&format!("SCH||B-1||||||physio\r{ais}")), "11");
    let none = siu("S12", "SCH||B-1||||||physio\rPID|||P-1").bookings();
    assert_eq!(pointers(none), ["SCH^1^11^4"]);
    let wrong = siu("S12", "SCH||B-1||||||physio\rAIS|1||x|20311203\rPID|||P-1").bookings();
    assert_eq!(pointers(wrong), ["AIS^1^4^1"]);
    // A day alone hides no time, and of several services the earliest counts.
    let (day, sch_day) = ("TQ1|||||||20311203", "SCH||B-1||||||physio|||^^^20311203");
    assert_eq!(start(&format!("{sch}\r{day}\r{ais}")), "10");
    assert_eq!(start(&format!("{sch_day}\r{day}\r{ais}")), "11");
    assert_eq!(start(&format!("{sch_day}\rAIS|1||x|20311203\r{ais}\rAIS|3||x|203112030800")), "08");
    for (segments, place) in [
        (format!("{sch_day}\r{day}"), "TQ1^1^7^1"),
        (sch_day.to_owned(), "SCH^1^11^4"),
        (format!("SCH||B-1||||||physio|||^^^soon\r{ais}"), "SCH^1^11^4"),
    ] {
        let wrong = siu("S12", &format!("{segments}\rPID|||P-1")).bookings();
        assert_eq!(pointers(wrong), [place], "{segments}");
    }
}

#[test]
fn an_end_is_a_time_or_a_length_in_its_unit() {
    let end = |sch: &str| {
        siu("S12", &format!("{sch}\rPID|||P-1\rAIS|1||x|||| |50|min")).booking().visit.unwrap().end
    };
    let sch = |long: &str, end: &str| format!("SCH||B-1||||||physio|{long}|^^^203112031000^{end}");
    assert!(matches!(end(&sch("30|min", "203112031020")), Some(Until::At(_))));
    assert_eq!(end(&sch("30|min", "")), Some(Until::For(Duration::minutes(30))));
    assert_eq!(end(&sch("1|h", "203112030900")), None, "it would end before it begins");
    assert_eq!(end(&sch("90|s", "soon")), Some(Until::For(Duration::seconds(90))));
    assert_eq!(end(&sch("2|fortnights", "")), None);
    let at = |text: &str| Some(Until::At(When::OnSite(text.parse().unwrap())));
    let zero = end(&sch("30|min", "203112031000"));
    assert_eq!(zero, at("2031-12-03T10:00:00"), "a note in the diary is said to end as it begins");
    for (segments, expected) in [
        (
            "SCH||B-1||||||physio|0|min\rAIS|1||x|203112031000|||30|min",
            Some(Until::For(Duration::minutes(30))),
        ),
        ("SCH||B-1||||||physio|0|min\rAIS|1||x|203112031000|||0|min", None),
        (
            "SCH||B-1||||||physio\rAIS|1||x|203112031000|||0|min\rAIS|2||x|203112031000|||20|min",
            Some(Until::For(Duration::minutes(20))),
        ),
        (
            "SCH||B-1||||||physio\rAIS|1||x|203112031030|||20|min\rAIS|2||x|203112031000|||30|min",
            at("2031-12-03T10:50:00"),
        ),
        (
            "SCH||B-1||||||physio|||^^^203112031000^203112031020\rTQ1||||||||20311203",
            at("2031-12-03T10:20:00"),
        ),
    ] {
        let told = siu("S12", &format!("{segments}\rPID|||P-1")).booking();
        assert_eq!(told.visit.unwrap().end, expected, "{segments}");
    }
}

#[test]
fn types_and_sites_are_candidates_in_their_order() {
    let told = siu("S12", "SCH||B-1|||||reason^Why|physio^Physio|||^^^203112031000\rPID|||P-1\rPV1|||W2^^^PV\rAIS|1||ais^Service\rAIL|1||R1^^^AIL\r").booking();
    let codes = |codes: Vec<domain::text::Code>| {
        codes.iter().map(|code| code.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(told.visit.unwrap().booking_type),
        ["physio", "Physio", "ais", "Service", "reason", "Why"]
    );
    assert_eq!(codes(told.site), ["AIL", "R1", "PV", "W2", "F"]);
}

#[test]
fn a_message_without_a_patient_is_the_diarys_own_unless_it_ends_something() {
    assert_eq!(siu("S12", SCH).bookings().unwrap().passed_over.len(), 1);
    assert_eq!(siu("S15", SCH).booking().visit, None);
    let two = siu("S12", &format!("{SCH}\rPID|1||P-1\rPID|2||P-2"));
    assert_eq!(pointers(two.bookings()), ["PID^2^3"]);
    let ended = siu("S15", &format!("{SCH}\rPID|1||P-1\rPID|2||P-2")).booking();
    assert_eq!((ended.kind, ended.visit), (Kind::Cancelled, None));
    let nobody = siu("S12", &format!("{SCH}\rPID|1||\"\"||Rossi^Maria"));
    assert_eq!(pointers(nobody.bookings()), ["PID^1^3"]);
}

#[test]
fn the_number_of_a_message_is_no_version_of_its_booking() {
    let message = String::from_utf8(siu("S15", SCH).body).unwrap();
    let told = Sent::new(HL7, message.replace("|P|2.4", "|P|2.4|7")).booking();
    assert_eq!((told.kind, told.version), (Kind::Cancelled, None));
}

#[test]
fn a_clock_may_be_an_hour_fast_and_a_site_as_far_east_as_sites_are() {
    // All of it comes at midnight in UTC.
    for (time, is_read) in [
        ("20261127010000+0000", true),
        ("20261127120000+1100", true),
        ("20261127010001+0000", false),
        ("20261127120001+1100", false),
        ("20261127150000", true),
        ("20261127150001", false),
        ("20271122190000", false),
    ] {
        let message = String::from_utf8(siu("S15", SCH).body).unwrap();
        let read = Sent::new(HL7, message.replace("20261122190000", time)).bookings();
        match read {
            Ok(heard) => assert!(is_read && heard.events.len() == 1, "{time}"),
            Err(_) => assert!(!is_read && pointers(read) == ["MSH^1^7"], "{time}"),
        }
    }
}

#[test]
fn an_event_is_its_application_and_control_id() {
    let heard = siu("S12", &format!("{SCH}\rPID|||P-1")).bookings().unwrap();
    assert_eq!(heard.events[0].id.as_ref().unwrap().as_str(), "DIARY M1");
    let spaced =
        Sent::new(HL7, siu("S12", &format!("{SCH}\n\nPID|||P-1\r\n")).body).bookings().unwrap();
    assert_eq!(spaced.events, heard.events);
}
