//! The daily balance: everything that is stored of enrolments, and what was found each night.

use std::future::Future;
use std::ops::AddAssign;

use chrono::{DateTime, NaiveDate, Utc};
use domain::balance::{Day, Imbalance, Indexed, Tallies};
use domain::enrolment::{Enrolment, Note};
use domain::ids::EnrolmentId;
use domain::ledger::LedgerRow;

use super::StoreError;

/// Most imbalances of a day that are named. All are counted.
pub const MOST_NAMED: usize = 100;

/// All that is stored of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The enrolment.
    pub enrolment: Enrolment,
    /// Its ledger.
    pub rows: Vec<LedgerRow>,
    /// Its notes.
    pub notes: Vec<Note>,
    /// Where the due index has it.
    pub indexed: Indexed,
}

/// What was found under the key of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// All of it.
    Whole(Box<Whole>),
    /// Something that cannot be read.
    Unreadable {
        /// Of which enrolment.
        id: EnrolmentId,
        /// Why, without anything of what it says.
        why: String,
    },
    /// A ledger or notes, without an enrolment.
    Orphan(EnrolmentId),
}

/// One of the parts that a scan is divided into, each of which is read for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Which, from 0.
    pub number: u16,
    /// Of how many.
    pub of: u16,
}

/// A place in a segment: the key of the item that was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanPlace {
    /// Its partition.
    pub pk: String,
    /// Its place in it.
    pub sk: String,
}

/// A page of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanPage {
    /// What is in it, each enrolment whole.
    pub found: Vec<Scanned>,
    /// Where the next page begins; `None` when there is none.
    pub next: Option<ScanPlace>,
}

/// Reads everything that is stored of enrolments.
pub trait EnrolmentScan: Send + Sync {
    /// The page of a segment that comes after a place. May lag behind by a moment.
    fn page(
        &self,
        segment: Segment,
        after: Option<&ScanPlace>,
    ) -> impl Future<Output = Result<ScanPage, StoreError>> + Send;
    /// All of one enrolment, strongly consistent; `None` when there is nothing.
    fn whole(
        &self,
        id: &EnrolmentId,
    ) -> impl Future<Output = Result<Option<Scanned>, StoreError>> + Send;
}

/// What was counted of a day, in whole or in part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// How many enrolments were weighed.
    pub enrolments: u64,
    /// What came due, and what became of it.
    pub tallies: Tallies,
    /// How many imbalances were found.
    pub imbalances: u64,
    /// Those that are named: the first [`MOST_NAMED`].
    pub named: Vec<Imbalance>,
}

impl AddAssign for Counted {
    fn add_assign(&mut self, other: Self) {
        self.enrolments += other.enrolments;
        self.tallies += other.tallies;
        self.imbalances += other.imbalances;
        let room = MOST_NAMED.saturating_sub(self.named.len());
        self.named.extend(other.named.into_iter().take(room));
    }
}

/// The balance of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The day.
    pub day: Day,
    /// When it was computed.
    pub computed_at: DateTime<Utc>,
    /// What was counted.
    pub counted: Counted,
    /// Events of other systems that have waited for more than a day to be dealt with.
    pub events_overdue: u64,
    /// Letters that the ePost provider has, and of which it has said nothing for a week.
    pub letters_silent: u64,
    /// Everything that waited for a person.
    pub work_open: u64,
}

impl Balance {
    /// How much does not balance. Zero is the only good value.
    pub const fn difference(&self) -> u64 {
        self.counted.imbalances + self.events_overdue
    }
}

/// How far a segment has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// Not at all.
    Nothing,
    /// To this place.
    Place(ScanPlace),
    /// To its end.
    End,
}

/// How far the balance of a day has come, when one invocation is not enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The day.
    pub day: Day,
    /// How far each segment has been read.
    pub segments: Vec<Reached>,
    /// What was counted so far.
    pub counted: Counted,
}

/// The balances of all days. Reads are strongly consistent.
pub trait Balances: Send + Sync {
    /// The balance of a day.
    fn balance(
        &self,
        day: NaiveDate,
    ) -> impl Future<Output = Result<Option<Balance>, StoreError>> + Send;
    /// The balances of the newest days, the newest first; with `before`, of those before that day.
    fn balances(
        &self,
        before: Option<NaiveDate>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Balance>, StoreError>> + Send;
    /// Keeps the balance of a day, in the place of what there was, and forgets how far it had come.
    fn save_balance(
        &self,
        balance: &Balance,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// How far the balance of a day has come; `None` when it has not begun, or is there.
    fn progress(
        &self,
        day: NaiveDate,
    ) -> impl Future<Output = Result<Option<Progress>, StoreError>> + Send;
    /// Keeps how far it has come.
    fn save_progress(
        &self,
        progress: &Progress,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}
