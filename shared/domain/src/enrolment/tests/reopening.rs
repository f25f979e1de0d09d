//! A completing booking that goes: its cycle is opened again.

use super::*;

const BOOKED: &str = "2026-12-01T10:00:00+11:00";
const GONE: &str = "2026-12-20T10:00:00+11:00";
const VISIT_TO_COME: &str = "2027-05-10T09:00:00+10:00";

type Change = fn(&mut Booking);

/// A recall of two cycles, the first of which has sent its first message and was completed by a
/// booking before its second, which was planned for 9 December.
fn completed() -> (World, Enrolment) {
    let actions =
        vec![at_any_hour(sms(1, Timing::Enrolled)), sms(2, days_before(1, Some("10:00")))];
    let mut world = World::recall(2, actions);
    let (first, done) = world.run(world.add("2026-12-10"), BOOKED);
    assert_eq!(done.len(), 1);
    world.program.actions[0].timing = days_before(7, None); // not at once in the next cycle
    let booking = world.book(7, BOOKED, VISIT_TO_COME);
    let second = world.booked(vec![booking], &first, BOOKED).enrolment;
    assert_eq!(second.cycle, 2);
    (world, second)
}

/// The one booking has changed in this way.
fn change(world: &mut World, e: &Enrolment, change: impl Fn(&mut Booking), now: &str) -> Decision {
    change(&mut world.bookings[0]);
    let key = world.bookings[0].key.clone();
    world.decide(e, Event::CompletingBookingChanged(key), at(now))
}

fn cancel(booking: &mut Booking) {
    booking.state = BookingState::Cancelled;
}

#[test]
fn a_cycle_goes_on_where_it_stood_when_its_booking_is_one_no_more() {
    let cases: [(&str, Change); 6] = [
        ("cancelled", cancel),
        ("not attended", |b| b.state = BookingState::NotAttended),
        ("deleted", |b| b.state = BookingState::Deleted),
        ("not confirmed any more", |b| b.state = BookingState::Requested),
        ("another patient's", |b| b.matching = Matching::Waiting { patient: None }),
        ("of no length", |b| b.end = Some(b.start)),
    ];
    for (name, gone) in cases {
        let (mut world, second) = completed();
        let again = change(&mut world, &second, gone, GONE);
        let e = &again.enrolment;
        assert_eq!((e.cycle, e.past.len(), &e.reopenable), (1, 0, &None), "{name}");
        assert_eq!(step(e).action, ActionId::new(id(2)), "{name}");
        assert_eq!(e.finished.len(), 1, "{name}: the first stays sent");
        // Planned for the 9th, and not late on the 21st: it had no chance.
        assert_eq!(step(e).due, at(GONE), "{name}");
        let (end, done) = world.run(e.clone(), "2026-12-30T00:00:00Z");
        assert_eq!(done, [(2, "2026-12-21 09:00".to_owned())], "{name}: Monday's opening");
        assert_eq!((end.cycle, end.past.len()), (2, 1), "{name}");
    }
}

#[test]
fn a_selected_booking_that_becomes_of_another_type_has_gone_too() {
    let (mut world, second) = completed();
    world.completing = Completing::Types([Code::parse("physio").unwrap()].into());
    let podiatry = |b: &mut Booking| b.booking_type = Code::parse("podiatry").unwrap();
    assert_eq!(change(&mut world, &second, podiatry, GONE).enrolment.cycle, 1);
}

#[test]
fn what_completes_cycles_by_now_does_not_matter_to_a_cycle_that_a_booking_has_completed() {
    let types = |code| Completing::Types([Code::parse(code).unwrap()].into());
    let links: [(&str, Completing); 3] = [
        ("the program ignores bookings now", Completing::None),
        ("another type is selected now", types("podiatry")),
        ("its type has another code now", types("physiotherapy")),
    ];
    let changes: [(&str, Change); 3] = [
        ("fulfilled", |b| b.state = BookingState::Fulfilled),
        ("arrived", |b| b.state = BookingState::Arrived),
        ("moved", |b| b.start = at("2027-06-10T09:00:00+10:00")),
    ];
    for (link, completing) in links {
        for (name, live) in changes {
            for reopening in [Reopening::AtOnce, Reopening::AfterDays(3), Reopening::AskStaff] {
                let (mut world, second) = completed();
                world.completing = completing.clone();
                world.program.reopening = reopening;
                let after = change(&mut world, &second, live, GONE);
                assert_eq!(after.enrolment, second, "{link}, {name}");
                assert_eq!(raised(&after), [], "{link}, {name}");
            }
            let (mut world, second) = completed();
            world.completing = completing.clone();
            let gone = change(&mut world, &second, cancel, GONE).enrolment;
            assert_eq!(gone.cycle, 1, "{link}: what goes is gone all the same");
        }
    }
}

