//! Acknowledgments.

use dialects::Refusal;
use dialects::hl7::{AckCode, Condition, Hl7Error, header_of};

use crate::support::{HL7, Sent, at, sample};

fn written(answer: &dialects::hl7::Hl7Answer) -> Vec<String> {
    let bytes = answer.write("A1", at("2026-11-27T00:00:00Z"));
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.ends_with('\r') && !text.contains('\n'), "{text:?}");
    text.trim_end_matches('\r').split('\r').map(str::to_owned).collect()
}

fn refused(body: impl Into<Vec<u8>>) -> (Refusal, Vec<String>) {
    let refused = Sent::new(HL7, body).bookings().unwrap_err();
    (refused.why, written(&refused.hl7.unwrap()))
}

fn header(kind: &str, id: &str, processing: &str, version: &str) -> String {
    format!("MSH|^~\\&|DIARY|F^1&x|PC|C|20261122190000||{kind}|{id}|{processing}|{version}\r")
}

#[test]
fn what_was_taken_in_is_accepted_with_the_ends_swapped() {
    let heard = sample("hl7-siu-s12.hl7").bookings().unwrap();
    let answer = heard.hl7.unwrap().accept();
    assert_eq!(answer.code(), AckCode::Accepted);
    assert_eq!(answer.content_type(), "x-application/hl7-v2+er7; charset=utf-8");
    let expected = [
        "MSH|^~\\&|PATIENTCONNECT|harbour|DIARY|harbour|20261127000000+0000||ACK^S12^ACK|A1|P|2.4||||||UNICODE UTF-8",
        "MSA|AA|MSG0001",
    ];
    assert_eq!(written(&answer), expected);
    // It can be read back.
    assert!(er7::parse(&expected.join("\r")).is_ok());
}

#[test]
fn each_error_has_a_segment_of_its_own_from_v2_5_on_and_one_lists_them_before() {
    let segments = "SCH||B-1\rPID|||P-1\r";
    let (why, now) = refused(header("SIU^S12", "M1", "P", "2.5.1") + segments);
    assert!(matches!(why, Refusal::Wrong(_)));
    let expected = [
        "MSH|^~\\&|PC|C|DIARY|F^1&x|20261127000000+0000||ACK^S12^ACK|A1|P|2.5.1",
        "MSA|AE|M1",
        "ERR||SCH^1^8^1^1|101^Required field missing^HL70357|E||||is required: the type of booking, here, in AIS-3 or in SCH-7",
        "ERR||SCH^1^11^1^4|101^Required field missing^HL70357|E||||is required: when it starts, here, in TQ1-7 or in AIS-4",
    ];
    assert_eq!(now, expected);
    let (_, before) = refused(header("SIU^S12", "M1", "P", "2.3") + segments);
    let expected = [
        "MSH|^~\\&|PC|C|DIARY|F^1&x|20261127000000+0000||ACK^S12|A1|P|2.3",
        "MSA|AE|M1|is required: the type of booking, here, in AIS-3 or in SCH-7",
        "ERR|SCH^1^8^101&Required field missing&HL70357~SCH^1^11^101&Required field missing&HL70357",
    ];
    assert_eq!(before, expected);
}

#[test]
fn what_is_not_read_here_at_all_is_rejected() {
    for (message, code, place) in [
        (header("ADT^A01", "M1", "P", "2.5"), "200", "MSH^1^9^1^1"),
        (header("REF^I12", "M1", "P", "2.5"), "200", "MSH^1^9^1^1"),
        (header("SIU^S99", "M1", "P", "2.5"), "201", "MSH^1^9^1^2"),
        (header("SIU^S12", "M1", "T", "2.5"), "202", "MSH^1^11"),
        (header("SIU^S12", "M1", "D", "2.5"), "202", "MSH^1^11"),
        (header("SIU^S12", "M1", "", "2.5"), "202", "MSH^1^11"),
        (header("SIU^S12", "M1", "P", "2.8"), "203", "MSH^1^12"),
        (header("SIU^S12", "M1", "P", ""), "203", "MSH^1^12"),
    ] {
        let (_, answer) = refused(message.clone());
        assert_eq!(answer[1], if message.ends_with("||P|2.5\r") { "MSA|AR" } else { "MSA|AR|M1" });
        assert!(answer.iter().any(|it| it.contains(code)), "{answer:?}");
        assert!(message.contains("P|\r") || answer[2].contains(place), "{answer:?}");
    }
}

#[test]
fn a_message_for_the_other_address_says_which_it_is() {
    let said = sample("hl7-ref-i12.hl7").bookings().unwrap_err().to_string();
    assert!(said.contains("/webhooks/referrals/"), "{said}");
    let said = sample("hl7-siu-s12.hl7").referrals().unwrap_err().to_string();
    assert!(said.contains("/webhooks/bookings/"), "{said}");
}

#[test]
fn a_message_needs_its_id_and_its_time() {
    let (_, answer) = refused(header("SIU^S12", "", "P", "2.5"));
    assert_eq!(answer[1], "MSA|AE");
    assert!(answer[2].starts_with("ERR||MSH^1^10|101^"), "{answer:?}");
    let (_, answer) = refused(header("SIU^S12", "M1", "P", "2.5").replace("20261122190000", ""));
    assert!(answer[2].starts_with("ERR||MSH^1^7|101^"), "{answer:?}");
    let (_, answer) =
        refused(header("SIU^S12", "M1", "P", "2.5").replace("20261122190000", "20291122190000"));
    assert!(answer[2].starts_with("ERR||MSH^1^7|102^"), "{answer:?}");
}

