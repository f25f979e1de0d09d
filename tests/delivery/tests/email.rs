//! From a booking to an email, and what may come between.

#![cfg(test)]

use app::deliver::Delivered;
use app::ports::{Catalogue, Email, People, Pointer, SendError};
use delivery::Clinic;
use domain::address::AddressLine;
use domain::booking::BookingEventKind;
use domain::email::EmailAddress;
use domain::enrolment::{HoldReason, Status};
use domain::ledger::{Destination, LedgerState, Outcome};
use domain::patient::{Choice, Patient};
use domain::program::{Channel, Program, Purpose};
use domain::site::{Letterhead, ShownPhone, Site};
use domain::template::{Body, BodyKind, Content, Template};
use domain::timing::Timing;
use testkit::build::{self, email, event};
use testkit::fakes::Answer as Provider;
use testkit::faults::{DEATHS, at_every_call};

const VISIT: &str = "2026-12-03T10:30:00+11:00";

fn maria() -> EmailAddress {
    EmailAddress::parse("maria@example.com").unwrap()
}

/// A clinic that sends an email for each booking; its patient as `change` leaves her.
async fn clinic_whose_patient(change: impl FnOnce(&mut Patient)) -> Clinic {
    let clinic = Clinic::with(vec![email(10, Timing::Enrolled)]).await;
    let mut patient = build::patient();
    patient.revision = 2;
    patient.email = Some(maria());
    change(&mut patient);
    clinic.dynamo.people().save_patient(&build::patient(), &patient).await.unwrap();
    clinic
}

async fn book(clinic: &Clinic, version: u64, kind: BookingEventKind, start: &str) {
    let id = format!("evt-{version}");
    clinic.event(&id, &event(version, kind, start)).await.unwrap();
}

async fn clinic_with_a_queued_email() -> (Clinic, Pointer) {
    let clinic = clinic_whose_patient(|_| {}).await;
    book(&clinic, 1, BookingEventKind::Made, VISIT).await;
    let pointer = clinic.queued().await;
    (clinic, pointer)
}

fn calendar(email: &Email) -> String {
    email.calendar.as_ref().expect("it brings a calendar").reveal().clone()
}

/// The value of a property of a calendar file.
fn property<'a>(calendar: &'a str, name: &str) -> &'a str {
    let line = calendar.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("no {name} in {calendar}"))
}

#[tokio::test]
async fn a_booking_becomes_an_email_with_its_attempt_and_its_calendar() {
    let clinic = clinic_whose_patient(|_| {}).await;
    let reply_to = EmailAddress::parse("desk@harbour.example").unwrap();
    let letterhead = Letterhead {
        address: vec![AddressLine::parse("1 Quay Street").unwrap()],
        phone: Some(ShownPhone::parse("(02) 5550 0123").unwrap()),
        email: None,
    };
    let site = Site { revision: 2, reply_to: Some(reply_to.clone()), letterhead, ..build::site() };
    clinic.dynamo.catalogue().save_site(&build::site(), &site).await.unwrap();
    book(&clinic, 1, BookingEventKind::Made, VISIT).await;
    assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)]);
    let (sent, about) = clinic.email.outbox().remove(0);
    assert_eq!((sent.to.clone(), sent.from_name.as_str()), (maria(), "Harbour"));
    assert_eq!(sent.reply_to, Some(reply_to));
    assert_eq!(sent.mail.subject.reveal(), "Your visit on 3 December 2026");
    assert!(sent.mail.text.reveal().starts_with("Dear Maria,\n\nplease bring your card."));
    assert!(sent.mail.text.reveal().ends_with("Harbour Clinic\n1 Quay Street\n(02) 5550 0123"));
    assert!(sent.mail.html.reveal().contains("<strong>please bring</strong> your card."));
    assert_eq!(sent.way_out, None, "care has no way out in its headers");
    let calendar = calendar(&sent);
    assert_eq!(property(&calendar, "DTSTART"), "20261202T233000Z");
    assert_eq!(property(&calendar, "METHOD"), "PUBLISH");
    assert_eq!(property(&calendar, "SUMMARY"), "Appointment at Harbour");
    assert_eq!(property(&calendar, "LOCATION"), "Harbour Clinic\\, 1 Quay Street");
    assert!(!calendar.contains("Maria") && !calendar.contains("B-"), "{calendar}");
    assert!(matches!(clinic.enrolment().await.status, Status::Completed { .. }));
    let row = clinic.ledger().await.remove(0);
    assert_eq!(Some(row.key), about, "the provider tells by it what came of the message");
    assert_eq!(row.to, Some(Destination::Mailbox(maria())));
    let provider_id = "ses-1".to_owned();
    let sent = matches!(row.state, LedgerState::Settled { outcome: Outcome::Sent { provider_id: id }, .. } if id == provider_id);
    assert!(sent, "its row says so");
}

#[tokio::test]
async fn a_moved_booking_is_the_same_event_of_the_calendar_in_a_later_version() {
    let calendar_after = async |moves: &[&str]| {
        let clinic = clinic_whose_patient(|_| {}).await;
        book(&clinic, 1, BookingEventKind::Made, VISIT).await;
        for (version, start) in (2..).zip(moves) {
            book(&clinic, version, BookingEventKind::Moved, start).await;
        }
        clinic.minute().await;
        calendar(&clinic.email.outbox().remove(0).0)
    };
    let first = calendar_after(&[]).await;
    let moved = calendar_after(&["2026-12-10T09:00:00+11:00"]).await;
    assert_eq!(property(&first, "UID"), property(&moved, "UID"));
    let sequence = |calendar: &str| property(calendar, "SEQUENCE").parse::<u32>().unwrap();
    assert!(sequence(&first) < sequence(&moved), "{first} {moved}");
    assert_eq!(property(&moved, "DTSTART"), "20261209T220000Z");
}

