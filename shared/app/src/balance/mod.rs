//! The night's run: everything that is stored is weighed, counted, and kept as the balance of the day.
//!
//! It is asked for each hour and has something to do once a day, an hour after the practice's midnight.
//! So it needs no clock of the practice's in the schedule, a run that failed is made again an hour
//! later, and one that was not finished goes on. What it keeps for a day takes the place of what there
//! was, so that it may be asked for again.
//!
//! Of two runs for one day at once only one goes on: how far it has come is kept under a condition, before
//! anything is read, and says until when somebody is at it.

mod around;
mod known;
mod orders;
mod segment;
mod work;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::balance::{Day, Imbalance};
use domain::work::WorkItem;
use futures_util::future::join_all;

use self::around::{events_overdue, letters_silent};
use self::known::Known;
use self::orders::Orders;
use self::segment::{Read, Scales};
use self::work::{the_rest, unreadable, unreadable_site};
use crate::ports::{
    Balance, Balances, Begun, Catalogue, Clock, Counted, DueIndex, EnrolmentScan, Letters,
    PracticeSettings, ProgramVersions, Progress, Reached, SaveError, Segment, StoreError, Told,
    WaitingSince, WorkList,
};
use crate::practice::zone_of;

/// Days that are made up for, when nothing was balanced for some time.
const MOST_DAYS_BACK: u64 = 7;

/// How long after it must have ended its reading a run may still be at it. No function lives longer.
const MARGIN: Duration = Duration::minutes(2);

