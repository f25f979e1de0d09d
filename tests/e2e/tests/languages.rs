//! Bookings and referrals in every language, from sources that were added as the README says: a
//! secret of theirs under the prefix.

#![cfg(test)]

use e2e::practice::{Practice, created};
use e2e::problems::assert_problem;
use e2e::{stack, unique};
use serde_json::{Value, json};
use stack::{Answer, Secret, Stack, Webhook, unix_seconds};

const KEY: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const FHIR: &str = "application/fhir+json";
const HL7: &str = "x-application/hl7-v2+er7";

const MADE_FHIR: &str = include_str!("../../../events/fhir-appointment-booked.json");
const MOVED_FHIR: &str = include_str!("../../../events/fhir-appointment-moved.json");
const MADE_HL7: &str = include_str!("../../../events/hl7-siu-s12.hl7");
const CANCELLED_HL7: &str = include_str!("../../../events/hl7-siu-s15.hl7");
const MADE_CLOUDEVENT: &str = include_str!("../../../events/cloudevent-booking-made.json");
const REFERRED: &str = include_str!("../../../events/referral-added.json");
const REFERRED_FHIR: &str = include_str!("../../../events/fhir-service-request-active.json");
const REFERRED_HL7: &str = include_str!("../../../events/hl7-ref-i12.hl7");

/// A source of a test's own, and somebody whom it knows.
struct Source<'a> {
    practice: Practice<'a>,
    name: String,
    bearer: String,
    patient: String,
    booking: String,
}

impl<'a> Source<'a> {
    fn add(stack: &'a Stack) -> Self {
        let practice = Practice::make(stack);
        let mark = unique();
        let (name, bearer) =
            (format!("source-{mark}"), format!("bearer-of-{mark}-0123456789abcdef"));
        let secret = json!({ "current": KEY, "bearer": bearer });
        stack.emulator().put_secret(&secret_name(stack, &name), &secret).unwrap();
        let patient = format!("P-{mark}");
        let known = json!({
            "identifiers": [{ "source": name, "id": patient }],
            "first_name": practice.name,
            "last_name": "Example",
            "mobile": "0491 570 156",
            "site": practice.site,
        });
        created(practice.admin.post("/v1/patients", &known));
        let booking = format!("B-{mark}");
        Self { practice, name, bearer, patient, booking }
    }

    /// A file of `events/`, of this source's patient, site, type and booking.
    fn ours(&self, file: &str) -> String {
        let mark = unique();
        [
            ("B-2001", self.booking.as_str()),
            ("R-3001", &format!("R-{}", self.booking)),
            ("P-1001", &self.patient),
            ("physio-initial", &self.practice.booking_type),
            ("harbour", &self.practice.site),
            ("MSG000", &format!("MSG{mark}-")),
            ("REF000", &format!("REF{mark}-")),
            ("\"evt-1\"", &format!("\"evt-{mark}\"")),
            ("\n", if file.starts_with("MSH") { "\r" } else { "\n" }),
        ]
        .iter()
        .fold(file.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    fn bearing(&self, (method, path): (&str, &str), kind: &str, body: &str) -> Answer {
        let authorization = format!("Bearer {}", self.bearer);
        self.with((method, path), kind, &authorization, body)
    }

    fn with(
        &self,
        (method, path): (&str, &str),
        kind: &str,
        authorization: &str,
        body: &str,
    ) -> Answer {
        let headers = [("content-type", kind), ("authorization", authorization)];
        self.practice.stack.call(method, path, &headers, Some(body.as_bytes())).unwrap()
    }

    fn signed(&self, path: &str, kind: &str, body: &str) -> Answer {
        let id = format!("msg_{}", unique());
        let secret = Secret::new(KEY);
        let webhook = Webhook::signed(&secret, &id, unix_seconds(), body.as_bytes()).unwrap();
        let headers: Vec<_> = webhook
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str(), if name == "content-type" { kind } else { value.as_str() })
            })
            .collect();
        self.practice.stack.call("POST", path, &headers, Some(&webhook.body)).unwrap()
    }

    fn bookings(&self) -> String {
        format!("/webhooks/bookings/{}", self.name)
    }

    fn referrals(&self) -> String {
        format!("/webhooks/referrals/{}", self.name)
    }
}

impl Drop for Source<'_> {
    fn drop(&mut self) {
        let stack = self.practice.stack;
        // The stack goes away with it, should that fail.
        drop(stack.emulator().delete_secret(&secret_name(stack, &self.name)));
    }
}

fn secret_name(stack: &Stack, source: &str) -> String {
    format!("{}{source}", stack.description().output("WebhookSecretPrefix").unwrap())
}

