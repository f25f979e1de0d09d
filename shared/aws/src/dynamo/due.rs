//! The due index: `due_shard` and `due_key` of enrolments that wait for their time, in a sparse
//! index that projects keys only. The key says everything the sweeper needs, so that it reads
//! nothing else:
//!
//! `2026-11-22T08:00:00.000Z|sms|0001|act_…|0001|enr_…`
//! = due | carrier | cycle | action | attempt | enrolment
//!
//! Its shard is one of its queue's, so it changes with the carrier of the step.
//! The enrolment makes the key unique: a lease ends at a key, and must not cover others like it.

use std::ops::Range;

use app::ports::{Due, DueEntry, DueIndex, Pointer, Queue, SaveError, ShardLeases, StoreError};
use chrono::{DateTime, Utc};
use domain::enrolment::{Crowd, Enrolment};
use domain::ids::{ActionId, EnrolmentId};
use domain::ledger::LedgerKey;
use domain::program::Carrier;

use super::sharded::{self, ShardedIndex};
use super::{Item, Table, text};

/// The due index of the enrolments table.
#[derive(Debug, Clone)]
pub struct DueStore {
    index: ShardedIndex,
}

impl DueStore {
    /// The index of that table.
    pub const fn new(table: Table) -> Self {
        Self { index: ShardedIndex::new(table) }
    }
}

/// The index keys of an enrolment, if it waits for its time.
pub(super) fn due_attributes(enrolment: &Enrolment) -> Option<[(String, String); 2]> {
    let (due, carrier) = enrolment.due()?;
    let key = enrolment.current_key()?;
    let due_key = format!(
        "{}|{}|{:04}|{}|{:04}|{}",
        sharded::timestamp(due),
        carrier.as_str(),
        key.cycle,
        key.action,
        key.attempt,
        enrolment.id
    );
    let queue = Queue::of(carrier, enrolment.lane());
    Some(sharded::keys(queue.shards(), enrolment.id.as_str(), due_key))
}

fn read_entry(entry: &Item) -> DueEntry<Due> {
    let enrolment = text(entry, "pk").unwrap_or_default();
    let due_key = text(entry, "due_key").unwrap_or_default();
    let pointer = read_pointer(&enrolment, &due_key);
    DueEntry { record: enrolment, due_key, pointer }
}

pub(super) fn read_pointer(enrolment: &str, due_key: &str) -> Result<Due, String> {
    let wrong = |what: &str| format!("its due key has a wrong {what}");
    let mut parts = due_key.split('|');
    let mut part = |what: &str| parts.next().ok_or_else(|| wrong(what));
    let (due, carrier) = (part("time")?, part("carrier")?);
    let (cycle, action, attempt) = (part("cycle")?, part("action")?, part("attempt")?);
    let due: DateTime<Utc> = due.parse().map_err(|_| wrong("time"))?;
    let key = LedgerKey {
        enrolment: EnrolmentId::parse(enrolment).map_err(|_| "its id is wrong".to_owned())?,
        cycle: cycle.parse().map_err(|_| wrong("cycle"))?,
        action: ActionId::parse(action).map_err(|_| wrong("action"))?,
        attempt: attempt.parse().map_err(|_| wrong("attempt"))?,
    };
    let carrier = Carrier::parse(carrier).ok_or_else(|| wrong("carrier"))?;
    Ok(Due { due, pointer: Pointer { key, carrier, crowd: Crowd::Unknown } })
}

impl DueIndex for DueStore {
    type Pointer = Due;

    fn end_of(&self, now: DateTime<Utc>) -> String {
        sharded::end_of(now)
    }

    async fn entries(
        &self,
        shard: u8,
        range: Range<&str>,
        limit: usize,
    ) -> Result<Vec<DueEntry<Due>>, StoreError> {
        Ok(self.index.entries(shard, range, limit).await?.iter().map(read_entry).collect())
    }

    async fn leases(&self, shard: u8) -> Result<ShardLeases, StoreError> {
        self.index.leases(shard).await
    }

    async fn save_leases(&self, shard: u8, leases: &ShardLeases) -> Result<(), SaveError> {
        self.index.save_leases(shard, leases).await
    }
}
