//! What was seen of the day so far, in the intake table: a row for each channel and quarter of an hour, by the clock of
//! the world. So whoever counts need not know the practice's clock, which a sender would have to read; and the midnight of
//! every clock is the beginning of a row. The rows expire, which is why they are in this table and not with the balances.

use std::collections::BTreeMap;
use std::ops::Range;

use app::ports::{DayCounts, Seen, StoreError};
use aws_smithy_types::retry::RetryConfig;
use chrono::{DateTime, Duration, Utc};
use domain::program::Channel;

use crate::clients::{COUNT_TIMEOUT, timeouts};

use super::{Item, Table, key, number, store_error, string, text};

const COUNTS: &str = "COUNTS";

/// The seconds of a row.
const QUARTER: i64 = 15 * 60;

/// How long a row is kept: longer than any day, and long enough to look at last week.
const KEPT: Duration = Duration::days(8);

/// The counts in the intake table, which must delete items by `expires_at`.
#[derive(Debug, Clone)]
pub struct CountStore {
    table: Table,
}

impl CountStore {
    /// Those of that table.
    pub const fn new(intake: Table) -> Self {
        Self { table: intake }
    }
}

/// The quarter of an hour that a moment is in, as it is written in keys.
fn quarter(at: DateTime<Utc>) -> String {
    let began = at - Duration::seconds(at.timestamp().rem_euclid(QUARTER));
    began.format("%Y-%m-%dT%H:%M").to_string()
}

fn counted(row: &Item, name: &str) -> Option<u64> {
    match row.get(name) {
        None => Some(0),
        Some(value) => value.as_n().ok()?.parse().ok(),
    }
}

fn read(row: &Item) -> Option<(Channel, Seen)> {
    let channel = Channel::parse(text(row, "sk")?.split_once('#')?.1)?;
    Some((channel, Seen { sent: counted(row, "sent")?, failed: counted(row, "failed")? }))
}

impl DayCounts for CountStore {
    async fn add(&self, channel: Channel, at: DateTime<Utc>, seen: Seen) -> Result<(), StoreError> {
        let expires = u64::try_from((at + KEPT).timestamp()).unwrap_or_default();
        let update = self
            .table
            .client
            .update_item()
            .table_name(&self.table.name)
            .set_key(Some(key(COUNTS, &format!("{}#{}", quarter(at), channel.as_str()))))
            .update_expression("ADD sent :sent, failed :failed SET expires_at = :expires")
            .expression_attribute_values(":sent", number(seen.sent))
            .expression_attribute_values(":failed", number(seen.failed))
            .expression_attribute_values(":expires", number(expires));
        let once = aws_sdk_dynamodb::config::Builder::new()
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts(COUNT_TIMEOUT));
        Box::pin(update.customize().config_override(once).send()).await.map_err(store_error)?;
        Ok(())
    }

    async fn between(
        &self,
        time: Range<DateTime<Utc>>,
    ) -> Result<BTreeMap<Channel, Seen>, StoreError> {
        let values = Item::from([
            (":pk".to_owned(), string(COUNTS)),
            (":from".to_owned(), string(quarter(time.start))),
            // A row of the quarter that begins then has its channel behind it, and sorts after it.
            (":until".to_owned(), string(quarter(time.end))),
        ]);
        let rows = self.table.every("pk = :pk AND sk BETWEEN :from AND :until", values).await?;
        let mut seen: BTreeMap<Channel, Seen> = BTreeMap::new();
        for row in rows {
            let Some((channel, more)) = read(&row) else {
                tracing::error!(row = text(&row, "sk"), "a count of the day cannot be read");
                continue;
            };
            let seen = seen.entry(channel).or_default();
            seen.sent += more.sent;
            seen.failed += more.failed;
        }
        Ok(seen)
    }
}
