//! From a booking to a text message, as an admin and a booking system see it.

#![cfg(test)]

use e2e::bookings::{booking_made, cancelled, enrolment, message, outcome, post, signed, taken_in};
use e2e::practice::{Patient, Practice};
use e2e::problems::{assert_problem, pointers};
use e2e::{stack, unique};
use serde_json::{Value, json};
use stack::wait;

#[test]
fn a_signed_booking_becomes_one_text_message_and_its_history_tells_how() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let event = practice.booking_of(&practice.patient());

    let answer = taken_in(&stack, &message(&stack, &event));
    assert_eq!(outcome(&answer), "applied");
    assert_eq!(answer["enrolled"][0]["program"], practice.program);
    practice.sweep();
    let enrolment = enrolment(&answer);
    practice.wait_until_completed(&enrolment);

    let texts = practice.texts();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!(texts[0].phone_number, "+61491570156");
    assert_eq!(
        texts[0].message,
        format!("Hi {}, see you at Harbour Clinic on 3 December 2031 at 10:30 am.", practice.name)
    );
    assert_eq!(practice.history(&enrolment), ["enrolled", "reserved", "sent", "completed"]);
}

#[test]
fn the_same_booking_posted_again_sends_nothing_more() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let patient = practice.patient();
    let event = practice.booking_of(&patient);
    let webhook = message(&stack, &event);
    let first = taken_in(&stack, &webhook);

    let before_the_sweep = taken_in(&stack, &webhook);
    assert_eq!(outcome(&before_the_sweep), "duplicate");
    practice.sweep();
    practice.wait_until_completed(&enrolment(&first));

    let after = taken_in(&stack, &webhook);
    assert_eq!(outcome(&after), "duplicate");
    assert_eq!(enrolment(&after), enrolment(&first));
    let under_another_id = taken_in(&stack, &message(&stack, &event));
    assert_eq!(outcome(&under_another_id), "superseded");

    nothing_is_left_to_send(&practice);
    assert_eq!(practice.history(&enrolment(&first)), ["enrolled", "reserved", "sent", "completed"]);
    assert_eq!(enrolments_of(&practice, &patient).len(), 1);
    assert_eq!(practice.texts().len(), 2, "its own, and the later one's");
}

#[test]
fn a_booking_that_is_cancelled_before_the_sweep_sends_nothing() {
    let stack = stack();
    // The schedule may fire between the booking and its cancellation; then another try is needed.
    for _ in 0..5 {
        let practice = Practice::make(&stack);
        let event = practice.booking_of(&practice.patient());
        let made = taken_in(&stack, &message(&stack, &event));
        let cancellation = taken_in(&stack, &message(&stack, &cancelled(&event)));
        assert_eq!(outcome(&cancellation), "applied");
        let enrolment = enrolment(&made);
        if cancellation["changed"][0]["enrolment"] != enrolment.as_str() {
            continue;
        }
        nothing_is_left_to_send(&practice);
        assert_eq!(practice.texts().len(), 1, "the later one's only");
        assert_eq!(practice.status(&enrolment), "ended");
        let history = practice.history(&enrolment);
        assert!(!history.contains(&"sent".to_owned()), "{history:?}");
        return;
    }
    unreachable!("the schedule fires once a minute, not between five pairs of posts");
}

#[test]
fn a_booking_that_is_cancelled_while_its_text_is_queued_sends_nothing() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let event = practice.booking_of(&practice.patient());
    let cloud = stack.emulator();
    let sender = stack.description().output("SendSmsFunctionName").unwrap();

    cloud.let_consume(sender, false).unwrap();
    let made = taken_in(&stack, &message(&stack, &event));
    practice.sweep();
    let cancellation = taken_in(&stack, &message(&stack, &cancelled(&event)));
    cloud.let_consume(sender, true).unwrap();

    assert_eq!(cancellation["changed"][0]["enrolment"], enrolment(&made).as_str());
    nothing_is_left_to_send(&practice);
    assert_eq!(practice.texts().len(), 1, "the later one's only");
    assert_eq!(practice.status(&enrolment(&made)), "ended");
}

