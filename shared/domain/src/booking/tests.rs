//! Events of bookings in any order.

use proptest::prelude::*;
use ulid::Ulid;

use super::*;
use crate::intake::PresentedPatient;

fn event(kind: BookingEventKind, version: Option<u64>, time: &str) -> BookingEvent {
    BookingEvent {
        key: BookingKey {
            source: Code::parse("diary").unwrap(),
            id: ExternalId::parse("B-1").unwrap(),
        },
        kind,
        order: EventOrder { version, time: time.parse().unwrap() },
        details: Some(BookingDetails {
            booking_type: Code::parse("physio").unwrap(),
            site: None,
            start: "2026-12-03T00:00:00Z".parse().unwrap(),
            end: None,
            patient: PresentedPatient::by_id(ExternalId::parse("P-1").unwrap()),
        }),
    }
}

fn matched() -> Matching {
    Matching::Matched {
        patient: PatientId::new(Ulid::from_parts(0, 1)),
        site: SiteId::new(Ulid::from_parts(0, 1)),
    }
}

#[test]
fn the_newest_event_by_version_or_else_by_time_wins() {
    use BookingEventKind::{Cancelled, Made, Moved};
    let (early, late) = ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
    let cases = [
        (event(Moved, Some(2), early), event(Made, Some(1), late), true), // version before time
        (event(Made, Some(1), late), event(Moved, Some(2), early), false),
        (event(Moved, None, late), event(Made, None, early), true),
        (event(Made, None, early), event(Cancelled, None, late), false), // cancelled: stays so
        (event(Cancelled, None, early), event(Made, None, early), true), // the same moment
        (event(Moved, None, early), event(Made, None, early), true),
        (event(Made, None, early), event(Cancelled, None, early), false),
        (event(Made, Some(1), early), event(Made, Some(1), early), false), // twice
    ];
    for (arriving, known, news) in cases {
        let known = Booking::told(&known, matched());
        let tells = known.news(&arriving).is_some_and(|it| it.details || it.state);
        assert_eq!(tells, news, "{arriving:?} after {known:?}");
    }
}

#[test]
fn a_change_that_says_nothing_of_the_state_leaves_it_to_the_events_that_do() {
    use BookingEventKind::{Cancelled, Changed};
    let time = "2026-11-01T00:00:00Z";
    let cancelled = Booking::told(&event(Cancelled, Some(2), time), matched());
    let changed = event(Changed, Some(3), time);
    assert_eq!(
        cancelled.news(&changed),
        Some(News { details: true, state: false, earlier: false })
    );
    // And the other way round: the cancel that comes late is still news to the state.
    let changed = Booking::told(&changed, matched());
    let late_cancel = event(Cancelled, Some(2), time);
    assert_eq!(
        changed.news(&late_cancel),
        Some(News { details: false, state: true, earlier: false })
    );
}

#[test]
fn a_booking_that_waits_for_a_match_takes_its_newest_event_again() {
    let made = event(BookingEventKind::Made, Some(1), "2026-11-01T00:00:00Z");
    let waiting = Matching::Waiting { patient: None };
    assert!(Booking::told(&made, waiting).news(&made).is_some());
}

#[test]
fn an_old_event_tells_only_that_the_booking_was_made_earlier() {
    use BookingEventKind::{Made, Moved};
    let (early, late) = ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
    let (made, moved) = (event(Made, Some(1), early), event(Moved, Some(2), late));
    let known = Booking::told(&moved, matched());
    let news = known.news(&made).unwrap();
    assert_eq!(news, News { details: false, state: false, earlier: true });
    let after = known.after(&made, news, matched(), made.order.time);
    assert_eq!(after, Booking { revision: 2, made_at: made.order.time, ..known });
    assert_eq!(after.news(&made), None, "it has told that");
}

