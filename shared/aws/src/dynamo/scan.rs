//! Everything that is stored of enrolments, page by page, for the daily balance.
//!
//! DynamoDB keeps the items of one partition together and sorted, and a scan reads them so; a page may
//! end in the middle of one. What is cut off is read again with the next page.

use std::collections::HashMap;

use app::ports::{
    EnrolmentScan, ScanPage, ScanPlace, Scanned, Segment, StoreError, Whole, shards_of_enrolments,
};
use domain::balance::Indexed;
use domain::enrolment::{Enrolment, Note};
use domain::ids::EnrolmentId;

use super::due::read_pointer;
use super::enrolments::{ENROLMENT, LEDGER, NOTE};
use super::ledger::read_row;
use super::records::{EnrolmentData, NoteData};
use super::sharded::shard_name;
use super::{Item, Table, key, read_data, store_error, string, text, unreadable};

/// The enrolments table, read as a whole.
#[derive(Debug, Clone)]
pub struct EnrolmentScanStore {
    table: Table,
    page: Option<i32>,
}

impl EnrolmentScanStore {
    /// Of that table. A page is as much as DynamoDB reads at once: a megabyte.
    pub const fn new(table: Table) -> Self {
        Self { table, page: None }
    }

    /// With so many items a page at most, for tests of what pages cut in two.
    #[must_use]
    pub const fn in_pages_of(mut self, items: i32) -> Self {
        self.page = Some(items);
        self
    }

    async fn read(
        &self,
        segment: Segment,
        from: Option<Item>,
    ) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        // Other partitions of the table are entries of patients and leases.
        let scan = self
            .table
            .client
            .scan()
            .table_name(&self.table.name)
            .segment(segment.number.into())
            .total_segments(segment.of.into())
            .filter_expression("begins_with(pk, :enrolments)")
            .expression_attribute_values(":enrolments", string(EnrolmentId::PREFIX))
            .set_limit(self.page)
            .set_exclusive_start_key(from);
        let page = Box::pin(scan.send()).await.map_err(store_error)?;
        Ok((page.items.unwrap_or_default(), page.last_evaluated_key))
    }
}

fn place(item: &Item) -> ScanPlace {
    let part = |name| text(item, name).unwrap_or_default();
    ScanPlace { pk: part("pk"), sk: part("sk") }
}

impl EnrolmentScan for EnrolmentScanStore {
    async fn page(
        &self,
        segment: Segment,
        after: Option<&ScanPlace>,
    ) -> Result<ScanPage, StoreError> {
        let mut from = after.map(|place| key(&place.pk, &place.sk));
        let mut items: Vec<Item> = Vec::new();
        loop {
            let (more, last) = self.read(segment, from).await?;
            items.extend(more);
            let Some(last) = last else {
                return Ok(ScanPage { found: together(items), next: None });
            };
            let cut = place(&last).pk;
            let whole = items.iter().rposition(|item| place(item).pk != cut);
            match whole {
                // The page ends between two partitions, or in one that is no enrolment's.
                _ if items.last().is_none_or(|item| place(item).pk != cut) => {
                    return Ok(ScanPage { found: together(items), next: Some(place(&last)) });
                }
                Some(end) => {
                    items.truncate(end + 1);
                    let next = items.last().map(place);
                    return Ok(ScanPage { found: together(items), next });
                }
                // One partition that is larger than a page.
                None => from = Some(last),
            }
        }
    }

    async fn whole(&self, id: &EnrolmentId) -> Result<Option<Scanned>, StoreError> {
        let items = self.table.partition(id.as_str(), "").await?;
        Ok((!items.is_empty()).then(|| read_partition(id.as_str(), items)).flatten())
    }
}

/// The items of each partition, read together.
fn together(items: Vec<Item>) -> Vec<Scanned> {
    let mut partitions: Vec<(String, Vec<Item>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for item in items {
        let pk = place(&item).pk;
        let next = partitions.len();
        let at = *places.entry(pk.clone()).or_insert(next);
        match partitions.get_mut(at) {
            Some((_, items)) => items.push(item),
            None => partitions.push((pk, vec![item])),
        }
    }
    partitions.into_iter().filter_map(|(pk, items)| read_partition(&pk, items)).collect()
}

/// `None` for a partition whose key is no enrolment's.
fn read_partition(pk: &str, items: Vec<Item>) -> Option<Scanned> {
    let Ok(id) = EnrolmentId::parse(pk) else {
        tracing::error!(key = pk, "a partition among the enrolments is none");
        return None;
    };
    Some(match read_whole(items) {
        Ok(Some(whole)) => Scanned::Whole(Box::new(whole)),
        Ok(None) => Scanned::Orphan(id),
        Err(error) => Scanned::Unreadable { id, why: error.to_string() },
    })
}

fn read_whole(items: Vec<Item>) -> Result<Option<Whole>, StoreError> {
    let (mut read, mut rows, mut notes) = (None, Vec::new(), Vec::new());
    for item in items {
        let ScanPlace { pk, sk } = place(&item);
        if sk == ENROLMENT {
            let (shard, due_key) = (text(&item, "due_shard"), text(&item, "due_key"));
            let data: EnrolmentData = read_data(item)?;
            let enrolment = Enrolment::try_from(data).map_err(|why| unreadable(&pk, why))?;
            let indexed = indexed(&enrolment, shard.as_deref(), due_key.as_deref());
            read = Some((enrolment, indexed));
        } else if sk.starts_with(LEDGER) {
            rows.push(read_row(item)?);
        } else if sk.starts_with(NOTE) {
            let data: NoteData = read_data(item)?;
            notes.push(Note::try_from(data).map_err(|why| unreadable(&pk, why))?);
        } else {
            return Err(unreadable(&pk, "it has an item of no known kind"));
        }
    }
    Ok(read.map(|(enrolment, indexed)| Whole { enrolment, rows, notes, indexed }))
}

/// Where the index has it: an item is in it by having both of its attributes. Any shard that is swept will
/// do: what was stored before shards were cut anew stays in its own until it is stored again.
fn indexed(enrolment: &Enrolment, shard: Option<&str>, due_key: Option<&str>) -> Indexed {
    let (Some(shard), Some(due_key)) = (shard, due_key) else { return Indexed::Absent };
    let is_swept = shards_of_enrolments().any(|(_, swept)| shard == shard_name(swept));
    match read_pointer(enrolment.id.as_str(), due_key) {
        Ok(due) if is_swept => Indexed::At { due: due.due, key: due.pointer.key },
        Ok(_) | Err(_) => Indexed::Nonsense,
    }
}