/// What a delivery of one event did.
fn did(answer: &Answer) -> Value {
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.json().unwrap()
}

fn count(answer: &Value, what: &str) -> usize {
    answer[what].as_array().map_or(0, Vec::len)
}

#[test]
fn an_appointment_is_posted_and_put_and_a_text_follows() {
    let stack = stack();
    let source = Source::add(&stack);
    let path = source.bookings();
    let made = source.ours(MADE_FHIR);
    let begun = did(&source.bearing(("POST", &path), FHIR, &made));
    assert_eq!((&begun["outcome"], count(&begun, "enrolled")), (&json!("applied"), 1), "{begun}");
    let again = did(&source.bearing(("PUT", &path), FHIR, &made));
    assert_eq!(again["outcome"], "duplicate", "{again}");
    let address = format!("{path}/Appointment/{}", source.booking);
    let moved = did(&source.bearing(("PUT", &address), FHIR, &source.ours(MOVED_FHIR)));
    assert_eq!(moved["outcome"], "applied", "{moved}");
    let enrolment = begun["enrolled"][0]["enrolment"].as_str().unwrap();
    source.practice.sweep();
    source.practice.wait_until_completed(enrolment);
    assert_eq!(source.practice.texts().len(), 1);
    let elsewhere = format!("{path}/Appointment/another");
    assert_problem(&source.bearing(("PUT", &elsewhere), FHIR, &made), 422);
}

#[test]
fn a_schedule_message_is_acknowledged_and_enrols() {
    let stack = stack();
    let source = Source::add(&stack);
    let path = source.bookings();
    for (file, says) in [(MADE_HL7, "1 enrolment begun."), (CANCELLED_HL7, "1 enrolment changed.")]
    {
        let message = source.ours(file);
        let control = message.split('|').nth(9).unwrap().to_owned();
        let answer = source.bearing(("POST", &path), HL7, &message);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains(&format!("\rMSA|AA|{control}")), "{}", answer.body);
        assert!(answer.body.contains(says), "{}", answer.body);
    }
    let adt = source.ours(MADE_HL7).replace("SIU^S12^SIU_S12", "ADT^A01");
    let refused = source.bearing(("POST", &path), HL7, &adt);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("\rMSA|AR|"), "{}", refused.body);
}

#[test]
fn a_cloudevent_is_signed_and_enrols() {
    let stack = stack();
    let source = Source::add(&stack);
    let event = source.ours(MADE_CLOUDEVENT);
    let kind = "application/cloudevents+json";
    let begun = did(&source.signed(&source.bookings(), kind, &event));
    assert_eq!(count(&begun, "enrolled"), 1, "{begun}");
    // It is known by its own id, whatever the message's is.
    assert_eq!(did(&source.signed(&source.bookings(), kind, &event))["outcome"], "duplicate");
    assert_problem(&source.bearing(("POST", &source.bookings()), kind, &event), 401);
}

#[test]
fn referrals_come_in_every_language() {
    let stack = stack();
    let source = Source::add(&stack);
    let path = source.referrals();
    let added = did(&source.signed(&path, "application/json", &source.ours(REFERRED)));
    assert_eq!(added["outcome"], "applied", "{added}");

    let source = Source::add(&stack);
    let path = source.referrals();
    let request = source.ours(REFERRED_FHIR);
    let added = did(&source.bearing(("POST", &path), FHIR, &request));
    assert_eq!(added["outcome"], "applied", "{added}");
    let again = did(&source.bearing(("PUT", &path), FHIR, &request));
    assert_eq!(again["outcome"], "duplicate", "{again}");

    let source = Source::add(&stack);
    let path = source.referrals();
    let answer = source.bearing(("POST", &path), HL7, &source.ours(REFERRED_HL7));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains("\rMSA|AA|"), "{}", answer.body);
}

#[test]
fn a_wrong_bearer_secret_is_not_believed() {
    let stack = stack();
    let source = Source::add(&stack);
    let wrong = [
        String::new(),
        "Bearer ".to_owned(),
        format!("Bearer {}x", source.bearer),
        format!("Bearer {KEY}"),
        format!("Basic {}", source.bearer),
    ];
    for path in [source.bookings(), source.referrals()] {
        for (kind, file) in [(FHIR, MADE_FHIR), (HL7, MADE_HL7)] {
            let body = source.ours(file);
            for authorization in &wrong {
                let answer = source.with(("POST", &path), kind, authorization, &body);
                assert_problem(&answer, 401);
            }
        }
    }
    let nobody = "/webhooks/bookings/nobody";
    assert_problem(&source.bearing(("POST", nobody), FHIR, &source.ours(MADE_FHIR)), 401);
}
