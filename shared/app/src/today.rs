//! The day so far: what was sent, what failed, and what is still to come.
//!
//! The ledger has no index by time, which would cost a write unit more for each message. So each batch of a queue is
//! added up when it is dealt with, and counted by one write. Nothing depends on these counts, and no message waits
//! for one.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::balance::Day;
use domain::calendar::local;
use domain::program::{Carrier, Channel};
use domain::site::Site;

use crate::deliver::Delivered;
use crate::forecast::earliest;
use crate::ports::{DayCounts, Due, DueIndex, Pointer, Seen, StoreError};
use crate::practice::zone_of;
use crate::receipts::{News, Received};

/// Most actions that are counted of what is still to come.
pub const MOST_TO_COME: usize = 2_000;

/// What was seen of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally(BTreeMap<Channel, Seen>);

impl Tally {
    /// Adds what came of a delivery. Of a pause nothing is sent.
    pub fn delivered(&mut self, pointer: &Pointer, delivered: Delivered) {
        let Carrier::Channel(channel) = pointer.carrier else { return };
        match delivered {
            Delivered::Sent => self.0.entry(channel).or_default().sent += 1,
            Delivered::Failed => self.0.entry(channel).or_default().failed += 1,
            // Who settled what was known already has counted it.
            Delivered::Known
            | Delivered::Stale
            | Delivered::NotSent
            | Delivered::Pending
            | Delivered::Held => {}
        }
    }

    /// Adds what a receipt did. Only that a message did not arrive is news of the day, and only once.
    pub fn received(&mut self, news: &News, received: Received) {
        match received {
            Received::Kept if news.receipt.told.is_failure() => {
                self.0.entry(news.channel()).or_default().failed += 1;
            }
            Received::Kept | Received::Known | Received::NotOurs | Received::Stray => {}
        }
    }

    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps it: one write for each channel, and a batch has one channel. Should that fail, the log says so, and the
    /// messages are as they were.
    pub async fn keep(&self, counts: &impl DayCounts, now: DateTime<Utc>) {
        for (channel, seen) in &self.0 {
            if let Err(error) = counts.add(*channel, now, *seen).await {
                tracing::warn!(
                    channel = channel.as_str(),
                    sent = seen.sent,
                    failed = seen.failed,
                    error = %error,
                    "what a batch did is not in the count of the day; nothing else is changed by it"
                );
            }
        }
    }
}

/// The day so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// The practice's clock, by which the day began.
    pub zone: Tz,
    /// The day.
    pub date: NaiveDate,
    /// What was seen of each channel since it began.
    pub seen: BTreeMap<Channel, Seen>,
    /// What is still to come.
    pub to_come: ToCome,
}

/// What the due index has up to the end of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToCome {
    /// All of it, by who carries it out.
    All(BTreeMap<Carrier, usize>),
    /// The first [`MOST_TO_COME`], and there is more.
    AtLeast(BTreeMap<Carrier, usize>),
}

/// The day so far, by the clock of the first of `sites`, the practice's. A query of the counts and 20 of the
/// index, keys only, of twice as many as are counted at most: of what comes next nothing else is looked at, so what will turn out to be too late or to have no
/// address is there too, and what follows upon it today is not.
///
/// # Errors
/// When the store fails.
pub async fn today(
    counts: &impl DayCounts,
    index: &impl DueIndex<Pointer = Due>,
    sites: &[Site],
    now: DateTime<Utc>,
) -> Result<Today, StoreError> {
    let zone = zone_of(sites);
    let date = local(zone, now).date();
    let (from, until) = Day::of(date, zone).map_or((now, now), |day| (day.from, day.until));
    let seen = counts.between(from..until).await?;
    let end = index.end_of(until - Duration::milliseconds(1));
    let found = earliest(index, &end, MOST_TO_COME).await?;
    let mut to_come: BTreeMap<Carrier, usize> = BTreeMap::new();
    for due in found.entries.into_iter().filter_map(|entry| entry.pointer.ok()) {
        *to_come.entry(due.pointer.carrier).or_default() += 1;
    }
    let to_come = if found.more { ToCome::AtLeast(to_come) } else { ToCome::All(to_come) };
    Ok(Today { zone, date, seen, to_come })
}
