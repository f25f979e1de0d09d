//! A message that was sent and did not arrive: its receipt may come days later.

use super::*;
use crate::ledger::LedgerKey;
use crate::program::Invite;
use crate::receipt::Fault;

const LATER: &str = "2026-11-23T10:00:00+11:00";
const LATER_STILL: &str = "2026-11-23T11:00:00+11:00";
const FAULT: Fault = Fault::NoSuchAddress;

/// Two messages, the second tomorrow.
fn two(first: Action) -> Vec<Action> {
    vec![first, at_any_hour(sms(2, days_before(5, None)))]
}

fn bounced(world: &World, e: &Enrolment, key: &LedgerKey, now: &str) -> Decision {
    world.decide(e, Event::Undelivered(key.clone(), FAULT), at(now))
}

/// The enrolment after its first message was sent, and that message's key.
fn after_the_first(world: &World) -> (Enrolment, LedgerKey) {
    let e = world.enrol();
    let key = e.current_key().unwrap();
    (world.attempt(&e, sent(), at(ENROLLED)).enrolment, key)
}

fn notes(decision: &Decision) -> Vec<NoteEvent> {
    let event = |effect: &Effect| match effect {
        Effect::Note(note) => Some(note.event),
        Effect::Send { .. }
        | Effect::Record(_)
        | Effect::Raise(_)
        | Effect::Resolve(_)
        | Effect::Claim(_)
        | Effect::Refuse(_) => None,
    };
    decision.effects.iter().filter_map(event).collect()
}

#[test]
fn pause_on_error_holds_it_at_the_message_though_it_is_further_on_and_what_it_waited_for_comes_next()
 {
    let world = World::with(two(at_any_hour(sms(1, Timing::Enrolled))));
    let (e, key) = after_the_first(&world);
    let waited_for = e.current_key().unwrap();
    let held_at = bounced(&world, &e, &key, LATER);
    assert_eq!(raised(&held_at), [WorkKind::Failed]);
    assert_eq!(notes(&held_at), [NoteEvent::Held]);
    assert_eq!(held(&held_at.enrolment), &HoldReason::Failed(FAULT.to_string()));
    assert_eq!(held_at.enrolment.step().unwrap().action, key.action);
    let advanced = world.instruct(&held_at.enrolment, Instruction::Advance, LATER_STILL);
    assert_eq!(advanced.enrolment.current_key(), Some(waited_for));
    assert_eq!(work(&advanced).1, work(&held_at).0, "the work of the hold is done");
}

#[test]
fn what_was_tried_already_keeps_its_attempt_while_a_message_above_it_is_seen_to() {
    let world = World::with(two(at_any_hour(sms(1, Timing::Enrolled))));
    let (e, key) = after_the_first(&world);
    let refused = world.attempt(&e, not_sent(), at(LATER)).enrolment;
    let waited_for = refused.current_key().unwrap();
    assert_eq!(waited_for.attempt, 2);
    let held_at = bounced(&world, &refused, &key, LATER).enrolment;
    let advanced = world.instruct(&held_at, Instruction::Advance, LATER_STILL).enrolment;
    assert_eq!(advanced.current_key(), Some(waited_for), "its first attempt is in the ledger");
    let (e, _) = world.run(advanced, VISIT);
    assert!(is_completed(&e));
    assert_eq!(e.finished.len(), 2, "{e:?}");
}

#[test]
fn a_program_that_its_actions_completed_is_held_and_completes_again() {
    let world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let (e, key) = after_the_first(&world);
    assert!(is_completed(&e));
    let held_at = bounced(&world, &e, &key, LATER);
    assert_eq!(raised(&held_at), [WorkKind::Failed]);
    assert_eq!(held_at.enrolment.past, [], "the cycle is not over after all");
    let advanced = world.instruct(&held_at.enrolment, Instruction::Advance, LATER_STILL).enrolment;
    assert!(is_completed(&advanced));
    let retry = Instruction::Retry(Receipt::Unknown);
    let retried = world.instruct(&held_at.enrolment, retry, LATER_STILL).enrolment;
    let again = LedgerKey { attempt: 2, ..key };
    assert_eq!(retried.current_key(), Some(again), "another attempt, under a key of its own");
    assert!(is_sending(&world.bring_up(&retried, at(LATER_STILL))));
}

