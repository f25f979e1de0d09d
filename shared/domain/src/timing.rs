//! When an action is planned: reference date ± offset (HealthTrack R11).

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::calendar::{CalendarSpan, instant, iso_date, local};

/// The date an enrolment's timings count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A date of the site's calendar. Without a time of day it counts from local midnight.
    Date(NaiveDate),
    /// An instant, such as a booking's start. Without a time of day it counts from itself.
    Instant(DateTime<Utc>),
}

impl Reference {
    /// The instant it counts from: a date's local midnight, moved out of a gap.
    ///
    /// `None` only outside the years chrono can hold.
    pub fn instant(self, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Date(date) => instant(zone, date.and_time(NaiveTime::MIN)),
            Self::Instant(at) => Some(at),
        }
    }

    /// Its date on the site's calendar.
    pub fn date(self, zone: Tz) -> NaiveDate {
        match self {
            Self::Date(date) => date,
            Self::Instant(at) => local(zone, at).date(),
        }
    }
}

/// A reference date as people give it: a date of the years 1900 to 2199, so that no slip of the
/// keyboard makes a date that nothing can be counted from.
///
/// ```
/// use domain::timing::ReferenceDate;
/// assert!(ReferenceDate::parse("2027-01-31").is_ok());
/// assert!(ReferenceDate::parse("2027-02-30").is_err());
/// assert!(ReferenceDate::parse("20270-01-31").is_err());
/// assert!(ReferenceDate::parse("27-1-31").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferenceDate(NaiveDate);

/// A text that is no [`ReferenceDate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date of the years 1900 to 2199, such as 2027-01-31")]
pub struct BadReferenceDate;

impl ReferenceDate {
    /// Reads a date as `2027-01-31`.
    ///
    /// # Errors
    /// When it is no date, or outside the years 1900 to 2199.
    pub fn parse(text: &str) -> Result<Self, BadReferenceDate> {
        iso_date(text).and_then(Self::new).ok_or(BadReferenceDate)
    }

    /// That date; `None` outside the years 1900 to 2199.
    pub fn new(date: NaiveDate) -> Option<Self> {
        (1900..=2199).contains(&date.year()).then_some(Self(date))
    }

    /// The date.
    pub const fn date(self) -> NaiveDate {
        self.0
    }
}

/// How far from the reference date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Elapsed minutes. They take no time of day.
    Minutes(u32),
    /// Elapsed hours. They take no time of day.
    Hours(u32),
    /// Steps on the site's calendar, optionally at a local time of day.
    Calendar(CalendarSpan, Option<NaiveTime>),
}

/// When an action is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// As soon as the patient is enrolled, and in later cycles on the cycle's reference date: the
    /// confirmation of a booking just made. No offset from the booking's start could say this,
    /// because bookings are made at any distance from it.
    Enrolled,
    /// Before the reference date.
    Before(Span),
    /// On the reference date, optionally at a local time of day.
    On(Option<NaiveTime>),
    /// After the reference date.
    After(Span),
}

impl Timing {
    /// The planned instant; `begins` is when the cycle begins, for a timing that asks for it. `None`
    /// only outside the years chrono can hold.
    pub fn planned(
        self,
        reference: Reference,
        begins: impl FnOnce() -> Option<DateTime<Utc>>,
        zone: Tz,
    ) -> Option<DateTime<Utc>> {
        match self {
            Self::Enrolled => begins(),
            Self::On(at) => on_date(reference, zone, at, Some),
            Self::Before(Span::Calendar(span, at)) => {
                on_date(reference, zone, at, |date| span.before(date))
            }
            Self::After(Span::Calendar(span, at)) => {
                on_date(reference, zone, at, |date| span.after(date))
            }
            Self::Before(span) => reference.instant(zone)?.checked_sub_signed(elapsed(span)),
            Self::After(span) => reference.instant(zone)?.checked_add_signed(elapsed(span)),
        }
    }
}

fn elapsed(span: Span) -> Duration {
    match span {
        Span::Minutes(n) => Duration::minutes(n.into()),
        Span::Hours(n) => Duration::hours(n.into()),
        // Calendar spans step on dates and never come here; zero keeps the function total.
        Span::Calendar(..) => Duration::zero(),
    }
}

/// Steps from the reference's local date, then puts the time of day back on the site's clock.
fn on_date(
    reference: Reference,
    zone: Tz,
    time_of_day: Option<NaiveTime>,
    step: impl FnOnce(NaiveDate) -> Option<NaiveDate>,
) -> Option<DateTime<Utc>> {
    let (date, time) = match reference {
        Reference::Date(date) => (date, NaiveTime::MIN),
        Reference::Instant(at) => {
            let wall = local(zone, at);
            (wall.date(), wall.time())
        }
    };
    instant(zone, step(date)?.and_time(time_of_day.unwrap_or(time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYDNEY: Tz = chrono_tz::Australia::Sydney;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn clock(text: &str) -> NaiveTime {
        text.parse().unwrap()
    }

    #[test]
    fn actions_are_planned_from_the_reference_date_on_the_sites_clock() {
        use CalendarSpan::{Days, Months, Weeks};
        let booking = Reference::Instant(at("2026-10-05T10:30:00+11:00"));
        let date = Reference::Date("2027-01-31".parse().unwrap());
        let cases = [
            (
                Timing::Before(Span::Calendar(Days(3), Some(clock("10:00:00")))),
                booking,
                "2026-10-02T10:00:00+10:00",
            ),
            // Calendar days keep the clock across the change to summer time; elapsed hours do not.
            (Timing::Before(Span::Calendar(Days(3), None)), booking, "2026-10-02T10:30:00+10:00"),
            (Timing::Before(Span::Hours(72)), booking, "2026-10-02T09:30:00+10:00"),
            (Timing::Before(Span::Minutes(90)), booking, "2026-10-05T09:00:00+11:00"),
            (
                Timing::After(Span::Calendar(Weeks(1), Some(clock("09:00:00")))),
                booking,
                "2026-10-12T09:00:00+11:00",
            ),
            (Timing::On(None), booking, "2026-10-05T10:30:00+11:00"),
            (Timing::On(Some(clock("08:15:00"))), booking, "2026-10-05T08:15:00+11:00"),
            (Timing::After(Span::Calendar(Months(1), None)), date, "2027-02-28T00:00:00+11:00"),
            (Timing::After(Span::Hours(2)), date, "2027-01-31T02:00:00+11:00"),
            (Timing::Enrolled, booking, "2026-09-01T00:00:00Z"),
        ];
        for (timing, reference, expected) in cases {
            let planned = timing.planned(reference, || Some(at("2026-09-01T00:00:00Z")), SYDNEY);
            assert_eq!(planned, Some(at(expected)), "{timing:?}");
        }
    }

    #[test]
    fn a_time_of_day_that_does_not_exist_moves_forward_by_the_gap() {
        let timing = Timing::On(Some(clock("02:30:00")));
        let reference = Reference::Date("2026-10-04".parse().unwrap());
        let planned = timing.planned(reference, || None, SYDNEY);
        assert_eq!(planned, Some(at("2026-10-03T16:30:00Z")));
    }
}
