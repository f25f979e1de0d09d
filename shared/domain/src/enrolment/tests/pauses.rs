//! Pauses: the program stops until a person advances it (R10).

use super::*;

fn ten_days_after() -> Timing {
    days_after(10, Some("10:00"))
}

#[test]
fn a_pause_stops_at_its_time_and_stays_until_a_person_advances_it() {
    let cases = [
        (Timing::Enrolled, ENROLLED),
        (on_the_day(), "2026-12-01T00:00:00+11:00"),
        (days_before(1, Some("08:00")), "2026-11-30T08:00:00+11:00"),
        // A Saturday night: a pause keeps no sending window.
        (days_after(4, Some("23:00")), "2026-12-05T23:00:00+11:00"),
        // Its time is over already: it stops at once.
        (days_before(100, None), ENROLLED),
    ];
    for (timing, stops) in cases {
        let world = World::of(
            ProgramType::Program,
            1,
            vec![pause_at(1, timing), at_any_hour(sms(2, ten_days_after()))],
        );
        let enrolment = world.add("2026-12-01");
        let (paused, done) = world.run(enrolment, "2031-01-01T00:00:00Z");
        assert_eq!(held(&paused), &HoldReason::Paused, "{timing:?}");
        assert_eq!(done, [], "nothing below it runs");
        let Status::Held { since, .. } = paused.status else { unreachable!() };
        assert_eq!(since, at(stops), "{timing:?}");
        assert_eq!(paused.due(), None);
    }
}

#[test]
fn a_pause_puts_the_patient_on_the_work_list_and_advancing_takes_them_off() {
    let world = World::of(ProgramType::Program, 1, vec![pause(1), sms(2, ten_days_after())]);
    let paused = world.adding("2026-12-01");
    assert_eq!(raised(&paused), [WorkKind::Paused]);
    let on = world.instruct(&paused.enrolment, Instruction::Advance, "2026-11-21T09:00:00+11:00");
    assert_eq!(work(&on), (vec![], work(&paused).0));
    assert_eq!(step(&on.enrolment).action, ActionId::new(id(2)));
    let notes = |event| {
        let by = person();
        on.effects.iter().any(
            |effect| matches!(effect, Effect::Note(note) if note.event == event && note.by == by),
        )
    };
    assert!(notes(NoteEvent::Advanced), "the history has who did it");
}

#[test]
fn the_action_after_a_pause_is_not_late_because_the_pause_took_long() {
    let actions = vec![pause(1), sms(2, days_after(1, Some("10:00")))];
    let world = World::of(ProgramType::Program, 1, actions);
    // Planned for 2 December; the pause was advanced on Friday 5 March, in the afternoon.
    let advanced = world
        .instruct(&world.add("2026-12-01"), Instruction::Advance, "2027-03-05T16:00:00+11:00")
        .enrolment;
    assert_eq!(step(&advanced).due, at("2027-03-05T16:00:00+11:00"));
    let cases = [
        ("2027-03-05T16:00:00+11:00", true),
        ("2027-03-06T16:00:01+11:00", false), // a day after the pause: too late
    ];
    for (now, sends) in cases {
        assert_eq!(is_sending(&world.bring_up(&advanced, at(now))), sends, "{now}");
    }
}

#[test]
fn a_pause_is_never_skipped_as_late() {
    for late in ["2026-12-02T00:00:00Z", "2027-12-01T00:00:00Z", "2061-12-01T00:00:00Z"] {
        let actions = vec![pause_at(1, on_the_day()), sms(2, ten_days_after())];
        let world = World::of(ProgramType::Program, 1, actions);
        let decision = world.bring_up(&world.add("2026-12-01"), at(late));
        assert_eq!(held(&decision.enrolment), &HoldReason::Paused, "{late}");
        assert_eq!(recorded(&decision), [], "a pause has no row in the ledger");
    }
}

#[test]
fn two_pauses_are_advanced_one_by_one() {
    let world = World::of(ProgramType::Program, 1, vec![pause(1), pause(2)]);
    let first = world.add("2026-12-01");
    let second = world.instruct(&first, Instruction::Advance, ENROLLED);
    assert_eq!(held(&second.enrolment), &HoldReason::Paused);
    let (open, settled) = work(&second);
    assert_eq!((open.len(), settled.len()), (1, 1));
    assert_ne!(open, settled, "each pause is work of its own");
    let done = world.instruct(&second.enrolment, Instruction::Advance, ENROLLED).enrolment;
    assert!(is_completed(&done));
}

#[test]
fn a_pause_that_waits_for_its_time_is_left_out_by_skipping_not_by_advancing() {
    let actions = vec![pause_at(1, ten_days_after()), sms(2, ten_days_after())];
    let world = World::of(ProgramType::Program, 1, actions);
    let waiting = world.add("2026-12-01");
    let refused = world.instruct(&waiting, Instruction::Advance, ENROLLED);
    assert_eq!(refused.refusal(), Some(Refusal::NotHeld));
    let skipped = world.instruct(&waiting, Instruction::Skip, ENROLLED).enrolment;
    assert_eq!(step(&skipped).action, ActionId::new(id(2)));
}