#[test]
fn without_pause_on_error_it_is_noted_and_is_work_only_on_a_significant_program() {
    for (significance, expected) in
        [(Significance::Routine, vec![]), (Significance::Clinical, vec![WorkKind::NotReached])]
    {
        let mut world = World::with(two(or_skip(at_any_hour(sms(1, Timing::Enrolled)))));
        world.program.significance = significance;
        let (e, key) = after_the_first(&world);
        let told = bounced(&world, &e, &key, LATER);
        assert_eq!(told.enrolment.status, e.status, "it goes on");
        assert_eq!(told.enrolment.finished[0].how, FinishedAs::Failed);
        assert_eq!(notes(&told), [NoteEvent::NotArrived]);
        assert_eq!(raised(&told), expected);
    }
}

#[test]
fn a_second_hold_is_never_put_over_another_one() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let world = World::with(vec![first, pause(2)]);
    let (e, key) = after_the_first(&world);
    assert_eq!(held(&e), &HoldReason::Paused);
    let told = bounced(&world, &e, &key, LATER);
    assert_eq!(told.enrolment.status, e.status);
    assert_eq!(raised(&told), [WorkKind::NotReached], "a person is told all the same");
    assert_eq!(notes(&told), [NoteEvent::NotArrived]);
}

#[test]
fn of_a_cycle_that_is_over_or_an_enrolment_that_ended_only_work_is_made() {
    type Case<'a> = (fn(Action) -> Action, Significance, &'a [WorkKind]);
    let cases: [Case<'_>; 3] = [
        (|action| action, Significance::Routine, &[WorkKind::NotReached]),
        (or_skip, Significance::Routine, &[]),
        (or_skip, Significance::Clinical, &[WorkKind::NotReached]),
    ];
    for (on_error, significance, expected) in cases {
        let actions = vec![on_error(at_any_hour(sms(1, on_the_day())))];
        let mut world = World::of(ProgramType::Recall, 2, actions);
        world.program.significance = significance;
        let first = world.add("2026-11-20");
        let key = first.current_key().unwrap();
        let next_cycle = world.attempt(&first, sent(), at(ENROLLED)).enrolment;
        assert_eq!(next_cycle.cycle, 2);
        let why = Label::parse("moved away").unwrap();
        let ended = world.instruct(&next_cycle, Instruction::End(why), LATER).enrolment;
        for e in [next_cycle, ended] {
            let told = bounced(&world, &e, &key, LATER);
            assert_eq!(told.enrolment, e);
            assert_eq!(raised(&told), expected, "{significance:?}");
            assert_eq!(notes(&told), [NoteEvent::NotArrived]);
        }
    }
}

#[test]
fn what_a_person_or_a_booking_has_completed_stays_completed() {
    let mut world = World::recall(1, vec![at_any_hour(sms(1, Timing::Enrolled)), pause(2)]);
    world.program.completion = Completion::AnyBooking;
    let first = world.add("2026-12-20");
    let key = first.current_key().unwrap();
    let paused = world.attempt(&first, sent(), at(ENROLLED)).enrolment;
    let by_staff = world.instruct(&paused, Instruction::Advance, LATER).enrolment;
    let booking = world.book(7, ENROLLED, "2027-02-01T00:00:00Z");
    let by_booking = world.booked(vec![booking], &paused, LATER).enrolment;
    for e in [by_staff, by_booking] {
        assert!(is_completed(&e));
        let told = bounced(&world, &e, &key, LATER_STILL);
        assert_eq!(told.enrolment, e);
        assert_eq!(raised(&told), [WorkKind::NotReached]);
    }
}

#[test]
fn twice_or_about_an_attempt_that_does_not_count_changes_nothing() {
    let world = World::with(two(at_any_hour(sms(1, Timing::Enrolled))));
    let (e, key) = after_the_first(&world);
    let held_at = bounced(&world, &e, &key, LATER).enrolment;
    let advanced = world.instruct(&held_at, Instruction::Advance, LATER_STILL).enrolment;
    let retry = Instruction::Retry(Receipt::Unknown);
    let retried = world.instruct(&held_at, retry, LATER_STILL).enrolment;
    let sent_again = world.attempt(&retried, sent(), at(LATER_STILL)).enrolment;
    for e in [held_at, advanced, retried, sent_again] {
        let again = bounced(&world, &e, &key, LATER_STILL);
        assert_eq!(again.enrolment, e);
        assert_eq!(again.effects, []);
    }
}

#[test]
fn of_an_attempt_whose_outcome_nobody_told_yet_it_is_the_outcome() {
    let world = World::with(two(at_any_hour(sms(1, Timing::Enrolled))));
    let e = world.enrol();
    let key = e.current_key().unwrap();
    let unclear = world.attempt(&e, Outcome::Unclear { why: "no outcome".into() }, at(ENROLLED));
    for e in [e, unclear.enrolment] {
        let told = bounced(&world, &e, &key, LATER);
        assert_eq!(held(&told.enrolment), &HoldReason::Failed(FAULT.to_string()));
        assert_eq!(raised(&told), [WorkKind::Failed]);
    }
}