#[test]
fn a_booking_is_known_by_the_type_it_was_given_last() {
    let (mut world, second) = completed();
    let given = |world: &mut World, e: &Enrolment, code: &str| {
        let code = Code::parse(code).unwrap();
        change(world, e, move |b| b.booking_type = code.clone(), GONE).enrolment
    };
    // A type that completes cycles, so it stays; and is kept when that type's link is taken out.
    let podiatry = given(&mut world, &second, "podiatry");
    assert_eq!((podiatry.cycle, podiatry.past.len()), (2, 1));
    world.completing = Completing::Types([Code::parse("physio").unwrap()].into());
    let fulfilled = |b: &mut Booking| b.state = BookingState::Fulfilled;
    assert_eq!(change(&mut world, &podiatry, fulfilled, GONE).enrolment, podiatry);
    assert_eq!(given(&mut world, &podiatry, "massage").cycle, 1, "it has gone");
}

#[test]
fn where_the_type_was_not_kept_only_a_visit_that_has_gone_opens_the_cycle() {
    let (mut world, mut second) = completed();
    let CycleEnd::Booking { of_type, .. } = &mut second.past[0].by else { unreachable!() };
    *of_type = None;
    world.completing = Completing::None;
    let fulfilled = |b: &mut Booking| b.state = BookingState::Fulfilled;
    assert_eq!(change(&mut world, &second, fulfilled, GONE).enrolment, second);
    assert_eq!(change(&mut world, &second, cancel, GONE).enrolment.cycle, 1);
}

#[test]
fn a_booking_that_changed_and_is_still_one_opens_nothing() {
    let (mut world, second) = completed();
    let moved = |b: &mut Booking| b.start = at("2027-06-10T09:00:00+10:00");
    assert_eq!(change(&mut world, &second, moved, GONE).enrolment, second);
    let other = world.book(99, BOOKED, VISIT_TO_COME);
    let event = Event::CompletingBookingChanged(other.key);
    let stranger = world.decide(&second, event, at(GONE));
    assert_eq!(stranger, Decision { enrolment: second, effects: vec![] });
}

#[test]
fn a_program_may_wait_some_days_before_it_goes_on() {
    let (mut world, second) = completed();
    world.program.reopening = Reopening::AfterDays(30);
    let again = change(&mut world, &second, cancel, GONE).enrolment;
    assert_eq!(step(&again).due, at("2027-01-19T10:00:00+11:00"));
    assert!(!is_sending(&world.bring_up(&again, at("2027-01-19T09:59:59+11:00"))));
    assert!(is_sending(&world.bring_up(&again, at("2027-01-19T10:00:00+11:00"))));
}

#[test]
fn days_until_a_cycle_goes_on_are_days_of_the_sites_calendar() {
    let (mut world, second) = completed();
    world.program.reopening = Reopening::AfterDays(30);
    // Summer time ends on 4 April 2027, so that it is 30 days and an hour.
    let again = change(&mut world, &second, cancel, "2027-03-20T10:00:00+11:00").enrolment;
    assert_eq!(step(&again).due, at("2027-04-19T10:00:00+10:00"));
}

#[test]
fn a_program_may_leave_it_to_a_person() {
    let (mut world, second) = completed();
    world.program.reopening = Reopening::AskStaff;
    let asked = change(&mut world, &second, cancel, GONE);
    assert_eq!(asked.enrolment, second);
    assert_eq!(raised(&asked), [WorkKind::BookingGone]);
    // The booking comes back: nobody has to decide any more.
    let back = |b: &mut Booking| b.state = BookingState::Booked;
    let settled = change(&mut world, &second, back, GONE);
    assert_eq!(work(&settled), (vec![], work(&asked).0));
}

