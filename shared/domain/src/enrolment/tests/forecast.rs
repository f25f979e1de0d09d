//! What an enrolment brings by itself within some days.

use super::*;

const NOW: &str = "2026-11-23T08:00:00+11:00"; // a Monday

/// What comes before the 7th of December: which action of which cycle, when, and whether it is a pause.
fn ahead(world: &World, enrolment: Enrolment) -> Vec<(u16, ActionId, DateTime<Utc>, bool)> {
    let seen = forecast(enrolment, world.facts(), at(NOW), at("2026-12-07T00:00:00+11:00"));
    seen.into_iter().map(|it| (it.cycle, it.action, it.at, it.fate == Fate::Paused)).collect()
}

fn action(n: u128) -> ActionId {
    ActionId::new(id(n))
}

#[test]
fn what_follows_upon_the_next_action_counts_up_to_the_last_moment_and_not_beyond() {
    let actions = [(1, "12:00"), (2, "23:59"), (13, "23:59"), (14, "00:00")].into_iter().zip(1..);
    let actions =
        actions.map(|((days, time), n)| at_any_hour(sms(n, days_after(days, Some(time)))));
    let world = World::of(ProgramType::Program, 1, actions.collect());
    let enrolment = world.add("2026-11-23");
    let expected = [
        (1, action(1), at("2026-11-24T12:00:00+11:00"), false),
        (1, action(2), at("2026-11-25T23:59:00+11:00"), false),
        (1, action(3), at("2026-12-06T23:59:00+11:00"), false),
    ];
    assert_eq!(ahead(&world, enrolment), expected);
}

#[test]
fn nothing_is_foreseen_behind_a_pause() {
    let world = World::of(
        ProgramType::Program,
        1,
        vec![
            at_any_hour(sms(1, days_after(1, Some("12:00")))),
            pause_at(2, days_after(2, Some("12:00"))),
            at_any_hour(sms(3, days_after(3, Some("12:00")))),
        ],
    );
    let enrolment = world.add("2026-11-23");
    let whole = timeline(enrolment.clone(), world.facts(), at(NOW));
    assert_eq!(whole.len(), 3, "the timeline takes the pause to be over at once");
    let expected = [
        (1, action(1), at("2026-11-24T12:00:00+11:00"), false),
        (1, action(2), at("2026-11-25T12:00:00+11:00"), true),
    ];
    assert_eq!(ahead(&world, enrolment), expected);
}

#[test]
fn the_next_cycle_counts_when_it_begins_within_the_days() {
    let mut world =
        World::of(ProgramType::Program, 3, vec![at_any_hour(sms(1, days_after(0, Some("12:00"))))]);
    let weekly = crate::program::Frequency::new(CalendarSpan::Weeks(1)).unwrap();
    let next = crate::program::NextCycle::FromFirstDate;
    world.program.course =
        crate::program::Course::new(ProgramType::Program, 3, Some(weekly), next).unwrap();
    let enrolment = world.add("2026-11-24");
    let expected = [
        (1, action(1), at("2026-11-24T12:00:00+11:00"), false),
        (2, action(1), at("2026-12-01T12:00:00+11:00"), false),
    ];
    assert_eq!(ahead(&world, enrolment), expected);
}

#[test]
fn what_is_due_already_comes_now() {
    let world =
        World::of(ProgramType::Program, 1, vec![at_any_hour(sms(1, days_after(0, Some("12:00"))))]);
    let enrolment = world.add("2026-11-22");
    assert_eq!(ahead(&world, enrolment), [(1, action(1), at(NOW), false)]);
}
