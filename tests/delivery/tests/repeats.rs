//! The loop breaker: the same text to one address, again and again.

#![cfg(test)]

use std::sync::Arc;

use app::deliver::Delivered;
use app::enrolments::{Asked, Desk};
use app::ports::{AddressHolds, Catalogue, Clock, Enrolments, People, Pointer};
use chrono::Duration;
use delivery::Clinic;
use domain::actor::Actor;
use domain::email::EmailAddress;
use domain::enrolment::{Enrolment, HoldReason, Instruction, Receipt, Status};
use domain::hold::{AddressHold, HoldCause};
use domain::ledger::Destination;
use domain::patient::{Patient, PersonName};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{Action, ActionKind, Invite, Medium, Message, OnError, Program};
use domain::repeat::MOST;
use domain::template::{Body, BodyKind, Content, MarkedBody, Template};
use domain::text::ExternalId;
use domain::timing::Timing;
use domain::work::WorkKind;
use testkit::build::{self, email, email_template, patient, program, sms, template};
use testkit::faults::{DEATHS, at_every_call};
use testkit::wire::{Fault, Wire};

/// A practice whose text says nothing of a visit.
async fn clinic() -> Clinic {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    edit(&clinic, |her| her.email = EmailAddress::parse("maria@example.com").ok()).await;
    say(&clinic, 1, "Hi {{ patient.first_name }}, please call us.").await;
    clinic
}

/// From now on the template says this.
async fn say(clinic: &Clinic, version: u64, text: &str) {
    let catalogue = clinic.dynamo.catalogue();
    let before = catalogue.template(&template().id).await.unwrap().unwrap();
    let content = Content::Sms(Body::parse(BodyKind::Sms, text).unwrap());
    let after = Template { version: version + 1, content, ..template() };
    catalogue.save_template(&before, &after).await.unwrap();
}

/// Puts the patient on a program of this action once more.
async fn waiting(clinic: &Clinic, action: Action) -> Enrolment {
    let before = clinic.dynamo.catalogue().program(&program(Vec::new()).id).await.unwrap().unwrap();
    let recall = Program { actions: vec![action], version: before.version + 1, ..before.clone() };
    if recall.actions != before.actions {
        let catalogue = clinic.dynamo.catalogue();
        catalogue.save_program(&before, &recall, &build::saved()).await.unwrap();
    }
    clinic.add(&recall, "2026-12-20".parse().unwrap(), &[]).await
}

/// The same, and lets its time come.
async fn once_more(clinic: &Clinic, action: Action) -> Enrolment {
    let added = waiting(clinic, action).await;
    clinic.minute().await;
    stored(clinic, &added).await
}

async fn stored(clinic: &Clinic, enrolment: &Enrolment) -> Enrolment {
    let stored = clinic.dynamo.enrolments().enrolment(&enrolment.id).await.unwrap();
    stored.expect("it is stored")
}

/// Staff have it tried again.
async fn retry(clinic: &Clinic, held: &Enrolment) {
    let (enrolments, reader) = (clinic.dynamo.enrolments(), clinic.dynamo.enrolment_reader());
    let (catalogue, people) = (clinic.dynamo.catalogue(), clinic.dynamo.people());
    let bookings = clinic.dynamo.bookings();
    let desk = Desk {
        enrolments: &enrolments,
        reader: &reader,
        catalogue: &catalogue,
        people: &people,
        bookings: &bookings,
    };
    let by = Actor::Person(ExternalId::parse("person-1").unwrap());
    let asked = Asked { by, request_id: "req-9".to_owned(), at: clinic.clock.now() };
    let what = Instruction::Retry(Receipt::Unknown);
    desk.instruct(&held.id, held.revision, &what, &asked).await.unwrap();
}

/// Staff release the number.
async fn release(clinic: &Clinic) {
    clinic.dynamo.people().release(&maria(), clinic.clock.now()).await.unwrap();
}

/// The number is held for what repeats itself.
async fn hold(clinic: &Clinic) {
    let hold =
        AddressHold { address: maria(), since: clinic.clock.now(), cause: HoldCause::Repeated };
    clinic.dynamo.people().hold_from_now(&hold).await.unwrap();
}

/// The action is skipped when it fails.
fn or_skip(mut action: Action) -> Action {
    if let ActionKind::Message(message) = &mut action.kind {
        message.on_error = OnError::Skip;
    }
    action
}

