//! The sending window: when a site lets SMS and email go out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use chrono::{
    DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday,
};
use chrono_tz::Tz;

use crate::calendar::{instant, instant_and_wall, local};
use crate::text::Label;

/// How far ahead an opening is looked for. A site closed for longer than a year has no opening.
const HORIZON_DAYS: u64 = 366;

/// What is wrong with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowFault {
    /// The window closes at or before its opening.
    #[error("must close later than it opens")]
    Empty,
    /// No weekday is open.
    #[error("must be open on at least one weekday")]
    NoDays,
}

/// Why a window was refused: everything that is wrong with it. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadWindow(Vec<WindowFault>);

impl BadWindow {
    /// Everything that is wrong.
    pub fn faults(&self) -> &[WindowFault] {
        &self.0
    }
}

impl fmt::Display for BadWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&faults.join("; "))
    }
}

impl std::error::Error for BadWindow {}

/// The name of a holiday for which nobody gave one.
///
/// # Panics
/// Never: the name is a label.
pub fn unnamed_holiday() -> Label {
    Label::parse("Public holiday").expect("it is short and of plain letters")
}

/// Opening hours on chosen weekdays, except public holidays. Half open: at 17:00:00 a window that
/// closes at 17:00 is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingWindow {
    opens: NaiveTime,
    closes: NaiveTime,
    days: BTreeSet<u8>,
    holidays: BTreeMap<NaiveDate, Label>,
}

impl Default for SendingWindow {
    /// 09:00–17:00, Monday to Friday, no holidays.
    fn default() -> Self {
        Self {
            opens: NaiveTime::from_hms_opt(9, 0, 0).expect("09:00 is a time of day"),
            closes: NaiveTime::from_hms_opt(17, 0, 0).expect("17:00 is a time of day"),
            days: (0..5).collect(),
            holidays: BTreeMap::new(),
        }
    }
}

impl SendingWindow {
    /// A window without holidays.
    ///
    /// # Errors
    /// When it would never be open: with every reason.
    pub fn new(
        opens: NaiveTime,
        closes: NaiveTime,
        days: impl IntoIterator<Item = Weekday>,
    ) -> Result<Self, BadWindow> {
        let days: BTreeSet<u8> = days.into_iter().map(weekday_number).collect();
        let mut faults = Vec::new();
        if opens >= closes {
            faults.push(WindowFault::Empty);
        }
        if days.is_empty() {
            faults.push(WindowFault::NoDays);
        }
        if faults.is_empty() {
            Ok(Self { opens, closes, days, holidays: BTreeMap::new() })
        } else {
            Err(BadWindow(faults))
        }
    }

    /// The window with these days, and no others, on which it stays closed.
    #[must_use]
    pub fn with_holidays(self, holidays: impl IntoIterator<Item = (NaiveDate, Label)>) -> Self {
        Self { holidays: holidays.into_iter().collect(), ..self }
    }

    /// The local time at which it opens.
    pub fn opens(&self) -> NaiveTime {
        self.opens
    }

    /// The local time at which it closes.
    pub fn closes(&self) -> NaiveTime {
        self.closes
    }

    /// The weekdays on which it opens, Monday first.
    pub fn days(&self) -> impl Iterator<Item = Weekday> {
        self.days.iter().filter_map(|day| Weekday::try_from(*day).ok())
    }

    /// The days on which it stays closed, and what each is called.
    pub fn holidays(&self) -> &BTreeMap<NaiveDate, Label> {
        &self.holidays
    }

    /// Whether a message may go out at `at`.
    pub fn is_open(&self, zone: Tz, at: DateTime<Utc>) -> bool {
        self.is_open_by(local(zone, at))
    }

    fn is_open_by(&self, wall: NaiveDateTime) -> bool {
        (self.opens..self.closes).contains(&wall.time()) && self.opens_on(wall.date())
    }

    /// `at` itself when the window is open, else its next opening.
    ///
    /// `None` when the site does not open within a year.
    pub fn next_open(&self, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let now = local(zone, at);
        if self.is_open_by(now) {
            return Some(at);
        }
        let first = u64::from(now.time() >= self.opens);
        (first..=HORIZON_DAYS)
            .filter_map(|ahead| now.date().checked_add_days(Days::new(ahead)))
            .filter(|date| self.opens_on(*date))
            .filter_map(|date| instant_and_wall(zone, date.and_time(self.opens)))
            // Where the clock jumps over the opening, or over the whole day, it may not be open.
            .find(|(opening, wall)| *opening > at && self.is_open_by(*wall))
            .map(|(opening, _)| opening)
    }

    /// The last minute of the window before `at`: one minute before its previous closing.
    ///
    /// `None` when the site was not open within the year before.
    pub fn previous_close(&self, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = local(zone, at).date();
        (0..=HORIZON_DAYS)
            .filter_map(|back| today.checked_sub_days(Days::new(back)))
            .filter(|date| self.opens_on(*date))
            .filter_map(|date| instant(zone, date.and_time(self.closes)))
            .map(|closing| closing - Duration::minutes(1))
            .find(|last_minute| *last_minute < at && self.is_open(zone, *last_minute))
    }

