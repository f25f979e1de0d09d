//! A patient on a clinically significant program is never lost in silence.

use super::*;

const END: &str = "2027-12-01T00:00:00Z";

fn clinical(mut world: World) -> World {
    world.program.significance = Significance::Clinical;
    world
}

fn skipping() -> Vec<Action> {
    vec![or_skip(at_any_hour(sms(1, Timing::Enrolled)))]
}

#[test]
fn what_could_not_be_sent_is_work_even_when_the_program_goes_on() {
    let fail = || Outcome::Failed { why: "bounced".into() };
    for (world, expected) in [
        (World::of(ProgramType::General, 1, skipping()), vec![]),
        (
            clinical(World::of(ProgramType::General, 1, skipping())),
            // And nothing else was sent: the patient was not reached at all.
            vec![WorkKind::NotReached, WorkKind::Exhausted],
        ),
    ] {
        let refused = world.attempt(&world.add("2026-12-01"), fail(), at(ENROLLED));
        assert_eq!(raised(&refused), expected);
        assert!(is_completed(&refused.enrolment));
        let mut opted_out = world.clone();
        opt_out(&mut opted_out.patient, Channel::Sms);
        let found = opted_out.bring_up(&opted_out.add("2026-12-01"), at(ENROLLED));
        assert_eq!(raised(&found), expected);
        let key = world.add("2026-12-01").current_key().unwrap();
        let event = Event::Unsendable(key, "no name".into());
        let unfilled = world.decide(&world.add("2026-12-01"), event, at(ENROLLED));
        assert_eq!(raised(&unfilled), expected);
        let mut e = world.add("2026-12-01");
        let mut last = Vec::new();
        while let Some((due, _)) = e.due() {
            let refused = world.attempt(&e, not_sent(), due);
            (e, last) = (refused.enrolment.clone(), raised(&refused));
        }
        assert_eq!(last, expected, "all attempts used up");
    }
}

#[test]
fn a_recall_that_ran_out_without_a_booking_is_work_each_cycle() {
    for (world, expected) in
        [(World::recall(2, skipping()), 0), (clinical(World::recall(2, skipping())), 2)]
    {
        let mut world = world;
        world.program.actions = vec![at_any_hour(sms(1, days_before(1, None)))];
        let mut e = world.add("2026-12-20");
        let mut ids = std::collections::BTreeSet::new();
        while let Some((due, _)) = e.due() {
            let decision = world.attempt(&e, sent(), due);
            ids.extend(work(&decision).0);
            e = decision.enrolment;
        }
        assert_eq!(ids.len(), expected, "one for each cycle");
    }
}

#[test]
fn a_recall_that_a_booking_completed_or_a_person_ended_is_no_work() {
    let mut world = clinical(World::recall(1, vec![pause(1)]));
    let paused = world.add("2026-12-20");
    let advanced = world.instruct(&paused, Instruction::Advance, ENROLLED);
    assert!(is_completed(&advanced.enrolment));
    assert_eq!(raised(&advanced), [], "a person has seen to it");
    let booking = world.book(7, ENROLLED, "2027-02-01T00:00:00Z");
    let booked = world.booked(vec![booking], &paused, ENROLLED);
    assert_eq!(raised(&booked), []);
}

#[test]
fn a_program_that_waits_for_no_booking_is_no_work_when_a_message_arrived() {
    let world = clinical(World::of(ProgramType::Program, 1, skipping()));
    let (e, _) = world.run(world.add("2026-12-20"), END);
    assert!(is_completed(&e));
    let decision = world.attempt(&world.add("2026-12-20"), sent(), at(ENROLLED));
    assert_eq!(raised(&decision), []);
}

#[test]
fn a_program_whose_every_message_came_too_late_is_work() {
    let actions = vec![at_any_hour(sms(1, days_before(30, None)))];
    for (world, expected) in [
        (World::of(ProgramType::Program, 1, actions.clone()), vec![]),
        (clinical(World::of(ProgramType::Program, 1, actions)), vec![WorkKind::Exhausted]),
    ] {
        let late = world.bring_up(&world.add("2026-12-01"), at(ENROLLED));
        assert_eq!(recorded(&late), [Outcome::Skipped { why: "too late".into() }]);
        assert_eq!(raised(&late), expected);
    }
}

#[test]
fn pause_on_error_holds_a_significant_program_once() {
    let world = clinical(World::of(ProgramType::General, 1, vec![sms(1, Timing::Enrolled)]));
    let fail = Outcome::Failed { why: "bounced".into() };
    let held = world.attempt(&world.add("2026-12-01"), fail, at(ENROLLED));
    assert_eq!(raised(&held), [WorkKind::Failed]);
}
