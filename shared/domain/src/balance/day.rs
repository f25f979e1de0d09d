//! The day that is balanced.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::calendar::{instant, local};

/// How long after something was written nobody wonders about it: who wrote it may be about to write
/// what belongs to it. A day is balanced this long after its end, and not before.
pub const SETTLED_AFTER: Duration = Duration::hours(1);

/// A day of the practice, from midnight to midnight by its clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Its date.
    pub date: NaiveDate,
    /// When it began.
    pub from: DateTime<Utc>,
    /// When it was over.
    pub until: DateTime<Utc>,
}

impl Day {
    /// The day of that date; `None` at the end of the calendar.
    ///
    /// ```
    /// use domain::balance::Day;
    /// let day = Day::of("2026-10-04".parse().unwrap(), chrono_tz::Australia::Sydney).unwrap();
    /// assert_eq!((day.until - day.from).num_hours(), 23); // summer time begins
    /// ```
    pub fn of(date: NaiveDate, zone: Tz) -> Option<Self> {
        let midnight = |date: NaiveDate| instant(zone, date.and_time(NaiveTime::MIN));
        Some(Self { date, from: midnight(date)?, until: midnight(date.succ_opt()?)? })
    }

    /// The last day that is over and settled at `now`.
    ///
    /// ```
    /// use domain::balance::Day;
    /// let sydney = chrono_tz::Australia::Sydney;
    /// let last = |now: &str| Day::last_settled(sydney, now.parse().unwrap()).unwrap().date.to_string();
    /// assert_eq!(last("2026-11-27T00:59:00+11:00"), "2026-11-25");
    /// assert_eq!(last("2026-11-27T01:00:00+11:00"), "2026-11-26");
    /// ```
    pub fn last_settled(zone: Tz, now: DateTime<Utc>) -> Option<Self> {
        let settled = now.checked_sub_signed(SETTLED_AFTER)?;
        Self::of(local(zone, settled).date().pred_opt()?, zone)
    }

    /// The day after it.
    pub fn next(&self, zone: Tz) -> Option<Self> {
        Self::of(self.date.succ_opt()?, zone)
    }

    /// Whether it is over and settled.
    pub fn is_settled(&self, now: DateTime<Utc>) -> bool {
        now - SETTLED_AFTER >= self.until
    }

    /// Whether that was in it.
    pub fn has(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.until
    }
}
