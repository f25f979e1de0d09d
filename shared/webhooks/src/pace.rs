//! How much a source may deliver: so much in ten seconds. One that has gone wild is told to wait, and
//! costs the others nothing.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use app::ports::Deliveries;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::text::Code;
use tokio::time::timeout;

/// How long a stretch is in which deliveries are counted, in seconds.
const STRETCH: i64 = 10;

/// How long a delivery waits to be counted.
const PATIENCE: Duration = Duration::from_millis(500);

/// How many sources are remembered.
const MOST_SOURCES: usize = 256;

/// The pace that sources must keep.
#[derive(Debug)]
pub struct Pace {
    /// Most deliveries of one source in ten seconds.
    limit: u64,
    /// The stretch in which a source has delivered too much already: nothing more need be counted.
    full: Mutex<HashMap<Code, DateTime<Utc>>>,
    /// The minute in which a delivery of a source was kept that was not believed.
    unbelieved: Mutex<HashMap<Code, DateTime<Utc>>>,
}

/// A source that delivers too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch {
    /// Seconds until it may go on.
    pub(crate) retry_after: u16,
}

impl Pace {
    /// A pace of so many deliveries of each source in ten seconds.
    pub fn new(limit: u32) -> Self {
        Self { limit: limit.into(), full: Mutex::default(), unbelieved: Mutex::default() }
    }

    /// Most deliveries of one source in ten seconds.
    pub(crate) const fn limit(&self) -> u64 {
        self.limit
    }

    /// Counts a delivery. When it cannot be counted, it is let in: a flood must not be what keeps
    /// bookings out, and neither must a store that is slow to count.
    pub(crate) async fn keep(
        &self,
        deliveries: &impl Deliveries,
        source: &Code,
        now: DateTime<Utc>,
    ) -> Result<(), TooMuch> {
        let stretch = now.duration_trunc(TimeDelta::seconds(STRETCH)).unwrap_or(now);
        if self.is_full(source, stretch) {
            return Err(wait(stretch, now));
        }
        match timeout(PATIENCE, deliveries.count(source, stretch, 1)).await {
            Ok(Ok(count)) if count > self.limit => {
                remember(&self.full, source, stretch);
                Err(wait(stretch, now))
            }
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                warn(source, &error.to_string());
                Ok(())
            }
            Err(elapsed) => {
                warn(source, &elapsed.to_string());
                Ok(())
            }
        }
    }

    /// Whether this is the first delivery of a source in a minute that is not believed, as far as this
    /// process knows.
    pub(crate) fn is_first_unbelieved(&self, source: &Code, minute: DateTime<Utc>) -> bool {
        let is_known = self.unbelieved.lock().is_ok_and(|known| known.get(source) == Some(&minute));
        if !is_known {
            remember(&self.unbelieved, source, minute);
        }
        !is_known
    }

    /// Counts the events of a delivery that brought more than one.
    pub(crate) async fn more(
        &self,
        deliveries: &impl Deliveries,
        source: &Code,
        now: DateTime<Utc>,
        events: usize,
    ) {
        let more = u32::try_from(events.saturating_sub(1)).unwrap_or(u32::MAX);
        if more == 0 {
            return;
        }
        let stretch = now.duration_trunc(TimeDelta::seconds(STRETCH)).unwrap_or(now);
        match timeout(PATIENCE, deliveries.count(source, stretch, more)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => warn(source, &error.to_string()),
            Err(elapsed) => warn(source, &elapsed.to_string()),
        }
    }

    fn is_full(&self, source: &Code, stretch: DateTime<Utc>) -> bool {
        self.full.lock().is_ok_and(|full| full.get(source) == Some(&stretch))
    }
}

fn remember(known: &Mutex<HashMap<Code, DateTime<Utc>>>, source: &Code, at: DateTime<Utc>) {
    if let Ok(mut known) = known.lock() {
        if known.len() >= MOST_SOURCES {
            known.clear();
        }
        known.insert(source.clone(), at);
    }
}

/// Until the next stretch, at least a second.
fn wait(stretch: DateTime<Utc>, now: DateTime<Utc>) -> TooMuch {
    let seconds = (stretch + TimeDelta::seconds(STRETCH) - now).num_seconds() + 1;
    TooMuch { retry_after: u16::try_from(seconds.clamp(1, STRETCH)).unwrap_or(1) }
}

fn warn(source: &Code, error: &str) {
    tracing::warn!(webhook.source = %source, error, "a delivery could not be counted");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_waits_until_its_stretch_is_over() {
        let stretch: DateTime<Utc> = "2026-11-27T08:00:10Z".parse().unwrap();
        for (millis, seconds) in [(0, 10), (1, 10), (5_000, 6), (9_999, 1)] {
            let now = stretch + TimeDelta::milliseconds(millis);
            assert_eq!(wait(stretch, now).retry_after, seconds, "{millis}");
        }
    }
}
