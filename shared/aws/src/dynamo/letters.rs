//! The distribution list.
//!
//! A letter's entry is in a partition of its own, with what was done about it beside it. It carries
//! the keys of two indexes, which project keys only: `by_shelf`, the letters of a site that are in a
//! state, and `by_program`; both are sorted by the day the letter is dated. Where an attempt was given
//! up, a mark stands in the entry's place, so that none can ever be put there.

use app::ports::{
    Days, Letters, LettersRead, Listing, Paper, Placed, SaveError, Shelf, StoreError,
    UnreadableLetter,
};
use domain::distribution::{Audited, Batch, ListedLetter};
use domain::ids::{BatchId, LetterId};
use domain::ledger::LedgerKey;

use super::enrolments::timestamp;
use super::records::{AuditedData, BatchData, LetterData};
use super::{
    Condition, Item, Table, Written, is_at, item, key, read_data, string, text, unreadable,
};

const LETTER: &str = "LETTER";
const AUDIT: &str = "AUDIT#";
const BATCH: &str = "BATCH";
/// The attribute of a mark that no letter will be here.
const GIVEN_UP: &str = "given_up";

const SHELF: &str = "shelf";
const OF_PROGRAM: &str = "of_program";
const PLACED: &str = "placed";

/// After every day there is.
const END_OF_DAYS: &str = "9999-99-99";

/// The letters table.
#[derive(Debug, Clone)]
pub struct LetterStore {
    table: Table,
}

impl LetterStore {
    /// The list in that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

fn shelf_of(site: &str, state: &str) -> String {
    format!("{site}#{state}")
}

fn letter_item(letter: &ListedLetter) -> Item {
    let data = LetterData::from(letter);
    let mut item = item(letter.id.as_str(), LETTER, letter.revision, &data);
    let shelf = shelf_of(letter.site.as_str(), letter.state.name().as_str());
    item.insert(SHELF.to_owned(), string(shelf));
    item.insert(OF_PROGRAM.to_owned(), string(letter.program.as_str()));
    item.insert(PLACED.to_owned(), string(format!("{}#{}", letter.dated, letter.id)));
    item
}

/// The letter that is stored, unless it is the mark that there is none.
fn read_letter(item: Item) -> Result<Option<ListedLetter>, StoreError> {
    if item.contains_key(GIVEN_UP) {
        return Ok(None);
    }
    let what = text(&item, "pk").unwrap_or_default();
    let data: LetterData = read_data(item)?;
    ListedLetter::try_from(data).map(Some).map_err(|error| unreadable(&what, error))
}

fn audit_item(paper: Paper<'_>, audited: &Audited) -> Item {
    let Audited { done, what, .. } = audited;
    let sk = format!("{AUDIT}{}#{}#{}", timestamp(done.at), what.as_str(), done.by);
    item(paper.as_str(), &sk, 1, &AuditedData::from(audited))
}

fn busy() -> StoreError {
    StoreError::Unavailable("the letter is being written".to_owned())
}

impl Letters for LetterStore {
    async fn put_on_list(&self, letter: &ListedLetter) -> Result<Listing, StoreError> {
        match self.table.put_if(letter_item(letter), Condition::absent()).await? {
            Written::No(Some(stored)) if stored.contains_key(GIVEN_UP) => Ok(Listing::GivenUp),
            Written::Yes | Written::No(Some(_)) => Ok(Listing::Listed),
            Written::No(None) => Err(busy()),
        }
    }

    async fn give_up(&self, attempt: &LedgerKey) -> Result<Option<ListedLetter>, StoreError> {
        let mut mark = key(LetterId::of(attempt).as_str(), LETTER);
        mark.insert(GIVEN_UP.to_owned(), string("yes"));
        match self.table.put_if(mark, Condition::absent()).await? {
            Written::Yes => Ok(None),
            Written::No(Some(stored)) => read_letter(stored),
            Written::No(None) => Err(busy()),
        }
    }

    async fn letter(&self, id: &LetterId) -> Result<Option<ListedLetter>, StoreError> {
        Ok(self.table.get(id.as_str(), LETTER).await?.map(read_letter).transpose()?.flatten())
    }

