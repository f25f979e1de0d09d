//! The due index: `due_shard` and `due_key` of enrolments that wait for their time, in a sparse
//! index that projects keys only. The key says everything the sweeper needs, so that it reads
//! nothing else:
//!
//! `2026-11-22T08:00:00.000Z|sms|0001|act_…|0001|enr_…`
//! = due | carrier | cycle | action | attempt | enrolment
//!
//! The enrolment makes the key unique: a lease ends at a key, and must not cover others like it.

use std::ops::Range;

use app::ports::{
    Due, DueEntry, DueIndex, Lease, Pointer, SHARDS, SaveError, ShardLeases, StoreError,
};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::enrolment::{Crowd, Enrolment};
use domain::ids::{ActionId, EnrolmentId};
use domain::ledger::LedgerKey;
use domain::program::Carrier;
use serde::{Deserialize, Serialize};

use super::{Condition, Item, Table, Written, item, read_data, revision, string, text};

/// The name of the index.
const INDEX: &str = "due";
const LEASES: &str = "LEASES";

/// The due index of the enrolments table.
#[derive(Debug, Clone)]
pub struct DueStore {
    table: Table,
}

impl DueStore {
    /// The index of that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

/// The index keys of an enrolment, if it waits for its time.
pub(super) fn due_attributes(enrolment: &Enrolment) -> Option<[(String, String); 2]> {
    let (due, carrier) = enrolment.due()?;
    let key = enrolment.current_key()?;
    let due_key = format!(
        "{}|{}|{:04}|{}|{:04}|{}",
        timestamp(due),
        carrier.as_str(),
        key.cycle,
        key.action,
        key.attempt,
        enrolment.id
    );
    let shard = shard_name(shard_of(&enrolment.id));
    Some([("due_shard".to_owned(), shard), ("due_key".to_owned(), due_key)])
}

fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An enrolment's shard: its id's bytes, folded. Ids are random or hashed, so shards fill evenly.
fn shard_of(id: &EnrolmentId) -> u8 {
    id.as_str().bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) % SHARDS
}

fn shard_name(shard: u8) -> String {
    format!("{shard:02}")
}

fn read_entry(entry: &Item) -> DueEntry {
    let enrolment = text(entry, "pk").unwrap_or_default();
    let due_key = text(entry, "due_key").unwrap_or_default();
    let pointer = read_pointer(&enrolment, &due_key);
    DueEntry { enrolment, due_key, pointer }
}

fn read_pointer(enrolment: &str, due_key: &str) -> Result<Due, String> {
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

#[derive(Serialize, Deserialize)]
struct LeaseData {
    after: String,
    upto: String,
    until: DateTime<Utc>,
}

fn leases_key(shard: u8) -> String {
    format!("SWEEP#{}", shard_name(shard))
}

impl DueIndex for DueStore {
    fn end_of(&self, now: DateTime<Utc>) -> String {
        // `~` sorts after everything that can follow the time in a key.
        format!("{}|~", timestamp(now))
    }

    async fn entries(
        &self,
        shard: u8,
        range: Range<&str>,
        limit: usize,
    ) -> Result<Vec<DueEntry>, StoreError> {
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
        Ok(Table::found(query, limit).await?.iter().map(read_entry).collect())
    }

    async fn leases(&self, shard: u8) -> Result<ShardLeases, StoreError> {
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

    async fn save_leases(&self, shard: u8, leases: &ShardLeases) -> Result<(), SaveError> {
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
