//! The protocol as it is built: in no state of any of these searches is an invariant broken.
//!
//! Each search has its own bounds, because one that had all of them would not end. With
//! `PATIENT_CONNECT_MODEL=deep` they are wider: some minutes, and some gigabytes.

#![cfg(test)]

use std::collections::BTreeSet;

use model::bounds::{Bounds, Fault, Happening, Lives, Named, OnError, Variant};
use model::engine::Rules;
use model::invariants::Invariant;
use model::search::search;
use model::state::{Place, RowState, Told};

const ONE: Bounds = Bounds { actions: 1, plan: [0, 0], ..Bounds::CALM };
const TWO: Bounds = Bounds::CALM;

const RECEIPTS: &[Happening] = &[
    Happening::Receipt(Told::Delayed),
    Happening::Receipt(Told::Delivered),
    Happening::Receipt(Told::Bounced),
    Happening::Retry,
    Happening::Advance,
];

/// Nothing is broken within these bounds, and the search has been where it is about.
#[track_caller]
fn holds(name: &str, quick: Bounds, deep: Bounds, places: &[Place], rows: &[RowState]) {
    let is_deep = std::env::var_os("PATIENT_CONNECT_MODEL").is_some_and(|depth| depth == "deep");
    let bounds = if is_deep { deep } else { quick };
    let found = search(&Rules { bounds, variant: Variant::AsBuilt }, &Invariant::ALL);
    println!("{name}: {} states, {} transitions", found.states, found.transitions);
    if let Some(broken) = found.broken {
        panic!("{name}: {}", broken.told);
    }
    let places: BTreeSet<Place> = places.iter().copied().collect();
    let rows: BTreeSet<RowState> = rows.iter().copied().collect();
    assert_eq!((found.places, found.rows), (places, rows), "{name}");
    for (what, number) in [("model states", found.states), ("model transitions", found.transitions)]
    {
        proof::note(what, u64::try_from(number).expect("it fits"));
    }
}

const HELD: &[Place] = &[Place::Active, Place::HeldUnclear, Place::HeldFailed, Place::Completed];
const SENT: &[RowState] =
    &[RowState::Reserved, RowState::Sent, RowState::NotSent, RowState::Unclear];
const FAILED: &[RowState] =
    &[RowState::Reserved, RowState::Sent, RowState::NotSent, RowState::Failed, RowState::Unclear];

#[test]
fn two_actions_two_senders_and_any_two_faults() {
    let quick = Bounds { faults: 2, may: Fault::ALL, ..TWO };
    let deep = Bounds { faults: 3, states: 40_000_000, ..quick };
    holds("two faults", quick, deep, HELD, FAILED);
}

#[test]
fn two_sweepers_at_one_shard_and_any_fault() {
    let quick = Bounds { sweepers: 2, faults: 1, may: Fault::ALL, ..ONE };
    let deep = Bounds { faults: 2, states: 40_000_000, ..quick };
    holds("two sweepers", quick, deep, HELD, FAILED);
}

#[test]
fn whatever_people_do_once() {
    let quick = Bounds { happenings: 1, happens: Happening::ALL, ..TWO };
    let deep = Bounds { faults: 1, may: Fault::ALL, states: 40_000_000, ..quick };
    let places = &[HELD, &[Place::Cancelled, Place::Ended]].concat();
    holds("people", quick, deep, places, FAILED);
}

#[test]
fn a_booking_that_goes_and_comes_back_and_staff_who_end() {
    let happens = &[Happening::Cancel, Happening::Uncancel, Happening::End];
    let may = &[Fault::Crash, Fault::AnswerLost, Fault::Lag];
    let quick = Bounds { faults: 1, may, happenings: 2, happens, ..ONE };
    let deep = Bounds { faults: 2, happenings: 3, states: 40_000_000, ..quick };
    let places = &[HELD, &[Place::Cancelled, Place::Ended]].concat();
    holds("cancels", quick, deep, places, SENT);
}