    async fn letters(&self, ids: &[LetterId]) -> Result<LettersRead, StoreError> {
        let keys = ids.iter().map(|id| key(id.as_str(), LETTER)).collect();
        let mut items = self.table.batch(keys).await?;
        let mut read = LettersRead::default();
        for id in ids {
            let Some(place) = items.iter().position(|item| is_at(item, id.as_str())) else {
                continue;
            };
            match read_letter(items.swap_remove(place)) {
                Ok(letter) => read.letters.extend(letter),
                Err(StoreError::Unreadable { why, .. }) => {
                    tracing::error!(letter.id = %id, reason = %why, "a letter cannot be read");
                    read.unreadable.push(UnreadableLetter { letter: id.clone(), why });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    async fn save_letter(
        &self,
        before: &ListedLetter,
        after: &ListedLetter,
        audited: Option<&Audited>,
    ) -> Result<(), SaveError> {
        let (record, unchanged) = (letter_item(after), Condition::revision(before.revision));
        match audited {
            None => match self.table.put_if(record, unchanged).await? {
                Written::Yes => Ok(()),
                Written::No(_) => Err(SaveError::Stale),
            },
            Some(audited) => {
                let audit = self.table.put(audit_item(Paper::Letter(&after.id), audited), None);
                let writes = vec![self.table.put(record, Some(unchanged)), audit];
                self.table.transact(writes).await?.or_stale()
            }
        }
    }

    async fn audit(&self, paper: Paper<'_>, audited: &Audited) -> Result<(), StoreError> {
        let record = audit_item(paper, audited);
        // Said twice in the same moment it is the same.
        match self.table.put_if(record, Condition::absent()).await? {
            Written::Yes | Written::No(_) => Ok(()),
        }
    }

    async fn audited(&self, paper: Paper<'_>) -> Result<Vec<Audited>, StoreError> {
        let items = self.table.partition(paper.as_str(), AUDIT).await?;
        let read = |item| {
            let data: AuditedData = read_data(item)?;
            Audited::try_from(data).map_err(|error| unreadable(paper.as_str(), error))
        };
        items.into_iter().map(read).collect()
    }

    async fn save_batch(&self, batch: &Batch, letters: &[ListedLetter]) -> Result<(), SaveError> {
        let record = item(batch.id.as_str(), BATCH, batch.revision, &BatchData::from(batch));
        let before = |revision: u64| Condition::revision(revision.saturating_sub(1));
        let mut writes = vec![self.table.put(record, Some(before(batch.revision)))];
        writes.extend(
            letters.iter().map(|it| self.table.put(letter_item(it), Some(before(it.revision)))),
        );
        self.table.transact(writes).await?.or_stale()
    }

    async fn batch(&self, id: &BatchId) -> Result<Option<Batch>, StoreError> {
        let Some(data) = self.table.data::<BatchData>(id.as_str(), BATCH).await? else {
            return Ok(None);
        };
        Batch::try_from(data).map(Some).map_err(|error| unreadable(id.as_str(), error))
    }

    async fn shelf(
        &self,
        on: &Shelf,
        days: Days,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Placed>, StoreError> {
        let (index, hash, whose) = match on {
            Shelf::Site(site, state) => {
                ("by_shelf", SHELF, shelf_of(site.as_str(), state.as_str()))
            }
            Shelf::Program(program) => ("by_program", OF_PROGRAM, program.to_string()),
        };
        // A day is followed by `#` and an id; `$` comes after every `#`.
        let first = days.from.map_or_else(|| "0".to_owned(), |day| day.to_string());
        let last = days.to.map_or_else(|| END_OF_DAYS.to_owned(), |day| format!("{day}$"));
        let from = after.map_or(first.clone(), |after| first.max(after.to_owned()));
        if from > last {
            // DynamoDB refuses a range that ends before it begins.
            return Ok(Vec::new());
        }
        let values = Item::from([
            (":whose".to_owned(), string(whose)),
            (":from".to_owned(), string(from)),
            (":to".to_owned(), string(last)),
        ]);
        let query = self
            .table
            .ask()
            .index_name(index)
            .key_condition_expression(format!("{hash} = :whose AND {PLACED} BETWEEN :from AND :to"))
            .set_expression_attribute_values(Some(values));
        // The range begins at the place it goes on behind.
        let found = Table::found(query, limit.saturating_add(1)).await?;
        let behind = |placed: &Result<Placed, _>| {
            !placed.as_ref().is_ok_and(|placed| after == Some(placed.place.as_str()))
        };
        found.iter().map(read_placed).filter(behind).take(limit).collect()
    }
}

/// An entry of either index.
fn read_placed(item: &Item) -> Result<Placed, StoreError> {
    let id = text(item, "pk").unwrap_or_default();
    let letter = LetterId::parse(&id).map_err(|error| unreadable(&id, error))?;
    Ok(Placed { letter, place: text(item, PLACED).unwrap_or_default() })
}