/// An email that brings no booking for the calendar.
fn without_invite(mut action: Action) -> Action {
    if let ActionKind::Message(Message { medium: Medium::Email { invite, .. }, .. }) =
        &mut action.kind
    {
        *invite = Invite::Without;
    }
    action
}

/// Changes what is known of the patient.
async fn edit(clinic: &Clinic, change: impl FnOnce(&mut Patient)) {
    let people = clinic.dynamo.people();
    let before = people.patient(&patient().id).await.unwrap().unwrap();
    let mut after = Patient { revision: before.revision + 1, ..before.clone() };
    change(&mut after);
    people.save_patient(&before, &after).await.unwrap();
}

fn held(enrolment: &Enrolment) -> Option<&HoldReason> {
    match &enrolment.status {
        Status::Held { why, .. } => Some(why),
        Status::Active(_) | Status::Completed { .. } | Status::Ended { .. } => None,
    }
}

fn maria() -> Destination {
    Destination::Mobile(patient().mobile.expect("she has one"))
}

async fn cause(clinic: &Clinic, address: &Destination) -> Option<HoldCause> {
    clinic.dynamo.people().hold(address).await.unwrap().map(|hold| hold.cause)
}

async fn told(clinic: &Clinic) -> usize {
    let work = clinic.work().await;
    work.iter().filter(|work| work.kind == WorkKind::Repeated).count()
}

#[tokio::test]
async fn the_sixth_text_message_alike_is_held_with_its_number_and_a_person_is_told() {
    for action in [sms(10, Timing::Enrolled), or_skip(sms(10, Timing::Enrolled))] {
        let clinic = clinic().await;
        for _ in 0..MOST {
            let enrolment = once_more(&clinic, action.clone()).await;
            assert_eq!(held(&enrolment), None);
        }
        assert_eq!((clinic.sms.outbox().len(), cause(&clinic, &maria()).await), (MOST, None));
        let sixth = once_more(&clinic, action).await;
        assert_eq!(held(&sixth), Some(&HoldReason::Repeated), "whatever Pause on Error says");
        assert_eq!(clinic.sms.outbox().len(), MOST);
        assert_eq!(cause(&clinic, &maria()).await, Some(HoldCause::Repeated));
        let work = clinic.work().await;
        assert_eq!((work.len(), work[0].kind), (1, WorkKind::Repeated));
        assert!(work[0].summary.contains("mobile number 5 times"), "{}", work[0].summary);
        clinic.assert_sound().await;
    }
}

#[tokio::test]
async fn whatever_goes_to_a_held_number_waits_for_a_person_and_goes_when_it_is_released_and_tried_again()
 {
    let clinic = clinic().await;
    for _ in 0..MOST {
        once_more(&clinic, sms(10, Timing::Enrolled)).await;
    }
    let sixth = once_more(&clinic, sms(10, Timing::Enrolled)).await;
    say(&clinic, 2, "Hi {{ patient.first_name }}, your results are here.").await;
    let other = once_more(&clinic, sms(10, Timing::Enrolled)).await;
    assert_eq!((held(&other), told(&clinic).await), (Some(&HoldReason::Repeated), 2));
    release(&clinic).await;
    let another = once_more(&clinic, sms(10, Timing::Enrolled)).await;
    assert_eq!((held(&another), clinic.sms.outbox().len()), (None, MOST + 1));
    for waits in [&sixth, &other] {
        retry(&clinic, waits).await;
    }
    clinic.minute().await;
    assert_eq!((clinic.sms.outbox().len(), told(&clinic).await), (MOST + 3, 0));
    for waits in [&sixth, &other] {
        assert_eq!(held(&stored(&clinic, waits).await), None);
    }
    clinic.assert_sound().await;
}

