//! The daily balance: everything that is stored of enrolments, and what was found each night.

use std::future::Future;
use std::ops::AddAssign;

use chrono::{DateTime, NaiveDate, Utc};
use domain::balance::{Day, Imbalance, Indexed, Tallies};
use domain::enrolment::{Enrolment, Note};
use domain::ids::{EnrolmentId, WorkId};
use domain::ledger::LedgerRow;

use super::{SaveError, StoreError};

/// Most imbalances of a day that are named: of those that are new, and of those that were told before.
/// All are counted.
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
    /// How many of them no balance of an earlier day has told.
    pub new: u64,
    /// Those that are named: the first [`MOST_NAMED`] that are new, and as many that are not.
    pub named: Vec<Named>,
}

/// An imbalance that is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What.
    pub imbalance: Imbalance,
    /// The balance of which earlier day has told it first, should it stand since then; `None` when it is
    /// new.
    pub since: Option<NaiveDate>,
}

impl Counted {
    /// Counts an imbalance, and names it if there is room. Answers whether it is named.
    pub fn find(&mut self, found: Named) -> bool {
        self.imbalances += 1;
        self.new += u64::from(found.since.is_none());
        self.name(found)
    }

    /// How many that are new are not named.
    pub fn unnamed(&self) -> u64 {
        let named = self.named.iter().filter(|it| it.since.is_none()).count();
        self.new.saturating_sub(u64::try_from(named).unwrap_or(u64::MAX))
    }

    fn name(&mut self, found: Named) -> bool {
        let alike = |named: &&Named| named.since.is_none() == found.since.is_none();
        let has_room = self.named.iter().filter(alike).count() < MOST_NAMED;
        if has_room {
            self.named.push(found);
        }
        has_room
    }
}

impl AddAssign for Counted {
    fn add_assign(&mut self, other: Self) {
        self.enrolments += other.enrolments;
        self.tallies += other.tallies;
        self.imbalances += other.imbalances;
        self.new += other.new;
        for named in other.named {
            self.name(named);
        }
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

    /// How much of it somebody must hear of now: what was told before is on the work list.
    pub const fn news(&self) -> u64 {
        self.counted.new + self.events_overdue
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
    /// When it was begun. What was counted long ago and what is counted now make no sum.
    pub begun_at: DateTime<Utc>,
    /// Until when a run is at it; `None` when none is.
    pub busy_until: Option<DateTime<Utc>>,
    /// Counts its saves. Each must follow the one it has read: of two runs at once, one goes on.
    pub revision: u64,
}

/// What is kept of how far the balance of a day has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: it has not begun, or is there.
    Not,
    /// This.
    Yes(Box<Progress>),
    /// Something that cannot be read, of this revision.
    Unreadable {
        /// Its revision; 0 when that cannot be read either.
        revision: u64,
        /// Why.
        why: String,
    },
}

/// Something that the balance of a day has told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The work that it is.
    pub work: WorkId,
    /// The newest day whose balance has told it as new.
    pub day: NaiveDate,
    /// What it is, if it is an imbalance.
    pub imbalance: Option<Imbalance>,
}

/// The balances of days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptBalances {
    /// Those that can be read, the newest day first.
    pub balances: Vec<Balance>,
    /// The days before and between them whose balances cannot be.
    pub unreadable: Vec<NaiveDate>,
}

/// The balances of all days. Reads are strongly consistent.
pub trait Balances: Send + Sync {
    /// The balance of a day.
    fn balance(
        &self,
        day: NaiveDate,
    ) -> impl Future<Output = Result<Option<Balance>, StoreError>> + Send;
    /// The balances of the newest days, the newest first; with `before`, of those before that day. One
    /// that cannot be read hides no other: there are `limit` that can be, or there are no more.
    fn balances(
        &self,
        before: Option<NaiveDate>,
        limit: usize,
    ) -> impl Future<Output = Result<KeptBalances, StoreError>> + Send;
    /// Keeps the balance of a day, in the place of what there was, and forgets how far it had come.
    /// `Stale` when that is no longer what was saved as this revision; 0 is nothing.
    fn save_balance(
        &self,
        balance: &Balance,
        revision: u64,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// How far the balance of a day has come.
    fn progress(&self, day: NaiveDate) -> impl Future<Output = Result<Begun, StoreError>> + Send;
    /// Keeps how far it has come. `Stale` when what is stored is not of the revision before.
    fn save_progress(
        &self,
        progress: &Progress,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// All that was told. What cannot be read is left out, and so is told again.
    fn told(&self) -> impl Future<Output = Result<Vec<Told>, StoreError>> + Send;
    /// Keeps that something was told, in the place of when it was before.
    fn tell(&self, told: &Told) -> impl Future<Output = Result<(), StoreError>> + Send;
}
