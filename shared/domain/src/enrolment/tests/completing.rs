//! Bookings that complete a cycle (R13, R14).

use super::*;

const DAY_AFTER: &str = "2026-11-21T10:00:00+11:00";
/// The day of the enrolment on the site's clock, before it.
const MORNING: &str = "2026-11-20T09:00:00+11:00";
const LATER: &str = "2026-12-01T10:00:00+11:00";
const MAY: &str = "2027-05-10T09:00:00+10:00";

fn reminders() -> Vec<Action> {
    vec![at_any_hour(sms(1, days_before(7, None))), at_any_hour(sms(2, days_before(1, None)))]
}

fn codes(codes: &[&str]) -> Completing {
    Completing::Types(codes.iter().map(|code| Code::parse(code).unwrap()).collect())
}

#[test]
fn a_program_says_which_types_of_booking_complete_its_cycles() {
    let cases = [
        (Completing::None, false),
        (Completing::All, true),
        (codes(&["physio", "podiatry"]), true),
        (codes(&["podiatry"]), false),
        (codes(&[]), false),
    ];
    for (completing, completes) in cases {
        let mut world = World::recall(1, reminders());
        world.completing = completing.clone();
        let enrolment = world.add("2027-06-01");
        let booking = world.book(7, DAY_AFTER, MAY);
        let decision = world.booked(vec![booking.clone()], &enrolment, DAY_AFTER);
        assert_eq!(is_completed(&decision.enrolment), completes, "{completing:?}");
        if completes {
            let (key, of_type) = (booking.key.clone(), Some(booking.booking_type));
            assert_eq!(decision.enrolment.past[0].by, CycleEnd::Booking { key, of_type });
            assert!(
                decision.effects.contains(&Effect::Claim(booking.key)),
                "it is told if it goes"
            );
        } else {
            assert_eq!(decision, Decision { enrolment, effects: vec![] });
        }
    }
}

#[test]
fn only_a_live_booking_of_the_patient_completes() {
    type Change = fn(&mut Booking);
    let cases: [(Change, bool); 11] = [
        (|_| {}, true),
        (|b| b.state = BookingState::Arrived, true),
        (|b| b.state = BookingState::Fulfilled, true),
        (|b| b.state = BookingState::Requested, false), // pending, or on a waiting list
        (|b| b.state = BookingState::Cancelled, false),
        (|b| b.state = BookingState::NotAttended, false),
        (|b| b.state = BookingState::Deleted, false),
        (|b| b.end = Some(b.start), false), // a note in the diary
        (|b| b.end = Some(b.start + chrono::Duration::minutes(10)), true),
        (|b| b.matching = Matching::Waiting { patient: None }, false),
        (|b| b.matching = Matching::Waiting { patient: Some(PatientId::new(id(9))) }, false),
    ];
    for (i, (change, completes)) in cases.into_iter().enumerate() {
        let mut world = World::recall(1, reminders());
        let enrolment = world.add("2027-06-01");
        let mut booking = world.book(7, DAY_AFTER, MAY);
        change(&mut booking);
        let after = world.booked(vec![booking], &enrolment, DAY_AFTER).enrolment;
        assert_eq!(is_completed(&after), completes, "case {i}");
    }
}

#[test]
fn a_booking_completes_when_it_was_made_since_the_cycle_began_or_lies_in_the_future() {
    let (before, past) = ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z");
    let cases = [
        ("made before and past", before, past, BookingState::Fulfilled, false),
        ("made before, to come", before, MAY, BookingState::Booked, true),
        ("made since, to come", DAY_AFTER, MAY, BookingState::Booked, true),
        ("made since, past by now", DAY_AFTER, DAY_AFTER, BookingState::Booked, true),
        // Heard of only when the visit was over: it counts as made then.
        ("fulfilled, never seen before", DAY_AFTER, DAY_AFTER, BookingState::Fulfilled, true),
        ("fulfilled since, begun before", DAY_AFTER, MORNING, BookingState::Fulfilled, true),
        ("entered since, of an earlier day", DAY_AFTER, past, BookingState::Booked, false),
        ("entered since, seen on an earlier day", DAY_AFTER, past, BookingState::Fulfilled, false),
        ("at the moment it began", ENROLLED, ENROLLED, BookingState::Booked, true),
    ];
    for (name, made, start, state, completes) in cases {
        let mut world = World::recall(1, reminders());
        let mut booking = world.book(7, made, start);
        booking.state = state;
        let enrolment = world.add("2027-06-01");
        let after = world.booked(vec![booking.clone()], &enrolment, LATER).enrolment;
        assert_eq!(is_completed(&after), completes, "{name}, told of later");
        // The same when it was there before the patient was added, and is looked at then.
        let known = at(made) <= at(ENROLLED);
        world.bookings = vec![booking];
        if known {
            assert_eq!(is_completed(&world.add("2027-06-01")), completes, "{name}, at enrolment");
        }
    }
}

