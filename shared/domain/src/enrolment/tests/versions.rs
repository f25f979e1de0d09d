//! A program that is changed while patients are on it.

use super::*;

const NOW: &str = "2026-12-01T10:00:00+11:00";

fn ten_o_clock(n: u128, days: u16) -> Action {
    at_any_hour(sms(n, days_before(days, Some("10:00"))))
}

/// A patient on a program, whose first action was sent and whose second waits for 13 December.
fn waiting() -> (World, Enrolment) {
    let actions = vec![at_any_hour(sms(1, Timing::Enrolled)), ten_o_clock(2, 7)];
    let world = World::of(ProgramType::Program, 1, actions);
    let (e, _) = world.run(world.add("2026-12-20"), NOW);
    (world, e)
}

/// The program is now of these actions.
fn save(world: &mut World, e: &Enrolment, actions: Vec<Action>) -> Decision {
    world.program.version += 1;
    world.program.actions = actions;
    world.decide(e, Event::ProgramChanged, at(NOW))
}

#[test]
fn a_changed_timing_re_plans_what_waits_and_says_so() {
    let cases = [
        (10, "2026-12-10T10:00:00+11:00"),
        (3, "2026-12-17T10:00:00+11:00"),
        (30, NOW), // its time is over: now, and not late, because it was promised for later
    ];
    for (days, due) in cases {
        let (mut world, e) = waiting();
        let first = world.program.actions[0].clone();
        let saved = save(&mut world, &e, vec![first, ten_o_clock(2, days)]);
        assert_eq!(step(&saved.enrolment).due, at(due), "{days}");
        let notes: Vec<NoteEvent> = saved.effects.iter().filter_map(noted).collect();
        assert_eq!(notes, [NoteEvent::Replanned], "{days}");
        assert!(is_sending(&world.bring_up(&saved.enrolment, at(due))), "{days}");
        // The queue's old pointer does nothing at the old time when that was earlier.
        let old = world.bring_up(&saved.enrolment, step(&e).due);
        assert_eq!(is_sending(&old), days >= 7, "{days}");
    }
}

fn noted(effect: &Effect) -> Option<NoteEvent> {
    if let Effect::Note(note) = effect { Some(note.event) } else { None }
}

#[test]
fn what_changes_no_time_changes_nothing() {
    type Change = fn(&mut Program);
    let cases: [(&str, Change); 5] = [
        ("nothing", |_| {}),
        ("name", |p| p.name = ProgramName::parse("Other").unwrap()),
        ("an action above", |p| p.actions.insert(0, ten_o_clock(9, 1))),
        ("an action below", |p| p.actions.push(ten_o_clock(9, 1))),
        ("text", |p| {
            let ActionKind::Message(message) = &mut p.actions[1].kind else { unreachable!() };
            let (template, window) = (TemplateId::new(id(99)), WindowUse::Ignore);
            message.medium = Medium::Sms { template, reply: Reply::Saved { value: None }, window };
        }),
    ];
    for (name, change) in cases {
        let (mut world, e) = waiting();
        change(&mut world.program);
        let actions = world.program.actions.clone();
        let saved = save(&mut world, &e, actions);
        assert_eq!(saved, Decision { enrolment: e, effects: vec![] }, "{name}");
    }
}

#[test]
fn an_action_added_below_runs_and_one_added_above_does_not() {
    let (mut world, e) = waiting();
    let [first, second] = [0, 1].map(|i| world.program.actions[i].clone());
    let actions = vec![ten_o_clock(8, 9), first, ten_o_clock(9, 8), second, ten_o_clock(10, 1)];
    let saved = save(&mut world, &e, actions).enrolment;
    let (end, done) = world.run(saved, "2027-01-01T00:00:00Z");
    assert_eq!(done.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 10]);
    assert!(is_completed(&end));
}

#[test]
fn an_action_that_was_taken_out_is_passed_over_at_once() {
    let (mut world, e) = waiting();
    let first = world.program.actions[0].clone();
    let saved = save(&mut world, &e, vec![first.clone(), ten_o_clock(3, 1)]);
    assert_eq!(step(&saved.enrolment).action, ActionId::new(id(3)));
    let completed = save(&mut world, &e, vec![first]);
    assert!(is_completed(&completed.enrolment));
}

#[test]
fn actions_in_another_order_never_repeat_what_was_sent() {
    let (mut world, e) = waiting();
    let [first, second] = [0, 1].map(|i| world.program.actions[i].clone());
    let saved = save(&mut world, &e, vec![second, first, ten_o_clock(3, 1)]).enrolment;
    let (end, done) = world.run(saved, "2027-01-01T00:00:00Z");
    assert_eq!(done.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 3]);
    assert!(is_completed(&end));
}

