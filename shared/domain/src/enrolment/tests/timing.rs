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

#[test]
fn a_reference_that_is_a_date_counts_from_local_midnight_and_the_window_moves_it() {
    // The window is closed on weekends and on Monday 7 December.
    let cases = [
        (on_the_day(), "2026-12-02", "2026-12-02T09:00:00+11:00"),
        (days_after(3, None), "2026-12-02", "2026-12-08T09:00:00+11:00"), // Saturday, holiday
        (days_after(3, Some("18:30")), "2026-12-01", "2026-12-08T09:00:00+11:00"), // Friday evening
        (days_after(2, Some("16:59")), "2026-12-02", "2026-12-04T16:59:00+11:00"),
        (days_after(2, Some("17:00")), "2026-12-02", "2026-12-08T09:00:00+11:00"), // half open
        (Timing::After(Span::Hours(10)), "2026-12-02", "2026-12-02T10:00:00+11:00"),
        (Timing::After(Span::Minutes(30)), "2026-12-02", "2026-12-02T09:00:00+11:00"),
        // “Before” the date: the opening when it is before the date, else the previous closing.
        (days_before(3, None), "2026-12-04", "2026-12-01T09:00:00+11:00"),
        (days_before(1, Some("18:00")), "2026-12-04", "2026-12-03T16:59:00+11:00"),
        (days_before(1, Some("12:00")), "2026-12-07", "2026-12-04T16:59:00+11:00"), // a Sunday
        (days_before(1, Some("12:00")), "2026-12-08", "2026-12-04T16:59:00+11:00"), // the holiday
        (days_before(2, Some("12:00")), "2026-12-09", "2026-12-08T09:00:00+11:00"),
        (Timing::Before(Span::Hours(1)), "2026-12-04", "2026-12-03T16:59:00+11:00"),
    ];
    for kind in [ProgramType::Recall, ProgramType::Program] {
        for (timing, reference, due) in cases {
            let mut world = World::of(kind, 1, vec![sms(1, timing)]);
            let window = SendingWindow::default();
            let holiday = date("2026-12-07");
            world.site.window = close_on(window, [holiday]);
            let enrolment = world.add(reference);
            assert_eq!(step(&enrolment).due, at(due), "{timing:?} {reference}");
            assert!(is_sending(&world.bring_up(&enrolment, at(due))), "{timing:?} {reference}");
        }
    }
}

#[test]
fn due_times_are_kept_to_the_second() {
    let cases = [
        (days_before(3, None), "2026-11-30T10:30:45+11:00"),
        (Timing::Before(Span::Hours(24)), "2026-12-02T10:30:45+11:00"),
        (Timing::Before(Span::Minutes(90)), "2026-12-03T09:00:45+11:00"),
        (on_the_day(), "2026-12-03T10:30:45+11:00"),
        (days_after(4, None), "2026-12-07T10:30:45+11:00"),
    ];
    for (timing, due) in cases {
        let mut world = World::with(vec![sms(1, timing)]);
        world.booking.start = at("2026-12-03T10:30:45+11:00");
        let enrolment = world.enrol();
        assert_eq!(step(&enrolment).due, at(due), "{timing:?}");
        assert!(!is_sending(&world.bring_up(&enrolment, at(due) - chrono::Duration::seconds(1))));
        assert!(is_sending(&world.bring_up(&enrolment, at(due))), "{timing:?}");
    }
}

#[test]
fn a_letter_keeps_no_sending_window_and_fails_in_sight_until_letters_can_be_made() {
    let (template, to) = (TemplateId::new(id(1)), Addressee::Gp);
    for print in PrintOption::ALL {
        let medium = Medium::Letter { template: template.clone(), to, print };
        let message =
            Message { medium, on_error: OnError::Pause, useful_for: UsefulFor::default() };
        let kind = ActionKind::Message(message);
        let action = Action { kind, ..sms(1, days_before(1, Some("22:00"))) };
        let world = World::of(ProgramType::Recall, 1, vec![action]);
        let enrolment = world.add("2026-12-06");
        assert_eq!(step(&enrolment).due, at("2026-12-05T22:00:00+11:00"), "a Saturday night");
        let failed = world.bring_up(&enrolment, step(&enrolment).due);
        assert!(matches!(held(&failed.enrolment), HoldReason::Failed(_)));
    }
}

#[test]
fn how_long_an_action_is_useful_is_its_own() {
    for (hours, latest) in [(1, "2026-12-02T10:00:00+11:00"), (48, "2026-12-04T09:00:00+11:00")] {
        let mut action = sms(1, on_the_day());
        if let ActionKind::Message(message) = &mut action.kind {
            message.useful_for = UsefulFor::hours(hours).unwrap();
        }
        let world = World::of(ProgramType::Recall, 1, vec![action]);
        let enrolment = world.add("2026-12-02");
        let latest = at(latest);
        assert!(is_sending(&world.bring_up(&enrolment, latest)), "{hours}");
        let late = world.bring_up(&enrolment, latest + chrono::Duration::seconds(1));
        assert_eq!(recorded(&late), [Outcome::Skipped { why: "too late".into() }], "{hours}");
    }
}

#[test]
fn an_action_waits_for_the_one_above_it_and_is_not_late_for_having_waited() {
    let actions = vec![
        at_any_hour(sms(1, days_after(10, Some("10:00")))),
        at_any_hour(sms(2, days_after(1, Some("10:00")))), // its own time is long over by then
    ];
    let world = World::of(ProgramType::Program, 1, actions);
    let (end, done) = world.run(world.add("2026-12-01"), "2027-01-01T00:00:00Z");
    let expected = [(1, "2026-12-11 10:00".to_owned()), (2, "2026-12-11 10:00".to_owned())];
    assert_eq!(done, expected);
    assert!(is_completed(&end));
}
