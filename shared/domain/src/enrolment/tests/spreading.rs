//! A big batch on one opening is spread over the window.

use chrono::Duration;

use super::*;
use crate::calendar::local;

const MANY: Crowd = Crowd::Counted(812);
/// Monday's opening, to which what is wished for at the weekend is moved.
const OPENING: &str = "2026-12-07T09:00:00+11:00";

/// A recall whose message is wished for on Saturday, 5 December, and falls on Monday's opening.
fn weekend() -> (World, Enrolment) {
    let world = World::of(ProgramType::Recall, 1, vec![sms(1, days_before(30, None))]);
    let enrolment = world.add("2027-01-04");
    assert_eq!(step(&enrolment).due, at(OPENING));
    (world, enrolment)
}

fn bring_up(world: &World, e: &Enrolment, crowd: Crowd, now: DateTime<Utc>) -> Decision {
    world.decide(e, Event::Due(e.current_key().unwrap(), crowd), now)
}

/// The moment of its own that one of a crowd is given, looked at as soon as it is due.
fn slot(world: &World, e: &Enrolment, crowd: Crowd) -> Option<DateTime<Utc>> {
    let due = step(e).due;
    let decision = bring_up(world, e, crowd, due);
    if is_sending(&decision) {
        assert_eq!(decision.enrolment, *e, "what goes at once is not moved");
        return None;
    }
    assert_eq!(step(&decision.enrolment).slot, Some(step(&decision.enrolment).due));
    step(&decision.enrolment).slot
}

#[test]
fn one_of_a_big_batch_on_an_opening_waits_for_a_moment_of_its_own() {
    let (world, enrolment) = weekend();
    let spread = bring_up(&world, &enrolment, MANY, at(OPENING));
    let own = step(&spread.enrolment).due;
    assert!(own > at(OPENING) && own <= at("2026-12-07T16:30:00+11:00"), "{own}");
    let time = local(world.site.zone, own).format("%-I:%M %P");
    let told = format!(
        "Moved from 9:00 am to {time}: 812 messages fall on this opening, and they are spread over \
         the day."
    );
    let [Effect::Note(note)] = &spread.effects[..] else { panic!("{:?}", spread.effects) };
    assert_eq!((note.event, note.text.as_str()), (NoteEvent::Spread, told.as_str()));
    // Not a second before it, whoever brings it up, and then without being spread again.
    let e = spread.enrolment;
    let early = bring_up(&world, &e, MANY, own - Duration::seconds(1));
    assert_eq!(early, Decision { enrolment: e.clone(), effects: vec![] });
    assert!(is_sending(&bring_up(&world, &e, MANY, own)));
    assert!(is_sending(&bring_up(&world, &e, Crowd::Unknown, own)));
    let ahead = timeline(e, world.facts(), at(OPENING));
    assert_eq!((ahead[0].at, ahead.len()), (own, 1), "the timeline shows it");
}

#[test]
fn only_a_crowd_that_was_counted_is_spread() {
    let (world, enrolment) = weekend();
    let most = Crowd::TOGETHER;
    let cases = [
        (Crowd::Unknown, false), // the last look
        (Crowd::Counted(1), false),
        (Crowd::Counted(most), false),
        (Crowd::Counted(most + 1), true),
        (Crowd::Counted(u32::MAX), true),
    ];
    for (crowd, spread) in cases {
        assert_eq!(slot(&world, &enrolment, crowd).is_some(), spread, "{crowd:?}");
    }
}

#[test]
fn only_what_the_window_has_moved_to_an_opening_is_spread_and_nothing_of_that_same_day() {
    let recall = |timing, reference: &str| {
        let world = World::of(ProgramType::Recall, 1, vec![timing]);
        let enrolment = world.add(reference);
        (world, enrolment)
    };
    let visit = |timing, start: &str| {
        let mut world = World::with(vec![timing]);
        world.booking.start = at(start);
        let enrolment = world.enrol();
        (world, enrolment)
    };
    let cases = vec![
        ("moved", recall(sms(1, days_before(30, None)), "2027-01-04"), true),
        ("wished at nine", recall(sms(1, days_before(30, Some("09:00"))), "2027-01-06"), false),
        ("wished at ten", recall(sms(1, days_before(30, Some("10:00"))), "2027-01-06"), false),
        ("at any hour", recall(at_any_hour(sms(1, days_before(30, None))), "2027-01-04"), false),
        ("its own day", recall(sms(1, on_the_day()), "2026-12-07"), false),
        ("the day before", recall(sms(1, days_before(1, None)), "2026-12-08"), true),
        ("previous closing", recall(sms(1, days_before(1, Some("12:00"))), "2026-12-07"), false),
        ("a visit to come", visit(sms(1, days_before(3, None)), "2026-12-08T10:00:00+11:00"), true),
        (
            "a visit that day",
            visit(sms(1, days_before(2, None)), "2026-12-07T15:00:00+11:00"),
            false,
        ),
    ];
    for (name, (world, enrolment), spread) in cases {
        assert_eq!(slot(&world, &enrolment, MANY).is_some(), spread, "{name}");
    }
}

