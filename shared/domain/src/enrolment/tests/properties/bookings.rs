//! Bookings in any order.

use chrono::Duration;

use super::*;

proptest! {
    /// Bookings still to come complete the same cycles in whatever order they are told of, one by
    /// one or all at once.
    #[test]
    fn bookings_told_of_in_any_order_complete_the_same_cycles(
        world in any_world(),
        starts in prop::collection::vec(1_i64..400, 1..6),
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        reference in any_date(),
    ) {
        let mut world = world;
        world.completing = Completing::All;
        let all: Vec<Booking> = starts
            .iter()
            .zip(10..)
            .map(|(days, n)| {
                let mut booking = world.book(n, ENROLLED, ENROLLED);
                booking.start = at(ENROLLED) + Duration::days(*days);
                booking
            })
            .collect();
        let before = world.begin(reference).enrolment;
        world.bookings.clone_from(&all);
        let at_once = world.decide(&before, Event::BookingsChanged, at(ENROLLED)).enrolment;
        let (mut one_by_one, mut told) = (before, Vec::new());
        for i in order.into_iter().filter(|i| *i < all.len()) {
            told.push(all[i].clone());
            world.bookings.clone_from(&told);
            one_by_one = world.decide(&one_by_one, Event::BookingsChanged, at(ENROLLED)).enrolment;
        }
        let cycles = |e: &Enrolment| e.past.iter().map(|past| past.cycle).collect::<Vec<_>>();
        prop_assert_eq!(cycles(&at_once), cycles(&one_by_one));
        let expected = all.len().min(world.program.course.cycles().into());
        prop_assert_eq!(at_once.past.len(), expected, "one booking, one cycle");
    }
}
