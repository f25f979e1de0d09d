//! The days that are looked at.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::balance::Day;
use domain::calendar::local;

use super::{DAYS, DayAhead};

/// The days that are looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) zone: Tz,
    first: NaiveDate,
    pub(super) now: DateTime<Utc>,
    /// When they are over.
    pub(super) until: DateTime<Utc>,
}

impl Window {
    pub(super) fn from(zone: Tz, now: DateTime<Utc>) -> Self {
        let first = local(zone, now).date();
        let last = first.checked_add_days(Days::new(DAYS - 1));
        let until = last.and_then(|last| Day::of(last, zone)).map_or(now, |day| day.until);
        Self { zone, first, now, until }
    }

    pub(super) fn days(self) -> Vec<DayAhead> {
        let dates = self.first.iter_days().take(usize::try_from(DAYS).unwrap_or_default());
        dates.map(|date| DayAhead { date, by_carrier: BTreeMap::new() }).collect()
    }
}
