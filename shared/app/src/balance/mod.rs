//! The night's run: everything that is stored is weighed, counted, and kept as the balance of the day.
//!
//! It is asked for each hour and has something to do once a day, an hour after the practice's midnight.
//! So it needs no clock of the practice's in the schedule, a run that failed is made again an hour
//! later, and one that was not finished goes on. What it keeps for a day takes the place of what there
//! was, so that it may be asked for again.

mod around;
mod orders;
mod segment;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::balance::Day;
use domain::ids::WorkId;
use domain::work::{WorkItem, WorkKind};
use futures_util::future::join_all;

use self::orders::Orders;
use self::segment::{Read, Scales};
use crate::ports::{
    Balance, Balances, Catalogue, Clock, Counted, DueIndex, EnrolmentScan, Letters,
    PracticeSettings, ProgramVersions, Progress, Reached, Segment, StoreError, WaitingSince,
    WorkList,
};

/// Days that are made up for, when nothing was balanced for some time.
const MOST_DAYS_BACK: u64 = 7;

/// What the night's run needs.
#[derive(Debug)]
pub struct Balancing<S, B, W, C, L, I, K> {
    /// Everything that is stored of enrolments.
    pub scan: S,
    /// The balances.
    pub balances: B,
    /// The work list.
    pub work: W,
    /// Programs and what they were, sites, and whether messages go out.
    pub catalogue: C,
    /// The distribution list.
    pub letters: L,
    /// The index of events that wait.
    pub events: I,
    /// The clock.
    pub clock: K,
    /// In how many parts everything is read at the same time.
    pub segments: u16,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ran {
    /// Nothing: every day that is over has its balance.
    NothingToDo,
    /// There was too little time; it goes on with the next run.
    GoesOn(Day),
    /// The balance of a day.
    Balanced(Box<Balance>),
}

/// Why there is no balance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BalanceError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// That day is not over, or not for an hour yet.
    #[error("{0} is not over for an hour yet by the practice's clock; ask for an earlier day")]
    NotOver(NaiveDate),
}

impl<S, B, W, C, L, I, K> Balancing<S, B, W, C, L, I, K>
where
    S: EnrolmentScan,
    B: Balances,
    W: WorkList,
    C: Catalogue + ProgramVersions + PracticeSettings,
    L: Letters,
    I: DueIndex<Pointer = WaitingSince>,
    K: Clock,
{
    /// Balances a day: the one that is asked for, or the next that has none. Reading ends at `until`.
    ///
    /// # Errors
    /// When the store fails, or the day that is asked for is not over.
    pub async fn run(
        &self,
        wanted: Option<NaiveDate>,
        until: DateTime<Utc>,
    ) -> Result<Ran, BalanceError> {
        let zone = self.zone().await?;
        let now = self.clock.now();
        let day = match wanted {
            Some(date) => Day::of(date, zone).filter(|day| day.is_settled(now)),
            None => match self.next_day(zone, now).await? {
                None => return Ok(Ran::NothingToDo),
                next @ Some(_) => next,
            },
        };
        let Some(day) = day else {
            return Err(BalanceError::NotOver(wanted.unwrap_or_else(|| now.date_naive())));
        };
        let progress = self.balances.progress(day.date).await?;
        let progress = progress.filter(|it| it.segments.len() == usize::from(self.segments));
        let progress = progress.unwrap_or_else(|| Progress {
            day,
            segments: vec![Reached::Nothing; usize::from(self.segments)],
            counted: Counted::default(),
        });
        self.go_on(progress, until).await
    }

    async fn go_on(
        &self,
        mut progress: Progress,
        until: DateTime<Utc>,
    ) -> Result<Ran, BalanceError> {
        let day = progress.day;
        let open = self.work.open().await?;
        let open: BTreeSet<WorkId> = open.into_iter().map(|work| work.item.id).collect();
        let scales = Scales {
            scan: &self.scan,
            work: &self.work,
            clock: &self.clock,
            day: &day,
            orders: &Orders::read(&self.catalogue).await?,
            open: &open,
            sending: self.catalogue.settings().await?.sending.state(),
            until,
        };
        let parts = progress.segments.iter().zip(0..self.segments).map(|(reached, number)| {
            let segment = Segment { number, of: self.segments };
            scales.read(segment, reached.clone())
        });
        let parts: Result<Vec<Read>, StoreError> = join_all(parts).await.into_iter().collect();
        progress.segments.clear();
        for part in parts? {
            let known = progress.counted.named.len();
            progress.counted += part.counted;
            progress.segments.push(part.reached);
            for (imbalance, work) in part.found {
                let mut named = progress.counted.named.iter().skip(known);
                if named.any(|named| *named == imbalance) {
                    self.raise(&open, &work).await?;
                }
            }
        }
        if progress.segments.iter().any(|reached| *reached != Reached::End) {
            self.balances.save_progress(&progress).await?;
            return Ok(Ran::GoesOn(day));
        }
        self.conclude(day, progress.counted, &open).await
    }

    async fn conclude(
        &self,
        day: Day,
        counted: Counted,
        open: &BTreeSet<WorkId>,
    ) -> Result<Ran, BalanceError> {
        let now = self.clock.now();
        let unnamed = counted.imbalances.saturating_sub(count(counted.named.len()));
        if unnamed > 0 {
            self.raise(open, &the_rest(&day, unnamed, now)).await?;
        }
        let balance = Balance {
            day,
            computed_at: now,
            counted,
            events_overdue: self.events_overdue(now).await?,
            letters_silent: self.letters_silent(open, now).await?,
            work_open: count(open.len()),
        };
        self.balances.save_balance(&balance).await?;
        Ok(Ran::Balanced(Box::new(balance)))
    }

    /// Puts something on the work list, unless it waits there from an earlier night.
    async fn raise(&self, open: &BTreeSet<WorkId>, work: &WorkItem) -> Result<(), StoreError> {
        if open.contains(&work.id) { Ok(()) } else { self.work.raise(work).await }
    }

    /// The practice's clock: that of its first site.
    async fn zone(&self) -> Result<Tz, StoreError> {
        let sites = self.catalogue.sites().await?;
        Ok(sites.iter().min_by_key(|site| site.id.clone()).map_or(Tz::UTC, |site| site.zone))
    }

    /// The next day that is over and has no balance.
    async fn next_day(&self, zone: Tz, now: DateTime<Utc>) -> Result<Option<Day>, StoreError> {
        let Some(last) = Day::last_settled(zone, now) else { return Ok(None) };
        let newest = self.balances.balances(None, 1).await?;
        let Some(newest) = newest.first() else { return Ok(Some(last)) };
        if newest.day.date >= last.date {
            return Ok(None);
        }
        let earliest = last.date - chrono::Days::new(MOST_DAYS_BACK - 1);
        let next = newest.day.next(zone).filter(|next| next.date >= earliest);
        Ok(next.or_else(|| Day::of(earliest, zone)))
    }
}

pub(crate) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What is not named one by one.
fn the_rest(day: &Day, unnamed: u64, now: DateTime<Utc>) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["balance", "the rest", &day.date.to_string()]),
        kind: WorkKind::Unbalanced,
        since: now,
        summary: format!(
            "The balance of {} has found {unnamed} more things that do not balance than are on this list. Tell support at once.",
            day.date.format("%-d %B %Y")
        ),
        enrolment: None,
        program: None,
        patient: None,
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}
