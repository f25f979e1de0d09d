//! When an action goes, and when it is too late.

use super::*;

#[test]
fn an_action_is_sent_when_it_is_due_and_inside_the_window() {
    let world = World::with(vec![sms(1, days_before(3, Some("10:00")))]);
    let enrolment = world.enrol();
    let cases = [
        ("2026-11-30T09:59:59+11:00", false), // before its time
        ("2026-11-30T10:00:00+11:00", true),
        ("2026-11-30T16:59:59+11:00", true),
        ("2026-11-30T17:00:00+11:00", false), // the window is closed
        ("2026-12-01T09:00:00+11:00", true),  // the next morning, 23 hours late
        ("2026-12-01T10:00:01+11:00", false), // too late
    ];
    for (now, sends) in cases {
        assert_eq!(is_sending(&world.bring_up(&enrolment, at(now))), sends, "{now}");
    }
}

#[test]
fn a_due_action_outside_the_window_waits_for_its_opening() {
    let world = World::with(vec![sms(1, days_before(3, Some("10:00")))]);
    let decision = world.bring_up(&world.enrol(), at("2026-11-30T20:00:00+11:00"));
    assert_eq!(step(&decision.enrolment).due, at("2026-12-01T09:00:00+11:00"));
    assert_eq!(decision.enrolment.revision, 2);
}

#[test]
fn an_action_planned_at_night_moves_to_the_opening_and_lateness_counts_from_there() {
    // Saturday 28 November, 11:00, moves to Monday 09:00 and is on time until Tuesday 09:00.
    let world = World::with(vec![sms(1, days_before(5, Some("11:00")))]);
    let enrolment = world.enrol();
    assert_eq!(step(&enrolment).due, at("2026-11-30T09:00:00+11:00"));
    assert!(is_sending(&world.bring_up(&enrolment, at("2026-12-01T09:00:00+11:00"))));
    let late = world.bring_up(&enrolment, at("2026-12-01T09:00:01+11:00"));
    assert_eq!(recorded(&late), [Outcome::Skipped { why: "too late".into() }]);
}

#[test]
fn a_before_action_that_would_move_past_the_visit_goes_at_the_previous_closing() {
    // The visit is on Monday at 09:00; two hours before is 07:00, and the opening is the visit.
    let two_hours_before = Timing::Before(Span::Hours(2));
    let mut world = World::with(vec![sms(1, two_hours_before)]);
    world.booking.start = at("2026-11-30T09:00:00+11:00");
    assert_eq!(step(&world.enrol()).due, at("2026-11-27T16:59:00+11:00"));
}

#[test]
fn nothing_goes_out_before_a_visit_once_it_has_begun() {
    for timing in [Timing::Before(Span::Minutes(30)), Timing::Enrolled] {
        let mut world = World::with(vec![at_any_hour(sms(1, timing))]);
        world.booking.start = at("2026-11-20T10:40:00+11:00");
        let enrolment = world.enrol();
        assert!(is_sending(&world.bring_up(&enrolment, world.booking.start)), "{timing:?}");
        let after = world.bring_up(&enrolment, at("2026-11-20T10:40:01+11:00"));
        assert_eq!(recorded(&after), [Outcome::Skipped { why: "too late".into() }], "{timing:?}");
    }
}

#[test]
fn an_action_that_was_late_when_the_patient_was_enrolled_is_skipped_and_the_next_goes_on() {
    // The visit is in 13 days: “20 days before” is a week past.
    let world = World::with(vec![sms(1, days_before(20, None)), sms(2, days_before(3, None))]);
    let decision = world.bring_up(&world.enrol(), at(ENROLLED));
    assert_eq!(recorded(&decision), [Outcome::Skipped { why: "too late".into() }]);
    assert_eq!(step(&decision.enrolment).action, ActionId::new(id(2)));
    assert_eq!(step(&decision.enrolment).due, at("2026-11-30T10:30:00+11:00"));
}

#[test]
fn a_confirmation_goes_at_once_at_any_hour() {
    let world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let enrolment = world.enrol();
    assert_eq!(step(&enrolment).due, at(ENROLLED));
    assert!(is_sending(&world.bring_up(&enrolment, at(ENROLLED))));
}

#[test]
fn a_reminder_that_was_late_at_enrolment_does_not_follow_the_confirmation_at_once() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let mut world = World::with(vec![first, at_any_hour(sms(2, days_before(3, None)))]);
    world.booking.start = at("2026-11-20T12:00:00+11:00"); // in two hours
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    assert!(!is_sending(&world.bring_up(&enrolment, at("2026-11-20T10:01:00+11:00"))));
}
