//! A message that was taken for one that was not sent, or did not arrive, and was sent after all.

use super::*;
use crate::ledger::{LedgerKey, LedgerRow};
use crate::receipt::{Fault, Heard, Receipt as Told, Told as What, hear};

const LATER: &str = "2026-11-23T10:00:00+11:00";

/// Two messages, the second tomorrow.
fn two(first: Action) -> Vec<Action> {
    vec![first, at_any_hour(sms(2, days_before(5, None)))]
}

fn at_once() -> Action {
    at_any_hour(sms(1, Timing::Enrolled))
}

fn after_all(world: &World, e: &Enrolment, key: &LedgerKey) -> Decision {
    world.decide(e, Event::SentAfterAll(key.clone()), at(LATER))
}

/// The enrolment whose first attempt was refused for now, and that attempt.
fn to_be_tried_again(world: &World) -> (Enrolment, LedgerKey) {
    let e = world.enrol();
    let key = e.current_key().unwrap();
    (world.attempt(&e, not_sent(), at(ENROLLED)).enrolment, key)
}

fn action_of(e: &Enrolment) -> u128 {
    number(&step(e).action)
}

#[test]
fn another_attempt_at_it_is_not_made() {
    let world = World::with(two(at_once()));
    let (e, key) = to_be_tried_again(&world);
    assert_eq!(e.current_key().unwrap().attempt, 2);
    let settled = after_all(&world, &e, &key).enrolment;
    assert_eq!(action_of(&settled), 2, "it goes on with the next one");
    assert_eq!(settled.finished[0].how, FinishedAs::Done);
    let bounced = Event::Undelivered(key.clone(), Fault::NoSuchAddress);
    let held_at = world.decide(&settled, bounced, at(LATER)).enrolment;
    assert_eq!(held_at.step().map(|step| number(&step.action)), Some(1), "it can still fail");
}

#[test]
fn one_that_did_not_arrive_is_a_failure_and_not_tried_again_by_itself() {
    let world = World::with(two(at_once()));
    let (e, key) = to_be_tried_again(&world);
    let vain = Event::SentInVain(key.clone(), Fault::NoSuchAddress);
    let held_at = world.decide(&e, vain.clone(), at(LATER));
    let why = Fault::NoSuchAddress.to_string();
    assert_eq!(held(&held_at.enrolment), &HoldReason::Failed(why));
    assert_eq!(raised(&held_at), [WorkKind::Failed]);
    let world = World::with(two(or_skip(at_once())));
    let (e, _) = to_be_tried_again(&world);
    let passed = world.decide(&e, vain, at(LATER)).enrolment;
    assert_eq!((action_of(&passed), passed.finished[0].how), (2, FinishedAs::Failed));
}

#[test]
fn an_attempt_that_is_under_way_is_waited_for() {
    let world = World::with(two(at_once()));
    let (e, key) = to_be_tried_again(&world);
    let again = e.current_key().unwrap();
    let under_way = Event::Pending(again, at(LATER) + chrono::Duration::minutes(15));
    let e = world.decide(&e, under_way, at(LATER)).enrolment;
    assert_eq!(after_all(&world, &e, &key), Decision { enrolment: e, effects: vec![] });
}

#[test]
fn an_attempt_that_is_under_way_hears_that_it_was_sent() {
    let world = World::with(two(at_once()));
    let e = world.enrol();
    let key = e.current_key().unwrap();
    let until = at(ENROLLED) + chrono::Duration::minutes(15);
    let e = world.decide(&e, Event::Pending(key.clone(), until), at(ENROLLED)).enrolment;
    // Its row was called unclear, and its receipt came before the enrolment heard of that.
    let settled = after_all(&world, &e, &key).enrolment;
    assert_eq!((action_of(&settled), settled.finished[0].how), (2, FinishedAs::Done));
    let unclear = Outcome::Unclear { why: "no outcome was recorded".to_owned() };
    for too_late in [unclear, not_sent()] {
        let told = world.decide(&settled, Event::Attempted(key.clone(), too_late), until);
        assert_eq!(told, Decision { enrolment: settled.clone(), effects: vec![] });
    }
}

