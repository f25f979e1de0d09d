//! Times and lengths as HL7 v2 writes them.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use domain::intake::When;

use crate::times::is_sane;

/// What is wrong with a time.
const FORM: &str = "must be a time down to the minute, such as 20261203103000 or 202612031030+1100";

/// A number of exactly these digits.
fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The day in `YYYYMMDD…`.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let year = i32::try_from(digits(text.get(..4)?)?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(text.get(4..6)?)?, digits(text.get(6..8)?)?)
}

/// Whether it is a day and no time.
pub(super) fn is_day_alone(text: &str) -> bool {
    text.trim().len() == 8 && day(text).is_some()
}

/// A time, `YYYYMMDDHHMM[SS[.S[S[S[S]]]]][+/-ZZZZ]`. Without an offset it is the site's clock that is
/// meant.
pub(super) fn moment(text: &str) -> Result<When, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is required: a time down to the minute, such as 20261203103000+1100");
    }
    let (local, offset) = split(text).ok_or(FORM)?;
    let at = day(local).and_then(|day| Some(day.and_time(clock(local.get(8..)?)?))).ok_or(FORM)?;
    if !is_sane(at) {
        return Err("must be from 2000 to 2199");
    }
    match offset {
        None => Ok(When::OnSite(at)),
        Some(offset) => with_offset(at, offset).map(When::Instant).ok_or(FORM),
    }
}

/// The local time and its offset in minutes.
fn split(text: &str) -> Option<(&str, Option<i64>)> {
    let Some(sign) = text.find(['+', '-']) else { return Some((text, None)) };
    let (local, offset) = (text.get(..sign)?, text.get(sign + 1..)?);
    if offset.len() != 4 {
        return None;
    }
    let (hours, minutes) = (digits(offset.get(..2)?)?, digits(offset.get(2..)?)?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let minutes = i64::from(hours * 60 + minutes);
    Some((local, Some(if text.as_bytes().get(sign) == Some(&b'-') { -minutes } else { minutes })))
}

fn with_offset(local: NaiveDateTime, minutes: i64) -> Option<DateTime<Utc>> {
    local.checked_sub_signed(Duration::minutes(minutes)).map(|utc| utc.and_utc())
}

/// `HHMM[SS[.SSSS]]`.
fn clock(text: &str) -> Option<NaiveTime> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(a, b)| (a, Some(b)));
    let seconds = match whole.len() {
        4 if fraction.is_none() => 0,
        6 => digits(whole.get(4..)?)?,
        _ => return None,
    };
    let nanos = match fraction {
        None => 0,
        Some(it) if (1..=9).contains(&it.len()) => digits(&format!("{it:0<9}"))?,
        Some(_) => return None,
    };
    NaiveTime::from_hms_nano_opt(
        digits(whole.get(..2)?)?,
        digits(whole.get(2..4)?)?,
        seconds,
        nanos,
    )
}

/// The time so long after another.
pub(super) fn later(time: When, long: Duration) -> Option<When> {
    match time {
        When::Instant(at) => at.checked_add_signed(long).map(When::Instant),
        When::OnSite(at) => at.checked_add_signed(long).map(When::OnSite),
    }
}

/// A length: a number and the name of its unit. Minutes are what SCH-10 means by nothing, and a length of
/// nothing is what senders write who do not say it.
pub(super) fn length(number: Option<String>, unit: Option<String>) -> Option<Duration> {
    let number = number?.parse::<u32>().ok().map(i64::from).filter(|number| *number > 0)?;
    match unit.map(|unit| unit.to_ascii_lowercase()).as_deref() {
        None | Some("m" | "min" | "mins" | "minute" | "minutes") => Some(Duration::minutes(number)),
        Some("h" | "hr" | "hrs" | "hour" | "hours") => Some(Duration::hours(number)),
        Some("s" | "sec" | "secs" | "second" | "seconds") => Some(Duration::seconds(number)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_an_offset_is_the_sites_and_one_with_it_is_an_instant() {
        for (text, on_site) in [
            ("202612031030", "2026-12-03T10:30:00"),
            ("20261203103015", "2026-12-03T10:30:15"),
            ("20261203103015.25", "2026-12-03T10:30:15.25"),
            (" 20281231235959 ", "2028-12-31T23:59:59"),
        ] {
            assert_eq!(moment(text), Ok(When::OnSite(on_site.parse().unwrap())), "{text}");
        }
        for (text, instant) in [
            ("202612031030+1100", "2026-12-02T23:30:00Z"),
            ("20261203103015.5-0330", "2026-12-03T14:00:15.5Z"),
            ("20260229103000", ""),
            ("20280229103000+0000", "2028-02-29T10:30:00Z"),
        ] {
            let expected = instant.parse().ok().map(When::Instant);
            assert_eq!(moment(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_down_to_the_minute_is_refused() {
        for text in [
            "",
            "2026",
            "20261203",
            "2026120310",
            "20261203103",
            "202612032460",
            "20261203103060",
            "202612031030.5",
            "20261203103015.",
            "20261203103015.1234567890",
            "2026120310304é",
            "20261303103000",
            "19991231235959",
            "22000101000000",
            "20261203103000+11",
            "20261203103000+2500",
            "+1100",
            "99999999999999999999",
            "2026-12-03T10:30",
            "é2026120310",
        ] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_are_in_minutes_hours_or_seconds() {
        let length = |number: &str, unit: &str| {
            length(Some(number.to_owned()), (!unit.is_empty()).then(|| unit.to_owned()))
        };
        for (number, unit, minutes) in
            [("30", "", 30), ("30", "MIN", 30), ("1", "hr", 60), ("90", "s", 1)]
        {
            assert_eq!(length(number, unit).unwrap().num_minutes(), minutes, "{number} {unit}");
        }
        for (number, unit) in
            [("0", "min"), ("30", "d"), ("-1", "min"), ("x", "min"), ("99999999999", "min")]
        {
            assert_eq!(length(number, unit), None, "{number} {unit}");
        }
    }
}
