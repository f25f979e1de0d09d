//! The due index of a clinic that is nearly empty.

use std::collections::BTreeSet;
use std::ops::Range;

use app::ports::{Due, DueEntry, DueIndex, SaveError, ShardLeases, StoreError};
use aws::dynamo::DueStore;
use chrono::{DateTime, Utc};
use testkit::dynamo::Dynamo;

/// The due index, of which no shard is asked that has no entry. A sweep only reads of such a shard that
/// nothing is there; in a clinic with one patient that is nearly all that it does, minute after minute.
#[derive(Debug)]
pub(crate) struct BusyShards {
    index: DueStore,
    busy: BTreeSet<u8>,
}

impl BusyShards {
    /// Looks which shards have an entry now.
    pub(crate) async fn of(dynamo: &Dynamo) -> Self {
        Self { index: dynamo.due_index(), busy: dynamo.busy_shards().await }
    }
}

impl DueIndex for BusyShards {
    type Pointer = Due;

    fn end_of(&self, now: DateTime<Utc>) -> String {
        self.index.end_of(now)
    }

    async fn entries(
        &self,
        shard: u8,
        range: Range<&str>,
        limit: usize,
    ) -> Result<Vec<DueEntry<Due>>, StoreError> {
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