#[tokio::test]
async fn what_went_before_a_release_counts_no_more_and_the_sixth_after_it_is_stopped_again() {
    let clinic = clinic().await;
    for _ in 0..MOST {
        once_more(&clinic, sms(10, Timing::Enrolled)).await;
    }
    let stopped = once_more(&clinic, sms(10, Timing::Enrolled)).await;
    // Staff who do not release it are told again.
    retry(&clinic, &stopped).await;
    clinic.minute().await;
    let stopped = stored(&clinic, &stopped).await;
    assert_eq!((held(&stopped), told(&clinic).await), (Some(&HoldReason::Repeated), 1));
    release(&clinic).await;
    retry(&clinic, &stopped).await;
    clinic.minute().await;
    assert_eq!(
        (held(&stored(&clinic, &stopped).await), clinic.sms.outbox().len()),
        (None, MOST + 1)
    );
    for _ in 1..MOST {
        let sent = once_more(&clinic, sms(10, Timing::Enrolled)).await;
        assert_eq!(held(&sent), None);
    }
    let again = once_more(&clinic, sms(10, Timing::Enrolled)).await;
    assert_eq!((held(&again), clinic.sms.outbox().len()), (Some(&HoldReason::Repeated), 2 * MOST));
    assert_eq!(cause(&clinic, &maria()).await, Some(HoldCause::Repeated));
}

#[tokio::test]
async fn a_number_that_is_not_held_is_released_in_vain() {
    let clinic = clinic().await;
    for _ in 0..MOST {
        once_more(&clinic, sms(10, Timing::Enrolled)).await;
    }
    release(&clinic).await;
    let sixth = once_more(&clinic, sms(10, Timing::Enrolled)).await;
    assert_eq!(held(&sixth), Some(&HoldReason::Repeated));
}

/// Somebody whose text is queued, and a second sender with calls of its own that can be broken.
async fn queued_twice() -> (Clinic, Pointer, Clinic, Arc<Wire>) {
    let clinic = clinic().await;
    waiting(&clinic, sms(10, Timing::Enrolled)).await;
    clinic.clock.advance(Duration::minutes(1));
    let pointer = clinic.queued().await;
    let (mut second, wire) = (clinic.others(), Arc::new(Wire::default()));
    second.dynamo = clinic.dynamo.through(|inner| Wire::around(&wire, inner));
    (clinic, pointer, second, wire)
}

/// The call at which a sender dies that has just sent the message, and told nobody.
async fn call_after_it_went() -> usize {
    for call in 0.. {
        let (clinic, pointer, second, wire) = queued_twice().await;
        wire.break_call(call, Fault::DeadBefore);
        let _died = second.deliver(&pointer).await;
        if clinic.sms.outbox().len() == 1 {
            return call;
        }
    }
    unreachable!("it goes at last")
}

#[tokio::test]
async fn what_another_sender_has_begun_meanwhile_is_not_held_as_if_it_had_not_gone() {
    let call_after_it_went = call_after_it_went().await;
    let mut paused = 0;
    for call in 0.. {
        let (clinic, pointer, second, wire) = queued_twice().await;
        hold(&second).await;
        let pause = clinic.dynamo.wire.pause_call(call);
        let first = async { clinic.deliver(&pointer).await };
        let mut first = std::pin::pin!(first);
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut first => break, // there is no such call
        }
        // Released while the first sender still thinks that it is held; the second sends it, and dies.
        release(&second).await;
        wire.break_call(call_after_it_went, Fault::DeadBefore);
        let _died = second.deliver(&pointer).await;
        assert_eq!(clinic.sms.outbox().len(), 1, "call {call}");
        pause.release();
        let _done = first.await;
        clinic.settle().await;
        // Nobody knows any more that it went; but nobody is told that it did not.
        let [enrolment] = clinic.enrolments().await.try_into().unwrap();
        assert_eq!(held(&enrolment), Some(&HoldReason::Unclear), "call {call}");
        assert_eq!(clinic.sms.outbox().len(), 1, "call {call}");
        paused += 1;
    }
    assert!(paused >= 8, "{paused} calls");
}

#[tokio::test]
async fn of_two_senders_with_the_same_text_the_one_that_waited_for_its_turn_counts_again() {
    let mut before = 0;
    for call in 0.. {
        let clinic = clinic().await;
        for _ in 1..MOST {
            once_more(&clinic, sms(10, Timing::Enrolled)).await;
        }
        for _ in 0..2 {
            waiting(&clinic, sms(10, Timing::Enrolled)).await;
        }
        clinic.clock.advance(Duration::minutes(1));
        clinic.sweep().await;
        let [fifth, sixth] = clinic.queues.take().try_into().unwrap();
        let (others, pause) = (clinic.others(), clinic.dynamo.wire.pause_call(call));
        let waits = async { clinic.deliver(&sixth).await };
        let mut waits = std::pin::pin!(waits);
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut waits => break, // there is no such call
        }
        if others.dynamo.enrolments().row(&sixth.key).await.unwrap().is_some() {
            break; // it is looking for the last time
        }
        assert_eq!(others.deliver(&fifth).await, Ok(Delivered::Sent));
        pause.release();
        let _done = waits.await;
        clinic.settle().await;
        assert_eq!(clinic.sms.outbox().len(), MOST, "call {call}");
        assert_eq!(
            (told(&clinic).await, cause(&clinic, &maria()).await),
            (1, Some(HoldCause::Repeated))
        );
        before += 1;
    }
    assert!(before >= 8, "{before} calls");
}

