//! The balances of days.

use std::collections::BTreeMap;

use app::ports::{Balance, Counted, Named, Progress, Reached, ScanPlace, Told};
use chrono::{DateTime, NaiveDate, Utc};
use domain::balance::{Day, Imbalance, ImbalanceKind, Tallies, Tally};
use domain::ids::{ActionId, EnrolmentId, SiteId, WorkId};
use domain::program::Carrier;
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct BalanceData {
    day: DayData,
    computed_at: DateTime<Utc>,
    counted: CountedData,
    events_overdue: u64,
    letters_silent: u64,
    work_open: u64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ProgressData {
    day: DayData,
    segments: Vec<ReachedData>,
    counted: CountedData,
    begun_at: DateTime<Utc>,
    busy_until: Option<DateTime<Utc>>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ToldData {
    work: WorkId,
    day: NaiveDate,
    imbalance: Option<ImbalanceData>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct DayData {
    date: NaiveDate,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReachedData {
    Nothing,
    Place { pk: String, sk: String },
    End,
}

#[derive(Serialize, Deserialize)]
struct CountedData {
    enrolments: u64,
    all: TallyData,
    by_carrier: BTreeMap<String, TallyData>,
    by_site: BTreeMap<String, TallyData>,
    imbalances: u64,
    #[serde(default)]
    new: u64,
    named: Vec<ImbalanceData>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct TallyData {
    due: u64,
    sent: u64,
    too_late: u64,
    passed: u64,
    failed: u64,
    over: u64,
    held: u64,
    waiting: u64,
}

#[derive(Serialize, Deserialize)]
struct ImbalanceData {
    kind: String,
    enrolment: EnrolmentId,
    cycle: Option<u16>,
    action: Option<ActionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempt: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<NaiveDate>,
}

impl From<Day> for DayData {
    fn from(Day { date, from, until }: Day) -> Self {
        Self { date, from, until }
    }
}

impl From<DayData> for Day {
    fn from(DayData { date, from, until }: DayData) -> Self {
        Self { date, from, until }
    }
}

impl From<Tally> for TallyData {
    fn from(tally: Tally) -> Self {
        let Tally { due, sent, too_late, passed, failed, over, held, waiting } = tally;
        Self { due, sent, too_late, passed, failed, over, held, waiting }
    }
}

impl From<TallyData> for Tally {
    fn from(data: TallyData) -> Self {
        let TallyData { due, sent, too_late, passed, failed, over, held, waiting } = data;
        Self { due, sent, too_late, passed, failed, over, held, waiting }
    }
}

impl From<&Imbalance> for ImbalanceData {
    fn from(it: &Imbalance) -> Self {
        Self {
            kind: it.kind.as_str().to_owned(),
            enrolment: it.enrolment.clone(),
            cycle: it.cycle,
            action: it.action.clone(),
            attempt: it.attempt,
            since: None,
        }
    }
}

impl TryFrom<ImbalanceData> for Imbalance {
    type Error = BadRecord;

    fn try_from(data: ImbalanceData) -> Result<Self, BadRecord> {
        Ok(Self {
            kind: ImbalanceKind::parse(&data.kind).field("kind")?,
            enrolment: data.enrolment,
            cycle: data.cycle,
            action: data.action,
            attempt: data.attempt,
        })
    }
}

impl From<&Counted> for CountedData {
    fn from(counted: &Counted) -> Self {
        let Tallies { all, by_carrier, by_site } = &counted.tallies;
        let named = counted
            .named
            .iter()
            .map(|it| ImbalanceData { since: it.since, ..(&it.imbalance).into() });
        Self {
            enrolments: counted.enrolments,
            all: (*all).into(),
            by_carrier: by_carrier
                .iter()
                .map(|(carrier, tally)| (carrier.as_str().to_owned(), (*tally).into()))
                .collect(),
            by_site: by_site
                .iter()
                .map(|(site, tally)| (site.to_string(), (*tally).into()))
                .collect(),
            imbalances: counted.imbalances,
            new: counted.new,
            named: named.collect(),
        }
    }
}

impl TryFrom<CountedData> for Counted {
    type Error = BadRecord;

    fn try_from(data: CountedData) -> Result<Self, BadRecord> {
        let by_carrier = data.by_carrier.into_iter().map(|(carrier, tally)| {
            Ok((Carrier::parse(&carrier).field("by_carrier")?, tally.into()))
        });
        let by_site = data
            .by_site
            .into_iter()
            .map(|(site, tally)| Ok((SiteId::parse(&site).field("by_site")?, tally.into())));
        let named = data
            .named
            .into_iter()
            .map(|it| Ok(Named { since: it.since, imbalance: it.try_into()? }));
        Ok(Self {
            enrolments: data.enrolments,
            tallies: Tallies {
                all: data.all.into(),
                by_carrier: by_carrier.collect::<Result<_, BadRecord>>()?,
                by_site: by_site.collect::<Result<_, BadRecord>>()?,
            },
            imbalances: data.imbalances,
            new: data.new,
            named: named.collect::<Result<_, BadRecord>>()?,
        })
    }
}

impl From<&Balance> for BalanceData {
    fn from(balance: &Balance) -> Self {
        Self {
            day: balance.day.into(),
            computed_at: balance.computed_at,
            counted: (&balance.counted).into(),
            events_overdue: balance.events_overdue,
            letters_silent: balance.letters_silent,
            work_open: balance.work_open,
        }
    }
}

impl TryFrom<BalanceData> for Balance {
    type Error = BadRecord;

    fn try_from(data: BalanceData) -> Result<Self, BadRecord> {
        Ok(Self {
            day: data.day.into(),
            computed_at: data.computed_at,
            counted: data.counted.try_into()?,
            events_overdue: data.events_overdue,
            letters_silent: data.letters_silent,
            work_open: data.work_open,
        })
    }
}

impl From<&Progress> for ProgressData {
    fn from(progress: &Progress) -> Self {
        let segments = progress.segments.iter().map(|reached| match reached {
            Reached::Nothing => ReachedData::Nothing,
            Reached::Place(ScanPlace { pk, sk }) => {
                ReachedData::Place { pk: pk.clone(), sk: sk.clone() }
            }
            Reached::End => ReachedData::End,
        });
        Self {
            day: progress.day.into(),
            segments: segments.collect(),
            counted: (&progress.counted).into(),
            begun_at: progress.begun_at,
            busy_until: progress.busy_until,
        }
    }
}

impl ProgressData {
    /// What it says, as it was saved as this revision.
    pub(crate) fn read(self, revision: u64) -> Result<Progress, BadRecord> {
        let segments = self.segments.into_iter().map(|reached| match reached {
            ReachedData::Nothing => Reached::Nothing,
            ReachedData::Place { pk, sk } => Reached::Place(ScanPlace { pk, sk }),
            ReachedData::End => Reached::End,
        });
        Ok(Progress {
            day: self.day.into(),
            segments: segments.collect(),
            counted: self.counted.try_into()?,
            begun_at: self.begun_at,
            busy_until: self.busy_until,
            revision,
        })
    }
}

impl From<&Told> for ToldData {
    fn from(told: &Told) -> Self {
        let imbalance = told.imbalance.as_ref().map(ImbalanceData::from);
        Self { work: told.work.clone(), day: told.day, imbalance }
    }
}

impl TryFrom<ToldData> for Told {
    type Error = BadRecord;

    fn try_from(data: ToldData) -> Result<Self, BadRecord> {
        let imbalance = data.imbalance.map(Imbalance::try_from).transpose()?;
        Ok(Self { work: data.work, day: data.day, imbalance })
    }
}
