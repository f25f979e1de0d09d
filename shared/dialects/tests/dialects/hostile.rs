//! Nothing panics, whatever comes: the corpus of the fuzz targets, and some thousands of changes to it.

use std::path::Path;

use dialects::hl7::header_of;

use crate::support::{CLOUD_EVENT, FHIR, HL7, JSON, Sent, at};

/// The ways in which it may come: bare, put at an address of its own, and as the data of a `CloudEvent`.
const WAYS: [fn(Sent) -> Sent; 3] =
    [|sent| sent, |sent| sent.put("Appointment", "B-2001"), as_data];

fn as_data(sent: Sent) -> Sent {
    let attributes = ["ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time"];
    let values = ["1.0", "7%", "\"di\\\"ary\"", "booking.made.v1", "2026-11-22T08:00:00Z"];
    let event = attributes.into_iter().zip(values);
    event.fold(sent, |sent, (name, value)| sent.header(name, value))
}

/// Reads it bare.
fn read(content_type: &str, body: &[u8]) {
    read_at_both(&Sent::new(content_type, body));
}

/// Reads it at both addresses, and writes each answer.
fn read_at_both(sent: &Sent) {
    let now = at("2026-11-27T00:00:00Z");
    // What comes before it is read.
    let unread = header_of(&sent.delivery()).reject(Vec::new()).write("A1", now);
    let unread: String = unread.iter().copied().map(char::from).collect();
    assert_eq!(er7::parse(&unread).unwrap().query("MSA-1").unwrap().as_deref(), Some("AR"));
    let bookings = sent.bookings().map(|heard| heard.hl7);
    let referrals = sent.referrals().map(|heard| heard.hl7);
    for read in [bookings, referrals] {
        match read {
            Ok(Some(header)) => assert!(!header.accept().write("A1", now).is_empty()),
            Ok(None) => {}
            Err(refused) => {
                assert!(!refused.to_string().is_empty());
                let Some(answer) = refused.hl7 else { continue };
                let written = answer.write("A1", now);
                // Whatever was sent, the answer is HL7 v2.
                let text: String = written.iter().copied().map(char::from).collect();
                let answer = er7::parse(&text).unwrap();
                assert!(answer.query("MSA-1").unwrap().is_some(), "{text}");
            }
        }
    }
}

fn languages(name: &str) -> &'static [&'static str] {
    match name {
        "hl7" => &[HL7],
        "fhir" => &[FHIR],
        _ => &[JSON, CLOUD_EVENT],
    }
}

fn corpus() -> Vec<(&'static [&'static str], Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/corpus");
    let mut all = Vec::new();
    for name in ["json", "fhir", "hl7"] {
        for file in std::fs::read_dir(root.join(name)).unwrap() {
            all.push((languages(name), std::fs::read(file.unwrap().path()).unwrap()));
        }
    }
    all
}

/// Numbers that are the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below.max(1)).unwrap()).unwrap()
    }
}

#[test]
fn the_corpus_is_read_without_a_panic() {
    let corpus = corpus();
    assert!(corpus.len() >= 60, "{}", corpus.len());
    for (types, body) in &corpus {
        for content_type in *types {
            for way in WAYS {
                read_at_both(&way(Sent::new(content_type, body.as_slice())));
            }
        }
    }
}

#[test]
fn thousands_of_changes_to_the_corpus_are_read_without_a_panic() {
    const PIECES: [&[u8]; 18] = [
        b"\"",
        b"{",
        b"[",
        b"null",
        b"-1",
        b"1e999",
        b"\\X",
        b"\\",
        b"|",
        b"^",
        b"~",
        b"&",
        b"\r",
        "é€".as_bytes(),
        b"\xff",
        b"MSH",
        b"20261301",
        b"99999999999999999999",
    ];
    let corpus = corpus();
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    for round in 0..6000 {
        let (types, original) = &corpus[round % corpus.len()];
        let mut body = original.clone();
        for _ in 0..=numbers.next(4) {
            let here = numbers.next(body.len());
            match numbers.next(4) {
                0 => body.truncate(here),
                1 => drop(
                    body.splice(here..here, PIECES[numbers.next(PIECES.len())].iter().copied()),
                ),
                2 if !body.is_empty() => body[here] = u8::try_from(numbers.next(256)).unwrap(),
                _ => {
                    let end = (here + numbers.next(40)).min(body.len());
                    let part: Vec<u8> = body.drain(here.min(end)..end).collect();
                    let there = numbers.next(body.len());
                    body.splice(there..there, part);
                }
            }
        }
        let way = WAYS[numbers.next(WAYS.len())];
        read_at_both(&way(Sent::new(types[numbers.next(types.len())], body)));
    }
}

#[test]
fn what_is_deep_or_huge_is_refused_or_read_in_no_time() {
    let deep = "[".repeat(200_000);
    let long_name = "x".repeat(1_000_000);
    let flat = format!(
        "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{}{{}}]}}",
        "{},".repeat(300_000)
    );
    let started = std::time::Instant::now();
    for body in
        [deep.clone(), format!("{{\"data\":{deep}"), format!("{{\"type\":\"{long_name}\"}}"), flat]
    {
        for content_type in [JSON, CLOUD_EVENT, FHIR] {
            read(content_type, body.as_bytes());
        }
    }
    let head = "MSH|^~\\&|D|F|||20261122190000||SIU^S12|M1|P|2.5\r";
    for body in [
        format!("{head}PID|{}", "~".repeat(900_000)),
        format!("{head}{}", "PID|1\r".repeat(20_000)),
        format!("MSH|^~\\&|{long_name}"),
        format!("{head}PID|||{}", "\\X41".repeat(200_000)),
    ] {
        read(HL7, body.as_bytes());
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
