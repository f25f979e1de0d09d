//! Each function's role allows what the function does. What it allows besides, the template checks
//! list in `infra/checks/snapshot.json`.

#![cfg(test)]

use e2e::bookings::{booking_made, cancelled, enrolment, message, taken_in};
use e2e::practice::Practice;
use e2e::{stack, unique};
use stack::unix_seconds;

#[test]
fn no_function_is_refused_anything_on_the_path() {
    let stack = stack();
    let cloud = stack.emulator();
    assert!(cloud.enforces_roles().unwrap(), "roles are not enforced here");
    let began = unix_seconds() * 1000;

    let practice = Practice::make(&stack);
    let event = practice.booking_of(&practice.patient());
    let made = taken_in(&stack, &message(&stack, &event));
    practice.sweep();
    practice.wait_until_completed(&enrolment(&made));
    let another = practice.booking_of(&practice.patient());
    taken_in(&stack, &message(&stack, &another));
    taken_in(&stack, &message(&stack, &cancelled(&another)));
    let external = format!("P-{}", unique());
    let unmatched = booking_made(&unique(), &practice.booking_type, &practice.site, &external);
    taken_in(&stack, &message(&stack, &unmatched));
    practice.patient_known_as(&external);
    taken_in(&stack, &message(&stack, &unmatched));
    practice.sweep();

    let prefix = format!("/aws/lambda/{}-", stack.description().stack_name);
    for group in cloud.log_groups(&prefix).unwrap() {
        for line in cloud.log_lines(&group, began).unwrap() {
            let refused = line.message.contains("AccessDenied");
            assert!(!refused, "{group}: {}", line.message);
        }
    }
}
