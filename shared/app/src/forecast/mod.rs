//! What the next two weeks bring, by day and channel: the engine, run ahead of time for everybody whose action comes
//! due within them.
//!
//! Nobody keeps these numbers. They are worked out within one request, so what is read is bounded: those whose next action
//! comes first. Where there are more, it is said up to when the numbers are all there is.
//!
//! Looked at is what the engine looks at, but for the bookings that may complete a cycle: one that is known has done so
//! already, and one to come is not known. Nor is it looked at whether a text can be filled, whether an address is on
//! hold, or all sending is: what waits for a release counts today.

mod around;
mod earliest;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::calendar::local;
use domain::enrolment::{Cause, Enrolment, Fate, forecast};
use domain::ids::{EnrolmentId, SiteId};
use domain::program::{Action, Carrier};
use domain::site::Site;
use futures_util::future::{try_join_all, try_join3};

use self::around::{Around, Known};
pub(crate) use self::earliest::earliest;
use self::window::Window;
use crate::ports::{
    Bookings, Catalogue, Clock, Due, DueIndex, EnrolmentReader, People, StoreError,
};
use crate::practice::zone_of;

/// How many days are looked ahead, today being the first.
pub const DAYS: u64 = 14;

/// Most enrolments that are looked at. The console waits for 12 seconds, the function has 15; so many are read in
/// some seconds with the processor it has, and a practice that has more within two weeks looks at the first days.
pub const MOST_READ: usize = 5_000;

/// Enrolments read at once: as many as one request to the store takes.
const TOGETHER: usize = 100;

/// How many of these requests are under way at a time.
const AT_ONCE: usize = 4;

/// With no more enrolments is begun after this, whatever their number: the answer must come while somebody waits, and
/// the function may have started for it.
const BEGINS_FOR: Duration = Duration::seconds(6);

/// The stores that a forecast reads.
#[derive(Debug, Clone, Copy)]
pub struct Forecasting<'a, D, C, P, B, R, K> {
    /// The due index.
    pub index: &'a D,
    /// Programs.
    pub catalogue: &'a C,
    /// Patients.
    pub people: &'a P,
    /// Bookings and referrals that began what is looked at.
    pub bookings: &'a B,
    /// Enrolments.
    pub reader: &'a R,
    /// The clock.
    pub clock: &'a K,
    /// Most enrolments that are looked at: [`MOST_READ`], but in a test.
    pub most: usize,
}

/// What the next days bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The practice's clock, by which days begin.
    pub zone: Tz,
    /// The days in order, the first being today.
    pub days: Vec<DayAhead>,
    /// All that comes on the days before the day of this moment is counted; what is said of that day and of later ones
    /// is the least that comes. `None` when everything is counted.
    pub complete_until: Option<DateTime<Utc>>,
    /// How many enrolments were looked at, of all sites.
    pub enrolments: usize,
    /// Of how many of them nothing can be said, because they, or something they need, cannot be read.
    pub unreadable: usize,
}

/// What a day brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayAhead {
    /// The day.
    pub date: NaiveDate,
    /// How many messages are sent by each channel, and how many pauses are come to. What there is none of is left out.
    pub by_carrier: BTreeMap<Carrier, usize>,
}

