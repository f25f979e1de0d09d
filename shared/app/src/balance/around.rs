//! What waits around the enrolments: events that nobody deals with, letters of which nobody hears.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use domain::distribution::{EpostStage, LetterState, LetterStateName, ListedLetter};
use domain::ids::{LetterId, WorkId};
use domain::work::{WorkItem, WorkKind};

use super::{Balancing, count};
use crate::ports::{
    Balances, Catalogue, Clock, Days, DueIndex, EnrolmentScan, Letters, MOST_NAMED,
    PracticeSettings, ProgramVersions, SHARDS, Shelf, StoreError, WaitingSince, WorkList,
};

/// How long an event may be due to be dealt with until it is told of: longer than any outage.
const EVENT_OVERDUE: Duration = Duration::days(1);

/// How long a provider may say nothing of a letter that it has not posted.
const LETTER_SILENT: Duration = Duration::days(7);

/// Most events of a shard that are counted.
const MOST_EVENTS: usize = 1_000;

/// Letters read at once.
const READ: usize = 100;

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
    /// Events that were to be dealt with more than a day ago and still wait. What only lacks something
    /// is on the work list, and is tried again at times that lie ahead.
    pub(super) async fn events_overdue(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let end = self.events.end_of(now - EVENT_OVERDUE);
        let mut overdue = 0;
        for shard in 0..SHARDS {
            overdue += count(self.events.entries(shard, ""..&end, MOST_EVENTS).await?.len());
        }
        Ok(overdue)
    }

    /// Letters that the ePost provider has and of which it has said nothing for a week. Each is work for
    /// a person, a hundred a night at most.
    pub(super) async fn letters_silent(
        &self,
        open: &BTreeSet<WorkId>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let since = now - LETTER_SILENT;
        // A letter is handed over on the day it is dated, or later; a day of grace for the site's clock.
        let days = Days { from: None, to: since.date_naive().succ_opt() };
        let mut silent = 0;
        for site in self.catalogue.sites().await? {
            let on = Shelf::Site(site.id, LetterStateName::AtEpost);
            let mut after: Option<String> = None;
            loop {
                let page = self.letters.shelf(&on, days, after.as_deref(), READ).await?;
                let ids: Vec<LetterId> = page.iter().map(|placed| placed.letter.clone()).collect();
                let read = self.letters.letters(&ids).await?;
                for letter in read.letters.iter().filter(|letter| is_silent(letter, since)) {
                    silent += 1;
                    if silent <= count(MOST_NAMED) {
                        self.raise(open, &silent_work(letter, now)).await?;
                    }
                }
                if page.len() < READ {
                    break;
                }
                after = page.last().map(|placed| placed.place.clone());
            }
        }
        Ok(silent)
    }
}

fn is_silent(letter: &ListedLetter, since: DateTime<Utc>) -> bool {
    match &letter.state {
        LetterState::AtEpost { stage, at, .. } => *stage != EpostStage::Posted && *at <= since,
        LetterState::Waiting(_)
        | LetterState::Printed { .. }
        | LetterState::Posted { .. }
        | LetterState::Returned { .. }
        | LetterState::Withdrawn { .. }
        | LetterState::ToFile { .. }
        | LetterState::Filed { .. }
        | LetterState::ToEpost
        | LetterState::InDoubt(_) => false,
    }
}

/// One letter is one piece of work, however many nights it is silent.
fn silent_work(letter: &ListedLetter, now: DateTime<Utc>) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["epost", "silent", letter.id.as_str()]),
        kind: WorkKind::NotReached,
        since: now,
        summary: format!(
            "The ePost provider took a letter more than a week ago and has said nothing of it since. Ask there; if it was not posted, have it printed once more. It is “{}”.",
            letter.title
        ),
        enrolment: Some(letter.key.enrolment.clone()),
        program: Some(letter.program.clone()),
        patient: Some(letter.patient.clone()),
        site: Some(letter.site.clone()),
        same_as: Vec::new(),
        reply: None,
    }
}