#[test]
fn holds_of_all_sending_and_saved_programs() {
    let happens = &[Happening::Hold, Happening::Later];
    let quick = Bounds { faults: 1, may: &[Fault::Crash], happenings: 2, happens, ..ONE };
    let may = &[Fault::Crash, Fault::Refusal, Fault::Lag];
    let deep = Bounds { may, states: 40_000_000, ..quick };
    holds("holds", quick, deep, HELD, SENT);
}

#[test]
fn opt_outs_holds_and_what_staff_do() {
    let happens = &[Happening::Hold, Happening::OptOut, Happening::LeaveOut, Happening::Later];
    let quick = Bounds { happenings: 2, happens, ..ONE };
    let deep = Bounds { faults: 1, may: &[Fault::Crash], states: 40_000_000, ..quick };
    holds("opt-outs", quick, deep, HELD, FAILED);
}

#[test]
fn receipts_that_name_their_attempt_late_and_twice() {
    let may = &[Fault::Crash, Fault::AnswerLost, Fault::Refusal];
    let quick = Bounds { faults: 1, may, happenings: 2, happens: RECEIPTS, ..ONE };
    let deep = Bounds { faults: 2, happenings: 3, states: 40_000_000, ..quick };
    holds("receipts by attempt", quick, deep, HELD, SENT);
}

#[test]
fn receipts_that_name_their_number_late_and_twice() {
    let may = &[Fault::Crash, Fault::AnswerLost, Fault::Refusal];
    let quick = Bounds { faults: 1, may, happenings: 2, happens: RECEIPTS, ..ONE };
    let quick = Bounds { named: Named::ByNumber, ..quick };
    let deep = Bounds { faults: 2, happenings: 3, states: 40_000_000, ..quick };
    holds("receipts by number", quick, deep, HELD, FAILED);
}

#[test]
fn receipts_of_two_actions_and_nobody_is_asked_about_what_is_known() {
    let may = &[Fault::Crash, Fault::AnswerLost];
    let quick = Bounds { faults: 1, may, happenings: 1, happens: RECEIPTS, ..TWO };
    // Both at the same moment.
    let quick = Bounds { lives: Lives::HalfAMinute, plan: [0, 0], ..quick };
    let deep = Bounds { faults: 2, happenings: 2, states: 40_000_000, ..quick };
    holds("receipts of two actions", quick, deep, HELD, SENT);
}

#[test]
fn what_comes_too_late_is_skipped_and_what_fails_is_passed_over() {
    let quick = Bounds { on_error: OnError::Skip, useful: 1, faults: 1, may: Fault::ALL, ..TWO };
    let deep = Bounds { faults: 2, states: 40_000_000, ..quick };
    let places = &[Place::Active, Place::HeldUnclear, Place::Completed];
    let rows = &[FAILED, &[RowState::Skipped]].concat();
    holds("too late", quick, deep, places, rows);
}

#[test]
fn dead_letters_that_are_redriven() {
    let may = &[Fault::Crash, Fault::Redrive];
    let quick = Bounds { faults: 3, may, ..ONE };
    let deep = Bounds { faults: 4, states: 40_000_000, ..quick };
    holds("dead letters", quick, deep, HELD, SENT);
}

#[test]
fn receipts_of_a_booking_that_goes_and_comes_back() {
    let happens = &[
        Happening::Receipt(Told::Delayed),
        Happening::Receipt(Told::Delivered),
        Happening::Receipt(Told::Bounced),
        Happening::Cancel,
        Happening::Uncancel,
    ];
    let may = &[Fault::Crash, Fault::AnswerLost];
    let quick = Bounds { faults: 1, may, happenings: 3, happens, ..ONE };
    let quick = Bounds { lives: Lives::HalfAMinute, ..quick };
    let deep = Bounds { faults: 2, happenings: 4, states: 40_000_000, ..quick };
    let places = &[HELD, &[Place::Cancelled]].concat();
    holds("receipts and cancels", quick, deep, places, SENT);
}
