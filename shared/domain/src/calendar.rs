//! Calendar arithmetic and wall clocks.
//!
//! Rules: a wall-clock time that does not exist moves forward by the gap; one that occurs twice is
//! the first. Months clamp at the month's end, counted from the date given.

use chrono::{DateTime, Days, Duration, Months, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// Reads a date as ISO 8601 and RFC 3339 write it: four digits, two, and two. Chrono also takes
/// `7-1-9`, blanks, and years of six digits, in which a slip of the keyboard is lost.
///
/// ```
/// use domain::calendar::iso_date;
/// assert_eq!(iso_date("2028-02-29").unwrap().to_string(), "2028-02-29");
/// for wrong in ["2027-02-29", "2027-2-9", "27-02-09", "+2027-02-09", "2027- 2-09", "２０２７-02-09"] {
///     assert_eq!(iso_date(wrong), None, "{wrong}");
/// }
/// ```
pub fn iso_date(text: &str) -> Option<NaiveDate> {
    let shape = |(i, byte): (usize, u8)| match i {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let is_one = text.len() == 10 && text.bytes().enumerate().all(shape);
    is_one.then(|| text.parse().ok()).flatten()
}

/// The instant at which a site's wall clock shows `local`.
///
/// `None` only outside the years chrono can hold.
pub fn instant(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    existing(zone, local).or_else(|| moved_out_of_gap(zone, local))
}

/// The same, with what the clock shows then: `wall`, unless that time does not exist.
pub(crate) fn instant_and_wall(
    zone: Tz,
    wall: NaiveDateTime,
) -> Option<(DateTime<Utc>, NaiveDateTime)> {
    existing(zone, wall).map(|at| (at, wall)).or_else(|| {
        let at = moved_out_of_gap(zone, wall)?;
        Some((at, local(zone, at)))
    })
}

fn existing(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let offset = zone.offset_from_local_datetime(&local).earliest()?.fix();
    local.checked_sub_offset(offset).map(|utc| utc.and_utc())
}

fn moved_out_of_gap(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    // Read the clock as if it had not been put forward yet, which lands as far behind
    // the gap as `local` was into it. The longest gap on record is a whole day (Samoa, 2011).
    let before = (1..=48)
        .filter_map(|hours| local.checked_sub_signed(Duration::hours(hours)))
        .find_map(|earlier| zone.from_local_datetime(&earlier).latest())?;
    let offset = before.offset().fix().local_minus_utc();
    local.checked_sub_signed(Duration::seconds(i64::from(offset))).map(|utc| utc.and_utc())
}

/// What a site's wall clock shows at `instant`. In the first and the last hours of the years chrono
/// can hold, where the site's clock would show a year that is none, it is the clock of UTC.
pub fn local(zone: Tz, instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    utc.checked_add_offset(zone.offset_from_utc_datetime(&utc).fix()).unwrap_or(utc)
}

/// What a site's wall clock shows at `instant`, in words.
///
/// ```
/// use domain::calendar::in_words;
/// let at = "2026-11-23T22:00:00Z".parse().unwrap();
/// assert_eq!(in_words(chrono_tz::Australia::Sydney, at), "Tue 24 Nov 2026, 9:00 am");
/// ```
pub fn in_words(zone: Tz, instant: DateTime<Utc>) -> String {
    local(zone, instant).format("%a %-d %b %Y, %-I:%M %P").to_string()
}

/// A whole number of calendar units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarSpan {
    /// Days of the site's calendar.
    Days(u16),
    /// Weeks of the site's calendar.
    Weeks(u16),
    /// Months, clamped at the month's end.
    Months(u16),
}

impl CalendarSpan {
    /// The span `n` times over, counted as one: three times a month from 31 January is 30 April.
    #[must_use]
    pub fn times(self, n: u16) -> Self {
        match self {
            Self::Days(each) => Self::Days(each.saturating_mul(n)),
            Self::Weeks(each) => Self::Weeks(each.saturating_mul(n)),
            Self::Months(each) => Self::Months(each.saturating_mul(n)),
        }
    }

    /// The date this much after `date`.
    pub fn after(self, date: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(n) => date.checked_add_days(Days::new(n.into())),
            Self::Weeks(n) => date.checked_add_days(Days::new(u64::from(n) * 7)),
            Self::Months(n) => date.checked_add_months(Months::new(n.into())),
        }
    }

    /// The date this much before `date`.
    pub fn before(self, date: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(n) => date.checked_sub_days(Days::new(n.into())),
            Self::Weeks(n) => date.checked_sub_days(Days::new(u64::from(n) * 7)),
            Self::Months(n) => date.checked_sub_months(Months::new(n.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn wall_clock_times_become_the_instants_of_the_iana_database() {
        let cases = [
            ("2026-10-03T09:00:00", "Australia/Sydney", "2026-10-02T23:00:00Z"),
            ("2026-10-04T02:30:00", "Australia/Sydney", "2026-10-03T16:30:00Z"), // does not exist
            ("2026-10-04T09:00:00", "Australia/Sydney", "2026-10-03T22:00:00Z"),
            ("2027-04-04T02:30:00", "Australia/Sydney", "2027-04-03T15:30:00Z"), // twice: the first
            ("2026-10-04T09:00:00", "Australia/Brisbane", "2026-10-03T23:00:00Z"),
            ("2026-10-04T09:00:00", "Australia/Adelaide", "2026-10-03T22:30:00Z"),
            ("2026-10-03T09:00:00", "Australia/Lord_Howe", "2026-10-02T22:30:00Z"),
            ("2026-10-04T09:00:00", "Australia/Lord_Howe", "2026-10-03T22:00:00Z"),
            ("2011-12-30T12:00:00", "Pacific/Apia", "2011-12-30T22:00:00Z"), // a day that never was
        ];
        for (wall, zone, utc) in cases {
            let zone: Tz = zone.parse().unwrap();
            let expected: DateTime<Utc> = utc.parse().unwrap();
            assert_eq!(instant(zone, wall.parse().unwrap()), Some(expected), "{wall} in {zone}");
        }
    }

    #[test]
    fn months_clamp_at_the_months_end_counted_from_the_date_itself() {
        let start = date("2027-01-31");
        assert_eq!(CalendarSpan::Months(1).after(start), Some(date("2027-02-28")));
        assert_eq!(CalendarSpan::Months(2).after(start), Some(date("2027-03-31")));
        assert_eq!(CalendarSpan::Months(1).before(date("2028-03-31")), Some(date("2028-02-29")));
    }

    proptest! {
        #[test]
        fn a_wall_clock_time_that_exists_is_shown_again(
            seconds in 0_i64..4_000_000_000, zone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]),
        ) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            let wall = local(zone, at);
            let found = instant(zone, wall).unwrap();
            prop_assert_eq!(local(zone, found), wall);
            prop_assert!(found <= at, "of two instants the first is meant");
        }
    }
}
