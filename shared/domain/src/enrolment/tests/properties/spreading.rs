//! A crowd, whatever the program and the site.

use super::*;

proptest! {
    /// A message of a crowd is never given a moment outside the window, before its time, after it is
    /// too late, or past the date it is to be before.
    #[test]
    fn what_is_spread_goes_inside_its_window_and_in_time(
        world in any_world(),
        reference in any_date(),
        n in 0_u128..1_000,
        crowd in 101_u32..10_000,
    ) {
        let e = Enrolment { id: EnrolmentId::new(id(n)), ..world.begin(reference).enrolment };
        let Some((due, _)) = e.due() else { return Ok(()) };
        let event = || Event::Due(e.current_key().unwrap(), Crowd::Counted(crowd));
        let decision = world.decide(&e, event(), due);
        prop_assert_eq!(&decision, &world.decide(&e, event(), due), "it is always the same");
        let Status::Active(step) = &decision.enrolment.status else { return Ok(()) };
        let Some(slot) = step.slot else { return Ok(()) };
        let action = world.program.action(&step.action).unwrap();
        let plan = plan(action, &e, None, world.facts()).unwrap();
        let (zone, window) = (world.site.zone, &world.site.window);
        prop_assert!(slot > due && plan.wished < due, "{plan:?} {slot}");
        prop_assert!(slot <= plan.latest, "{plan:?} {slot}");
        prop_assert!(window.is_open(zone, slot));
        prop_assert!(window.hours_of(zone, due).unwrap().contains(&slot), "{plan:?} {slot}");
        let today = crate::calendar::local(zone, slot).date();
        prop_assert_ne!(e.reference(world.program.course).unwrap().date(zone), today);
        if let Timing::Before(_) = action.timing {
            let before = e.reference(world.program.course).unwrap().instant(zone).unwrap();
            prop_assert!(slot < before);
        }
        if let (true, Timing::Before(_) | Timing::Enrolled) = (world.about_visit, action.timing) {
            prop_assert!(slot < world.booking.start);
        }
        prop_assert!(is_sending(&world.bring_up(&decision.enrolment, slot)), "it goes then");
    }
}
