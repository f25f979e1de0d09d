//! Patients in SIU messages, and the characters they are written in.

use crate::hl7::{SCH, siu};
use crate::support::{HL7, Sent, pointers};

fn patient(pid: &str) -> domain::intake::PresentedPatient {
    siu("S12", &format!("{SCH}\rPID|{pid}")).booking().visit.unwrap().patient
}

#[test]
fn a_patients_own_id_is_told_apart_from_numbers_others_gave() {
    let id = |pid: &str| patient(pid).id.map(|id| id.reveal().as_str().to_owned());
    for (pid, own) in [
        ("||2123456701^^^AUSHIC^MC~D1^^^DVA^DVA~P-1^^^DIARY^PI", Some("P-1")),
        ("||P-0~P-1^^^DIARY^MR", Some("P-1")),
        ("||P-0^^^^PT~P-1^^^^PI", Some("P-1")),
        ("||P-0~P-1^^^^PT", Some("P-1")),
        ("||2123456701^^^AUSHIC~P-0", Some("P-0")),
        ("||8003608166690503^^^AUSHIC^NI~P-0", Some("P-0")),
        ("|P-9", Some("P-9")),
        ("|P-9|\"\"", Some("P-9")),
        ("||P-1^^^f^mr", Some("P-1")),
        ("||P-1^^^WEST^MR", Some("WEST:P-1")),
        ("||P-1^^^&1.2.36.7&ISO^MR", Some("1.2.36.7:P-1")),
        ("||P-7^^^WEST^MR~P-1^^^DIARY^MR", Some("P-1")),
        ("||P-7^^^WEST^MR~P-1^^^DIARY^PI", Some("WEST:P-7")),
    ] {
        assert_eq!(id(pid).as_deref(), own, "{pid}");
    }
    // What others call somebody is no key: such a patient is known by their name.
    for kind in ["NI", "DL", "PEN", "HC", "SS", "DVA", "AN", "VN", "PPN", "BR", "XX", "ACSN"] {
        let described = patient(&format!("||7^^^^{kind}||Rossi^Maria||19840309"));
        assert!(described.id.is_none(), "{kind}");
    }
    let described = patient("||2123456701^^^AUSHIC^MC||Rossi^Maria");
    assert!(described.id.is_none() && described.medicare.is_some());
}

#[test]
fn what_is_malformed_of_a_patient_is_left_out_and_escapes_are_decoded() {
    let wrong = patient(
        "||P-1~2123456711^^^^MC||Rossi^Maria||1984||||1 Quay St^^Sydney||(02) 5550 1234^PRN^PH~maria^NET",
    );
    assert!(wrong.medicare.is_none() && wrong.date_of_birth.is_none() && wrong.address.is_none());
    assert!(wrong.mobile.is_none() && wrong.email.is_none());
    let escaped = patient("||P-1||O\\T\\Brien\\X27\\s^Ren\\XC3A9\\e");
    assert_eq!(escaped.last_name.unwrap().reveal().as_str(), "O&Brien's");
    assert_eq!(escaped.first_name.unwrap().reveal().as_str(), "Renée");
    let parts = patient("||P-1||||||||||^ORN^CP^^61^^491570006");
    assert_eq!(parts.mobile.unwrap().e164(), "+61491570006");
    let at_work = patient("||P-1||||||||||(02) 5550 1234^PRN^PH|0491 570 006^WPN^CP");
    assert_eq!(at_work.mobile.unwrap().e164(), "+61491570006");
    let names = patient("||P-1||Old^Maria^^^^^M~Other^Maria~Rossi^Maria^^^^^L");
    assert_eq!(names.last_name.unwrap().reveal().as_str(), "Rossi");
}

#[test]
fn other_delimiters_and_other_characters_are_read() {
    let message = "MSH#*~\\&#DIARY#F###20261122190000##SIU*S12#M1#P#2.5\rSCH##B-1######physio###***203112031030\rPID###P-1##Rossi*Ren\\S\\\r";
    let told = Sent::new(HL7, message).booking();
    assert_eq!(told.visit.unwrap().patient.first_name.unwrap().reveal().as_str(), "Ren*");
    let latin = "MSH|^~\\&|DIARY|F|||20261122190000||SIU^S12|M1|P|2.4||||||8859/1\rSCH||B-1||||||physio|||^^^203112031030\rPID|||P-1||Rossi^Ren\u{e9}e\r";
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let told = Sent::new(HL7, latin.clone()).booking();
    assert_eq!(told.visit.unwrap().patient.first_name.unwrap().reveal().as_str(), "Renée");
}

#[test]
fn characters_are_those_that_msh_18_or_the_content_type_names_or_that_the_bytes_allow() {
    let utf_8 = "Ren\u{e9}e".as_bytes();
    let said = "named";
    for (in_msh, in_http, name, read) in [
        ("8859/1", "", &b"Ren\xe9e"[..], "Renée"),
        ("ISO-8859-1", "utf-8", b"Ren\xe9e", "Renée"),
        ("ISO8859-1", "", b"O\x92Brien", "O’Brien"),
        ("WINDOWS-1252", "", b"O\x92Brien", "O’Brien"),
        ("cp1252", "", b"\x8eo\xeb", "Žoë"),
        ("8859/15", "", b"\xb4o\xeb", "Žoë"),
        ("UNICODE UTF-8", "iso-8859-1", utf_8, "Renée"),
        ("", "utf-8", utf_8, "Renée"),
        ("", "\"ISO-8859-1\"", utf_8, "RenÃ©e"),
        ("ASCII", "iso-8859-15", b"\xb4o\xeb", "Žoë"),
        ("", "", utf_8, "Renée"),
        ("", "", b"Ren\xe9e", "Renée"),
        ("ASCII", "", b"O\x92Brien", "O’Brien"),
        ("UNICODE UTF-8", "", b"Ren\xe9e", said),
        ("", "utf-8", b"Ren\xe9e", said),
        ("8859/2", "", b"Maria", said),
        ("", "utf-16", b"Maria", said),
    ] {
        let head = format!("MSH|^~\\&|DIARY|F|||20261122190000||SIU^S12|M1|P|2.4||||||{in_msh}\r");
        let pid = [head.as_bytes(), SCH.as_bytes(), b"\rPID|||P-1||Rossi^", name].concat();
        let content_type =
            if in_http.is_empty() { HL7.to_owned() } else { format!("{HL7}; charset={in_http}") };
        let sent = Sent::new(&content_type, pid);
        if read == said {
            assert_eq!(pointers(sent.bookings()), ["MSH^1^18"], "{in_msh} {in_http}");
            continue;
        }
        let patient = sent.booking().visit.unwrap().patient;
        assert_eq!(patient.first_name.unwrap().reveal().as_str(), read, "{in_msh} {in_http}");
    }
}
