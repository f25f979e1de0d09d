//! What waits around the enrolments: events that nobody deals with, letters of which nobody hears.

use chrono::{DateTime, Duration, Utc};
use domain::distribution::{EpostStage, LetterState, LetterStateName, ListedLetter};
use domain::ids::{LetterId, SiteId, WorkId};
use domain::work::{WorkItem, WorkKind};

use super::count;
use super::known::Known;
use crate::ports::{Days, DueIndex, Letters, MOST_NAMED, SHARDS, Shelf, StoreError, WaitingSince};

/// How long an event may be due to be dealt with until it is told of: longer than any outage.
const EVENT_OVERDUE: Duration = Duration::days(1);

/// How long a provider may say nothing of a letter that it has not posted.
const LETTER_SILENT: Duration = Duration::days(7);

/// How old a letter is, by its date, that is not asked about any more. What was posted stays where it is
/// asked about for good, and must not be read each night for ever; what is silent was told long before.
const LETTER_PAST: Duration = Duration::days(90);

/// Most events of a shard that are counted.
const MOST_EVENTS: usize = 1_000;

/// Letters read at once.
const READ: usize = 100;

/// Events that were to be dealt with more than a day ago and still wait. What only lacks something
/// is on the work list, and is tried again at times that lie ahead.
pub(super) async fn events_overdue(
    events: &impl DueIndex<Pointer = WaitingSince>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let end = events.end_of(now - EVENT_OVERDUE);
    let mut overdue = 0;
    for shard in 0..SHARDS {
        overdue += count(events.entries(shard, ""..&end, MOST_EVENTS).await?.len());
    }
    Ok(overdue)
}

/// How many letters the ePost provider has and has said nothing of for a week; and the work that they are
/// for a person, of a hundred a night at most. Of each a person hears once.
pub(super) async fn letters_silent(
    sites: Vec<SiteId>,
    letters: &impl Letters,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<(u64, Vec<WorkItem>), StoreError> {
    let since = now - LETTER_SILENT;
    // A letter is handed over on the day it is dated, or later; a day of grace for the site's clock.
    let from = Some((now - LETTER_PAST).date_naive());
    let days = Days { from, to: since.date_naive().succ_opt() };
    let (mut silent, mut work) = (0, Vec::new());
    for site in sites {
        let on = Shelf::Site(site, LetterStateName::AtEpost);
        let mut after: Option<String> = None;
        loop {
            let page = letters.shelf(&on, days, after.as_deref(), READ).await?;
            let ids: Vec<LetterId> = page.iter().map(|placed| placed.letter.clone()).collect();
            let read = letters.letters(&ids).await?;
            for letter in read.letters.iter().filter(|letter| is_silent(letter, since)) {
                silent += 1;
                let told = silent_work(letter, now);
                if work.len() < MOST_NAMED && !known.was_told(&told.id) {
                    work.push(told);
                }
            }
            if page.len() < READ {
                break;
            }
            after = page.last().map(|placed| placed.place.clone());
        }
    }
    Ok((silent, work))
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