#[test]
fn a_body_with_wrong_fields_is_refused_with_a_pointer_to_each_and_stores_nothing() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let patient = practice.patient();
    let event = practice.booking_of(&patient);
    let mut wrong = event.clone();
    wrong["type"] = json!("booking.invented");
    wrong["data"]["booking"]["start"] = json!("next Tuesday");
    wrong["data"]["patient"]["id"] = json!(7);
    let id = format!("msg_{}", unique());
    let under_one_id = |event: &Value| {
        let secret = &stack.description().webhook_secret;
        let body = event.to_string();
        stack::Webhook::signed(secret, &id, stack::unix_seconds(), body.as_bytes()).unwrap()
    };

    let problem = assert_problem(&post(&stack, &under_one_id(&wrong)), 422);
    assert_eq!(pointers(&problem), ["#/type", "#/data/booking/start", "#/data/patient/id"]);
    assert!(enrolments_of(&practice, &patient).is_empty());
    assert!(work_about(&practice, &event).is_empty());

    // Neither the message's id nor the booking was remembered: put right, it is new.
    let put_right = taken_in(&stack, &under_one_id(&event));
    assert_eq!(outcome(&put_right), "applied");
}

#[test]
fn a_booking_of_an_unknown_patient_waits_on_the_work_list_until_it_is_sent_again() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let external = format!("P-{}", unique());
    let booking = format!("B-{}", unique());
    let event = booking_made(&booking, &practice.booking_type, &practice.site, &external);
    let webhook = message(&stack, &event);

    let answer = taken_in(&stack, &webhook);
    assert_eq!(outcome(&answer), "unmatched");
    let again = taken_in(&stack, &webhook);
    assert_eq!(outcome(&again), "unmatched", "it is tried again");
    let work = work_about(&practice, &event);
    assert_eq!(work.len(), 1, "one booking, one item: {work:?}");
    assert_eq!(work[0]["kind"], "unmatched");

    let id = practice.patient_known_as(&external);
    let applied = taken_in(&stack, &webhook);
    assert_eq!(outcome(&applied), "applied");
    assert!(work_about(&practice, &event).is_empty(), "it is done with");
    practice.sweep();
    practice.wait_until_completed(&enrolment(&applied));
    assert_eq!(practice.texts().len(), 1);
    let patient = Patient { id, external };
    assert_eq!(enrolments_of(&practice, &patient).len(), 1);
    assert_eq!(outcome(&taken_in(&stack, &webhook)), "duplicate");
}

#[test]
fn a_booking_of_an_unknown_type_is_taken_in_and_waits_on_the_work_list() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let patient = practice.patient();
    let mut event = practice.booking_of(&patient);
    event["data"]["booking"]["type"] = json!(format!("unheard-of-{}", unique()));
    let answer = taken_in(&stack, &message(&stack, &event));
    assert_eq!(outcome(&answer), "unmatched");
    let work = work_about(&practice, &event);
    assert_eq!(work.len(), 1, "{work:?}");
    assert_eq!(work[0]["patient"]["id"], patient.id);
    assert!(enrolments_of(&practice, &patient).is_empty());
}

#[test]
fn the_id_of_the_request_is_in_the_answer_and_in_the_functions_log() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let body = practice.booking_of(&practice.patient()).to_string();
    let webhook = signed(&stack.description().webhook_secret, body.as_bytes());
    let answer = post(&stack, &webhook);
    let request = answer.header("x-request-id").expect("an id").to_owned();

    let cloud = stack.emulator();
    let function = stack.description().output("BookingWebhookFunctionName");
    let group = format!("/aws/lambda/{}", function.unwrap());
    let since = (stack::unix_seconds() - 60) * 1000;
    wait::until("the request in the log", e2e::practice::SOON, || {
        let lines = cloud.log_lines(&group, since)?;
        let logged = |line: &stack::LogLine| {
            let line: Value = serde_json::from_str(&line.message).unwrap_or_default();
            line["message"] == "took in an event" && line["span"]["request.id"] == *request
        };
        Ok(lines.iter().any(logged).then_some(()))
    })
    .unwrap();
}

/// Sweeps, and proves that whatever was queued has been worked on: a later booking's text is out.
fn nothing_is_left_to_send(practice: &Practice<'_>) {
    practice.sweep();
    let event = practice.booking_of(&practice.patient());
    let later = taken_in(practice.stack, &message(practice.stack, &event));
    practice.sweep();
    practice.wait_until_completed(&enrolment(&later));
}

fn enrolments_of(practice: &Practice<'_>, patient: &Patient) -> Vec<Value> {
    practice.list(&format!("/v1/patients/{}/enrolments?include=completed,ended", patient.id))
}

/// The items of the work list that name the booking of an event.
fn work_about(practice: &Practice<'_>, event: &Value) -> Vec<Value> {
    let booking = event["data"]["booking"]["id"].as_str().unwrap();
    let mut items = practice.list("/v1/work-list");
    items.retain(|item| item["summary"].as_str().unwrap().contains(booking));
    items
}
