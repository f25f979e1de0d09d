//! Protocols that look like ours and are broken: the search finds how, each time by the shortest way.
//! The traces are printed (`cargo test -p model --test broken -- --nocapture`). As built, nothing is
//! found within the same bounds: what is found is the variant's doing.

#![cfg(test)]

use std::sync::Mutex;

use model::bounds::{Bounds, Fault, Happening, Lives, OnError, Variant};
use model::engine::Rules;
use model::invariants::Invariant::{self, I1, I2, I3, I4, I5, I6, I7, I8, I9};
use model::search::search;
use model::state::Told;

const ONE: Bounds = Bounds { actions: 1, plan: [0, 0], ..Bounds::CALM };

const fn faults(faults: u8, may: &'static [Fault]) -> Bounds {
    Bounds { faults, may, ..ONE }
}

const fn happens(happens: &'static [Happening]) -> Bounds {
    Bounds { happenings: 1, happens, ..ONE }
}

/// The search finds that a variant breaks an invariant, in these words, and that ours does not.
#[track_caller]
fn finds(variant: Variant, bounds: Bounds, invariant: Invariant, why: &str) {
    let ours = search(&Rules { bounds, variant: Variant::AsBuilt }, &[invariant]);
    if let Some(broken) = ours.broken {
        panic!("as built: {}", broken.told);
    }
    found(variant, bounds, invariant, why);
}

#[track_caller]
fn found(variant: Variant, bounds: Bounds, invariant: Invariant, why: &str) {
    let found = search(&Rules { bounds, variant }, &[invariant]);
    let broken = found.broken.expect("the search finds it");
    println!("{variant:?}, after {} states: {}", found.states, broken.told);
    assert_eq!(broken.invariant, invariant);
    assert!(broken.told.contains(why), "{}", broken.told);
    let mut known = FOUND.lock().unwrap();
    if variant != Variant::AsBuilt && !known.contains(&variant) {
        known.push(variant);
        proof::note("broken variants found", 1);
    }
}

/// Variants that were found already: one that is found twice is one.
static FOUND: Mutex<Vec<Variant>> = Mutex::new(Vec::new());

const TWICE: &str = "accepted an action twice";
const NEVER: &str = "it never finishes";

#[test]
fn a_due_key_that_is_removed_when_its_message_is_queued_is_lost_with_the_message() {
    let (variant, bounds) = (Variant::UnindexedWhenQueued, faults(1, &[Fault::Loss]));
    finds(variant, bounds, I6, NEVER);
    finds(variant, bounds, I1, "has no due key");
}

#[test]
fn a_due_key_that_is_removed_when_its_message_is_claimed_is_lost_with_its_sender() {
    let bounds = faults(2, &[Fault::Crash, Fault::Loss]);
    finds(Variant::UnindexedWhenReserved, bounds, I6, NEVER);
    finds(Variant::UnindexedWhenReserved, bounds, I1, "has no due key");
}

#[test]
fn a_message_that_finds_a_reservation_must_keep_its_action_due() {
    let bounds = faults(1, &[Fault::Crash]);
    finds(Variant::UnindexedWhenFoundReserved, bounds, I6, NEVER);
}

#[test]
fn what_is_a_dead_letter_is_still_due() {
    finds(Variant::UnindexedWhenDead, faults(2, &[Fault::Crash]), I6, NEVER);
}

#[test]
fn without_a_reservation_a_crash_sends_twice() {
    finds(Variant::NoReservation, faults(1, &[Fault::Crash]), I2, TWICE);
}

#[test]
fn a_lease_alone_is_no_safety_even_when_nothing_goes_wrong_but_slowly() {
    finds(Variant::NoReservation, ONE, I2, TWICE);
}

#[test]
fn without_a_reservation_a_dead_letter_that_is_redriven_sends_again() {
    let bounds = faults(2, &[Fault::Crash, Fault::Redrive]);
    finds(Variant::NoReservation, bounds, I9, "a dead letter sends");
}

#[test]
fn a_reservation_that_has_the_time_in_its_key_is_another_one_when_the_time_moves() {
    finds(Variant::TimeInKey, faults(1, &[Fault::Crash]), I2, TWICE);
    let saved = &[Happening::Later];
    finds(Variant::TimeInKey, Bounds { happenings: 1, happens: saved, ..ONE }, I2, TWICE);
}

#[test]
fn without_a_last_look_a_message_follows_a_cancel_an_opt_out_a_hold_and_a_later_time() {
    for (happening, invariant, why) in [
        (&[Happening::Cancel], I3, "cancelled before the last look"),
        (&[Happening::End], I3, "cancelled before the last look"),
        (&[Happening::OptOut], I3, "opted out before the last look"),
        (&[Happening::Hold], I3, "on hold at the last look"),
        (&[Happening::LeaveOut], I3, "staff left it out"),
        (&[Happening::Later], I4, "not due at the last look"),
    ] {
        finds(Variant::NoLastLook, happens(happening), invariant, why);
    }
    let bounds = Bounds { useful: 1, ..ONE };
    finds(Variant::NoLastLook, bounds, I4, "too late at the last look");
}

#[test]
fn without_its_own_token_a_sender_takes_its_own_write_for_anothers() {
    let bounds = faults(1, &[Fault::Repeat]);
    finds(Variant::NoOwnerToken, bounds, I6, "though its sender knew");
}

#[test]
fn an_answer_that_was_lost_is_neither_a_refusal_nor_an_acceptance() {
    let bounds = faults(1, &[Fault::AnswerLost]);
    finds(Variant::DoubtIsRefusal, bounds, I2, TWICE);
    finds(Variant::DoubtIsSent, bounds, I6, "the provider never had it");
}

