//! The work list.

use app::ports::{StoreError, WorkList};
use chrono::DateTime;
use domain::ids::WorkId;
use domain::work::{WorkItem, WorkKind};

use super::records::WorkData;
use super::{Item, Table, read_data, text, unreadable};

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
        let mut open: Vec<WorkItem> = items.into_iter().map(read_or_show).collect();
        open.sort_by_key(|work| work.since);
        Ok(open)
    }
}

/// An item that cannot be read is shown as one that cannot be read: it must not hide the others.
fn read_or_show(item: Item) -> WorkItem {
    let id = text(&item, "sk").and_then(|id| WorkId::parse(&id).ok());
    let read = read_data::<WorkData>(item)
        .and_then(|data| WorkItem::try_from(data).map_err(|error| unreadable(OPEN, error)));
    read.unwrap_or_else(|error| WorkItem {
        id: id.unwrap_or_else(|| WorkId::for_cause(&["unreadable work"])),
        kind: WorkKind::Unreadable,
        since: DateTime::UNIX_EPOCH,
        summary: format!(
            "An entry of the work list cannot be read: {error}. Ask support to mend it."
        ),
        enrolment: None,
        patient: None,
        site: None,
    })
}
