//! A program that runs to its end, late or on time.

use std::collections::BTreeSet;

use chrono::Duration;

use super::*;

/// What was done with an action, where and when.
type Done = (u16, ActionId, Fate, DateTime<Utc>);

/// Runs an enrolment to its end: what is due is brought up so much too late, what can go is sent, a
/// person advances what waits for one.
fn run(
    world: &World,
    mut e: Enrolment,
    mut late: impl FnMut() -> Duration,
    mut check: impl FnMut(&Enrolment, &Step, DateTime<Utc>),
) -> Vec<Done> {
    let (mut done, mut now) = (Vec::new(), at(ENROLLED));
    for _ in 0..2_000 {
        let here = |fate, now| (e.cycle, e.step().unwrap().action.clone(), fate, now);
        match e.status.clone() {
            Status::Active(step) => {
                now = now.max(step.due) + late();
                let decision = world.bring_up(&e, now);
                let to = decision.effects.iter().find_map(|effect| match effect {
                    Effect::Send { to, .. } => Some(to.clone()),
                    Effect::Record(_)
                    | Effect::Raise(_)
                    | Effect::Resolve(_)
                    | Effect::Note(_)
                    | Effect::Claim(_)
                    | Effect::Refuse(_) => None,
                });
                let fate = match (to, recorded(&decision).pop()) {
                    (Some(to), _) => Some(Fate::Sent(to)),
                    (None, Some(Outcome::Skipped { why })) => Some(Fate::Skipped(why)),
                    (None, Some(Outcome::Failed { why })) => Some(Fate::Failed(why)),
                    (None, _) => None,
                };
                let sends = matches!(fate, Some(Fate::Sent(_)));
                done.extend(fate.map(|fate| here(fate, now)));
                if sends {
                    check(&e, &step, now);
                    e = world.attempt(&e, sent(), now).enrolment;
                } else {
                    assert_ne!(decision.enrolment, e, "a due action that nothing happens to");
                    e = decision.enrolment;
                }
            }
            Status::Held { why, .. } => {
                if why == HoldReason::Paused {
                    done.push(here(Fate::Paused, now));
                }
                let advance = Event::Instructed(Instruction::Advance, person());
                e = world.decide(&e, advance, now).enrolment;
            }
            Status::Completed { .. } => return done,
            Status::Ended { .. } => panic!("nobody ended it: {e:?}"),
        }
    }
    panic!("it does not come to an end: {e:?}")
}

proptest! {
    /// Nothing goes before its time or outside its window, whatever happens when. Every action of
    /// every cycle comes up once, in order, and has one outcome.
    #[test]
    fn every_action_has_one_outcome_in_order_and_none_goes_before_its_time_or_outside_its_window(
        world in any_world(),
        reference in any_date(),
        lateness in prop::collection::vec(0_i64..40_000, 1..20),
    ) {
        let mut late = lateness.iter().cycle();
        let late = || Duration::seconds(*late.next().unwrap());
        let done = run(&world, world.begin(reference).enrolment, late, |e, step, now| {
            let action = world.program.action(&step.action).unwrap();
            let plan = plan(action, e, Some(step), world.facts()).unwrap();
            assert!(now >= plan.due && now <= plan.latest, "{plan:?} at {now}");
            match action.message().unwrap().medium.window() {
                WindowUse::Ignore => assert!(now >= plan.wished),
                WindowUse::Keep => {
                    assert!(world.site.window.is_open(world.site.zone, now));
                    let before = matches!(action.timing, Timing::Before(_) | Timing::Enrolled);
                    assert!(before || now >= plan.wished);
                }
            }
            if world.about_visit && matches!(action.timing, Timing::Before(_) | Timing::Enrolled) {
                assert!(now <= world.booking.start);
            }
        });
        let cycles = 1..=world.program.course.cycles();
        let expected: Vec<(u16, ActionId)> = cycles
            .flat_map(|cycle| world.program.actions.iter().map(move |a| (cycle, a.id.clone())))
            .collect();
        let found: Vec<_> = done.iter().map(|(cycle, id, ..)| (*cycle, id.clone())).collect();
        prop_assert_eq!(found, expected);
    }

    /// The timeline is what then happens, when nobody and nothing interferes.
    #[test]
    fn the_timeline_is_what_then_happens(world in any_world(), reference in any_date()) {
        let e = world.begin(reference).enrolment;
        let ahead: Vec<Done> = timeline(e.clone(), world.facts(), at(ENROLLED))
            .into_iter()
            .map(|ahead| (ahead.cycle, ahead.action, ahead.fate, ahead.at))
            .collect();
        prop_assert_eq!(ahead, run(&world, e, Duration::zero, |_, _, _| {}));
    }

    /// Cycles count and clamp from the first date, by arithmetic that knows nothing of the engine.
    #[test]
    fn months_are_clamped_from_the_first_date(first in any_date(), n in 1_u16..30, k in 0_u16..40) {
        use chrono::Datelike;
        let frequency = Frequency::new(CalendarSpan::Months(n));
        let kind = ProgramType::Recall;
        let course = Course::new(kind, 40, frequency, NextCycle::FromFirstDate).unwrap();
        let months = u32::from(n) * u32::from(k) + first.month0();
        let (year, month) = (first.year() + i32::try_from(months / 12).unwrap(), months % 12 + 1);
        let days: BTreeSet<u32> =
            (1..=31).filter(|day| NaiveDate::from_ymd_opt(year, month, *day).is_some()).collect();
        let day = first.day().min(*days.last().unwrap());
        let expected = NaiveDate::from_ymd_opt(year, month, day).map(Reference::Date);
        prop_assert_eq!(course.reference_after(Reference::Date(first), k), expected);
    }
}