#[tokio::test]
async fn without_an_address_or_against_their_will_a_patient_gets_no_email_and_staff_are_told() {
    type Case = (&'static str, fn(&mut Patient));
    let cases: [Case; 2] = [
        ("no address", |patient| patient.email = None),
        ("opted out", |patient| {
            let withdrawn = build::consent(Choice::Withdrawn);
            patient.consents.record(Channel::Email, Purpose::Care, withdrawn);
        }),
    ];
    for (case, change) in cases {
        let clinic = clinic_whose_patient(change).await;
        book(&clinic, 1, BookingEventKind::Made, VISIT).await;
        clinic.settle().await;
        assert!(clinic.email.outbox().is_empty(), "{case}");
        assert_eq!(clinic.work().await.len(), 1, "{case}");
        let status = clinic.enrolment().await.status;
        assert!(matches!(status, Status::Held { .. }), "{case}: {status:?}");
    }
}

#[tokio::test]
async fn what_is_commercial_goes_with_consent_only_and_brings_a_way_out() {
    for consents in [false, true] {
        let clinic = clinic_whose_patient(|patient| {
            if consents {
                let given = build::consent(Choice::Given);
                patient.consents.record(Channel::Email, Purpose::Commercial, given);
            }
        })
        .await;
        let before = build::program(vec![email(10, Timing::Enrolled)]);
        let after = Program { version: 2, purpose: Purpose::Commercial, ..before.clone() };
        clinic.dynamo.catalogue().save_program(&before, &after, &build::saved()).await.unwrap();
        book(&clinic, 1, BookingEventKind::Made, VISIT).await;
        clinic.settle().await;
        let outbox = clinic.email.outbox();
        assert_eq!(outbox.len(), usize::from(consents));
        if let Some((sent, _)) = outbox.first() {
            let link = sent.way_out.as_ref().expect("a way out").reveal();
            assert_eq!(
                *link,
                format!("https://api.example/unsubscribe/email-{}", build::patient().id)
            );
            assert!(sent.mail.text.reveal().ends_with(link.as_str()));
        }
    }
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again_and_one_for_good_holds_the_patient() {
    let clinic = clinic_whose_patient(|_| {}).await;
    let throttled = || Provider::Refuse(SendError::Transient("throttled".into()));
    clinic.email.script([throttled(), throttled()]);
    book(&clinic, 1, BookingEventKind::Made, VISIT).await;
    clinic.settle().await;
    assert_eq!(clinic.email.outbox().len(), 1);

    let clinic = clinic_whose_patient(|_| {}).await;
    clinic.email.script([Provider::Refuse(SendError::Permanent("no such mailbox".into()))]);
    book(&clinic, 1, BookingEventKind::Made, VISIT).await;
    clinic.settle().await;
    assert!(clinic.email.outbox().is_empty());
    let status = clinic.enrolment().await.status;
    assert!(matches!(status, Status::Held { .. }), "{status:?}");
}

#[test]
fn a_sender_may_die_at_any_call_and_the_patient_gets_at_most_one_email() {
    let deliver = async |(clinic, pointer): &(Clinic, Pointer)| clinic.deliver(pointer).await;
    at_every_call(DEATHS, 11, clinic_with_a_queued_email, deliver, async |(clinic, _), died| {
        assert!(died.answer.is_err() || clinic.email.outbox().len() == 1, "{}", died.at);
        clinic.settle().await;
        clinic.assert_sent_once_or_asked(&died).await;
    });
}

#[tokio::test]
async fn an_answer_that_is_lost_is_never_followed_by_a_second_email() {
    let clinic = clinic_whose_patient(|_| {}).await;
    clinic.email.script([Provider::AcceptInSilence]);
    book(&clinic, 1, BookingEventKind::Made, VISIT).await;
    clinic.settle().await;
    assert_eq!(clinic.email.outbox().len(), 1);
    let status = clinic.enrolment().await.status;
    assert!(matches!(status, Status::Held { why: HoldReason::Unclear, .. }), "{status:?}");
}

#[tokio::test]
async fn a_commercial_text_message_fills_the_way_out_of_its_own_channel() {
    let clinic = Clinic::with(vec![build::sms(10, Timing::Enrolled)]).await;
    let catalogue = clinic.dynamo.catalogue();
    let text = Body::parse(BodyKind::Sms, "News! Stop: {{ unsubscribe.link }}").unwrap();
    let content = Content::Sms(text);
    let template = Template { version: 2, content, ..build::template() };
    catalogue.save_template(&build::template(), &template).await.unwrap();
    let before = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let after = Program { version: 2, purpose: Purpose::Commercial, ..before.clone() };
    catalogue.save_program(&before, &after, &build::saved()).await.unwrap();
    let mut patient = Patient { revision: 2, ..build::patient() };
    patient.consents.record(Channel::Sms, Purpose::Commercial, build::consent(Choice::Given));
    clinic.dynamo.people().save_patient(&build::patient(), &patient).await.unwrap();
    book(&clinic, 1, BookingEventKind::Made, VISIT).await;
    clinic.settle().await;
    let link = format!("https://api.example/unsubscribe/sms-{}", patient.id);
    assert_eq!(clinic.sms.outbox().remove(0).1, format!("News! Stop: {link}"));
}
