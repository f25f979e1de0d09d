//! What a person may do to an enrolment.

use super::*;

const NOW: &str = "2026-11-21T09:00:00+11:00";

fn two() -> Vec<Action> {
    vec![at_any_hour(sms(1, Timing::Enrolled)), at_any_hour(sms(2, days_before(1, Some("10:00"))))]
}

fn end() -> Instruction {
    Instruction::End(Label::parse("moved away").unwrap())
}

/// The enrolments an instruction may meet.
fn standing(world: &World) -> [(&'static str, Enrolment); 7] {
    let active = world.add("2026-12-10");
    let key = || active.current_key().unwrap();
    let ended_by = |outcome| world.attempt(&active, outcome, at(ENROLLED)).enrolment;
    let paused = World { program: world.program.clone(), ..world.clone() };
    let paused = {
        let mut world = paused;
        world.program.actions = vec![pause(1), two().remove(1)];
        world.add("2026-12-10")
    };
    [
        ("active", active.clone()),
        (
            "under way",
            world.decide(&active, Event::Pending(key(), at(NOW)), at(ENROLLED)).enrolment,
        ),
        ("paused", paused),
        ("failed", ended_by(Outcome::Failed { why: "bounced".into() })),
        ("unclear", ended_by(Outcome::Unclear { why: "no outcome".into() })),
        ("completed", world.run(active.clone(), "2027-01-01T00:00:00Z").0),
        ("ended", world.decide(&active, Event::PatientGone, at(ENROLLED)).enrolment),
    ]
}

#[test]
fn each_instruction_is_carried_out_or_refused_by_where_the_enrolment_stands() {
    use Refusal::{MayHaveBeenSent, NotHeld, Over, Pause, Underway};
    let (unknown, not_received) =
        (Instruction::Retry(Receipt::Unknown), Instruction::Retry(Receipt::NotReceived));
    let change = Instruction::ChangeReference(date("2027-01-01"));
    // Active, under way, paused, failed, unclear, completed, ended.
    let (o, over) = (None, Some(Over));
    let cases = [
        (Instruction::Advance, [Some(NotHeld), Some(NotHeld), o, o, o, over, over]),
        (Instruction::Skip, [o, Some(Underway), o, o, o, over, over]),
        (
            unknown,
            [Some(NotHeld), Some(NotHeld), Some(Pause), o, Some(MayHaveBeenSent), over, over],
        ),
        (not_received, [Some(NotHeld), Some(NotHeld), Some(Pause), o, o, over, over]),
        (change, [o, Some(Underway), o, o, o, over, over]),
        (end(), [o, o, o, o, o, over, over]),
    ];
    let world = World::of(ProgramType::Program, 1, two());
    for (instruction, refusals) in cases {
        for ((name, before), refusal) in standing(&world).into_iter().zip(refusals) {
            let decision = world.instruct(&before, instruction.clone(), NOW);
            assert_eq!(decision.refusal(), refusal, "{instruction:?} when {name}");
            if let Some(refusal) = refusal {
                let effects = vec![Effect::Refuse(refusal)];
                assert_eq!(decision, Decision { enrolment: before, effects }, "changes nothing");
            } else {
                assert_eq!(decision.enrolment.revision, before.revision + 1);
                assert!(!is_sending(&decision));
            }
        }
    }
}

#[test]
fn what_is_advanced_or_skipped_goes_on_with_the_next_action() {
    let world = World::of(ProgramType::Program, 1, two());
    for instruction in [Instruction::Advance, Instruction::Skip] {
        for (name, before) in standing(&world) {
            let decision = world.instruct(&before, instruction.clone(), NOW);
            if decision.refusal().is_none() {
                let after = step(&decision.enrolment);
                assert_eq!(after.action, ActionId::new(id(2)), "{instruction:?} when {name}");
                assert_eq!(after.due, at("2026-12-09T10:00:00+11:00"), "at its own time");
                let held = matches!(before.status, Status::Held { .. });
                assert_eq!(work(&decision).1.len(), usize::from(held), "{name}");
            }
        }
    }
}

#[test]
fn what_failed_is_tried_again_as_another_attempt_and_is_not_late() {
    let world = World::of(ProgramType::Program, 1, two());
    for (name, before) in standing(&world) {
        if !matches!(name, "failed" | "unclear") {
            continue;
        }
        let month_later = "2026-12-28T12:00:00+11:00";
        let retry = Instruction::Retry(Receipt::NotReceived);
        let again = world.instruct(&before, retry, month_later);
        assert_eq!(step(&again.enrolment).attempt, 2, "{name}");
        assert!(is_sending(&world.bring_up(&again.enrolment, at(month_later))), "{name}");
        assert_eq!(work(&again).1, [hold_id(&before.key_of(before.step().unwrap()))], "{name}");
    }
}

#[test]
fn a_person_who_has_it_tried_again_gives_it_all_its_attempts_again() {
    let world = World::of(ProgramType::Program, 1, two());
    let mut e = world.add("2026-12-10");
    let run_out = |e: &mut Enrolment| {
        let mut attempts = 0;
        while let Some((due, _)) = e.due() {
            attempts += 1;
            *e = world.attempt(e, not_sent(), due).enrolment;
        }
        attempts
    };
    assert_eq!(run_out(&mut e), 8);
    e = world.instruct(&e, Instruction::Retry(Receipt::Unknown), NOW).enrolment;
    assert_eq!(run_out(&mut e), 8);
    assert!(matches!(held(&e), HoldReason::Failed(_)));
}

#[test]
fn a_changed_reference_date_re_plans_what_waits_and_what_was_too_late() {
    let actions = vec![
        at_any_hour(sms(1, days_before(7, None))),
        at_any_hour(sms(2, days_before(1, Some("10:00")))),
    ];
    let world = World::of(ProgramType::Program, 2, actions);
    // Added four days before: “7 days before” is too late, “1 day before” waits.
    let (e, done) = world.run(world.add("2026-11-24"), ENROLLED);
    assert_eq!(done, [(1, "skipped".to_owned())]);
    let change = Instruction::ChangeReference(date("2026-12-24"));
    let changed = world.instruct(&e, change.clone(), NOW).enrolment;
    let (end, done) = world.run(changed.clone(), "2027-12-01T00:00:00Z");
    let times: Vec<&str> = done.iter().map(|(_, time)| time.as_str()).collect();
    assert_eq!(
        times,
        ["2026-12-17 00:00", "2026-12-23 10:00", "2027-01-17 00:00", "2027-01-23 10:00"],
        "the next cycle counts from the new date too"
    );
    assert!(is_completed(&end));
    let again = world.instruct(&changed, change, NOW);
    assert_eq!(again, Decision { enrolment: changed, effects: vec![] }, "it is that date already");
}

#[test]
fn the_reference_of_a_booking_is_moved_with_the_booking() {
    let world = World::with(two());
    let refused =
        world.instruct(&world.enrol(), Instruction::ChangeReference(date("2027-01-01")), NOW);
    assert_eq!(refused.refusal(), Some(Refusal::CountsFromBooking));
}

#[test]
fn a_reference_whose_dates_cannot_be_computed_is_refused() {
    let world = World::of(
        ProgramType::Program,
        1,
        vec![sms(1, days_before(9, None)), sms(2, days_after(9, None))],
    );
    for day in [NaiveDate::MAX, NaiveDate::MIN] {
        let refused =
            world.instruct(&world.add("2026-12-10"), Instruction::ChangeReference(day), NOW);
        assert_eq!(refused.refusal(), Some(Refusal::BadDate), "{day}");
    }
}

#[test]
fn an_end_keeps_the_reason_and_leaves_open_only_what_may_have_been_sent() {
    let world = World::of(ProgramType::Program, 1, two());
    for (name, before) in standing(&world) {
        let decision = world.instruct(&before, end(), NOW);
        if decision.refusal().is_some() {
            continue;
        }
        let settled = matches!(name, "paused" | "failed");
        assert_eq!(work(&decision).1.len(), usize::from(settled), "{name}");
        let texts: Vec<&str> = decision
            .effects
            .iter()
            .filter_map(
                |effect| if let Effect::Note(note) = effect { Some(&*note.text) } else { None },
            )
            .collect();
        assert_eq!(texts, ["Ended by staff: moved away."], "{name}");
    }
}

#[test]
fn what_was_under_way_and_failed_can_be_given_another_date() {
    let world = World::of(ProgramType::Program, 1, two());
    let (_, under_way) = standing(&world).into_iter().nth(1).unwrap();
    let failed = world.attempt(&under_way, Outcome::Failed { why: "bounced".into() }, at(NOW));
    let change = Instruction::ChangeReference(date("2027-01-01"));
    assert_eq!(world.instruct(&failed.enrolment, change, NOW).refusal(), None);
}