#[test]
fn what_staff_passed_over_without_knowing_is_told_when_it_turns_out_not_to_have_arrived() {
    let world = World::with(two(at_any_hour(sms(1, Timing::Enrolled))));
    let e = world.enrol();
    let key = e.current_key().unwrap();
    let unclear = world.attempt(&e, Outcome::Unclear { why: "no outcome".into() }, at(ENROLLED));
    let advanced = world.instruct(&unclear.enrolment, Instruction::Advance, LATER).enrolment;
    let told = bounced(&world, &advanced, &key, LATER_STILL);
    assert_eq!(told.enrolment.status, advanced.status, "it goes on");
    assert_eq!(told.enrolment.finished[0].how, FinishedAs::Failed);
    assert_eq!(notes(&told), [NoteEvent::NotArrived]);
    assert_eq!(raised(&told), [WorkKind::NotReached]);
    let again = bounced(&world, &told.enrolment, &key, LATER_STILL);
    assert_eq!((again.enrolment, again.effects), (told.enrolment, vec![]), "once");
}

#[test]
fn a_message_that_is_in_no_list_is_told_while_its_enrolment_is_held_at_another() {
    let world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled)), pause(2)]);
    let (mut e, key) = after_the_first(&world);
    e.finished.clear();
    let told = bounced(&world, &e, &key, LATER);
    assert_eq!(told.enrolment.status, e.status);
    assert_eq!(told.enrolment.finished[0].how, FinishedAs::Failed);
    assert_eq!(raised(&told), [WorkKind::NotReached]);
    let again = bounced(&world, &told.enrolment, &key, LATER_STILL);
    assert_eq!(again.effects, [], "once");
}

#[test]
fn nobody_is_asked_about_somebody_who_is_not_contacted_any_more() {
    let mut world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let (e, key) = after_the_first(&world);
    world.patient.standing = Standing::Deceased;
    let told = bounced(&world, &e, &key, LATER);
    assert!(is_completed(&told.enrolment));
    assert_eq!(raised(&told), []);
    assert_eq!(notes(&told), [NoteEvent::NotArrived]);
}

#[test]
fn a_message_whose_action_or_place_in_the_list_is_gone_holds_nothing() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let mut world = World::with(two(first.clone()));
    world.program.significance = Significance::Clinical;
    let (e, key) = after_the_first(&world);
    let second = world.program.actions[1].clone();
    for actions in [vec![second.clone()], vec![second, first]] {
        world.program.actions = actions;
        let told = bounced(&world, &e, &key, LATER);
        assert_eq!(told.enrolment.status, e.status, "what it waits for would be lost");
        assert_eq!(raised(&told), [WorkKind::NotReached]);
    }
}

#[test]
fn that_somebody_gets_no_care_any_more_is_work_whatever_the_action_says_of_errors() {
    let by_sms = || or_skip(at_any_hour(sms(1, Timing::Enrolled)));
    let by_email = || {
        let Action { kind: ActionKind::Message(message), .. } = by_sms() else { unreachable!() };
        let (template, window) = (TemplateId::new(id(1)), WindowUse::Ignore);
        let medium = Medium::Email { template, window, invite: Invite::Without };
        Action { kind: ActionKind::Message(Message { medium, ..message }), ..by_sms() }
    };
    let told = |first: Action, purpose, fault, goes_on: bool| {
        let mut world = World::with(two(first));
        world.program.purpose = purpose;
        let e = world.enrol();
        let key = e.current_key().unwrap();
        let e = if goes_on { world.attempt(&e, sent(), at(ENROLLED)).enrolment } else { e };
        raised(&world.decide(&e, Event::Undelivered(key, fault), at(LATER)))
    };
    for goes_on in [true, false] {
        for (action, fault) in [
            (by_sms(), Fault::Listed),
            (by_email(), Fault::Listed),
            (by_email(), Fault::NoSuchAddress),
        ] {
            let care = told(action.clone(), Purpose::Care, fault, goes_on);
            assert_eq!(care, [WorkKind::NotReached], "{fault:?}");
            assert_eq!(told(action, Purpose::Commercial, fault, goes_on), [], "{fault:?}");
        }
        assert_eq!(told(by_email(), Purpose::Care, Fault::MailboxFull, goes_on), []);
    }
}