#[test]
fn a_hold_ends_and_what_was_waited_for_comes_next() {
    let world = World::with(two(at_once()));
    let e = world.enrol();
    let key = e.current_key().unwrap();
    let first = world.attempt(&e, sent(), at(ENROLLED)).enrolment;
    let bounced = Event::Undelivered(key.clone(), Fault::Unknown);
    let held_at = world.decide(&first, bounced, at(LATER));
    let released = after_all(&world, &held_at.enrolment, &key);
    assert_eq!(work(&released), (vec![], work(&held_at).0), "nobody is asked any more");
    assert_eq!(released.enrolment.current_key(), first.current_key());
    // A person had it tried again, and it has not gone yet.
    let retry = Instruction::Retry(Receipt::Unknown);
    let retried = world.instruct(&held_at.enrolment, retry, LATER).enrolment;
    assert_eq!(after_all(&world, &retried, &key).enrolment.current_key(), first.current_key());
    // A person had it go on: it is known to have been sent.
    let advanced = world.instruct(&held_at.enrolment, Instruction::Advance, LATER).enrolment;
    let known = after_all(&world, &advanced, &key).enrolment;
    assert_eq!(
        (known.current_key(), known.finished[0].how),
        (first.current_key(), FinishedAs::Done)
    );
}

#[test]
fn what_was_stopped_or_waits_for_its_referrer_hears_that_an_earlier_attempt_was_sent() {
    let world = World::with(two(at_once()));
    let (e, key) = to_be_tried_again(&world);
    let again = e.current_key().unwrap();
    let stopped = world.decide(&e, Event::Repeated(again), at(LATER));
    for reason in [HoldReason::Repeated, HoldReason::NoReferrer] {
        let mut waits = stopped.enrolment.clone();
        if let Status::Held { why, .. } = &mut waits.status {
            *why = reason;
        }
        let settled = after_all(&world, &waits, &key);
        assert_eq!((action_of(&settled.enrolment), work(&settled).0), (2, vec![]));
        assert_eq!(settled.enrolment.finished[0].how, FinishedAs::Done);
        assert_eq!(work(&settled).1, work(&stopped).0, "nobody is asked any more");
        let fault = Fault::NoSuchAddress;
        let vain = world.decide(&waits, Event::SentInVain(key.clone(), fault), at(LATER));
        assert_eq!(held(&vain.enrolment), &HoldReason::Failed(fault.to_string()));
    }
}

#[test]
fn what_was_passed_over_counts_as_sent_and_is_no_work_any_more() {
    let mut world = World::with(two(or_skip(at_once())));
    world.program.significance = Significance::Clinical;
    let mut e = world.enrol();
    let key = e.current_key().unwrap();
    let (mut now, mut asked) = (at(ENROLLED), vec![]);
    while number(&step(&e).action) == 1 {
        let refused = world.attempt(&e, not_sent(), now);
        asked = work(&refused).0;
        (now, e) = (step(&refused.enrolment).due, refused.enrolment);
    }
    assert_eq!((asked.len(), e.finished[0].how), (1, FinishedAs::Failed));
    let known = after_all(&world, &e, &key);
    assert_eq!(known.enrolment.finished[0].how, FinishedAs::Done);
    assert!(work(&known).1.contains(&asked[0]), "{:?}", known.effects);
    assert_eq!(known.enrolment.status, e.status, "it goes on as before");
}

/// Where an attempt stands when receipts for it begin to come.
#[derive(Debug, Clone, Copy)]
enum Start {
    Sent,
    NotSent,
    Unclear,
    Reserved,
}

