//! A due index of a practice that is nearly empty.

use std::collections::BTreeSet;
use std::ops::Range;

use app::ports::{DueEntry, DueIndex, SaveError, ShardLeases, StoreError};
use chrono::{DateTime, Utc};

/// A due index of which no shard is asked that has no entry. A sweep only reads of such a shard that
/// nothing is there; in a practice with few patients that is nearly all that it does, minute after minute.
#[derive(Debug)]
pub struct BusyShards<D> {
    /// The index.
    pub index: D,
    /// The shards that have an entry.
    pub busy: BTreeSet<u8>,
}

impl<D: DueIndex> DueIndex for BusyShards<D> {
    type Pointer = D::Pointer;

    fn end_of(&self, now: DateTime<Utc>) -> String {
        self.index.end_of(now)
    }

    async fn entries(
        &self,
        shard: u8,
        range: Range<&str>,
        limit: usize,
    ) -> Result<Vec<DueEntry<D::Pointer>>, StoreError> {
        if !self.busy.contains(&shard) {
            return Ok(Vec::new());
        }
        self.index.entries(shard, range, limit).await
    }

    async fn leases(&self, shard: u8) -> Result<ShardLeases, StoreError> {
        if !self.busy.contains(&shard) {
            return Ok(ShardLeases::default());
        }
        self.index.leases(shard).await
    }

    async fn save_leases(&self, shard: u8, leases: &ShardLeases) -> Result<(), SaveError> {
        self.index.save_leases(shard, leases).await
    }
}