#[test]
fn what_has_little_time_left_is_spread_over_that_time_or_goes_at_once() {
    // The window closes, it is too late, or the date it is to be before begins.
    let mut action = sms(1, days_before(30, None));
    if let ActionKind::Message(message) = &mut action.kind {
        message.useful_for = UsefulFor::hours(1).unwrap();
    }
    let short = World::of(ProgramType::Recall, 1, vec![action]);
    let useful = short.add("2027-01-04");
    let (mut narrow, closing) = weekend();
    let half_past = NaiveTime::from_hms_opt(9, 30, 0).unwrap();
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    narrow.site.window = SendingWindow::new(nine, half_past, [chrono::Weekday::Mon]).unwrap();
    let mut spread = 0;
    for n in 1..50 {
        let id = EnrolmentId::new(id(n));
        let useful = Enrolment { id: id.clone(), ..useful.clone() };
        if let Some(own) = slot(&short, &useful, MANY) {
            assert!(own <= at("2026-12-07T09:30:00+11:00"), "an hour, less the margin: {own}");
            spread += 1;
        }
        let closing = Enrolment { id, ..closing.clone() };
        assert_eq!(slot(&narrow, &closing, MANY), None, "the margin leaves nothing");
    }
    assert!(spread > 40, "over that half hour: {spread}");
}

#[test]
fn a_look_that_comes_after_the_moment_sends_at_once() {
    let (world, enrolment) = weekend();
    let own = slot(&world, &enrolment, MANY).unwrap();
    assert!(is_sending(&bring_up(&world, &enrolment, MANY, own)));
    assert!(!is_sending(&bring_up(&world, &enrolment, MANY, own - Duration::seconds(1))));
}

#[test]
fn what_did_not_go_in_time_and_waits_for_another_opening_is_spread_there() {
    let (world, enrolment) = weekend();
    let night = bring_up(&world, &enrolment, Crowd::Unknown, at("2026-12-07T20:00:00+11:00"));
    let tuesday = at("2026-12-08T09:00:00+11:00");
    assert_eq!(step(&night.enrolment).due, tuesday);
    // It is useful until then and no longer, so there is no time to spread it over.
    assert_eq!(slot(&world, &night.enrolment, MANY), None);
    let mut longer = world;
    if let ActionKind::Message(message) = &mut longer.program.actions[0].kind {
        message.useful_for = UsefulFor::hours(48).unwrap();
    }
    let own = slot(&longer, &night.enrolment, MANY).unwrap();
    assert!(own > tuesday && own <= at("2026-12-08T16:30:00+11:00"), "{own}");
}

#[test]
fn a_new_time_forgets_the_moment_and_a_change_of_something_else_keeps_it() {
    let mut world = World::with(vec![sms(1, days_before(3, None)), sms(2, days_before(1, None))]);
    world.booking.start = at("2026-12-08T10:00:00+11:00");
    let opening = at(OPENING);
    let spread = bring_up(&world, &world.enrol(), MANY, opening).enrolment;
    let own = step(&spread).slot.unwrap();
    let now = opening + Duration::seconds(1);

    let mut other = world.clone();
    other.program.actions[1].timing = days_before(2, None);
    let kept = other.decide(&spread, Event::ProgramChanged, now).enrolment;
    assert_eq!((step(&kept).slot, step(&kept).due), (Some(own), own), "another action's timing");

    let mut edited = world.clone();
    edited.booking.start = at("2026-12-09T10:00:00+11:00");
    let moved = edited.decide(&spread, Event::VisitChanged, now).enrolment;
    assert_eq!(step(&moved).slot, None, "the booking moved");

    world.program.actions[0].timing = days_before(1, Some("15:00"));
    let changed = world.decide(&spread, Event::ProgramChanged, now).enrolment;
    let due = at("2026-12-07T15:00:00+11:00");
    assert_eq!((step(&changed).slot, step(&changed).due), (None, due), "its own timing");

    let mut gone = spread.clone();
    gone.status = Status::Ended {
        at: now,
        why: EndReason::Booking(Gone::Cancelled),
        step: Some(step(&spread).clone()),
    };
    world.program.actions[0].timing = days_before(3, None);
    let back = world.decide(&gone, Event::VisitChanged, now).enrolment;
    assert_eq!(step(&back).slot, None, "the booking is back");
}

#[test]
fn a_moment_at_which_the_site_is_closed_by_now_waits_for_its_opening_or_is_too_late() {
    let (mut world, enrolment) = weekend();
    let spread = bring_up(&world, &enrolment, MANY, at(OPENING)).enrolment;
    let own = step(&spread).due;
    world.site.window = close_on(SendingWindow::default(), [date("2026-12-07")]);
    let closed = bring_up(&world, &spread, Crowd::Unknown, own);
    assert!(!is_sending(&closed));
    assert_eq!(step(&closed.enrolment).due, at("2026-12-08T09:00:00+11:00"));
}

#[test]
fn a_thousand_of_one_opening_are_spread_evenly_and_always_in_the_same_way() {
    let (world, enrolment) = weekend();
    let mut hours = [0; 8];
    for n in 0..1_000 {
        let e = Enrolment { id: EnrolmentId::new(id(n)), ..enrolment.clone() };
        let own = slot(&world, &e, MANY).unwrap_or(at(OPENING));
        let hour = (own - at(OPENING)).num_hours();
        hours[usize::try_from(hour).unwrap()] += 1;
        if n == 0 {
            // By SHA-256, so that it is the same in every build; worked out apart from this code.
            assert_eq!(own, at("2026-12-07T12:12:21+11:00"));
        }
    }
    // Seven and a half hours: about 133 in each of the full ones.
    let (half, full) = hours.split_last().unwrap();
    assert!(full.iter().all(|n| (95..175).contains(n)), "{hours:?}");
    assert!((40..95).contains(half), "{hours:?}");
}