    /// The opening hours of the local day of `at`; `None` on a day on which it stays closed.
    pub fn hours_of(&self, zone: Tz, at: DateTime<Utc>) -> Option<Range<DateTime<Utc>>> {
        let date = local(zone, at).date();
        let hour = |time| instant(zone, date.and_time(time));
        self.opens_on(date).then(|| Some(hour(self.opens)?..hour(self.closes)?)).flatten()
    }

    fn opens_on(&self, date: NaiveDate) -> bool {
        self.days.contains(&weekday_number(date.weekday())) && !self.holidays.contains_key(&date)
    }
}

fn weekday_number(day: Weekday) -> u8 {
    u8::try_from(day.num_days_from_monday()).expect("a week has seven days")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SYDNEY: Tz = chrono_tz::Australia::Sydney;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn with_holiday(date: &str) -> SendingWindow {
        SendingWindow::default().with_holidays([(date.parse().unwrap(), unnamed_holiday())])
    }

    #[test]
    fn the_window_is_half_open() {
        let window = SendingWindow::default();
        assert!(window.is_open(SYDNEY, at("2026-11-20T09:00:00+11:00")), "opening is inside");
        assert!(window.is_open(SYDNEY, at("2026-11-20T16:59:59+11:00")));
        assert!(!window.is_open(SYDNEY, at("2026-11-20T17:00:00+11:00")), "closing is outside");
    }

    #[test]
    fn a_message_outside_the_window_waits_for_the_next_opening() {
        let cases = [
            ("2026-11-20T08:00:00+11:00", "2026-11-20T09:00:00+11:00"), // the same morning
            ("2026-11-20T17:00:00+11:00", "2026-11-23T09:00:00+11:00"), // Friday evening: Monday
            ("2026-10-03T12:00:00+10:00", "2026-10-06T09:00:00+11:00"), // weekend, holiday, DST
        ];
        let window = with_holiday("2026-10-05");
        for (from, to) in cases {
            assert_eq!(window.next_open(SYDNEY, at(from)), Some(at(to)), "{from}");
        }
    }

    #[test]
    fn a_day_that_the_clock_jumps_over_has_no_opening() {
        // Samoa went from Thursday 29 to Saturday 31 December 2011.
        let (zone, window) = (chrono_tz::Pacific::Apia, SendingWindow::default());
        let cases = [
            ("2011-12-29T12:00:00-10:00", "2011-12-29T12:00:00-10:00"),
            ("2011-12-29T18:00:00-10:00", "2012-01-02T09:00:00+14:00"),
        ];
        for (from, to) in cases {
            assert_eq!(window.next_open(zone, at(from)), Some(at(to)), "{from}");
        }
        let monday = at("2012-01-02T03:00:00+14:00");
        assert_eq!(window.previous_close(zone, monday), Some(at("2011-12-29T16:59:00-10:00")));
    }

    #[test]
    fn the_previous_closing_is_one_minute_before_it() {
        let window = SendingWindow::default();
        let sunday = at("2026-11-22T12:00:00+11:00");
        let friday = at("2026-11-20T16:59:00+11:00");
        assert_eq!(window.previous_close(SYDNEY, sunday), Some(friday));
    }

    #[test]
    fn a_site_that_never_opens_has_no_next_opening() {
        let start: NaiveDate = "2026-01-01".parse().unwrap();
        let holidays = (0..800).map(|n| (start + Days::new(n), unnamed_holiday()));
        let window = SendingWindow::new(
            NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
            NaiveTime::from_hms_opt(17, 0, 0).unwrap(),
            [Weekday::Mon],
        )
        .unwrap()
        .with_holidays(holidays);
        assert_eq!(window.next_open(SYDNEY, at("2026-02-01T00:00:00Z")), None);
    }

    #[test]
    fn everything_wrong_with_a_window_is_said_at_once() {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        let refused = SendingWindow::new(noon, noon, []).unwrap_err();
        assert_eq!(refused.faults(), [WindowFault::Empty, WindowFault::NoDays]);
    }

    proptest! {
        #[test]
        fn the_next_opening_is_open_and_never_earlier(seconds in 1_700_000_000_i64..1_900_000_000) {
            let window = SendingWindow::default();
            let from = DateTime::from_timestamp(seconds, 0).unwrap();
            let opening = window.next_open(SYDNEY, from).unwrap();
            prop_assert!(opening >= from);
            prop_assert!(window.is_open(SYDNEY, opening));
        }

        #[test]
        fn the_previous_closing_is_open_and_earlier(seconds in 1_700_000_000_i64..1_900_000_000) {
            let window = SendingWindow::default();
            let from = DateTime::from_timestamp(seconds, 0).unwrap();
            let last = window.previous_close(SYDNEY, from).unwrap();
            prop_assert!(last < from);
            prop_assert!(window.is_open(SYDNEY, last));
        }
    }
}