impl<D, C, P, B, R, K> Forecasting<'_, D, C, P, B, R, K>
where
    D: DueIndex<Pointer = Due>,
    C: Catalogue,
    P: People,
    B: Bookings,
    R: EnrolmentReader,
    K: Clock,
{
    /// What the next [`DAYS`] days bring: at one site, or at all of `sites`, the practice's.
    ///
    /// Cost: two dozen queries of the index; for each hundred enrolments a read of them, of their patients, of their
    /// visits and of their referrals; and a read of each program.
    ///
    /// # Errors
    /// When the store fails. What cannot be read is counted as such, and fails nothing else.
    pub async fn run(&self, sites: &[Site], only: Option<&SiteId>) -> Result<Forecast, StoreError> {
        let now = self.clock.now();
        let window = Window::from(zone_of(sites), now);
        let mut forecast = Forecast {
            zone: window.zone,
            days: window.days(),
            complete_until: None,
            enrolments: 0,
            unreadable: 0,
        };
        let end = self.index.end_of(window.until - Duration::milliseconds(1));
        let found = earliest(self.index, &end, self.most).await?;
        let mut known = Known { sites, programs: BTreeMap::new() };
        let (mut seen, mut last, mut done) = (BTreeSet::new(), None, 0);
        let mut strangers = 0;
        for some in found.entries.chunks(TOGETHER * AT_ONCE) {
            if done > 0 && self.clock.now() >= now + BEGINS_FOR {
                break;
            }
            done += some.len();
            let mut ids = Vec::new();
            for entry in some {
                match &entry.pointer {
                    Ok(due) => {
                        last = Some(due.due);
                        let id = &due.pointer.key.enrolment;
                        // It may have been moved to another shard between two reads.
                        if seen.insert(id.clone()) {
                            ids.push(id.clone());
                        }
                    }
                    // The sweeper puts it on the work list.
                    Err(_) => strangers += 1,
                }
            }
            let read = ids.chunks(TOGETHER).map(|ids| self.read(ids));
            for (enrolments, around) in try_join_all(read).await? {
                forecast.unreadable += enrolments.1;
                for enrolment in enrolments.0 {
                    if only.is_none_or(|site| *site == enrolment.site) {
                        self.know(&mut known, &enrolment).await?;
                        forecast.add(enrolment, &known, &around, window);
                    }
                }
            }
        }
        forecast.enrolments = seen.len() + strangers;
        forecast.unreadable += strangers;
        if found.more || done < found.entries.len() {
            forecast.complete_until = Some(last.unwrap_or(now));
        }
        Ok(forecast)
    }

    /// Reads some enrolments and what they need; how many of them cannot be read is beside them.
    async fn read(
        &self,
        ids: &[EnrolmentId],
    ) -> Result<((Vec<Enrolment>, usize), Around), StoreError> {
        let (mut enrolments, unreadable) = self.reader.enrolments(ids).await?;
        // The index may lag behind: what waits for a person by now comes to nothing by itself.
        enrolments.retain(|enrolment| enrolment.due().is_some());
        let (mut patients, mut visits, mut referrals) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for enrolment in &enrolments {
            patients.insert(enrolment.patient.clone());
            match &enrolment.cause {
                Cause::Booking(key) => _ = visits.insert(key.clone()),
                Cause::Referral(key) => _ = referrals.insert(key.clone()),
                Cause::Added(_) => {}
            }
        }
        let (patients, visits, referrals) = try_join3(
            self.people.patients(&patients),
            self.bookings.bookings(&visits),
            self.bookings.referrals(&referrals),
        )
        .await?;
        let around = Around {
            patients: patients.patients.into_iter().map(|it| (it.id.clone(), it)).collect(),
            visits: visits.into_iter().map(|it| (it.key.clone(), it)).collect(),
            referrals: referrals.into_iter().map(|it| (it.key.clone(), it)).collect(),
        };
        Ok(((enrolments, unreadable.len()), around))
    }

    /// Reads its program, unless it is known. One that cannot be read is left out.
    async fn know(&self, known: &mut Known<'_>, enrolment: &Enrolment) -> Result<(), StoreError> {
        let id = &enrolment.program;
        if known.programs.contains_key(id) {
            return Ok(());
        }
        let program = match self.catalogue.program(id).await {
            Ok(program) => program,
            Err(StoreError::Unreadable { .. }) => None,
            Err(error) => return Err(error),
        };
        known.programs.insert(id.clone(), program);
        Ok(())
    }
}

impl Forecast {
    /// Counts what an enrolment brings.
    fn add(&mut self, enrolment: Enrolment, known: &Known<'_>, around: &Around, window: Window) {
        let facts = match known.facts(&enrolment, around) {
            Ok(facts) => facts,
            Err(lost) => {
                tracing::warn!(enrolment.id = %enrolment.id, lost, "what comes of it cannot be said");
                self.unreadable += 1;
                return;
            }
        };
        for ahead in forecast(enrolment, facts, window.now, window.until) {
            match ahead.fate {
                Fate::Sent(_) | Fate::Paused => {}
                Fate::Skipped(_) | Fate::Failed(_) => continue,
            }
            let date = local(window.zone, ahead.at).date();
            let day = self.days.iter_mut().find(|day| day.date == date);
            let carrier = facts.program.action(&ahead.action).map(Action::carrier);
            if let (Some(day), Some(carrier)) = (day, carrier) {
                *day.by_carrier.entry(carrier).or_default() += 1;
            }
        }
    }
}
