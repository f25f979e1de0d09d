//! The balances of all days, in the catalogue table: an item for each, one while it is being made, and
//! one for each thing that was told.

use app::ports::{Balance, Balances, Begun, KeptBalances, Progress, SaveError, StoreError, Told};
use chrono::NaiveDate;

use super::records::{BalanceData, ProgressData, ToldData};
use super::{
    Condition, Item, Table, Transacted, item, number, read_data, revision, string, text, unreadable,
};

const BALANCE: &str = "BALANCE";
const RUN: &str = "BALANCE_RUN";
const TOLD: &str = "BALANCE_TOLD";

/// The greatest revision of a run that is believed. No run is saved as often.
const MOST: u64 = 1_000_000_000;

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

fn read_progress(item: Item) -> Result<Progress, StoreError> {
    let revision = revision_of(&item).ok_or_else(|| unreadable(RUN, "it has no revision"))?;
    let data: ProgressData = read_data(item)?;
    data.read(revision).map_err(|error| unreadable(RUN, error))
}

fn read_told(item: Item) -> Result<Told, StoreError> {
    let data: ToldData = read_data(item)?;
    Told::try_from(data).map_err(|error| unreadable(TOLD, error))
}

/// What is stored must be of this revision; 0 stands for what does not exist, or has none that can be read.
fn of_revision(revision: u64) -> Condition {
    if revision == 0 {
        let values = [(":type", string("N")), (":one", number(1)), (":most", number(MOST))];
        return Condition {
            expression: "attribute_not_exists(revision) OR NOT attribute_type(revision, :type) OR revision < :one \
                         OR revision > :most"
                .to_owned(),
            values: Some(values.map(|(name, value)| (name.to_owned(), value)).into()),
        };
    }
    Condition::revision(revision)
}

/// The revision that is stored, if it can be one of ours.
fn revision_of(item: &Item) -> Option<u64> {
    revision(item).ok().filter(|revision| (1..=MOST).contains(revision))
}

impl Balances for BalanceStore {
    async fn balance(&self, day: NaiveDate) -> Result<Option<Balance>, StoreError> {
        self.table.get(BALANCE, &day.to_string()).await?.map(read).transpose()
    }

    async fn balances(
        &self,
        before: Option<NaiveDate>,
        limit: usize,
    ) -> Result<KeptBalances, StoreError> {
        let mut kept = KeptBalances::default();
        let mut before = before.map(|day| day.to_string());
        loop {
            let wanted = limit - kept.balances.len();
            let items = self.table.last(BALANCE, before.as_deref(), wanted).await?;
            let is_last = items.len() < wanted;
            for item in items {
                let day = text(&item, "sk");
                match read(item) {
                    Ok(balance) => kept.balances.push(balance),
                    Err(error) => {
                        tracing::error!(day, error = %error, "the balance of a day cannot be read");
                        kept.unreadable
                            .extend(day.iter().filter_map(|day| day.parse::<NaiveDate>().ok()));
                    }
                }
                before = day;
            }
            if is_last || kept.balances.len() == limit {
                return Ok(kept);
            }
        }
    }

    async fn save_balance(&self, balance: &Balance, revision: u64) -> Result<(), SaveError> {
        let day = balance.day.date.to_string();
        let writes = vec![
            self.table.put(item(BALANCE, &day, 1, &BalanceData::from(balance)), None),
            self.table.deletion_if(RUN, &day, of_revision(revision)),
        ];
        self.table.transact(writes).await?.or_stale()
    }

    async fn progress(&self, day: NaiveDate) -> Result<Begun, StoreError> {
        let Some(item) = self.table.get(RUN, &day.to_string()).await? else {
            return Ok(Begun::Not);
        };
        let revision = revision_of(&item).unwrap_or_default();
        match read_progress(item) {
            Ok(progress) => Ok(Begun::Yes(Box::new(progress))),
            Err(error) => Ok(Begun::Unreadable { revision, why: error.to_string() }),
        }
    }

    async fn save_progress(&self, progress: &Progress) -> Result<(), SaveError> {
        let (day, revision) = (progress.day.date.to_string(), progress.revision);
        let record = item(RUN, &day, revision, &ProgressData::from(progress));
        // As a transaction: what the SDK repeats is known by its token, so that who is refused has not won.
        let put = self.table.put(record, Some(of_revision(revision.saturating_sub(1))));
        self.table.transact(vec![put]).await?.or_stale()
    }

    async fn told(&self) -> Result<Vec<Told>, StoreError> {
        let items = self.table.partition(TOLD, "").await?;
        let read = items.into_iter().filter_map(|item| {
            let told = read_told(item);
            told.inspect_err(
                |error| tracing::error!(error = %error, "what was told cannot be read"),
            )
            .ok()
        });
        Ok(read.collect())
    }

    async fn tell(&self, told: &Told) -> Result<(), StoreError> {
        let record = item(TOLD, told.work.as_str(), 1, &ToldData::from(told));
        match self.table.transact(vec![self.table.put(record, None)]).await? {
            Transacted::Yes => Ok(()),
            // It has no condition, so somebody else is writing it.
            Transacted::Refused { .. } | Transacted::Conflict => {
                Err(StoreError::Unavailable("what was told is being written".to_owned()))
            }
        }
    }
}