#[test]
fn a_next_cycle_that_is_under_way_is_left_to_a_person() {
    let (mut world, second) = completed();
    let due = step(&second).due;
    let steps: [(&str, Decision); 3] = [
        ("sent", world.attempt(&second, sent(), due)),
        ("not sent, and to be tried again", world.attempt(&second, not_sent(), due)),
        ("begun", world.decide(&second, Event::Pending(second.current_key().unwrap(), due), due)),
    ];
    for (name, under_way) in steps {
        let gone = change(&mut world, &under_way.enrolment, cancel, "2027-01-20T00:00:00Z");
        assert_eq!(gone.enrolment, under_way.enrolment, "{name}");
        assert_eq!(raised(&gone), [WorkKind::BookingGone], "{name}");
    }
}

#[test]
fn the_last_cycle_is_opened_again_too() {
    let actions = vec![at_any_hour(sms(1, days_before(1, None)))];
    let mut world = World::recall(1, actions);
    let booking = world.book(7, BOOKED, VISIT_TO_COME);
    let done = world.booked(vec![booking], &world.clone().add("2027-01-10"), BOOKED).enrolment;
    assert!(is_completed(&done));
    let cases = [
        (Reopening::AtOnce, Some("2027-01-09T00:00:00+11:00")), // its time has not come yet
        (Reopening::AfterDays(10), Some("2027-01-09T00:00:00+11:00")),
        (Reopening::AfterDays(60), Some("2027-02-18T10:00:00+11:00")),
        (Reopening::AskStaff, None),
    ];
    for (reopening, due) in cases {
        let mut world = world.clone();
        world.program.reopening = reopening;
        let after = change(&mut world, &done, cancel, GONE);
        let found = after.enrolment.due().map(|(due, _)| due);
        assert_eq!(found, due.map(at), "{reopening:?}");
        let asked: &[WorkKind] = if due.is_none() { &[WorkKind::BookingGone] } else { &[] };
        assert_eq!(raised(&after), asked, "{reopening:?}");
    }
}

#[test]
fn a_cycle_that_stood_at_a_pause_stands_there_again() {
    for (reopening, since) in
        [(Reopening::AtOnce, GONE), (Reopening::AfterDays(10), "2026-12-30T10:00:00+11:00")]
    {
        let mut world = World::recall(2, vec![pause(1), sms(2, days_before(1, None))]);
        world.program.reopening = reopening;
        let paused = world.adding("2026-12-10");
        let booking = world.book(7, BOOKED, VISIT_TO_COME);
        let next = world.booked(vec![booking], &paused.enrolment, BOOKED);
        assert_eq!(work(&next), (vec![], work(&paused).0), "it is off the list");
        let due = next.enrolment.due().map(|(due, _)| due);
        assert_eq!(due, Some(at("2027-01-10T00:00:00+11:00")), "the next cycle pauses on its date");
        let again = change(&mut world, &next.enrolment, cancel, GONE);
        let (again, _) = world.run(again.enrolment, "2027-06-01T00:00:00Z");
        assert_eq!(held(&again), &HoldReason::Paused);
        let Status::Held { since: stands, .. } = again.status else { unreachable!() };
        assert_eq!((again.cycle, stands), (1, at(since)), "{reopening:?}");
    }
}

