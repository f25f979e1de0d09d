//! Dates no practice will ever use, which a typing error reaches.

use super::*;

proptest! {
    #[test]
    fn no_date_panics_and_every_enrolment_begins(
        world in any_world(),
        days in prop_oneof![0_u64..3, 0_u64..40_000],
        far in any::<bool>(),
    ) {
        let days = chrono::Days::new(days);
        let day = if far { NaiveDate::MAX - days } else { NaiveDate::MIN + days };
        let mut world = world;
        world.booking.start = if far { DateTime::<Utc>::MAX_UTC } else { DateTime::<Utc>::MIN_UTC };
        let enrolment = world.begin(day).enrolment;
        let _ahead = timeline(enrolment, world.facts(), at(ENROLLED));
    }

    #[test]
    fn no_moment_panics(world in any_world(), hours in prop_oneof![0_i64..3, 0_i64..100_000], far in any::<bool>()) {
        let hours = chrono::Duration::hours(hours);
        let now = if far { DateTime::<Utc>::MAX_UTC - hours } else { DateTime::<Utc>::MIN_UTC + hours };
        let e = world.begin(date("2026-12-01")).enrolment;
        let Some(key) = e.current_key() else { return Ok(()) };
        for outcome in [sent(), not_sent(), Outcome::Failed { why: String::new() }] {
            world.attempt(&e, outcome, now);
        }
        world.decide(&e, Event::Due(key, Crowd::Counted(500)), now);
    }
}
