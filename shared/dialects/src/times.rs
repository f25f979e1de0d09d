//! Times that can be meant.

use chrono::{DateTime, Datelike, Duration, NaiveDateTime, Utc};
use domain::intake::{Until, When};

/// Years in which something can happen here.
pub(crate) fn is_sane(local: NaiveDateTime) -> bool {
    (2000..2200).contains(&local.year())
}

/// A time as RFC 3339, ISO 8601 and FHIR's `instant` write it.
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let at = DateTime::parse_from_rfc3339(text.trim())
        .map_err(|_| "must be a time with its offset, such as 2026-12-03T10:30:00+11:00")?
        .with_timezone(&Utc);
    if is_sane(at.naive_utc()) { Ok(at) } else { Err("must be from 2000 to 2199") }
}

/// How far a sender's clock may be ahead of ours.
const FAST: Duration = Duration::hours(1);
/// How far the clock on a site's wall is ahead of UTC at most (UTC+14).
const EASTERNMOST: Duration = Duration::hours(14);

/// Refuses a time at which nothing can have happened yet: it would make every later event look old.
pub(crate) fn not_ahead(time: When, now: DateTime<Utc>) -> Result<When, &'static str> {
    let ahead = match time {
        When::Instant(at) => at > now + FAST,
        When::OnSite(local) => local > (now + EASTERNMOST + FAST).naive_utc(),
    };
    if ahead {
        return Err(
            "must not lie ahead: set the sender's clock, and send the time with its right offset",
        );
    }
    Ok(time)
}

/// The end, unless it is known to come before the start.
pub(crate) fn end_after(start: When, end: Option<Until>) -> Option<Until> {
    end.filter(|end| match (start, end) {
        (When::Instant(start), Until::At(When::Instant(end))) => start <= *end,
        (When::OnSite(start), Until::At(When::OnSite(end))) => start <= *end,
        (When::Instant(_), Until::At(When::OnSite(_)))
        | (When::OnSite(_), Until::At(When::Instant(_))) => true,
        (When::Instant(_) | When::OnSite(_), Until::For(long)) => *long >= Duration::zero(),
    })
}
