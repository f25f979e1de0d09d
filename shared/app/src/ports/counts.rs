//! What was seen of the day so far.

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Range;

use chrono::{DateTime, Utc};
use domain::program::Channel;

use super::StoreError;

/// What was seen of the messages of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// How many were sent.
    pub sent: u64,
    /// How many failed for good, or were told not to have arrived. What did not arrive was sent before.
    pub failed: u64,
}

/// Counts of what was seen, kept for some days. They are not exact: who dies between a message and its count loses
/// the count, and one whose answer was lost may count twice. What is exact is the balance.
pub trait DayCounts: Send + Sync {
    /// Adds to what was seen of a channel at that moment: one write.
    fn add(
        &self,
        channel: Channel,
        at: DateTime<Utc>,
        seen: Seen,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// What was seen of each channel in that time, which begins and ends with a quarter of an hour, as every midnight
    /// of every clock does. A count that cannot be read is left out.
    fn between(
        &self,
        time: Range<DateTime<Utc>>,
    ) -> impl Future<Output = Result<BTreeMap<Channel, Seen>, StoreError>> + Send;
}
