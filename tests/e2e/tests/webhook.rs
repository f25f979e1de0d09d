//! The webhook route: who is believed, and what is read.

#![cfg(test)]

use e2e::bookings::{DIARY, message, post, signed, taken_in};
use e2e::practice::Practice;
use e2e::problems::{assert_problem, pointers};
use e2e::{stack, unique};
use serde_json::{Value, json};
use stack::{Answer, Secret, Stack, Webhook, unix_seconds};

const SOME_SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ANOTHER_SECRET: &str = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

#[test]
fn a_message_without_one_of_its_three_headers_is_not_believed() {
    let stack = stack();
    for missing in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut webhook = good(&stack);
        webhook.headers.retain(|(name, _)| name != missing);
        let problem = assert_problem(&post(&stack, &webhook), 401);
        assert!(problem["detail"].as_str().unwrap().contains(missing), "{problem}");
    }
}

#[test]
fn a_message_whose_headers_make_no_sense_is_not_believed() {
    let stack = stack();
    for (name, value) in [
        ("webhook-signature", "v1,AAAA"),
        ("webhook-signature", "nonsense"),
        ("webhook-timestamp", "yesterday"),
        ("webhook-timestamp", "-9223372036854775808"),
        ("webhook-timestamp", "99999999999999999999"),
        ("webhook-id", "another"),
    ] {
        let mut webhook = good(&stack);
        set_header(&mut webhook, name, value);
        assert_problem(&post(&stack, &webhook), 401);
    }
}

#[test]
fn a_message_signed_with_another_secret_is_not_believed() {
    let stack = stack();
    assert_problem(&post(&stack, &signed(&Secret::new(SOME_SECRET), BODY)), 401);
}

#[test]
fn a_message_changed_after_signing_is_not_believed() {
    let stack = stack();
    let mut webhook = good(&stack);
    webhook.body.push(b' ');
    assert_problem(&post(&stack, &webhook), 401);
}

#[test]
fn a_message_more_than_five_minutes_old_or_early_is_not_believed() {
    let stack = stack();
    for (off_by, status) in [(-330, 401), (330, 401), (-270, 422), (270, 422)] {
        let at = unix_seconds() + off_by;
        let id = format!("msg_{}", unique());
        let secret = &stack.description().webhook_secret;
        let webhook = Webhook::signed(secret, &id, at, BODY).unwrap();
        assert_problem(&post(&stack, &webhook), status);
    }
}

#[test]
fn a_source_that_is_not_known_is_answered_like_a_bad_signature() {
    let stack = stack();
    let wrong = assert_problem(&post(&stack, &signed(&Secret::new(SOME_SECRET), BODY)), 401);
    for source in ["nobody", "diary2", "Diary"] {
        let webhook = good(&stack);
        let answer = stack.post_webhook(source, &webhook).unwrap();
        let problem = assert_problem(&answer, 401);
        assert_eq!(problem, wrong, "{source}");
    }
}

#[test]
fn both_secrets_are_valid_while_they_are_rotated() {
    let stack = stack();
    let source = format!("rotation-{}", unique());
    let prefix = stack.description().output("WebhookSecretPrefix").unwrap();
    let name = format!("{prefix}{source}");
    let cloud = stack.emulator();
    let signed_with = |secret: &str| -> Answer {
        let webhook = signed(&Secret::new(secret), BODY);
        stack.post_webhook(&source, &webhook).unwrap()
    };
    let believed = |answer: &Answer| {
        assert_problem(answer, 422);
    };

    cloud.put_secret(&name, &json!({ "current": SOME_SECRET })).unwrap();
    believed(&signed_with(SOME_SECRET));
    assert_problem(&signed_with(ANOTHER_SECRET), 401);

    let rotating = json!({ "current": ANOTHER_SECRET, "previous": SOME_SECRET });
    cloud.put_secret(&name, &rotating).unwrap();
    // The wrong signature above made the function read the secret a moment ago; it reads it again
    // after ten seconds at the soonest.
    let soon = std::time::Duration::from_secs(20);
    let first = stack::wait::until("the new secret to be believed", soon, || {
        Ok(Some(signed_with(ANOTHER_SECRET)).filter(|answer| answer.status != 401))
    });
    believed(&first.unwrap());
    believed(&signed_with(SOME_SECRET));
    let diary = &stack.description().webhook_secret;
    assert_problem(&signed_with(diary.reveal()), 401);

    cloud.delete_secret(&name).unwrap();
}

#[test]
fn a_message_with_several_signatures_is_believed_for_one_that_fits() {
    let stack = stack();
    let mut webhook = good(&stack);
    let fits = header(&webhook, "webhook-signature");
    set_header(&mut webhook, "webhook-signature", &format!("v1,AAAA {fits}"));
    assert_problem(&post(&stack, &webhook), 422);
}

#[test]
fn a_body_of_more_than_a_mebibyte_is_too_large() {
    let stack = stack();
    let body = vec![b' '; 1024 * 1024 + 1];
    let webhook = signed(&stack.description().webhook_secret, &body);
    assert_problem(&post(&stack, &webhook), 413);
}

#[test]
fn a_body_that_is_not_said_to_be_json_is_not_read() {
    let stack = stack();
    for kind in ["text/plain", "application/xml", "application/jsonp"] {
        let mut webhook = good(&stack);
        set_header(&mut webhook, "content-type", kind);
        assert_problem(&post(&stack, &webhook), 415);
    }
}

#[test]
fn a_body_that_is_not_json_is_not_read() {
    let stack = stack();
    for body in [b"".as_slice(), b"{", b"{\"type\": booking}"] {
        let webhook = signed(&stack.description().webhook_secret, body);
        assert_problem(&post(&stack, &webhook), 400);
    }
}

#[test]
fn json_of_another_form_is_refused_with_pointers() {
    let stack = stack();
    for (body, pointer) in [
        (json!([]), "#"),
        (json!("text"), "#"),
        (json!({ "type": "booking.made" }), "#/data"),
        (json!({ "type": {}, "timestamp": 1, "data": [] }), "#/type"),
    ] {
        let webhook = message(&stack, &body);
        let problem = assert_problem(&post(&stack, &webhook), 422);
        assert!(pointers(&problem).contains(&pointer), "{problem}");
    }
}

#[test]
fn fields_that_are_not_known_are_passed_over() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let mut event = practice.booking_of(&practice.patient());
    event["data"]["booking"]["colour"] = json!("blue");
    event["invoice"] = Value::Null;
    let mut webhook = message(&stack, &event);
    set_header(&mut webhook, "content-type", "application/json; charset=utf-8");
    let answer = taken_in(&stack, &webhook);
    assert_eq!(answer["outcome"], "applied");
}

#[test]
fn a_get_of_the_webhook_is_no_route() {
    let stack = stack();
    let path = format!("/webhooks/bookings/{DIARY}");
    let answer = stack.call("GET", &path, &[], None).unwrap();
    assert_eq!(answer.status, 404, "{}", answer.body);
}

/// JSON that is believed and then refused, so that nothing is stored: 422.
const BODY: &[u8] = b"{}";

fn good(stack: &Stack) -> Webhook {
    signed(&stack.description().webhook_secret, BODY)
}

fn set_header(webhook: &mut Webhook, name: &str, value: &str) {
    webhook.headers.retain(|(header, _)| header != name);
    webhook.headers.push((name.to_owned(), value.to_owned()));
}

fn header(webhook: &Webhook, name: &str) -> String {
    let found = webhook.headers.iter().find(|(header, _)| header == name);
    found.expect("it is there").1.clone()
}