/// The booking after these events, as they come. Whose it is the details say.
fn after<'a>(events: impl IntoIterator<Item = &'a BookingEvent>) -> Option<Booking> {
    let matching = |event: &BookingEvent| match &event.details {
        Some(_) => matched(),
        None => Matching::Waiting { patient: None },
    };
    events.into_iter().fold(None, |known, event| match known {
        None => Some(Booking::told(event, matching(event))),
        Some(known) => match known.news(event) {
            Some(news) => Some(known.after(event, news, matching(event), event.order.time)),
            None => Some(known),
        },
    })
}

/// What must not depend on the order in which events come. What depends on it, and may: how often the
/// booking was written (`revision`), when we heard of another start (`moved_at`), and the start and
/// end of a booking whose details nobody has told, which stand for nothing.
fn settled(booking: Booking) -> Booking {
    let booking = Booking { revision: 0, moved_at: None, ..booking };
    match booking.told_by {
        Some(_) => booking,
        None => Booking { start: booking.made_at, end: None, ..booking },
    }
}

/// Whether a sender counts the changes of a booking.
#[derive(Debug, Clone, Copy)]
enum Counting {
    /// Each event has a version.
    Every,
    /// None has.
    Never,
    /// Some have, and its clock goes with its count.
    Some,
}

/// The life of one booking, told in order: each event with the time that has passed since the one
/// before it, and with details or without.
fn life() -> impl Strategy<Value = Vec<BookingEvent>> {
    let counting = prop::sample::select(vec![Counting::Every, Counting::Never, Counting::Some]);
    let kind = prop::sample::select(BookingEventKind::ALL.to_vec());
    let step = (kind, 1..90_i64, 0..5_i64, any::<bool>(), any::<bool>());
    (counting, prop::collection::vec(step, 1..8)).prop_map(|(counting, steps)| {
        let mut time: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().unwrap();
        let tell = |(version, (kind, minutes, days, bare, counted))| {
            time += chrono::Duration::minutes(minutes);
            let version = match counting {
                Counting::Every => Some(version),
                Counting::Some if counted => Some(version),
                Counting::Some | Counting::Never => None,
            };
            let mut event = event(kind, version, &time.to_rfc3339());
            let details = event.details.as_mut().unwrap();
            details.start += chrono::Duration::days(days);
            if bare {
                event.details = None;
            }
            event
        };
        (1..).zip(steps).map(tell).collect()
    })
}

/// A life, and the same events in another order, some of them several times.
fn shuffled_life() -> impl Strategy<Value = (Vec<BookingEvent>, Vec<BookingEvent>)> {
    life().prop_flat_map(|life| {
        let again = prop::collection::vec(prop::sample::select(life.clone()), 0..8);
        let arriving = (Just(life.clone()), again).prop_map(|(life, again)| [life, again].concat());
        (Just(life), arriving.prop_shuffle())
    })
}

proptest! {
    #[test]
    fn any_order_of_arrival_and_any_repetition_ends_in_the_same_booking(
        (life, arriving) in shuffled_life(),
    ) {
        prop_assert_eq!(after(&arriving).map(settled), after(&life).map(settled));
    }

    #[test]
    fn a_life_that_is_told_again_in_any_order_changes_nothing((life, arriving) in shuffled_life()) {
        let told = after(&life);
        prop_assert_eq!(after(life.iter().chain(&arriving)), told);
    }
}

#[test]
fn no_order_suits_a_sender_whose_clock_goes_against_its_count() {
    use BookingEventKind::Made;
    let first = event(Made, Some(1), "2026-11-03T00:00:00Z").stamp();
    let second = event(Made, Some(2), "2026-11-01T00:00:00Z").stamp();
    let uncounted = event(Made, None, "2026-11-02T00:00:00Z").stamp();
    // By its count, by its clock, and by its clock: round in a circle.
    assert!(second.is_newer_than(first));
    assert!(first.is_newer_than(uncounted));
    assert!(uncounted.is_newer_than(second));
}
