//! The index of events that wait to be dealt with: the due index of the intake table. A key is
//! `2026-11-22T08:00:00.000Z|diary|evt-1` = due | source | event.

use std::ops::Range;

use app::ports::{DueEntry, DueIndex, EventKey, SaveError, ShardLeases, StoreError, WaitingSince};
use chrono::{DateTime, Utc};
use domain::text::{Code, ExternalId};

use super::sharded::{self, ShardedIndex};
use super::{Item, Table, text};

/// The index of events that wait to be dealt with.
#[derive(Debug, Clone)]
pub struct WaitingStore {
    index: ShardedIndex,
}

impl WaitingStore {
    /// The index of the intake table.
    pub const fn new(intake: Table) -> Self {
        Self { index: ShardedIndex::new(intake) }
    }
}

fn read_entry(entry: &Item) -> DueEntry<WaitingSince> {
    let record = text(entry, "pk").unwrap_or_default();
    let due_key = text(entry, "due_key").unwrap_or_default();
    let pointer = read_pointer(&due_key).ok_or_else(|| "its due key is wrong".to_owned());
    DueEntry { record, due_key, pointer }
}

fn read_pointer(due_key: &str) -> Option<WaitingSince> {
    let mut parts = due_key.splitn(3, '|');
    let due = parts.next()?.parse().ok()?;
    let source = Code::parse(parts.next()?).ok()?;
    let id = ExternalId::parse(parts.next()?).ok()?;
    Some(WaitingSince { due, key: EventKey { source, id } })
}

impl DueIndex for WaitingStore {
    type Pointer = WaitingSince;

    fn end_of(&self, now: DateTime<Utc>) -> String {
        sharded::end_of(now)
    }

    async fn entries(
        &self,
        shard: u8,
        range: Range<&str>,
        limit: usize,
    ) -> Result<Vec<DueEntry<WaitingSince>>, StoreError> {
        Ok(self.index.entries(shard, range, limit).await?.iter().map(read_entry).collect())
    }

    async fn leases(&self, shard: u8) -> Result<ShardLeases, StoreError> {
        self.index.leases(shard).await
    }

    async fn save_leases(&self, shard: u8, leases: &ShardLeases) -> Result<(), SaveError> {
        self.index.save_leases(shard, leases).await
    }
}
