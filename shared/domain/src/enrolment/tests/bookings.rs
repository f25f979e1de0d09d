//! What a booking's life does to its enrolment.

use super::*;

#[test]
fn a_booking_enrols_once_and_waits_for_the_first_action() {
    let world = World::with(vec![sms(1, days_before(3, Some("10:00")))]);
    let enrolment = world.enrol();
    assert_eq!(enrolment.id, world.enrol().id, "derived from program and booking");
    assert_eq!(step(&enrolment).due, at("2026-11-30T10:00:00+11:00"));
}

#[test]
fn a_booking_without_a_visit_enrols_nobody() {
    let mut world = World::with(vec![sms(1, Timing::Enrolled)]);
    world.booking.end = Some(world.booking.start);
    assert_eq!(enrol_for_booking(String::new(), world.facts(), at(ENROLLED)), None);
    world.booking.end = None;
    world.booking.state = BookingState::Cancelled;
    assert_eq!(enrol_for_booking(String::new(), world.facts(), at(ENROLLED)), None);
}

#[test]
fn a_moved_booking_re_anchors_what_is_unsent() {
    let mut world = World::with(vec![sms(1, Timing::Enrolled), sms(2, days_before(3, None))]);
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    world.booking.start = at("2026-12-10T15:00:00+11:00");
    let moved = world.decide(&enrolment, Event::VisitChanged, at(ENROLLED)).enrolment;
    assert_eq!(step(&moved).action, ActionId::new(id(2)), "what was sent stays sent");
    assert_eq!(step(&moved).due, at("2026-12-07T15:00:00+11:00"));
    assert_eq!(moved.anchor.date, Reference::Instant(world.booking.start));
}

#[test]
fn a_cancelled_booking_ends_its_enrolment_and_a_revived_one_takes_it_up_again() {
    let mut world = World::with(vec![sms(1, Timing::Enrolled), sms(2, days_before(3, None))]);
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    for (state, gone) in [
        (BookingState::Cancelled, Gone::Cancelled),
        (BookingState::NotAttended, Gone::NotAttended),
        (BookingState::Deleted, Gone::Deleted),
    ] {
        world.booking.state = state;
        let ended = world.decide(&enrolment, Event::VisitChanged, at(ENROLLED)).enrolment;
        let Status::Ended { why, .. } = &ended.status else { panic!("not ended: {ended:?}") };
        assert_eq!(*why, EndReason::Booking(gone));
        assert_eq!(ended.due(), None);
        world.booking.state = BookingState::Booked;
        let revived = world.decide(&ended, Event::VisitChanged, at(ENROLLED)).enrolment;
        assert_eq!(step(&revived).action, ActionId::new(id(2)), "the first is not sent again");
    }
}

#[test]
fn what_was_too_late_for_the_old_time_is_in_time_for_the_new_one() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let mut world = World::with(vec![first, at_any_hour(sms(2, days_before(3, None)))]);
    world.booking.start = at("2026-11-21T10:00:00+11:00"); // tomorrow
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    let late = world.bring_up(&enrolment, at(ENROLLED));
    assert_eq!(recorded(&late), [Outcome::Skipped { why: "too late".into() }]);
    assert!(matches!(late.enrolment.status, Status::Completed { .. }));
    world.booking.start = at(VISIT);
    let moved = world.decide(&late.enrolment, Event::VisitChanged, at(ENROLLED)).enrolment;
    assert_eq!(step(&moved).action, ActionId::new(id(2)), "the confirmation is not repeated");
    assert_eq!(step(&moved).due, at("2026-11-30T10:30:00+11:00"));
    assert_eq!(step(&moved).attempt, 2, "the ledger has the skipped one as the first");
}

#[test]
fn a_booking_that_becomes_another_patients_ends_the_enrolment_of_the_first() {
    let mut world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let enrolment = world.enrol();
    let site = world.site.id.clone();
    for matching in [
        Matching::Matched { patient: PatientId::new(id(9)), site },
        Matching::Waiting { patient: None },
    ] {
        world.booking.matching = matching;
        let ended = world.decide(&enrolment, Event::VisitChanged, at(ENROLLED)).enrolment;
        let Status::Ended { why, .. } = ended.status else { panic!("not ended") };
        assert_eq!(why, EndReason::Booking(Gone::Reassigned));
        assert!(!is_sending(&world.bring_up(&enrolment, at(ENROLLED))), "nor at the last look");
    }
}

#[test]
fn a_hold_that_failed_leaves_the_work_list_when_its_booking_goes() {
    let mut world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    world.patient.mobile = None;
    let held = world.bring_up(&world.enrol(), at(ENROLLED)).enrolment;
    world.booking.state = BookingState::Cancelled;
    let ended = world.decide(&held, Event::VisitChanged, at(ENROLLED));
    assert!(ended.effects.iter().any(|effect| matches!(effect, Effect::Resolve(_))));
}

#[test]
fn the_outcome_of_an_attempt_under_way_does_not_wait_for_a_moved_booking() {
    let mut world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    world.program.actions = vec![at_any_hour(sms(1, days_before(13, None)))];
    let enrolment = world.enrol();
    let until = at("2026-11-20T10:45:00+11:00");
    let key = enrolment.current_key().unwrap();
    let pending = world.decide(&enrolment, Event::Pending(key, until), at(ENROLLED)).enrolment;
    world.booking.start = at("2027-03-01T10:30:00+11:00");
    let moved = world.decide(&pending, Event::VisitChanged, at(ENROLLED)).enrolment;
    assert_eq!(step(&moved).due, until);
}
