//! Receipts for messages that no row is known to be about, by where they went, in the intake table.

use std::ops::RangeInclusive;

use app::ports::{StoreError, Stray, Strays};
use chrono::{DateTime, Duration, Utc};
use domain::ledger::Destination;
use domain::receipt::Told;
use serde::{Deserialize, Serialize};

use super::enrolments::timestamp;
use super::records::{destination_key, read_destination, receipt};
use super::{Item, Table, item, number, read_data, store_error, string, unreadable};

const STRAY: &str = "STRAY";

/// How long one is kept.
const KEPT: Duration = Duration::days(30);

/// The strays of the intake table, which must delete items by `expires_at`.
#[derive(Debug, Clone)]
pub struct StrayStore {
    table: Table,
}

#[derive(Serialize, Deserialize)]
struct StrayData {
    to: String,
    handed_over_at: DateTime<Utc>,
    provider_id: String,
    told: String,
    told_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

impl StrayStore {
    /// Those of that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

fn stray_pk(to: &Destination) -> String {
    format!("{STRAY}#{}", destination_key(to))
}

fn stray_item(stray: &Stray) -> Item {
    let fault = match stray.receipt.told {
        Told::Failed(fault) => Some(fault.as_str().to_owned()),
        Told::Delayed | Told::Delivered | Told::Complained => None,
    };
    let data = StrayData {
        to: destination_key(&stray.to),
        handed_over_at: stray.handed_over_at,
        provider_id: stray.provider_id.clone(),
        told: stray.receipt.told.as_str().to_owned(),
        told_at: timestamp(stray.receipt.at),
        fault,
    };
    let place = format!("{}#{}", timestamp(stray.handed_over_at), stray.provider_id);
    let mut item = item(&stray_pk(&stray.to), &place, 1, &data);
    let expires = (stray.handed_over_at + KEPT).timestamp();
    item.insert("expires_at".to_owned(), number(u64::try_from(expires).unwrap_or_default()));
    item
}

fn read_stray(item: Item) -> Result<Stray, StoreError> {
    let data: StrayData = read_data(item)?;
    let to = read_destination(&data.to).ok_or_else(|| unreadable(STRAY, "its address is none"))?;
    let receipt = receipt(Some(&data.told), Some(&data.told_at), data.fault.as_deref())
        .map_err(|error| unreadable(STRAY, error))?
        .ok_or_else(|| unreadable(STRAY, "it has no receipt"))?;
    let (handed_over_at, provider_id) = (data.handed_over_at, data.provider_id);
    Ok(Stray { to, handed_over_at, provider_id, receipt })
}

impl Strays for StrayStore {
    async fn keep_stray(&self, stray: &Stray) -> Result<(), StoreError> {
        let put = self.table.client.put_item().table_name(&self.table.name);
        put.set_item(Some(stray_item(stray))).send().await.map_err(store_error)?;
        Ok(())
    }

    async fn strays_to(
        &self,
        to: &Destination,
        handed_over: RangeInclusive<DateTime<Utc>>,
    ) -> Result<Vec<Stray>, StoreError> {
        let values = Item::from([
            (":pk".to_owned(), string(stray_pk(to))),
            (":from".to_owned(), string(timestamp(*handed_over.start()))),
            // What follows the time sorts before `~`.
            (":until".to_owned(), string(format!("{}~", timestamp(*handed_over.end())))),
        ]);
        let found = self.table.every("pk = :pk AND sk BETWEEN :from AND :until", values).await?;
        found.into_iter().map(read_stray).collect()
    }
}
