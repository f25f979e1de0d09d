//! Times as a sender writes them.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use chrono_tz::Tz;

use crate::calendar;

/// A time as a sender writes it. HL7 v2 often leaves the offset out: then it is the site's clock
/// that is meant, and the site must be known before the instant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// With its offset.
    Instant(DateTime<Utc>),
    /// As the clock on the site's wall shows it.
    OnSite(NaiveDateTime),
}

impl When {
    /// The instant, by the site's zone: a time that does not exist moves forward by the gap, and of
    /// one that occurs twice it is the first. `None` only outside the years chrono can hold.
    ///
    /// ```
    /// use domain::intake::When;
    /// let on_site = When::OnSite("2026-12-03T10:30:00".parse().unwrap());
    /// let instant = on_site.instant(chrono_tz::Australia::Sydney).unwrap();
    /// assert_eq!(instant.to_rfc3339(), "2026-12-02T23:30:00+00:00");
    /// ```
    pub fn instant(self, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Instant(at) => Some(at),
            Self::OnSite(local) => calendar::instant(zone, local),
        }
    }
}

/// Until when a visit lasts, as a sender says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Until then.
    At(When),
    /// For so long from its start.
    For(Duration),
}

impl Until {
    /// The end of what starts at `start`. `None` only outside the years chrono can hold.
    pub fn after(self, start: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::At(end) => end.instant(zone),
            Self::For(long) => start.checked_add_signed(long),
        }
    }
}