/// How long ago a balance may have been begun that goes on.
const GOES_ON_FOR: Duration = Duration::days(1);

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
    /// Nothing: another run is at that day.
    Busy(Day),
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
    /// What was found is told before it is kept: should the run die in between, it is told again.
    ///
    /// # Errors
    /// When the store fails, or the day that is asked for is not over.
    pub async fn run(
        &self,
        wanted: Option<NaiveDate>,
        until: DateTime<Utc>,
        tell: &(dyn Fn(&Balance) + Sync),
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
        match self.begin(day, now, until).await? {
            None => Ok(Ran::Busy(day)),
            Some(progress) => self.go_on(progress, until, tell).await,
        }
    }

    /// Takes a day on, from where it was; `None` when somebody else is at it.
    async fn begin(
        &self,
        day: Day,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Progress>, StoreError> {
        let anew = |revision| Progress {
            day,
            segments: vec![Reached::Nothing; usize::from(self.segments)],
            counted: Counted::default(),
            begun_at: now,
            busy_until: None,
            revision,
        };
        let mut progress = match self.balances.progress(day.date).await? {
            Begun::Not => anew(0),
            Begun::Yes(progress) if progress.busy_until.is_some_and(|until| now < until) => {
                return Ok(None);
            }
            Begun::Yes(progress) => {
                let goes_on = progress.segments.len() == usize::from(self.segments)
                    && now < progress.begun_at + GOES_ON_FOR;
                if goes_on { *progress } else { anew(progress.revision) }
            }
            Begun::Unreadable { revision, why } => {
                tracing::error!(day = %day.date, why, "how far the balance of a day had come cannot be read");
                self.work.raise(&unreadable("how far the balance had come", day.date, now)).await?;
                anew(revision)
            }
        };
        progress.busy_until = Some(until + MARGIN);
        let is_ours = self.save(&mut progress).await?;
        Ok(is_ours.then_some(progress))
    }

    /// Keeps how far it has come, unless somebody else has taken it on.
    async fn save(&self, progress: &mut Progress) -> Result<bool, StoreError> {
        progress.revision += 1;
        match self.balances.save_progress(progress).await {
            Ok(()) => Ok(true),
            Err(SaveError::Stale | SaveError::Taken(_)) => Ok(false),
            Err(SaveError::Store(error)) => Err(error),
        }
    }

    async fn go_on(
        &self,
        mut progress: Progress,
        until: DateTime<Utc>,
        tell: &(dyn Fn(&Balance) + Sync),
    ) -> Result<Ran, BalanceError> {
        let day = progress.day;
        let known = Known::read(&self.work, &self.balances, day.date).await?;
        let scales = Scales {
            scan: &self.scan,
            work: &self.work,
            clock: &self.clock,
            day: &day,
            orders: &Orders::read(&self.catalogue).await?,
            known: &known,
            settings: &self.catalogue.settings().await?,
            until,
        };
        let parts = progress.segments.iter().zip(0..self.segments).map(|(reached, number)| {
            let segment = Segment { number, of: self.segments };
            scales.read(segment, reached.clone())
        });
        let parts: Vec<Read> = join_all(parts).await;
        progress.segments.clear();
        let mut failed = None;
        for part in parts {
            let named = progress.counted.named.len();
            progress.counted += part.counted;
            progress.segments.push(part.reached);
            failed = failed.or(part.failed);
            for (imbalance, work) in part.found {
                let mut named = progress.counted.named.iter().skip(named);
                if named.any(|named| named.imbalance == imbalance) {
                    self.raise(&known, day.date, &work, Some(imbalance)).await?;
                }
            }
        }
        let is_read = progress.segments.iter().all(|reached| *reached == Reached::End);
        progress.busy_until = progress.busy_until.filter(|_| is_read);
        if !self.save(&mut progress).await? {
            return Ok(Ran::Busy(day));
        }
        match failed {
            Some(error) => Err(error.into()),
            None if is_read => self.conclude(progress, &known, tell).await,
            None => Ok(Ran::GoesOn(day)),
        }
    }

    /// Everything was read. What is done here is the same when it is done again.
    async fn conclude(
        &self,
        progress: Progress,
        known: &Known,
        tell: &(dyn Fn(&Balance) + Sync),
    ) -> Result<Ran, BalanceError> {
        let Progress { day, counted, revision, .. } = progress;
        let now = self.clock.now();
        let unnamed = counted.unnamed();
        if unnamed > 0 {
            self.raise(known, day.date, &the_rest(&day, unnamed, now), None).await?;
        }
        let (sites, spoilt) = self.catalogue.readable_sites().await?;
        for site in &spoilt {
            self.raise(known, day.date, &unreadable_site(site, now), None).await?;
        }
        let sites = sites.into_iter().map(|site| site.id).chain(spoilt).collect();
        let (silent, letters) = letters_silent(sites, &self.letters, known, now).await?;
        for work in letters {
            self.raise(known, day.date, &work, None).await?;
        }
        let balance = Balance {
            day,
            computed_at: now,
            counted,
            events_overdue: events_overdue(&self.events, now).await?,
            letters_silent: silent,
            work_open: count(known.open()),
        };
        tell(&balance);
        match self.balances.save_balance(&balance, revision).await {
            Ok(()) => Ok(Ran::Balanced(Box::new(balance))),
            Err(SaveError::Stale | SaveError::Taken(_)) => Ok(Ran::Busy(day)),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }

    /// Puts something on the work list, unless it waits there already, and remembers that the balance of
    /// this day has told it.
    async fn raise(
        &self,
        known: &Known,
        day: NaiveDate,
        work: &WorkItem,
        imbalance: Option<Imbalance>,
    ) -> Result<(), StoreError> {
        if !known.is_open(&work.id) {
            self.work.raise(work).await?;
        }
        self.balances.tell(&Told { work: work.id.clone(), day, imbalance }).await
    }

    /// The practice's clock: that of its first site that can be read.
    async fn zone(&self) -> Result<Tz, StoreError> {
        let (sites, _) = self.catalogue.readable_sites().await?;
        Ok(zone_of(&sites))
    }

    /// The next day that is over and has no balance.
    async fn next_day(&self, zone: Tz, now: DateTime<Utc>) -> Result<Option<Day>, StoreError> {
        let Some(last) = Day::last_settled(zone, now) else { return Ok(None) };
        let newest = self.balances.balances(None, 1).await?;
        // They are made anew, as if they had never been; should there be time for it.
        for day in newest.unreadable {
            self.work.raise(&unreadable("the balance", day, now)).await?;
        }
        let Some(newest) = newest.balances.first() else { return Ok(Some(last)) };
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
