//! Moving a patient to another program (R21).

use super::*;

const NOW: &str = "2026-11-21T09:00:00+11:00";

fn any_hour_before(n: u128, days: u16) -> Action {
    at_any_hour(sms(n, days_before(days, Some("10:00"))))
}

/// Another program of that type, with actions 11 and 12.
fn other(kind: ProgramType, cycles: u64) -> World {
    let mut world = World::of(kind, cycles, vec![any_hour_before(11, 7), any_hour_before(12, 1)]);
    world.program.id = ProgramId::new(id(2));
    world
}

fn go(
    old: &World,
    e: &Enrolment,
    new: &World,
    next: u128,
) -> Result<(Decision, Decision), Refusal> {
    let (kind, course) = (old.program.kind, old.program.course);
    move_to(e, kind, course, &ActionId::new(id(next)), &person(), new.facts(), at(NOW))
}

#[test]
fn a_moved_patient_goes_on_with_the_chosen_action_from_the_same_date_and_cycle() {
    let old = World::of(ProgramType::Recall, 5, vec![any_hour_before(1, 1)]);
    let (third, _) = old.run(old.add("2026-12-31"), "2027-02-01T00:00:00Z");
    assert_eq!(third.cycle, 3);
    // To a program with as many cycles, and to one with fewer.
    for (kind, cycles, cycle) in [(ProgramType::Program, 12, 3), (ProgramType::Referral, 1, 1)] {
        let new = other(kind, cycles);
        let (out, into) = go(&old, &third, &new, 12).unwrap();
        let Status::Ended { why: EndReason::MovedTo(to), .. } = &out.enrolment.status else {
            panic!("not moved: {out:?}")
        };
        let e = &into.enrolment;
        assert_eq!((to, &e.moved_from), (&e.id, &Some(third.id.clone())));
        assert_eq!((e.cycle, &e.program), (cycle, &new.program.id));
        assert_eq!(e.reference(new.program.course), Some(Reference::Date(date("2027-02-28"))));
        assert_eq!(step(e).action, ActionId::new(id(12)));
        assert_eq!(step(e).due, at("2027-02-27T10:00:00+11:00"));
        let notes = |decision: &Decision| decision.effects.len();
        assert_eq!((notes(&out), notes(&into)), (1, 1), "one entry in the history of each");
        // Repeated, it moves nobody twice.
        assert_eq!(go(&old, &third, &new, 12).unwrap().1.enrolment.id, e.id);
        assert_eq!(go(&old, &out.enrolment, &new, 12).unwrap_err(), Refusal::Over);
    }
}

#[test]
fn a_move_that_makes_no_sense_is_refused() {
    let old = World::of(ProgramType::Recall, 1, vec![any_hour_before(1, 1)]);
    let active = old.add("2026-12-31");
    let under_way = old
        .decide(&active, Event::Pending(active.current_key().unwrap(), at(NOW)), at(NOW))
        .enrolment;
    let over = old.decide(&active, Event::PatientGone, at(NOW)).enrolment;
    let booking = World::with(vec![any_hour_before(11, 1)]);
    let cases = [
        (&over, other(ProgramType::Recall, 1), 11, Refusal::Over),
        (&under_way, other(ProgramType::Recall, 1), 11, Refusal::Underway),
        (&active, other(ProgramType::Recall, 1), 1, Refusal::NoSuchAction),
        (&active, booking, 11, Refusal::OtherReference),
    ];
    for (e, new, next, refusal) in cases {
        assert_eq!(go(&old, e, &new, next).unwrap_err(), refusal);
    }
}

#[test]
fn a_move_takes_the_hold_off_the_list_unless_a_message_may_have_been_sent() {
    for (outcome, settled) in [
        (Outcome::Failed { why: "bounced".into() }, 1),
        (Outcome::Unclear { why: "no outcome".into() }, 0),
    ] {
        let old = World::of(ProgramType::Recall, 1, vec![any_hour_before(1, 1)]);
        let active = old.add("2026-12-31");
        let pending = Event::Pending(active.current_key().unwrap(), at(NOW));
        // Begun, and only then known to have failed.
        let begun = old.decide(&active, pending, at(NOW)).enrolment;
        let held = old.attempt(&begun, outcome.clone(), at(NOW)).enrolment;
        let (out, _) = go(&old, &held, &other(ProgramType::Recall, 1), 11).unwrap();
        assert_eq!(work(&out).1.len(), settled, "{outcome:?}");
    }
}

#[test]
fn a_booking_that_completed_a_cycle_completes_none_after_the_move() {
    let mut old = World::recall(3, vec![any_hour_before(1, 1)]);
    let booking = old.book(7, NOW, "2027-05-10T09:00:00+10:00");
    let second = old.booked(vec![booking.clone()], &old.clone().add("2026-12-31"), NOW).enrolment;
    let mut new = other(ProgramType::Recall, 3);
    (new.completing, new.bookings) = (Completing::All, vec![booking.clone()]);
    let (_, into) = go(&old, &second, &new, 11).unwrap();
    assert_eq!((into.enrolment.cycle, &into.enrolment.reopenable), (2, &None));
    // Another one does, at once.
    new.bookings.push(new.book(8, NOW, "2027-06-10T09:00:00+10:00"));
    let (_, into) = go(&old, &second, &new, 11).unwrap();
    assert_eq!(into.enrolment.cycle, 3);
}

#[test]
fn a_move_to_a_pause_waits_for_a_person_there() {
    let old = World::of(ProgramType::Recall, 1, vec![any_hour_before(1, 1)]);
    let mut new = other(ProgramType::General, 1);
    new.program.actions.push(pause(13));
    let (_, into) = go(&old, &old.add("2026-12-31"), &new, 13).unwrap();
    assert_eq!(held(&into.enrolment), &HoldReason::Paused);
    assert_eq!(raised(&into), [WorkKind::Paused]);
}

#[test]
fn a_move_within_bookings_keeps_the_visit() {
    let old = World::with(vec![any_hour_before(1, 3)]);
    let mut new = old.clone();
    new.program.id = ProgramId::new(id(2));
    new.program.actions = vec![any_hour_before(11, 2)];
    let (_, into) = go(&old, &old.enrol(), &new, 11).unwrap();
    assert_eq!(step(&into.enrolment).due, at("2026-12-01T10:00:00+11:00"));
    new.booking.state = BookingState::Cancelled;
    let ended = new.decide(&into.enrolment, Event::VisitChanged, at(NOW)).enrolment;
    assert!(matches!(ended.status, Status::Ended { why: EndReason::Booking(_), .. }));
}
