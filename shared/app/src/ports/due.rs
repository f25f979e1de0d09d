//! Due indexes, and who is working on which stretch of them.

use std::future::Future;
use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{Pointer, SaveError, StoreError};

/// The index of events that wait is divided into this many shards, so that no index partition is written to more than
/// it can take (1,000 write units a second each). Those of the index of enrolments are their queues'.
pub const SHARDS: u8 = 16;

/// An entry of a due index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueEntry<P> {
    /// The key in the table of what is due, as stored: an enrolment's id, or an event's key.
    pub record: String,
    /// Its position in the index, as stored. Sorts by time.
    pub due_key: String,
    /// What it says; an explanation when it cannot be read.
    pub pointer: Result<P, String>,
}

/// What a readable entry of the index of enrolments says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Since when.
    pub due: DateTime<Utc>,
    /// What.
    pub pointer: Pointer,
}

/// A stretch of a shard of the due index that was handed out: entries after `after` up to and
/// including `upto` are on their way until `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Exclusive lower end.
    pub after: String,
    /// Inclusive upper end.
    pub upto: String,
    /// When it ends, done or not.
    pub until: DateTime<Utc>,
}

/// The leases of one shard, as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShardLeases {
    /// Counts changes, for the conditional write.
    pub revision: u64,
    /// Sorted, not overlapping.
    pub leases: Vec<Lease>,
}

/// A due index and who is working on which stretch of it: that of enrolments whose action is due, or
/// that of events that wait to be dealt with.
pub trait DueIndex: Send + Sync {
    /// What an entry points to.
    type Pointer: Clone + Send + Sync;
    /// The position after everything due at `now`.
    fn end_of(&self, now: DateTime<Utc>) -> String;
    /// At most `limit` entries with `range.start` < key ≤ `range.end`, in order. May lag behind
    /// the table by a moment.
    fn entries(
        &self,
        shard: u8,
        range: Range<&str>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<DueEntry<Self::Pointer>>, StoreError>> + Send;
    /// A shard's leases, strongly consistent.
    fn leases(&self, shard: u8) -> impl Future<Output = Result<ShardLeases, StoreError>> + Send;
    /// Stores a shard's leases with the next revision. `Stale` when another sweeper was first.
    fn save_leases(
        &self,
        shard: u8,
        leases: &ShardLeases,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}
