//! An index of what is due, divided into shards: `due_shard` and `due_key` of items that wait for their
//! time, in a sparse index that projects keys only. A key begins with the time, so that what is due is
//! a range of it.

use std::ops::Range;

use app::ports::{Lease, SaveError, ShardLeases, StoreError};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::{Condition, Item, Table, Written, item, read_data, revision, string};

/// The name of the index, whichever table it is of.
const INDEX: &str = "due";
const LEASES: &str = "LEASES";

/// The index of one table.
#[derive(Debug, Clone)]
pub(super) struct ShardedIndex {
    table: Table,
}

/// The attributes that put a record into one of these shards of the index, at a key that begins with its
/// time.
pub(super) fn keys(shards: Range<u8>, record: &str, due_key: String) -> [(String, String); 2] {
    let shard = shard_name(shard_of(shards, record));
    [("due_shard".to_owned(), shard), ("due_key".to_owned(), due_key)]
}

/// Sorts by time.
pub(super) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The position after everything due at `now`.
pub(super) fn end_of(now: DateTime<Utc>) -> String {
    // `~` sorts after everything that can follow the time in a key.
    format!("{}|~", timestamp(now))
}

/// A record's shard among these: its key's bytes, folded. Keys are random, hashed or counted, so shards
/// fill evenly.
fn shard_of(shards: Range<u8>, record: &str) -> u8 {
    let folded = record.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    shards.start + folded % (shards.end - shards.start)
}

/// A shard, as records name it.
pub(super) fn shard_name(shard: u8) -> String {
    format!("{shard:02}")
}

#[derive(Serialize, Deserialize)]
struct LeaseData {
    after: String,
    upto: String,
    until: DateTime<Utc>,
}

fn leases_key(shard: u8) -> String {
    format!("SWEEP#{}", shard_name(shard))
}

impl ShardedIndex {
    /// The index of that table.
    pub(super) const fn new(table: Table) -> Self {
        Self { table }
    }

    /// At most `limit` entries with `range.start` < key ≤ `range.end`, in order.
    pub(super) async fn entries(
        &self,
        shard: u8,
        range: Range<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        // BETWEEN includes both ends. No key lies between `start` and `start` with a blank, and
        // every key begins with a digit.
        let from =
            if range.start.is_empty() { "0".to_owned() } else { format!("{} ", range.start) };
        let query = self
            .table
            .ask()
            .index_name(INDEX)
            .key_condition_expression("due_shard = :shard AND due_key BETWEEN :from AND :upto")
            .expression_attribute_values(":shard", string(shard_name(shard)))
            .expression_attribute_values(":from", string(from))
            .expression_attribute_values(":upto", string(range.end));
        Table::found(query, limit).await
    }

    pub(super) async fn leases(&self, shard: u8) -> Result<ShardLeases, StoreError> {
        let Some(item) = self.table.get(&leases_key(shard), LEASES).await? else {
            return Ok(ShardLeases::default());
        };
        let revision = revision(&item)?;
        let leases: Vec<LeaseData> = read_data(item)?;
        let leases = leases
            .into_iter()
            .map(|lease| Lease { after: lease.after, upto: lease.upto, until: lease.until })
            .collect();
        Ok(ShardLeases { revision, leases })
    }

    pub(super) async fn save_leases(
        &self,
        shard: u8,
        leases: &ShardLeases,
    ) -> Result<(), SaveError> {
        let data: Vec<LeaseData> = leases
            .leases
            .iter()
            .map(|lease| LeaseData {
                after: lease.after.clone(),
                upto: lease.upto.clone(),
                until: lease.until,
            })
            .collect();
        let record = item(&leases_key(shard), LEASES, leases.revision, &data);
        match self.table.put_if(record, Condition::revision(leases.revision - 1)).await? {
            Written::Yes => Ok(()),
            Written::No(_) => Err(SaveError::Stale),
        }
    }
}
