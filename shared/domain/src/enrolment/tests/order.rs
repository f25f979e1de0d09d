//! Order, place and versions.

use super::*;

#[test]
fn actions_run_in_the_lists_order_and_the_last_one_completes() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let world = World::with(vec![first, sms(2, days_before(3, None))]);
    let now = at(ENROLLED);
    let second = world.attempt(&world.enrol(), sent(), now).enrolment;
    assert_eq!(step(&second).action, ActionId::new(id(2)));
    let done = world.attempt(&second, sent(), at("2026-11-30T10:30:00+11:00")).enrolment;
    assert_eq!(done.status, Status::Completed { at: at("2026-11-30T10:30:00+11:00") });
    assert_eq!(done.due(), None, "what is finished is not in the due index");
}

#[test]
fn a_pointer_to_another_attempt_or_a_finished_action_changes_nothing() {
    let world = World::with(vec![sms(1, Timing::Enrolled), sms(2, days_before(3, None))]);
    let first = world.enrol();
    let second = world.attempt(&first, sent(), at(ENROLLED)).enrolment;
    let stale = first.current_key().unwrap();
    for event in [Event::Due(stale.clone(), Crowd::Unknown), Event::Attempted(stale, sent())] {
        let decision = world.decide(&second, event, at(ENROLLED));
        assert_eq!(decision, Decision { enrolment: second.clone(), effects: vec![] });
    }
}

#[test]
fn an_action_that_a_newer_version_dropped_is_passed_over() {
    let mut world = World::with(vec![sms(1, Timing::Enrolled), sms(2, days_before(3, None))]);
    let enrolment = world.enrol();
    world.program.actions.remove(0);
    let decision = world.bring_up(&enrolment, at(ENROLLED));
    assert_eq!(step(&decision.enrolment).action, ActionId::new(id(2)));
}

#[test]
fn a_timing_edited_while_queued_makes_the_old_pointer_a_no_op() {
    let mut world = World::with(vec![at_any_hour(sms(1, days_before(3, None)))]);
    let enrolment = world.enrol();
    let was_due = step(&enrolment).due;
    world.program.actions = vec![at_any_hour(sms(1, days_before(1, None)))];
    let decision = world.bring_up(&enrolment, was_due);
    assert!(!is_sending(&decision));
    assert_eq!(step(&decision.enrolment).due, at("2026-12-02T10:30:00+11:00"));
}

#[test]
fn dropping_the_action_a_patient_waits_for_never_repeats_those_above_it() {
    let (first, second) = (sms(1, Timing::Enrolled), sms(2, days_before(3, None)));
    let mut world = World::with(vec![first.clone(), second]);
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    // A new action above, the one that was sent, and a new one instead of the one waited for.
    world.program.actions = vec![sms(7, Timing::Enrolled), first, sms(8, days_before(2, None))];
    let next = world.bring_up(&enrolment, at("2026-11-30T10:30:00+11:00")).enrolment;
    assert_eq!(step(&next).action, ActionId::new(id(8)));
    // When nothing that was sent is left in the program, a person must say what comes next.
    world.program.actions = vec![sms(7, Timing::Enrolled)];
    let lost = world.bring_up(&enrolment, at("2026-11-30T10:30:00+11:00"));
    assert!(matches!(lost.enrolment.status, Status::Held { .. }), "{:?}", lost.enrolment.status);
    assert_eq!(raised(&lost), [WorkKind::Failed]);
}

#[test]
fn a_timing_edited_to_an_earlier_time_does_not_make_late_who_was_promised_a_later_one() {
    let mut world = World::with(vec![at_any_hour(sms(1, days_before(1, None)))]);
    let enrolment = world.enrol();
    world.program.actions = vec![at_any_hour(sms(1, days_before(3, None)))];
    assert!(is_sending(&world.bring_up(&enrolment, step(&enrolment).due)));
}
