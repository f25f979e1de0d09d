//! The work list.

use app::ports::{StoreError, WorkList};
use domain::ids::WorkId;
use domain::work::WorkItem;

use super::records::WorkData;
use super::{Table, read_data, unreadable};

const OPEN: &str = "OPEN";

/// The work-list table.
#[derive(Debug, Clone)]
pub struct WorkListStore {
    table: Table,
}

impl WorkListStore {
    /// The store in that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

/// Where an open item is.
pub(super) fn open_key(id: &WorkId) -> (&'static str, &str) {
    (OPEN, id.as_str())
}

impl WorkList for WorkListStore {
    async fn open(&self) -> Result<Vec<WorkItem>, StoreError> {
        let items = self.table.partition(OPEN, "").await?;
        let mut open: Vec<WorkItem> = items
            .into_iter()
            .map(|item| {
                let data: WorkData = read_data(item)?;
                WorkItem::try_from(data).map_err(|error| unreadable(OPEN, error))
            })
            .collect::<Result<_, StoreError>>()?;
        open.sort_by_key(|work| work.since);
        Ok(open)
    }
}
