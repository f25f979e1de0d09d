//! Any program, at any site.

use chrono::{Days, Weekday};
use chrono_tz::Tz;

use super::*;
use crate::program::Invite;

/// Zones with a half-hour change, a day that never was, a summer time that is the standard time,
/// and one that is suspended for a month; and every other one.
fn any_zone() -> impl Strategy<Value = Tz> {
    use chrono_tz::{Africa, Australia, Europe, Pacific};
    let odd = [
        Australia::Sydney,
        Australia::Lord_Howe,
        Pacific::Apia,
        Europe::Dublin,
        Africa::Casablanca,
    ];
    prop_oneof![
        prop::sample::select(odd.to_vec()),
        prop::sample::select(&chrono_tz::TZ_VARIANTS[..]),
    ]
}

pub(super) fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0_u64..700).prop_map(|days| date("2026-09-01") + Days::new(days))
}

fn any_window() -> impl Strategy<Value = SendingWindow> {
    let holidays = prop::collection::vec(any_date(), 0..60);
    (0_u32..1430, 5_u32..600, 1_u8..128, holidays).prop_map(|(opens, open, days, holidays)| {
        let time = |minutes: u32| NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap();
        let closes = time((opens + open).min(1439));
        let open_on = |day: &u8| days & (1 << day) != 0;
        let days = (0..7).filter(open_on).map(|day| Weekday::try_from(day).unwrap());
        close_on(SendingWindow::new(time(opens), closes, days).unwrap(), holidays)
    })
}

pub(super) fn any_timing() -> impl Strategy<Value = Timing> {
    let time = || proptest::option::of(0_u32..1440);
    let time_of = |minutes: u32| NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap();
    let span = (0_u16..40, 0_u8..5, time()).prop_map(move |(n, unit, minutes)| {
        let time = minutes.map(time_of);
        match unit {
            0 => Span::Minutes(u32::from(n) * 10),
            1 => Span::Hours(n.into()),
            2 => Span::Calendar(CalendarSpan::Days(n), time),
            3 => Span::Calendar(CalendarSpan::Weeks(n), time),
            _ => Span::Calendar(CalendarSpan::Months(n % 14), time),
        }
    });
    prop_oneof![
        Just(Timing::Enrolled),
        time().prop_map(move |minutes| Timing::On(minutes.map(time_of))),
        span.clone().prop_map(Timing::Before),
        span.prop_map(Timing::After),
    ]
}

pub(super) fn any_action() -> impl Strategy<Value = Action> {
    let useful = (1_u16..200).prop_map(|hours| UsefulFor::hours(hours).unwrap());
    (any_timing(), 0_u8..10, any::<bool>(), any::<bool>(), useful).prop_map(
        |(timing, medium, keep, skip, useful_for)| {
            let window = if keep { WindowUse::Keep } else { WindowUse::Ignore };
            let on_error = if skip { OnError::Skip } else { OnError::Pause };
            let template = TemplateId::new(id(1));
            let medium = match medium {
                0..6 => Medium::Sms { template, reply: Reply::NotKept, window },
                6 => Medium::Email { template, window, invite: Invite::Without },
                7 => Medium::Letter { template, to: Addressee::Gp, print: PrintOption::Mail },
                _ => return pause_at(1, timing),
            };
            let kind = ActionKind::Message(Message { medium, on_error, useful_for });
            Action { id: ActionId::new(id(1)), timing, kind }
        },
    )
}

/// Actions, numbered from 1.
pub(super) fn any_actions() -> impl Strategy<Value = Vec<Action>> {
    prop::collection::vec(any_action(), 1..6).prop_map(|mut actions| {
        for (action, n) in actions.iter_mut().zip(1..) {
            action.id = ActionId::new(id(n));
        }
        actions
    })
}

fn any_course() -> impl Strategy<Value = (ProgramType, Course)> {
    let next = prop::sample::select(NextCycle::ALL.to_vec());
    let kind = prop::sample::select(ProgramType::ALL.to_vec());
    (kind, 1_u64..5, 1_u16..40, 0_u8..3, next).prop_map(|(kind, cycles, n, unit, next)| {
        let span = match unit {
            0 => CalendarSpan::Days(n),
            1 => CalendarSpan::Weeks(n),
            _ => CalendarSpan::Months(n),
        };
        let (cycles, frequency) =
            if kind.repeats() { (cycles, Frequency::new(span)) } else { (1, None) };
        (kind, Course::new(kind, cycles, frequency, next).unwrap())
    })
}

fn any_reopening() -> impl Strategy<Value = Reopening> {
    prop_oneof![
        Just(Reopening::AtOnce),
        (1_u16..60).prop_map(Reopening::AfterDays),
        Just(Reopening::AskStaff),
    ]
}

prop_compose! {
    /// Any program at any site, and a booking for the programs that are about one.
    pub(super) fn any_world()(
        (kind, course) in any_course(),
        actions in any_actions(),
        zone in any_zone(),
        window in any_window(),
        reopening in any_reopening(),
        completion in prop::sample::select(vec![Completion::Ignore, Completion::AnyBooking]),
        clinical in any::<bool>(),
        minutes in 1_i64..600_000,
    ) -> World {
        let mut world = World::with(actions);
        (world.program.kind, world.program.course) = (kind, course);
        (world.site.zone, world.site.window) = (zone, window);
        (world.program.completion, world.program.reopening) = (completion, reopening);
        if clinical {
            world.program.significance = Significance::Clinical;
        }
        world.about_visit = kind == ProgramType::Booking;
        world.booking.start = at(ENROLLED) + chrono::Duration::minutes(minutes);
        world
    }
}

impl World {
    /// The patient on the program: of the booking, or added with this reference date.
    pub(super) fn begin(&self, reference: NaiveDate) -> Decision {
        if self.about_visit {
            enrol_for_booking("req-1".into(), self.facts(), at(ENROLLED)).unwrap()
        } else {
            self.adding(&reference.to_string())
        }
    }
}