/// What there is after these receipts: where it stands, what is finished, and the open work about the
/// message.
fn told(world: &World, start: Start, receipts: &[What]) -> String {
    let e = world.enrol();
    let key = e.current_key().unwrap();
    let settled = |outcome| LedgerState::Settled { at: at(ENROLLED), outcome };
    let (state, outcome) = match start {
        Start::Sent => (settled(sent()), Some(sent())),
        Start::NotSent => (settled(not_sent()), Some(not_sent())),
        Start::Unclear => {
            let unclear = Outcome::Unclear { why: "no outcome".into() };
            (settled(unclear.clone()), Some(unclear))
        }
        Start::Reserved => {
            let owner = crate::ids::ReservationToken::new(id(9));
            (LedgerState::Reserved { owner }, None)
        }
    };
    let channel = Channel::Sms;
    let mut row = LedgerRow {
        key,
        channel,
        to: None,
        wording: None,
        opened_at: at(ENROLLED),
        state,
        receipt: None,
    };
    let mut open = BTreeSet::new();
    let mut e = e;
    let mut keep = |decision: Decision| {
        for effect in &decision.effects {
            match effect {
                // Told of once, whatever else is told of the message.
                Effect::Raise(work) if work.kind == WorkKind::Exhausted => {}
                Effect::Raise(work) => _ = open.insert(work.id.clone()),
                Effect::Resolve(id) => _ = open.remove(id),
                Effect::Send { .. }
                | Effect::Record(_)
                | Effect::Note(_)
                | Effect::Claim(_)
                | Effect::Refuse(_) => {}
            }
        }
        decision.enrolment
    };
    if let Some(outcome) = outcome {
        e = keep(world.attempt(&e, outcome, at(ENROLLED)));
    }
    for told in receipts {
        let receipt = Told { at: at(LATER), told: *told };
        let Heard::News(after) = hear(&row, "m-1", receipt, at(LATER)) else { continue };
        if let Some(event) = Event::of_receipt(&row, &after) {
            e = keep(world.decide(&e, event, at(LATER)));
        }
        row = after;
    }
    let place = match &e.status {
        Status::Active(_) => format!("waits for {:?}", e.current_key()),
        Status::Held { step, .. } => format!("held at {:?}", e.key_of(step)),
        Status::Completed { .. } => "completed".to_owned(),
        Status::Ended { .. } => "ended".to_owned(),
    };
    let mut finished: Vec<_> = e.finished.iter().collect();
    finished.sort_by_key(|finished| &finished.action);
    format!("{place}, {} over, {finished:?}, {open:?}", e.past.len())
}

mod order {
    use proptest::prelude::*;

    use super::*;

    fn every_told() -> Vec<What> {
        let failed = Fault::ALL.map(What::Failed);
        [What::Delayed, What::Delivered, What::Complained].into_iter().chain(failed).collect()
    }

    proptest! {
        #[test]
        fn in_whatever_order_and_however_often_receipts_come_the_enrolment_ends_the_same(
            (receipts, shuffled) in prop::collection::vec(prop::sample::select(every_told()), 1..6)
                .prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle())),
            start in prop::sample::select(
                vec![Start::Sent, Start::NotSent, Start::Unclear, Start::Reserved]
            ),
            skips in any::<bool>(),
            clinical in any::<bool>(),
            alone in any::<bool>(),
        ) {
            let first = if skips { or_skip(at_once()) } else { at_once() };
            let mut world = World::with(if alone { vec![first] } else { two(first) });
            if clinical {
                world.program.significance = Significance::Clinical;
            }
            let once = told(&world, start, &receipts);
            prop_assert_eq!(&once, &told(&world, start, &shuffled));
            let twice: Vec<_> = shuffled.iter().flat_map(|told| [*told, *told]).collect();
            prop_assert_eq!(&once, &told(&world, start, &twice));
        }
    }
}

#[test]
fn that_it_did_not_arrive_is_heard_again_from_its_row_when_its_booking_went_and_came_back() {
    let mut world = World::with(vec![at_once()]);
    let e = world.enrol();
    let key = e.current_key().unwrap();
    let done = world.attempt(&e, sent(), at(ENROLLED)).enrolment;
    let fault = Fault::NoSuchAddress;
    let held_at = world.decide(&done, Event::Undelivered(key.clone(), fault), at(LATER)).enrolment;
    world.booking.state = BookingState::Cancelled;
    let ended = world.decide(&held_at, Event::VisitChanged, at(LATER)).enrolment;
    world.booking.state = BookingState::Booked;
    let back = world.decide(&ended, Event::VisitChanged, at(LATER)).enrolment;
    assert_eq!(back.current_key().as_ref(), Some(&key), "its row is in the ledger");
    let row = LedgerRow {
        key: key.clone(),
        channel: Channel::Sms,
        to: None,
        wording: None,
        opened_at: at(ENROLLED),
        state: LedgerState::Settled { at: at(ENROLLED), outcome: sent() },
        receipt: Some(Told { at: at(LATER), told: What::Failed(fault) }),
    };
    let told = world.decide(&back, Event::Attempted(key, row.heard(&sent())), at(LATER));
    assert_eq!(held(&told.enrolment), &HoldReason::Failed(fault.to_string()));
    assert_eq!(raised(&told), [WorkKind::Failed]);
    let arrived = LedgerRow { receipt: None, ..row };
    assert_eq!(arrived.heard(&sent()), sent());
}
