//! The schedule. Alone in this file: nothing else may sweep while it is waited for.

#![cfg(test)]

use e2e::bookings::{enrolment, message, taken_in};
use e2e::practice::Practice;
use e2e::stack;

#[test]
fn the_schedule_sends_what_is_due_by_itself() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let event = practice.booking_of(&practice.patient());
    let answer = taken_in(&stack, &message(&stack, &event));
    practice.wait_until_completed(&enrolment(&answer));
    assert_eq!(practice.texts().len(), 1);
}