#[test]
fn what_is_unclear_is_not_sent_again() {
    finds(Variant::UnclearIsNotSent, faults(1, &[Fault::Crash]), I2, TWICE);
}

#[test]
fn a_reservation_that_is_never_called_unclear_is_waited_for_for_ever() {
    finds(Variant::NeverUnclear, faults(1, &[Fault::Crash]), I6, NEVER);
}

#[test]
fn an_attempt_that_was_not_sent_needs_another_key() {
    finds(Variant::SameKeyAgain, faults(1, &[Fault::Refusal]), I6, NEVER);
}

#[test]
fn attempts_that_are_not_counted_do_not_end() {
    let bounds = faults(2, &[Fault::Refusal]);
    finds(Variant::NeverGivesUp, bounds, I8, "more attempts");
}

#[test]
fn an_outcome_that_is_recorded_on_no_condition_takes_another_ones_place() {
    finds(Variant::SettleAnyway, ONE, I5, "is settled otherwise");
}

#[test]
fn an_enrolment_that_is_moved_on_no_condition_goes_on_after_its_end() {
    let bounds = faults(1, &[Fault::Duplicate]);
    finds(Variant::MoveAnyway, bounds, I5, "was over goes on");
    let bounds =
        Bounds { happenings: 1, happens: &[Happening::End], ..faults(1, &[Fault::AnswerLost]) };
    finds(Variant::MoveAnyway, bounds, I5, "was over goes on");
}

#[test]
fn an_enrolment_that_is_moved_before_its_message_is_sent_misses_it_in_silence() {
    let bounds = faults(1, &[Fault::Crash]);
    finds(Variant::MovedWhenReserved, bounds, I6, "accepted nothing of it");
}

#[test]
fn an_attempt_that_was_begun_comes_before_what_the_plan_says_now() {
    let bounds = Bounds { useful: 1, ..faults(1, &[Fault::Crash]) };
    finds(Variant::PlanFirst, bounds, I6, NEVER);
}

#[test]
fn a_message_that_is_not_done_is_not_deleted() {
    let bounds = faults(1, &[Fault::Crash]);
    finds(Variant::SwallowErrors, bounds, I7, "not in the queue any more");
}

#[test]
fn a_lease_that_never_ends_hides_what_was_lost() {
    finds(Variant::EndlessLease, faults(1, &[Fault::Loss]), I6, NEVER);
}

#[test]
fn staff_do_not_leave_out_what_may_be_on_its_way() {
    let bounds = Bounds { actions: 2, ..happens(&[Happening::LeaveOut]) };
    finds(Variant::LeaveOutBlindly, bounds, I3, "staff left it out");
}

#[test]
fn a_receipt_changes_its_row_and_its_enrolment_in_one_write() {
    let receipt = &[Happening::Receipt(Told::Delivered)];
    let lives = Lives::HalfAMinute;
    let bounds = Bounds { lives, ..happens(receipt) };
    let bounds = Bounds { faults: 2, may: &[Fault::Crash, Fault::AnswerLost], ..bounds };
    finds(Variant::ReceiptInTwoWrites, bounds, I6, "asked about what is known");
}

#[test]
fn an_attempt_that_is_under_way_hears_that_it_was_sent_or_a_person_is_asked_about_what_is_known() {
    let receipt = &[Happening::Receipt(Told::Delivered)];
    let bounds = Bounds { lives: Lives::HalfAMinute, ..happens(receipt) };
    let bounds = Bounds { faults: 1, may: &[Fault::AnswerLost], ..bounds };
    finds(Variant::PendingHearsNothing, bounds, I6, "asked about what is known");
}

#[test]
fn that_a_message_did_not_arrive_is_not_forgotten_when_its_booking_goes_and_comes_back() {
    let happens = &[Happening::Receipt(Told::Bounced), Happening::Cancel, Happening::Uncancel];
    let bounds = Bounds { happenings: 3, happens, lives: Lives::HalfAMinute, ..ONE };
    let bounds = Bounds { faults: 1, may: &[Fault::Crash], ..bounds };
    let why = "known that it did not arrive";
    finds(Variant::BounceForgotten, bounds, I6, why);
    // Within the life of one sender it is, by who has recorded that it was sent and is about to tell.
    let bounds = Bounds { lives: Lives::ForEver, ..bounds };
    found(Variant::AsBuilt, bounds, I6, why);
}

// What follows is not the protocol but what it rests on: the product sees to it, or says that it does not.

#[test]
fn that_a_sender_is_gone_when_staff_may_retry_is_what_keeps_their_retry_from_sending_twice() {
    finds(Variant::RetriedAtOnce, happens(&[Happening::Retry]), I2, TWICE);
    // A function's time is up long before.
    let bounds = Bounds { lives: Lives::HalfAMinute, ..happens(&[Happening::Retry]) };
    let found = search(&Rules { bounds, variant: Variant::RetriedAtOnce }, &[I2]);
    assert!(found.broken.is_none());
}

#[test]
fn a_provider_that_accepts_and_says_that_it_refused_is_sent_to_again() {
    let lies = &[Fault::Lie];
    let bounds = Bounds { on_error: OnError::Skip, ..faults(1, lies) };
    found(Variant::AsBuilt, bounds, I2, TWICE);
    // Its receipt is heard in time, unless the next attempt is under way already and a second sender
    // has found it.
    let receipt = &[Happening::Receipt(Told::Delivered)];
    let bounds = Bounds { faults: 1, may: lies, ..happens(receipt) };
    let heard = Bounds { senders: 1, ..bounds };
    let found_by_one = search(&Rules { bounds: heard, variant: Variant::AsBuilt }, &[I5]);
    assert!(found_by_one.broken.is_none());
    found(Variant::AsBuilt, bounds, I5, "known to be sent before the last look");
}