#[test]
fn a_cycle_that_stood_at_what_repeated_itself_looks_again() {
    let mut world = World::recall(1, vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let enrolment = world.add("2026-12-10");
    let event = Event::Repeated(enrolment.current_key().unwrap());
    let stopped = world.decide(&enrolment, event, at(ENROLLED)).enrolment;
    let booking = world.book(7, BOOKED, VISIT_TO_COME);
    let done = world.booked(vec![booking], &stopped, BOOKED).enrolment;
    let again = change(&mut world, &done, cancel, GONE);
    assert_eq!(again.enrolment.due(), Some((at(GONE), Carrier::Channel(Channel::Sms))));
}

#[test]
fn a_cycle_that_stood_at_a_failure_waits_for_a_person_again() {
    let actions = vec![at_any_hour(sms(1, Timing::Enrolled)), sms(2, days_before(1, None))];
    let mut world = World::recall(1, actions);
    let enrolment = world.add("2026-12-10");
    let failed = world.attempt(&enrolment, Outcome::Failed { why: "bounced".into() }, at(ENROLLED));
    let booking = world.book(7, BOOKED, VISIT_TO_COME);
    let done = world.booked(vec![booking], &failed.enrolment, BOOKED).enrolment;
    let again = change(&mut world, &done, cancel, GONE);
    assert_eq!(held(&again.enrolment), &HoldReason::Failed("bounced".into()));
    assert_eq!(work(&again).0, work(&failed).0, "the same work as before");
}

#[test]
fn a_booking_that_comes_back_completes_the_cycle_again() {
    let (mut world, second) = completed();
    let again = change(&mut world, &second, cancel, GONE).enrolment;
    world.bookings[0].state = BookingState::Booked;
    let back = world.decide(&again, Event::BookingsChanged, at(GONE)).enrolment;
    assert_eq!((back.cycle, back.past.len()), (2, 1));
}

#[test]
fn a_moved_booking_takes_the_next_cycle_with_it_when_that_counts_from_it() {
    for (next, due) in [
        (NextCycle::FromFirstDate, "2027-01-03T00:00:00+11:00"),
        (NextCycle::FromCompletingBooking, "2027-07-03T00:00:00+10:00"),
    ] {
        let mut world = World::recall(2, vec![at_any_hour(sms(1, days_before(7, None)))]);
        let monthly = Frequency::new(CalendarSpan::Months(1));
        world.program.course = Course::new(ProgramType::Recall, 2, monthly, next).unwrap();
        let booking = world.book(7, BOOKED, VISIT_TO_COME);
        let first = world.add("2026-12-10");
        let second = world.booked(vec![booking], &first, BOOKED).enrolment;
        let moved = |b: &mut Booking| b.start = at("2027-06-10T09:00:00+10:00");
        let followed = change(&mut world, &second, moved, GONE);
        assert_eq!(step(&followed.enrolment).due, at(due), "{next:?}");
        // And when it goes after all, the first cycle counts from its own date again.
        let again = change(&mut world, &followed.enrolment, cancel, GONE).enrolment;
        let reference = again.reference(world.program.course);
        assert_eq!(reference, Some(Reference::Date(date("2026-12-10"))), "{next:?}");
    }
}

#[test]
fn a_reference_date_that_a_person_gave_does_not_move_with_the_booking() {
    let (mut world, second) = completed();
    let monthly = world.program.course.frequency();
    let next = NextCycle::FromCompletingBooking;
    world.program.course = Course::new(ProgramType::Recall, 2, monthly, next).unwrap();
    let given = Instruction::ChangeReference(date("2027-03-01"));
    let given = world.instruct(&second, given, BOOKED).enrolment;
    let moved = |b: &mut Booking| b.start = at("2027-06-10T09:00:00+10:00");
    assert_eq!(change(&mut world, &given, moved, GONE).enrolment, given);
}

#[test]
fn a_patient_who_is_no_longer_contacted_is_not_taken_up_again() {
    for standing in [Standing::Archived, Standing::Deceased] {
        let (mut world, second) = completed();
        let ended = world.decide(&second, Event::PatientGone, at(BOOKED)).enrolment;
        world.patient.standing = standing.clone();
        for before in [second, ended] {
            let after = change(&mut world, &before, cancel, GONE);
            assert_eq!(after, Decision { enrolment: before, effects: vec![] }, "{standing:?}");
        }
    }
}

#[test]
fn a_cycle_that_stood_at_an_unclear_message_asks_for_a_person_again_when_it_goes_on() {
    let mut world = World::recall(2, vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let e = world.add("2026-12-10");
    let unclear = Outcome::Unclear { why: "in doubt".into() };
    let held = world.attempt(&e, unclear, at(ENROLLED)).enrolment;
    let booking = world.book(7, BOOKED, VISIT_TO_COME);
    let second = world.booked(vec![booking], &held, BOOKED);
    assert_eq!(second.enrolment.cycle, 2);
    // Whoever has seen to the work by now has taken it off the list: nobody was held for it.
    let again = change(&mut world, &second.enrolment, cancel, GONE);
    assert_eq!(super::held(&again.enrolment), &HoldReason::Unclear);
    assert_eq!(raised(&again), [WorkKind::Unclear]);
    assert_eq!(work(&again).0, [hold_id(&e.current_key().unwrap())], "the same as before");
}