#[test]
fn what_is_no_message_is_rejected_by_an_answer_that_knows_nothing_of_it() {
    let good = header("SIU^S12", "M1", "P", "2.5");
    for body in [
        String::new(),
        "MSH".to_owned(),
        "MSH|".to_owned() + "^^^^",
        "PID|||P-1".to_owned(),
        "{}".to_owned(),
        "BHS|^~\\&|DIARY\r".to_owned() + &good,
        "FHS|^~\\&|DIARY\r".to_owned() + &good,
        good.clone() + &good,
        good.clone() + "PID|" + &"|".repeat(60_000),
    ] {
        let (why, answer) = refused(body.clone());
        assert!(matches!(why, Refusal::Malformed(_)), "{why:?}");
        assert!(answer[0].starts_with("MSH|^~\\&|"), "{answer:?}");
        assert!(answer[1].starts_with("MSA|AR"), "{answer:?}");
        assert!(answer[2].contains("200^"), "{answer:?}");
    }
}

#[test]
fn an_answer_is_in_the_form_of_its_version() {
    for (version, kind) in [
        ("2.3", "ACK^S12"),
        ("2.3.1", "ACK^S12^ACK"),
        ("2.4", "ACK^S12^ACK"),
        ("2.5.1", "ACK^S12^ACK"),
    ] {
        let sent = Sent::new(HL7, header("SIU^S12", "M1", "P", version));
        let answer = written(&header_of(&sent.delivery()).accept());
        assert_eq!(answer[0].split('|').nth(8), Some(kind), "{version}");
    }
}

#[test]
fn the_id_of_the_message_comes_back_as_it_came() {
    for id in ["M1", "M1^2&3~4", "M\\S\\1", "M\\X41\\", " M1 ", "M\\1"] {
        let sent = Sent::new(HL7, header("SIU^S12", id, "P", "2.5"));
        let answer = written(&header_of(&sent.delivery()).accept());
        assert_eq!(answer[1], format!("MSA|AA|{id}"));
    }
}

#[test]
fn what_an_answer_says_in_words_ends_with_a_word_and_is_at_most_80_characters() {
    let sent = Sent::new(HL7, header("SIU^S12", "M1", "P", "2.4"));
    let said = |text: &str| {
        let answer = written(&header_of(&sent.delivery()).accept().saying(text));
        answer[1].split('|').nth(3).unwrap_or_default().to_owned()
    };
    let most = "x".repeat(39);
    assert_eq!(said(&format!("{most} {most}.")), format!("{most} {most}."));
    assert_eq!(said(&format!("{most} {most} and more")), format!("{most} ..."));
    assert_eq!(said(&"x".repeat(81)), "");
    let escaped = said(&"a | b ".repeat(20));
    assert!(escaped.ends_with(" ...") && (70..=80).contains(&escaped.len()), "{escaped}");
    let long = header("SIU^S14", "M1", "P", "2.4") + "SCH||B-1|||||||||||||||||||||||Zurich\r";
    let (_, answer) = refused(long);
    let text = answer[1].split('|').nth(3).unwrap();
    assert!(text.starts_with("is a status") && text.len() <= 80, "{text}");
}

#[test]
fn an_answer_escapes_what_it_says_and_keeps_to_the_senders_delimiters_and_characters() {
    let message = "MSH#*~\\&#DI\\F\\ARY#F###20261122190000##SIU*S12#M\\S\\1#P#2.5\r";
    let sent = Sent::new("text/hl7", message);
    let header = header_of(&sent.delivery());
    assert_eq!(header.control_id(), "M*1");
    let error = Hl7Error::general(Condition::ApplicationError, "a # and a * and a\r line");
    let answer = header.error(vec![error]);
    let expected = [
        "MSH#*~\\&###DI\\F\\ARY#F#20261127000000+0000##ACK*S12*ACK#A1#P#2.5",
        "MSA#AE#M\\S\\1",
        "ERR###207*Application internal error*HL70357#E####a \\F\\ and a \\S\\ and a line",
    ];
    assert_eq!(written(&answer), expected);
    assert_eq!(answer.content_type(), "text/hl7; charset=utf-8");
    let latin: Vec<u8> =
        header_text().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let sent = Sent::new(HL7, latin);
    let answer = header_of(&sent.delivery()).accept();
    assert!(answer.content_type().ends_with("iso-8859-1"));
    assert!(answer.write("A1", at("2026-11-27T00:00:00Z")).contains(&0xe9));
}

#[test]
fn a_refusal_before_a_message_is_read_repeats_its_ends_as_they_came() {
    let text = "MSH|^~\\&|DIARY|Caf\u{e9}|||20261122190000||SIU^S12|M1|P|2.5\r";
    let latin = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for body in [text.as_bytes().to_vec(), latin] {
        let sent = Sent::new(HL7, body);
        let answer = header_of(&sent.delivery()).reject(Vec::new());
        let written = answer.write("A1", at("2026-11-27T00:00:00Z"));
        let name = &sent.body[16..sent.body.iter().rposition(|byte| *byte == b'f').unwrap() + 2];
        assert!(written.windows(name.len()).any(|part| part == name), "{written:?}");
    }
}

fn header_text() -> String {
    "MSH|^~\\&|DIARY|Caf\u{e9}|||20261122190000||SIU^S12|M1|P|2.5||||||8859/1\r".to_owned()
}