#[test]
fn a_booking_never_completes_the_enrolment_it_started() {
    let mut world = World::with(vec![at_any_hour(sms(1, days_before(3, None)))]);
    world.completing = Completing::All;
    world.bookings = vec![world.booking.clone()];
    let enrolment = world.enrol();
    assert_eq!(step(&enrolment).attempt, 1);
    let own = world.decide(&enrolment, Event::BookingsChanged, at(DAY_AFTER));
    assert_eq!(own, Decision { enrolment: enrolment.clone(), effects: vec![] });
    let other = world.book(8, DAY_AFTER, MAY);
    let bookings = vec![world.booking.clone(), other];
    assert!(is_completed(&world.booked(bookings, &enrolment, DAY_AFTER).enrolment));
}

#[test]
fn a_booking_is_looked_for_again_just_before_sending() {
    let mut world = World::recall(1, reminders());
    let enrolment = world.add("2026-12-08");
    let due = step(&enrolment).due;
    world.bookings = vec![world.book(7, DAY_AFTER, MAY)];
    let decision = world.bring_up(&enrolment, due);
    assert!(!is_sending(&decision));
    assert!(is_completed(&decision.enrolment));
}

#[test]
fn one_booking_completes_one_cycle_and_another_one_the_next() {
    let mut world = World::recall(3, reminders());
    let enrolment = world.add("2027-06-01");
    let (first, second) = (world.book(1, DAY_AFTER, MAY), world.book(2, LATER, MAY));
    let one = world.booked(vec![first.clone()], &enrolment, DAY_AFTER).enrolment;
    assert_eq!((one.cycle, one.past.len()), (2, 1));
    let again = world.decide(&one, Event::BookingsChanged, at(LATER));
    assert_eq!(again, Decision { enrolment: one.clone(), effects: vec![] });
    let two = world.booked(vec![second, first], &one, LATER).enrolment;
    assert_eq!((two.cycle, two.past.len()), (3, 2));
    assert_eq!(
        step(&two).action,
        ActionId::new(id(1)),
        "the next cycle begins at its first action"
    );
}

#[test]
fn of_several_bookings_the_earliest_completes() {
    let mut world = World::recall(1, reminders());
    let enrolment = world.add("2027-06-01");
    let (late, early) = (world.book(1, DAY_AFTER, MAY), world.book(2, DAY_AFTER, LATER));
    let key = early.key.clone();
    for order in [vec![late.clone(), early.clone()], vec![early, late]] {
        let after = world.booked(order, &enrolment, DAY_AFTER).enrolment;
        assert!(after.past[0].by.is_by(&key), "{after:?}");
    }
}

#[test]
fn an_enrolment_that_waits_for_a_person_is_completed_too() {
    let unclear = Outcome::Unclear { why: "no outcome".into() };
    // What may have been sent stays work; a pause and a failure need nobody any more.
    for (outcome, settled) in
        [(None, 1), (Some(Outcome::Failed { why: "bounced".into() }), 1), (Some(unclear), 0)]
    {
        let mut world = World::recall(1, vec![pause(3), at_any_hour(sms(1, Timing::Enrolled))]);
        let mut waiting = world.adding("2027-06-01");
        if let Some(outcome) = outcome {
            let on = world.instruct(&waiting.enrolment, Instruction::Advance, ENROLLED).enrolment;
            waiting = world.attempt(&on, outcome, at(ENROLLED));
        }
        let why = held(&waiting.enrolment).clone();
        let booking = world.book(7, DAY_AFTER, MAY);
        let after = world.booked(vec![booking], &waiting.enrolment, DAY_AFTER);
        assert!(is_completed(&after.enrolment), "{why:?}");
        assert_eq!(work(&after).1.len(), settled, "{why:?}");
    }
}

#[test]
fn what_is_over_is_completed_by_no_booking() {
    let mut world = World::recall(1, reminders());
    let enrolment = world.add("2027-06-01");
    let why = Label::parse("moved away").unwrap();
    let ended = world.instruct(&enrolment, Instruction::End(why), ENROLLED).enrolment;
    let (done, _) = world.run(enrolment, "2028-01-01T00:00:00Z");
    world.bookings = vec![world.book(7, DAY_AFTER, MAY)];
    for over in [ended, done] {
        let after = world.decide(&over, Event::BookingsChanged, at(DAY_AFTER));
        assert_eq!(after, Decision { enrolment: over, effects: vec![] });
    }
}
