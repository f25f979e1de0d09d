//! From a booking to an email, and the way out of a commercial one.

#![cfg(test)]

use e2e::bookings::{booking_made, enrolment, message, taken_in};
use e2e::practice::{Practice, SOON, created};
use e2e::{stack, unique};
use serde_json::{Value, json};
use stack::{Answer, SentEmail, wait};

/// A program of emails beside the practice's own, the code of the booking type that starts it, and a
/// patient with an address.
struct Mailing<'a> {
    practice: Practice<'a>,
    booking_type: String,
    patient: String,
    external: String,
    address: String,
}

impl<'a> Mailing<'a> {
    fn make(stack: &'a stack::Stack, purpose: &str, body: &str) -> Self {
        let practice = Practice::make(stack);
        let mark = unique();
        let made = |path: &str, body: Value| created(practice.admin.post(path, &body));
        let template = made(
            "/v1/templates",
            json!({
                "channel": "email", "name": format!("Mail {mark}"),
                "subject": "Your visit on {{ booking.date }}", "body": body,
            }),
        );
        let action = json!({
            "type": "email", "template": template, "timing": { "when": "enrolled" },
            "ignore_window": true, "attach_calendar": true,
        });
        let program = made(
            "/v1/programs",
            json!({
                "type": "booking", "name": format!("Mail {mark}"), "purpose": purpose,
                "actions": [action],
            }),
        );
        let booking_type = format!("mail-{mark}");
        made(
            "/v1/booking-types",
            json!({ "code": booking_type, "name": "Physio", "starts": [program] }),
        );
        let enabled = practice.admin.post(&format!("/v1/programs/{program}/enable"), &json!({}));
        enabled.and_then(|answer| answer.success()).expect("it can be enabled");
        let (external, address) = (format!("P-{mark}"), format!("{mark}@patients.example"));
        let patient = made(
            "/v1/patients",
            json!({
                "identifiers": [{ "source": "diary", "id": external }],
                "first_name": "Ada", "last_name": "Example", "email": address,
                "site": practice.site,
            }),
        );
        Self { practice, booking_type, patient, external, address }
    }

    /// Books, and waits for the email.
    fn book(&self, stack: &stack::Stack) -> SentEmail {
        let booking = format!("B-{}", unique());
        let (site, kind) = (&self.practice.site, &self.booking_type);
        let event = booking_made(&booking, kind, site, &self.external);
        let answer = taken_in(stack, &message(stack, &event));
        self.practice.sweep();
        self.practice.wait_until_completed(&enrolment(&answer));
        let mut sent = self.mails(stack);
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent.remove(0)
    }

    fn mails(&self, stack: &stack::Stack) -> Vec<SentEmail> {
        let mut sent = stack.emulator().sent_emails().expect("the local cloud's mail");
        sent.retain(|email| email.to.contains(&self.address));
        sent
    }
}

/// Posts as a mail program does (RFC 8058).
fn post(stack: &stack::Stack, path: &str) -> Result<Answer, stack::Error> {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    stack.call("POST", path, &form, Some(b"List-Unsubscribe=One-Click"))
}

#[test]
fn a_booking_becomes_one_email_with_text_and_html() {
    let stack = stack();
    let mailing =
        Mailing::make(&stack, "care", "# Hello\n\nDear **{{ patient.first_name }}**, see you.");
    let sent = mailing.book(&stack);
    assert_eq!(sent.subject, "Your visit on 3 December 2031");
    assert!(sent.source.ends_with("<no-reply@harbour.example>"), "{}", sent.source);
    assert!(sent.body_text.starts_with("Hello\n\nDear Ada, see you."), "{}", sent.body_text);
    let html = sent.body_html.expect("it has HTML");
    assert!(html.contains("Dear <strong>Ada</strong>, see you."), "{html}");
    assert!(!html.contains("unsubscribe/"), "care has no way out in its text");
}

/// Its headers for the mail program, and the calendar file of a booking, cannot be looked at here: of
/// what SES is asked the local cloud keeps addresses, subject and texts. That SES is asked for them is
/// tried in `aws::email`.
#[test]
fn a_commercial_email_has_a_link_that_takes_consent_back_by_one_post() {
    let stack = stack();
    let mailing = Mailing::make(&stack, "commercial", "News for {{ patient.first_name }}!");
    let consent = format!("/v1/patients/{}/consents/email/commercial", mailing.patient);
    let given = json!({ "choice": "given", "how": "asked at the desk" });
    mailing.practice.admin.put(&consent, &given).expect("an answer").success().expect("recorded");
    let sent = mailing.book(&stack);
    let (_, link) = sent.body_text.rsplit_once("/unsubscribe/").expect("a link");
    let path = format!("/unsubscribe/{}", link.trim());
    let looked = stack.call("GET", &path, &[], None).expect("a page");
    assert_eq!((looked.status, looked.body.contains("<form method=\"post\">")), (200, true));
    let choice = || {
        let patient = mailing.practice.read(&format!("/v1/patients/{}", mailing.patient));
        let consents = patient["consents"].as_array().expect("consents").clone();
        let ours = consents.iter().find(|it| it["purpose"] == "commercial").expect("one").clone();
        ours["choice"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(choice(), "given", "to look changes nothing");
    let clicked = post(&stack, &path).expect("a page");
    assert_eq!(clicked.status, 200, "{}", clicked.body);
    wait::until("the consent to be taken back", SOON, || {
        Ok((choice() == "withdrawn").then_some(()))
    })
    .expect("it is taken back");
    let forged = post(&stack, "/unsubscribe/AAAA");
    assert_eq!(forged.expect("a page").status, 404);
}
