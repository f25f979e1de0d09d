//! One cycle after the other.

use super::*;

fn ten() -> Timing {
    Timing::On(NaiveTime::from_hms_opt(10, 0, 0))
}

fn every(span: CalendarSpan, cycles: u64, next: NextCycle) -> Course {
    Course::new(ProgramType::Program, cycles, Frequency::new(span), next).unwrap()
}

#[test]
fn each_cycle_counts_from_the_first_date_and_is_clamped_from_it() {
    use CalendarSpan::{Days, Months, Weeks};
    let cases = [
        (Months(1), "2027-01-31", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (Months(12), "2028-02-29", ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28"]),
        (Weeks(2), "2027-01-01", ["2027-01-01", "2027-01-15", "2027-01-29", "2027-02-12"]),
        (Days(10), "2027-02-25", ["2027-02-25", "2027-03-07", "2027-03-17", "2027-03-27"]),
    ];
    for (frequency, first, dates) in cases {
        let mut world = World::of(ProgramType::Program, 4, vec![at_any_hour(sms(1, ten()))]);
        world.program.course = every(frequency, 4, NextCycle::FromFirstDate);
        let (end, done) = world.run(world.add(first), "2035-01-01T00:00:00Z");
        let expected = dates.map(|date| (1, format!("{date} 10:00")));
        assert_eq!(done, expected, "{frequency:?}");
        assert!(is_completed(&end));
    }
}

#[test]
fn the_actions_of_a_cycle_count_from_that_cycles_own_date() {
    let month_after =
        Timing::After(Span::Calendar(CalendarSpan::Months(1), NaiveTime::from_hms_opt(9, 0, 0)));
    let actions = vec![at_any_hour(sms(1, ten())), at_any_hour(sms(2, month_after))];
    let mut world = World::of(ProgramType::Program, 2, actions);
    world.program.course = every(CalendarSpan::Months(1), 2, NextCycle::FromFirstDate);
    let (_, done) = world.run(world.add("2027-01-31"), "2027-12-01T00:00:00Z");
    let times: Vec<&str> = done.iter().map(|(_, time)| time.as_str()).collect();
    // The second cycle begins as late as the first one ends, and its date is 28 February.
    assert_eq!(
        times,
        ["2027-01-31 10:00", "2027-02-28 09:00", "2027-02-28 10:00", "2027-03-28 09:00"]
    );
}

#[test]
fn every_type_runs_its_actions_in_order_to_its_end() {
    for kind in ProgramType::ALL {
        let actions = vec![at_any_hour(sms(1, ten())), at_any_hour(sms(2, days_after(1, None)))];
        let world = World::of(kind, 1, actions);
        let (end, done) = world.run(world.add("2026-12-01"), "2027-12-01T00:00:00Z");
        assert_eq!(done.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2], "{kind:?}");
        assert!(is_completed(&end), "{kind:?}");
        assert_eq!(end.past.len(), 1, "{kind:?}");
    }
}

#[test]
fn the_next_cycle_counts_from_the_completing_bookings_date_when_the_program_says_so() {
    for (next, expected) in
        [(NextCycle::FromFirstDate, "2027-03-01"), (NextCycle::FromCompletingBooking, "2027-02-20")]
    {
        let mut world = World::recall(3, vec![sms(1, days_before(7, None))]);
        world.program.course = every(CalendarSpan::Months(1), 3, next);
        let enrolment = world.add("2027-02-01");
        // Late on the evening of the 20th in Sydney, which is the 20th in UTC only by luck.
        let booking = world.book(7, "2026-12-01T00:00:00Z", "2027-01-20T07:30:00+11:00");
        let decision = world.booked(vec![booking], &enrolment, "2026-12-01T10:00:00+11:00");
        let course = world.program.course;
        assert_eq!(decision.enrolment.cycle, 2);
        assert_eq!(
            decision.enrolment.reference(course),
            Some(Reference::Date(date(expected))),
            "{next:?}"
        );
    }
}

#[test]
fn cycles_that_count_from_a_booking_are_clamped_from_its_date() {
    let mut world = World::recall(4, vec![at_any_hour(sms(1, ten()))]);
    world.program.course = every(CalendarSpan::Months(1), 4, NextCycle::FromCompletingBooking);
    let booking = world.book(7, ENROLLED, "2027-01-31T14:00:00+11:00");
    let second = world.booked(vec![booking], &world.clone().add("2027-01-10"), ENROLLED);
    let (end, done) = world.run(second.enrolment, "2028-01-01T00:00:00Z");
    let expected = ["2027-02-28 10:00", "2027-03-31 10:00", "2027-04-30 10:00"];
    assert_eq!(done, expected.map(|time| (1, time.to_owned())));
    assert!(is_completed(&end));
}

#[test]
fn a_cycle_that_ends_by_its_actions_counts_from_the_first_date_even_so() {
    let mut world = World::recall(2, vec![at_any_hour(sms(1, ten()))]);
    world.program.course = every(CalendarSpan::Months(1), 2, NextCycle::FromCompletingBooking);
    let (end, done) = world.run(world.add("2027-01-31"), "2027-12-01T00:00:00Z");
    let expected = [(1, "2027-01-31 10:00".to_owned()), (1, "2027-02-28 10:00".to_owned())];
    assert_eq!(done, expected);
    assert!(is_completed(&end));
}

#[test]
fn a_last_pause_is_completed_by_a_person_and_the_next_cycle_begins() {
    let actions = vec![at_any_hour(sms(1, ten())), pause_at(2, days_after(2, None))];
    let world = World::of(ProgramType::Program, 2, actions);
    let (e, _) = world.run(world.add("2026-12-01"), "2027-06-01T00:00:00Z");
    assert_eq!(held(&e), &HoldReason::Paused);
    assert_eq!((e.cycle, e.past.len()), (1, 0), "time alone does not complete it (R15)");
    let next = world.instruct(&e, Instruction::Advance, "2026-12-05T10:00:00+11:00").enrolment;
    assert_eq!(next.past[0].by, CycleEnd::Staff);
    assert_eq!(next.cycle, 2);
    assert_eq!(step(&next).due, at("2027-01-01T10:00:00+11:00"));
    let (e, _) = world.run(next, "2027-06-01T00:00:00Z");
    let done = world.instruct(&e, Instruction::Advance, "2027-06-01T00:00:00Z").enrolment;
    assert!(is_completed(&done));
    assert_eq!(done.past.len(), 2);
}

#[test]
fn a_disabled_program_goes_on_for_those_on_it() {
    let mut world = World::of(ProgramType::Program, 2, vec![at_any_hour(sms(1, ten()))]);
    let enrolment = world.add("2026-12-01");
    world.program.assignment = Assignment::Disabled;
    world.program.version += 1;
    let decision = world.decide(&enrolment, Event::ProgramChanged, at(ENROLLED));
    assert_eq!(decision, Decision { enrolment: enrolment.clone(), effects: vec![] });
    let (end, done) = world.run(enrolment, "2027-12-01T00:00:00Z");
    assert_eq!(done.len(), 2);
    assert!(is_completed(&end));
}

#[test]
fn a_program_with_fewer_cycles_than_a_patient_is_in_ends_with_that_cycle() {
    let mut world = World::of(ProgramType::Program, 3, vec![at_any_hour(sms(1, ten()))]);
    let (third, done) = world.run(world.add("2026-12-01"), "2027-01-20T00:00:00Z");
    assert_eq!((third.cycle, done.len()), (3, 2));
    for cycles in [1, 2] {
        world.program.course = every(CalendarSpan::Months(1), cycles, NextCycle::FromFirstDate);
        let kept = world.decide(&third, Event::ProgramChanged, at("2027-01-20T00:00:00Z"));
        assert_eq!(step(&kept.enrolment).due, at("2027-02-01T10:00:00+11:00"));
        let (end, done) = world.run(kept.enrolment, "2028-01-01T00:00:00Z");
        assert_eq!(done, [(1, "2027-02-01 10:00".to_owned())], "{cycles}");
        assert!(is_completed(&end), "{cycles}");
    }
}

#[test]
fn a_program_that_lost_its_frequency_fails_in_sight_instead_of_waiting_for_ever() {
    let mut world = World::of(ProgramType::General, 2, vec![at_any_hour(sms(1, ten()))]);
    let (second, _) = world.run(world.add("2026-12-01"), "2026-12-02T00:00:00Z");
    assert_eq!(second.cycle, 2);
    world.program.course = Course::ONCE;
    let decision = world.bring_up(&second, step(&second).due);
    assert!(matches!(held(&decision.enrolment), HoldReason::Failed(_)));
    assert_eq!(raised(&decision), [WorkKind::Failed]);
}

#[test]
fn what_goes_as_soon_as_a_cycle_begins_waits_in_later_ones_for_their_own_date() {
    let mut world = World::recall(2, vec![at_any_hour(sms(1, Timing::Enrolled))]);
    world.program.completion = Completion::AnyBooking;
    let enrolment = world.add("2026-12-10");
    assert_eq!(step(&enrolment).due, at(ENROLLED));
    let second = world.attempt(&enrolment, sent(), at(ENROLLED)).enrolment;
    assert_eq!((second.cycle, step(&second).due), (2, at("2027-01-10T00:00:00+11:00")));
}