#[tokio::test]
async fn the_same_text_goes_again_a_day_after_it_went() {
    let clinic = clinic().await;
    for _ in 0..MOST {
        once_more(&clinic, sms(10, Timing::Enrolled)).await;
    }
    clinic.clock.advance(Duration::hours(24));
    let again = once_more(&clinic, sms(10, Timing::Enrolled)).await;
    assert_eq!((held(&again), clinic.sms.outbox().len()), (None, MOST + 1));
}

#[tokio::test]
async fn other_texts_and_other_numbers_do_not_count() {
    let clinic = clinic().await;
    let five = async || {
        for _ in 0..MOST {
            let sent = once_more(&clinic, sms(10, Timing::Enrolled)).await;
            assert_eq!(held(&sent), None);
        }
    };
    five().await;
    // A family shares a number, and each of it hears what is theirs.
    edit(&clinic, |her| her.first_name = Phi::new(PersonName::parse("Nora").unwrap())).await;
    five().await;
    say(&clinic, 2, "Hi {{ patient.first_name }}, your results are here.").await;
    five().await;
    edit(&clinic, |her| her.mobile = MobileNumber::from_e164("+61491570157").ok()).await;
    five().await;
    assert_eq!((clinic.sms.outbox().len(), told(&clinic).await), (4 * MOST, 0));
}

#[tokio::test]
async fn the_sixth_email_alike_is_held_with_its_mailbox_and_text_messages_go_on() {
    let clinic = clinic().await;
    let catalogue = clinic.dynamo.catalogue();
    let subject = Body::parse(BodyKind::Subject, "Please call us").unwrap();
    let body = MarkedBody::email("Dear {{ patient.first_name }},\n\nplease call us.").unwrap();
    let content = Content::Email { subject, body };
    let plain = Template { version: 2, content, ..email_template() };
    catalogue.save_template(&email_template(), &plain).await.unwrap();
    for _ in 0..=MOST {
        once_more(&clinic, without_invite(email(10, Timing::Enrolled))).await;
    }
    let mailbox = Destination::Mailbox(EmailAddress::parse("maria@example.com").unwrap());
    assert_eq!((clinic.email.outbox().len(), told(&clinic).await), (MOST, 1));
    assert_eq!(cause(&clinic, &mailbox).await, Some(HoldCause::Repeated));
    once_more(&clinic, sms(11, Timing::Enrolled)).await;
    assert_eq!(clinic.sms.outbox().len(), 1);
}

#[test]
fn wherever_the_sender_dies_that_stops_a_text_it_is_held_and_goes_to_nobody() {
    let set_up = async || {
        let clinic = clinic().await;
        for _ in 0..MOST {
            once_more(&clinic, or_skip(sms(10, Timing::Enrolled))).await;
        }
        waiting(&clinic, or_skip(sms(10, Timing::Enrolled))).await;
        clinic.clock.advance(Duration::minutes(1));
        let pointer = clinic.queued().await;
        (clinic, pointer)
    };
    let deliver = async |(clinic, pointer): &(Clinic, Pointer)| clinic.deliver(pointer).await;
    at_every_call(DEATHS, 10, set_up, deliver, async |(clinic, _), died| {
        clinic.settle().await;
        let held = clinic.enrolments().await.into_iter().filter(|it| held(it).is_some()).count();
        assert_eq!((clinic.sms.outbox().len(), held), (MOST, 1), "{}", died.at);
        assert_eq!(cause(&clinic, &maria()).await, Some(HoldCause::Repeated), "{}", died.at);
        assert_eq!(told(&clinic).await, 1, "{}", died.at);
        clinic.assert_sound().await;
    });
}
