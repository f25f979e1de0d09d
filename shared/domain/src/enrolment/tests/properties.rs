//! What holds whatever happens when.

use proptest::prelude::*;

use super::*;

fn any_timing() -> impl Strategy<Value = Timing> {
    let span = (1_u16..40, 0_u8..4, proptest::option::of(0_u32..24)).prop_map(|(n, unit, hour)| {
        let time = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
        match unit {
            0 => Span::Minutes(u32::from(n) * 10),
            1 => Span::Hours(n.into()),
            2 => Span::Calendar(CalendarSpan::Days(n), time),
            _ => Span::Calendar(CalendarSpan::Weeks(n), time),
        }
    });
    prop_oneof![
        Just(Timing::Enrolled),
        Just(Timing::On(None)),
        span.clone().prop_map(Timing::Before),
        span.prop_map(Timing::After),
    ]
}

proptest! {
    /// I4: nothing goes before its time or outside its window, whatever happens when. And every
    /// action ends: an enrolment that is brought up whenever it is due runs to its end.
    #[test]
    fn no_action_goes_before_its_time_or_outside_its_window(
        timings in prop::collection::vec((any_timing(), any::<bool>()), 1..5),
        lateness in prop::collection::vec(0_i64..40_000, 1..20),
    ) {
        let actions = timings.iter().zip(1..).map(|((timing, keep), n)| {
            if *keep { sms(n, *timing) } else { at_any_hour(sms(n, *timing)) }
        });
        let world = World::with(actions.collect());
        let mut enrolment = world.enrol();
        let mut late = lateness.iter().cycle();
        let mut last = at(ENROLLED);
        let mut rounds = 0;
        while let Some((due, _)) = enrolment.due() {
            rounds += 1;
            prop_assert!(rounds < 100, "it does not come to an end: {enrolment:?}");
            let now = due.max(last) + chrono::Duration::seconds(*late.next().unwrap());
            last = now;
            let decision = world.bring_up(&enrolment, now);
            if is_sending(&decision) {
                let action = world.program.action(&step(&enrolment).action).unwrap();
                let planned = action.timing
                    .planned(enrolment.anchor.date, enrolment.cycle_began_at, world.site.zone).unwrap();
                match action.message().unwrap().content.window() {
                    WindowUse::Ignore => prop_assert!(now >= planned),
                    WindowUse::Keep => prop_assert!(world.site.window.is_open(world.site.zone, now)),
                }
                if matches!(action.timing, Timing::Before(_) | Timing::Enrolled) {
                    prop_assert!(now <= world.booking.start);
                }
                enrolment = world.attempt(&enrolment, sent(), now).enrolment;
            } else {
                prop_assert!(decision.enrolment != enrolment, "a due action that nothing happens to");
                enrolment = decision.enrolment;
            }
        }
    }

    /// Deciding the same event twice is deciding it once.
    #[test]
    fn deciding_twice_is_deciding_once(timing in any_timing(), seconds in 0_i64..3_000_000) {
        let world = World::with(vec![sms(1, timing), sms(2, Timing::On(None))]);
        let enrolment = world.enrol();
        let now = at(ENROLLED) + chrono::Duration::seconds(seconds);
        let key = enrolment.current_key().unwrap();
        let once = world.attempt(&enrolment, sent(), now).enrolment;
        let twice = world.decide(&once, Event::Attempted(key, sent()), now);
        prop_assert_eq!(twice, Decision { enrolment: once, effects: vec![] });
    }
}
