//! Dead letters go back to their queue by the command, and what comes twice is sent once.

#![cfg(test)]

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use e2e::bookings::{enrolment, message, taken_in};
use e2e::practice::Practice;
use e2e::stack;
use serde_json::json;
use stack::{DESCRIPTION_VARIABLE, wait};

/// The command, of the same build as this test.
fn redrive(options: &[&str]) -> Output {
    let test = std::env::current_exe().expect("this test is a program");
    let folder = test.ancestors().nth(2).expect("it is in target/<profile>/deps");
    let description = std::env::var_os(DESCRIPTION_VARIABLE).map(PathBuf::from);
    Command::new(folder.join("xtask"))
        .args(["redrive", "--queue", "sms", "--description"])
        .arg(description.expect("a stack is described"))
        .args(options)
        .output()
        .expect("`cargo xtask test` has built the command")
}

fn succeeded(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{failed}");
    said
}

#[test]
fn dead_letters_are_redriven_as_often_as_one_likes_and_each_message_goes_once() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let event = practice.booking_of(&practice.patient());
    let enrolment = enrolment(&taken_in(&stack, &message(&stack, &event)));
    let program = practice.read(&format!("/v1/programs/{}", practice.program));
    let pointer = json!({
        "v": 1, "channel": "sms", "enrolment": enrolment, "cycle": 1,
        "action": program["actions"][0]["id"], "attempt": 1,
    });
    let dead = stack.description().output("SmsDeadLetterQueueUrl").expect("its address");
    let cloud = stack.emulator();
    let put = |body: String| {
        let letter = json!({ "QueueUrl": dead, "MessageBody": body });
        cloud.call("sqs", "AmazonSQS.SendMessage", &letter).expect("it is dead");
    };
    put(pointer.to_string());
    put("a message that is no pointer".to_owned());

    let shown = succeeded(&redrive(&["--dry-run"]));
    assert!(shown.contains("Nothing was moved"), "{shown}");
    succeeded(&redrive(&[]));
    practice.wait_until_completed(&enrolment);

    // As after a redrive that died between sending and deleting.
    put(pointer.to_string());
    succeeded(&redrive(&[]));
    succeeded(&redrive(&[]));
    let none_is_dead = || {
        let ask = json!({ "QueueUrl": dead, "AttributeNames": ["All"] });
        let told = cloud.call("sqs", "AmazonSQS.GetQueueAttributes", &ask)?;
        Ok((told["Attributes"]["ApproximateNumberOfMessages"] == "0").then_some(()))
    };
    wait::until("no letter to be dead", Duration::from_secs(30), none_is_dead)
        .expect("all went back to the queue");

    assert_eq!(practice.texts().len(), 1, "I9: whatever is redriven, it goes once");
    assert_eq!(practice.history(&enrolment), ["enrolled", "reserved", "sent", "completed"]);
}
