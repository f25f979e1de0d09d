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
    assert_eq!((step(&moved).due, step(&moved).pending_until), (until, Some(until)));
}

#[test]
fn the_last_look_finds_a_booking_that_has_moved_or_shrunk_to_a_note() {
    let mut world = World::with(vec![at_any_hour(sms(1, days_before(3, None)))]);
    let enrolment = world.enrol();
    let due = step(&enrolment).due;
    world.booking.start = at("2026-12-10T10:30:00+11:00");
    let moved = world.bring_up(&enrolment, due);
    assert!(!is_sending(&moved));
    assert_eq!(step(&moved.enrolment).due, at("2026-12-07T10:30:00+11:00"));
    world.booking.end = Some(world.booking.start);
    let ended = world.bring_up(&enrolment, due).enrolment;
    assert!(matches!(ended.status, Status::Ended { why: EndReason::Booking(_), .. }));
}

#[test]
fn a_booking_that_goes_to_another_site_keeps_that_sites_clock_and_window() {
    let mut world = World::with(vec![sms(1, days_before(3, Some("16:00")))]);
    let enrolment = world.enrol();
    world.site.id = SiteId::new(id(2));
    world.site.zone = chrono_tz::Australia::Perth;
    let there = world.decide(&enrolment, Event::VisitChanged, at(ENROLLED)).enrolment;
    assert_eq!(there.site, world.site.id);
    assert_eq!(step(&there).due, at("2026-11-30T16:00:00+08:00"));
}

#[test]
fn a_booking_that_moves_earlier_leaves_out_what_is_too_late_for_it() {
    let actions = [7, 3, 1].map(|days| at_any_hour(sms(days.into(), days_before(days, None))));
    let mut world = World::with(actions.into());
    let enrolment = world.enrol();
    world.booking.start = at("2026-11-24T10:00:00+11:00"); // in four days
    let moved = world.decide(&enrolment, Event::VisitChanged, at(ENROLLED)).enrolment;
    let (end, done) = world.run(moved, VISIT);
    let expected = [(7, "skipped"), (3, "2026-11-21 10:00"), (1, "2026-11-23 10:00")];
    assert_eq!(done, expected.map(|(n, what)| (n, what.to_owned())));
    assert!(is_completed(&end));
}

#[test]
fn what_was_held_when_its_booking_went_is_not_sent_again_when_it_comes_back() {
    let mut world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled)), pause(2)]);
    let (paused, _) = world.run(world.enrol(), VISIT);
    world.booking.state = BookingState::Cancelled;
    let ended = world.decide(&paused, Event::VisitChanged, at(ENROLLED)).enrolment;
    world.booking.state = BookingState::Booked;
    let back = world.decide(&ended, Event::VisitChanged, at(ENROLLED));
    assert_eq!(held(&back.enrolment), &HoldReason::Paused);
    assert_eq!(raised(&back), [WorkKind::Paused]);
}

#[test]
fn a_moved_booking_keeps_the_count_of_attempts_and_their_back_off() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let mut world = World::with(vec![first, at_any_hour(sms(2, days_before(3, None)))]);
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    let due = step(&enrolment).due;
    let refused = world.attempt(&enrolment, not_sent(), due).enrolment;
    world.booking.start -= chrono::Duration::minutes(10);
    let moved = world.decide(&refused, Event::VisitChanged, due).enrolment;
    assert_eq!(step(&moved).attempt, 2);
    assert_eq!(step(&moved).unblocked_at, Some(at(ENROLLED)));
    assert_eq!(step(&moved).due, due + chrono::Duration::minutes(1));
    assert!(!is_sending(&world.bring_up(&moved, due)));
}

#[test]
fn everything_that_was_too_late_is_in_time_again() {
    let actions = [7, 3].map(|days| at_any_hour(sms(days.into(), days_before(days, None))));
    let mut world = World::with(actions.into());
    world.booking.start = at("2026-11-20T12:00:00+11:00"); // in two hours
    let (late, done) = world.run(world.enrol(), ENROLLED);
    assert_eq!((is_completed(&late), done.len()), (true, 2));
    world.booking.start = at(VISIT);
    let moved = world.decide(&late, Event::VisitChanged, at(ENROLLED)).enrolment;
    let (_, done) = world.run(moved, VISIT);
    assert_eq!(done, [(7, "2026-11-26 10:30".into()), (3, "2026-11-30 10:30".into())]);
}

#[test]
fn an_attempt_under_way_is_looked_after_when_the_booking_goes_to_another_site() {
    let mut world = World::with(vec![sms(1, days_before(13, Some("10:00")))]);
    let enrolment = world.enrol();
    let until = at("2026-11-20T10:15:00+11:00");
    let pending = Event::Pending(enrolment.current_key().unwrap(), until);
    let pending = world.decide(&enrolment, pending, at(ENROLLED)).enrolment;
    world.site.id = SiteId::new(id(2));
    world.site.zone = chrono_tz::Australia::Perth; // where it is planned for three hours later
    let there = world.decide(&pending, Event::VisitChanged, at(ENROLLED)).enrolment;
    assert_eq!(step(&there).due, until);
}
