//! The balances of all days, in the catalogue table: an item for each, and one while it is being made.

use app::ports::{Balance, Balances, Progress, StoreError};
use chrono::NaiveDate;

use super::records::{BalanceData, ProgressData};
use super::{Item, Table, Transacted, item, read_data, store_error, unreadable};

const BALANCE: &str = "BALANCE";
const RUN: &str = "BALANCE_RUN";

/// The balances in the catalogue table.
#[derive(Debug, Clone)]
pub struct BalanceStore {
    table: Table,
}

impl BalanceStore {
    /// The balances in that table.
    pub const fn new(catalogue: Table) -> Self {
        Self { table: catalogue }
    }
}

fn read(item: Item) -> Result<Balance, StoreError> {
    let data: BalanceData = read_data(item)?;
    Balance::try_from(data).map_err(|error| unreadable(BALANCE, error))
}

impl Balances for BalanceStore {
    async fn balance(&self, day: NaiveDate) -> Result<Option<Balance>, StoreError> {
        self.table.get(BALANCE, &day.to_string()).await?.map(read).transpose()
    }

    async fn balances(
        &self,
        before: Option<NaiveDate>,
        limit: usize,
    ) -> Result<Vec<Balance>, StoreError> {
        let before = before.map(|day| day.to_string());
        let items = self.table.last(BALANCE, before.as_deref(), limit).await?;
        items.into_iter().map(read).collect()
    }

    async fn save_balance(&self, balance: &Balance) -> Result<(), StoreError> {
        let day = balance.day.date.to_string();
        let writes = vec![
            self.table.put(item(BALANCE, &day, 1, &BalanceData::from(balance)), None),
            self.table.delete(RUN, &day),
        ];
        match self.table.transact(writes).await? {
            Transacted::Yes => Ok(()),
            // It has no condition, so somebody else is writing it.
            Transacted::Refused { .. } | Transacted::Conflict => {
                Err(StoreError::Unavailable("the balance is being written".to_owned()))
            }
        }
    }

    async fn progress(&self, day: NaiveDate) -> Result<Option<Progress>, StoreError> {
        let Some(data) = self.table.data::<ProgressData>(RUN, &day.to_string()).await? else {
            return Ok(None);
        };
        Progress::try_from(data).map(Some).map_err(|error| unreadable(RUN, error))
    }

    async fn save_progress(&self, progress: &Progress) -> Result<(), StoreError> {
        let record = item(RUN, &progress.day.date.to_string(), 1, &ProgressData::from(progress));
        self.table
            .client
            .put_item()
            .table_name(&self.table.name)
            .set_item(Some(record))
            .send()
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
