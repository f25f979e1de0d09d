//! The index `by_destination`: what was sent, and what may have been, by where it went.

use std::ops::RangeInclusive;

use app::ports::{Sent, SentMessages, StoreError, UnclearMessages};
use chrono::{DateTime, Utc};
use domain::ids::EnrolmentId;
use domain::ledger::{Destination, LedgerKey};

use super::enrolments::{EnrolmentStore, timestamp};
use super::ledger::{SENT_KEY, SENT_TO, read_place, read_row_sk, unclear_key};
use super::records::destination_key;
use super::{Item, Table, store_error, string, text};

/// The name of the index.
const INDEX: &str = "by_destination";

/// The index of the enrolments table.
#[derive(Debug, Clone)]
pub struct SentStore {
    table: Table,
}

impl SentStore {
    /// The index of that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

impl SentMessages for SentStore {
    async fn sent_to(
        &self,
        to: &Destination,
        since: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Sent>, StoreError> {
        // One page, as large as what is asked for: keys are far smaller than a page may be.
        let page = self
            .table
            .ask()
            .index_name(INDEX)
            .key_condition_expression(format!("{SENT_TO} = :to AND {SENT_KEY} >= :since"))
            .expression_attribute_values(":to", string(destination_key(to)))
            .expression_attribute_values(":since", string(timestamp(since)))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(store_error)?;
        Ok(page.items.unwrap_or_default().iter().filter_map(read_entry).collect())
    }
}

/// The same index: it is of the ledger.
impl SentMessages for EnrolmentStore {
    async fn sent_to(
        &self,
        to: &Destination,
        since: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Sent>, StoreError> {
        SentStore::new(self.enrolments.clone()).sent_to(to, since, limit).await
    }
}

impl UnclearMessages for SentStore {
    async fn unclear_to(
        &self,
        to: &Destination,
        reserved: RangeInclusive<DateTime<Utc>>,
    ) -> Result<Vec<LedgerKey>, StoreError> {
        // One page: it is about half a minute.
        let page = self
            .table
            .ask()
            .index_name(INDEX)
            .key_condition_expression(format!(
                "{SENT_TO} = :to AND {SENT_KEY} BETWEEN :from AND :until"
            ))
            .expression_attribute_values(":to", string(unclear_key(to)))
            .expression_attribute_values(":from", string(timestamp(*reserved.start())))
            .expression_attribute_values(":until", string(timestamp(*reserved.end())))
            .send()
            .await
            .map_err(store_error)?;
        Ok(page.items.unwrap_or_default().iter().filter_map(read_key).collect())
    }
}

/// The row that an entry of the index stands for.
fn read_key(entry: &Item) -> Option<LedgerKey> {
    let (cycle, action, attempt) = read_row_sk(&text(entry, "sk")?)?;
    let enrolment = EnrolmentId::parse(&text(entry, "pk")?).ok()?;
    Some(LedgerKey { enrolment, cycle, action, attempt })
}

/// An entry of the index; `None`, and said in the log, should its keys not be ours.
fn read_entry(entry: &Item) -> Option<Sent> {
    let (pk, place) = (text(entry, "pk")?, text(entry, SENT_KEY)?);
    let read = || {
        let (at, provider_id, wording) = read_place(&place)?;
        Some(Sent { key: read_key(entry)?, at, provider_id: provider_id.to_owned(), wording })
    };
    let sent = read();
    if sent.is_none() {
        tracing::error!(key = %pk, "a row among what was sent is none");
    }
    sent
}