#[test]
fn an_attempt_under_way_is_not_re_planned() {
    let (mut world, e) = waiting();
    let due = step(&e).due;
    let pending = Event::Pending(e.current_key().unwrap(), due + chrono::Duration::minutes(15));
    let begun = world.decide(&e, pending, due).enrolment;
    let first = world.program.actions[0].clone();
    for actions in [vec![first.clone(), ten_o_clock(2, 1)], vec![first]] {
        let saved = save(&mut world, &begun, actions);
        assert_eq!(saved, Decision { enrolment: begun.clone(), effects: vec![] });
    }
    let done = world.attempt(&begun, sent(), due).enrolment;
    assert!(is_completed(&done), "what was sent counts, though the action is gone");
}

#[test]
fn a_message_that_becomes_a_pause_is_one_from_now_on() {
    let (mut world, e) = waiting();
    let first = world.program.actions[0].clone();
    let timing = world.program.actions[1].timing;
    let saved = save(&mut world, &e, vec![first, pause_at(2, timing)]).enrolment;
    assert_eq!(saved.due(), Some((step(&e).due, Carrier::Staff)), "another queue carries it");
    let (paused, done) = world.run(saved, "2027-01-01T00:00:00Z");
    assert_eq!((held(&paused), done), (&HoldReason::Paused, vec![]));
}

#[test]
fn who_waits_for_a_person_keeps_waiting_and_goes_on_in_the_newest_version() {
    let mut world = World::of(ProgramType::Program, 1, vec![pause(1), ten_o_clock(2, 7)]);
    let paused = world.add("2026-12-20");
    let saved = save(&mut world, &paused, vec![pause(1), ten_o_clock(3, 5)]);
    assert_eq!(saved, Decision { enrolment: paused.clone(), effects: vec![] });
    let on = world.instruct(&paused, Instruction::Advance, NOW).enrolment;
    assert_eq!(step(&on).action, ActionId::new(id(3)));
}

#[test]
fn who_has_lost_their_place_is_moved_or_ended_and_told_so() {
    let (mut world, e) = waiting();
    let lost = save(&mut world, &e, vec![ten_o_clock(9, 5)]);
    assert!(matches!(held(&lost.enrolment), HoldReason::Failed(_)));
    assert_eq!(raised(&lost), [WorkKind::Failed]);
    for instruction in
        [Instruction::Advance, Instruction::Skip, Instruction::Retry(Receipt::Unknown)]
    {
        let refused = world.instruct(&lost.enrolment, instruction, NOW);
        assert_eq!(refused.refusal(), Some(Refusal::NoSuchAction));
        assert_eq!(refused.enrolment, lost.enrolment);
    }
    // The same program is as good a target as another one.
    let (course, next) = (world.program.course, ActionId::new(id(9)));
    let kind = world.program.kind;
    let moved = move_to(&lost.enrolment, kind, course, &next, &person(), world.facts(), at(NOW));
    let (out, into) = moved.unwrap();
    assert_eq!(work(&out).1, work(&lost).0);
    assert_eq!(step(&into.enrolment).due, at("2026-12-15T10:00:00+11:00"));
}

#[test]
fn who_is_through_stays_through() {
    let (mut world, e) = waiting();
    let (done, _) = world.run(e, "2027-01-01T00:00:00Z");
    let actions = [world.program.actions.clone(), vec![ten_o_clock(9, 1)]].concat();
    let saved = save(&mut world, &done, actions);
    assert_eq!(saved, Decision { enrolment: done, effects: vec![] });
}

#[test]
fn a_program_left_without_actions_completes() {
    let mut world = World::of(ProgramType::Program, 3, vec![ten_o_clock(1, 7)]);
    let e = world.add("2026-12-20");
    let saved = save(&mut world, &e, vec![]);
    assert!(is_completed(&saved.enrolment), "{saved:?}");
}

#[test]
fn a_save_hurries_nothing_that_is_on_its_way_or_backs_off() {
    let (mut world, e) = waiting();
    let actions = world.program.actions.clone();
    let due = step(&e).due;
    let queued = world.decide(&e, Event::ProgramChanged, due + chrono::Duration::seconds(30));
    assert_eq!(queued, Decision { enrolment: e.clone(), effects: vec![] });
    let refused = world.attempt(&e, not_sent(), due).enrolment;
    let saved = save(&mut world, &refused, actions);
    assert_eq!(saved, Decision { enrolment: refused, effects: vec![] });
}
