//! The work list.
//!
//! What waits is in one partition; what staff have resolved is in one for each month. An item's
//! `data` is the engine's; `assignee` and `notes`, beside it, are staff's, so that raising the item
//! again leaves them as they are.

use app::ports::{SaveError, StoreError, WorkAfter, WorkChange, WorkList};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use chrono::{DateTime, SecondsFormat};
use domain::ids::WorkId;
use domain::text::ExternalId;
use domain::work::{OpenWork, ResolvedWork, WorkItem, WorkKind, WorkMonth, WorkNote};

use super::enrolments::EnrolmentStore;
use super::records::{ResolvedData, WorkData, WorkNoteData};
use super::{Condition, Item, Transacted, item, read_data, revision, string, text, unreadable};

const OPEN: &str = "OPEN";
const DONE: &str = "DONE";

/// The work-list table, and the enrolments whose work is in it.
#[derive(Debug, Clone)]
pub struct WorkListStore {
    store: EnrolmentStore,
}

impl WorkListStore {
    /// The work list of those enrolments.
    pub const fn new(store: EnrolmentStore) -> Self {
        Self { store }
    }

    /// The write that puts something on the list.
    pub(super) fn raising(&self, work: &WorkItem) -> TransactWriteItem {
        self.store.raise(work)
    }
}

/// Where an open item is.
pub(super) fn open_key(id: &WorkId) -> (&'static str, &str) {
    (OPEN, id.as_str())
}

fn open_item(work: &OpenWork) -> Item {
    let (pk, sk) = open_key(&work.item.id);
    let mut item = item(pk, sk, work.revision, &WorkData::from(&work.item));
    if let Some(assignee) = &work.assignee {
        item.insert("assignee".to_owned(), string(assignee.as_str()));
    }
    let notes: Vec<_> = work.notes.iter().map(WorkNoteData::from).collect();
    let notes: AttributeValue =
        serde_dynamo::to_attribute_value(notes).expect("storage structs are plain data");
    item.insert("notes".to_owned(), notes);
    item
}

fn read_open(mut item: Item) -> Result<OpenWork, StoreError> {
    let revision = revision(&item)?;
    let assignee = text(&item, "assignee").map(|id| ExternalId::parse(&id));
    let assignee = assignee.transpose().map_err(|error| unreadable(OPEN, error))?;
    let notes: Vec<WorkNoteData> = match item.remove("notes") {
        None => Vec::new(),
        Some(notes) => serde_dynamo::from_attribute_value(notes)
            .map_err(|_| unreadable(OPEN, "its notes do not have the form they should have"))?,
    };
    let data: WorkData = read_data(item)?;
    let item = WorkItem::try_from(data).map_err(|error| unreadable(OPEN, error))?;
    let notes = notes.into_iter().map(WorkNote::from).collect();
    Ok(OpenWork { item, revision, assignee, notes })
}

impl WorkList for WorkListStore {
    async fn open(&self) -> Result<Vec<OpenWork>, StoreError> {
        let items = self.store.work_list.partition(OPEN, "").await?;
        let mut open: Vec<OpenWork> = items.into_iter().map(read_or_show).collect();
        open.sort_by_key(|work| work.item.since);
        Ok(open)
    }

    async fn item(&self, id: &WorkId) -> Result<Option<OpenWork>, StoreError> {
        let (pk, sk) = open_key(id);
        self.store.work_list.get(pk, sk).await?.map(read_open).transpose()
    }

    async fn save(&self, change: &WorkChange) -> Result<(), SaveError> {
        let (list, before) = (&self.store.work_list, &change.before);
        let as_read = Condition::revision(before.revision);
        let (pk, sk) = open_key(&before.item.id);
        let mut writes = match &change.after {
            WorkAfter::Open(after) => vec![list.put(open_item(after), Some(as_read))],
            WorkAfter::Resolved(resolved) => {
                vec![list.deletion_if(pk, sk, as_read), list.put(resolved_item(resolved), None)]
            }
        };
        if let Some((enrolment, note)) = &change.told {
            let place = format!("{}#{:06}", before.item.id, before.revision);
            writes.push(self.store.tell(enrolment, note, &place));
        }
        writes.extend(change.change.iter().flat_map(|change| self.store.writes(change)));
        list.transact(writes).await?.or_stale()
    }

    async fn raise(&self, work: &WorkItem) -> Result<(), StoreError> {
        match self.store.work_list.transact(vec![self.store.raise(work)]).await? {
            Transacted::Yes => Ok(()),
            // It has no condition, so somebody else is writing it.
            Transacted::Refused { .. } | Transacted::Conflict => {
                Err(StoreError::Unavailable("the work item is being written".to_owned()))
            }
        }
    }

    async fn resolved(&self, month: WorkMonth) -> Result<Vec<ResolvedWork>, StoreError> {
        let items = self.store.work_list.partition(&done_pk(month), "").await?;
        let read = items.into_iter().filter_map(|item| {
            let read = read_data(item).and_then(|data: ResolvedData| {
                ResolvedWork::try_from(data).map_err(|error| unreadable(DONE, error))
            });
            // Nobody is waited for by it; it must not hide the others.
            read.inspect_err(
                |error| tracing::error!(error = %error, "resolved work cannot be read"),
            )
            .ok()
        });
        Ok(read.collect())
    }
}

fn done_pk(month: WorkMonth) -> String {
    format!("{DONE}#{month}")
}

fn resolved_item(resolved: &ResolvedWork) -> Item {
    let at = resolved.at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let sk = format!("{at}#{}", resolved.work.item.id);
    item(&done_pk(WorkMonth::of(resolved.at)), &sk, 1, &ResolvedData::from(resolved))
}

/// An item that cannot be read is shown as one that cannot be read: it must not hide the others.
fn read_or_show(item: Item) -> OpenWork {
    let id = text(&item, "sk").and_then(|id| WorkId::parse(&id).ok());
    read_open(item).unwrap_or_else(|error| OpenWork {
        item: WorkItem {
            id: id.unwrap_or_else(|| WorkId::for_cause(&["unreadable work"])),
            kind: WorkKind::Unreadable,
            since: DateTime::UNIX_EPOCH,
            summary: format!(
                "An entry of the work list cannot be read: {error}. Ask support to mend it."
            ),
            enrolment: None,
            program: None,
            patient: None,
            site: None,
            same_as: Vec::new(),
            reply: None,
        },
        revision: 0,
        assignee: None,
        notes: Vec::new(),
    })
}
