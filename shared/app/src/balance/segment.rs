//! Reads a segment page by page, and weighs what is in it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::balance::{Day, Imbalance, ImbalanceKind, Listed, Stored, Weighed, weigh};
use domain::enrolment::{Status, hold_id};
use domain::ids::{EnrolmentId, WorkId};
use domain::settings::Settings;
use domain::work::WorkItem;

use super::known::Known;
use super::orders::Orders;
use crate::ports::{
    Clock, Counted, EnrolmentScan, Named, Reached, Scanned, Segment, StoreError, Whole, WorkList,
};
use crate::work::unreadable_id;

/// What enrolments are weighed with.
pub(super) struct Scales<'a, S, W, K> {
    pub(super) scan: &'a S,
    pub(super) work: &'a W,
    pub(super) clock: &'a K,
    pub(super) day: &'a Day,
    pub(super) orders: &'a Orders,
    /// What was on the work list when the run began, and what was told before.
    pub(super) known: &'a Known,
    pub(super) settings: &'a Settings,
    /// When reading ends, done or not.
    pub(super) until: DateTime<Utc>,
}

/// What was read of a segment.
pub(super) struct Read {
    pub(super) reached: Reached,
    pub(super) counted: Counted,
    /// What is new and named of it, each with the work that it is.
    pub(super) found: Vec<(Imbalance, WorkItem)>,
    /// Why it was read no further, should the store have failed.
    pub(super) failed: Option<StoreError>,
}

impl<S: EnrolmentScan, W: WorkList, K: Clock> Scales<'_, S, W, K> {
    /// Reads on in a segment, to its end, until the time is over, or until the store fails: what was
    /// counted of whole pages by then is kept.
    pub(super) async fn read(&self, segment: Segment, reached: Reached) -> Read {
        let (counted, found) = (Counted::default(), Vec::new());
        let mut read = Read { reached, counted, found, failed: None };
        while read.reached != Reached::End && self.clock.now() < self.until {
            match self.read_page(segment, &read.reached).await {
                Ok(page) => {
                    read.reached = page.reached;
                    read.counted += page.counted;
                    read.found.extend(page.found);
                }
                Err(error) => {
                    read.failed = Some(error);
                    break;
                }
            }
        }
        read
    }

    async fn read_page(&self, segment: Segment, reached: &Reached) -> Result<Read, StoreError> {
        let after = match reached {
            Reached::Nothing | Reached::End => None,
            Reached::Place(place) => Some(place),
        };
        let page = self.scan.page(segment, after).await?;
        let (mut counted, mut found) = (Counted::default(), Vec::new());
        for scanned in page.found {
            let site = match &scanned {
                Scanned::Whole(whole) => Some(whole.enrolment.site.clone()),
                Scanned::Unreadable { .. } | Scanned::Orphan(_) => None,
            };
            let (weighed, work) = self.weigh(scanned).await?;
            counted.enrolments += 1;
            if let Some(site) = site {
                counted.tallies.count(&site, &weighed.occurrences);
            }
            for (imbalance, work) in weighed.imbalances.into_iter().zip(work) {
                tracing::error!(enrolment.id = %imbalance.enrolment, kind = imbalance.kind.as_str(), "an enrolment does not balance");
                let since = self.known.stands_since(&work.id);
                if counted.find(Named { imbalance: imbalance.clone(), since }) && since.is_none() {
                    found.push((imbalance, work));
                }
            }
        }
        let reached = page.next.map_or(Reached::End, Reached::Place);
        Ok(Read { reached, counted, found, failed: None })
    }

    /// Weighs an enrolment. What is suspicious is read once more, strongly consistent, and with the work
    /// list as it is by then: somebody may have been at it while everything was read.
    async fn weigh(&self, scanned: Scanned) -> Result<(Weighed, Vec<WorkItem>), StoreError> {
        let listed = |id: &WorkId| {
            if self.known.is_open(id) { Listed::Open } else { Listed::NotOpen }
        };
        let (id, first) = self.look(&scanned, listed);
        if first.imbalances.is_empty() {
            return Ok((first, Vec::new()));
        }
        let Some(again) = self.scan.whole(&id).await? else {
            return Ok((Weighed::default(), Vec::new()));
        };
        let mut open = BTreeSet::new();
        for work in asked_about(&again) {
            match self.work.item(&work).await {
                Ok(None) => {}
                Ok(Some(_)) => {
                    open.insert(work);
                }
                // It is on the list, as one that cannot be read, and waits for a person as such.
                Err(StoreError::Unreadable { what, why }) => {
                    tracing::error!(work.id = %work, what, why, "a work item cannot be read");
                    open.insert(work);
                }
                Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => {
                    return Err(error);
                }
            }
        }
        let listed = |id: &WorkId| if open.contains(id) { Listed::Open } else { Listed::NotOpen };
        let (_, weighed) = self.look(&again, listed);
        let now = self.clock.now();
        let of = match &again {
            Scanned::Whole(whole) => Some(&whole.enrolment),
            Scanned::Unreadable { .. } | Scanned::Orphan(_) => None,
        };
        let work = weighed.imbalances.iter().map(|it| it.work(of, now)).collect();
        Ok((weighed, work))
    }

    fn look(
        &self,
        scanned: &Scanned,
        listed: impl Fn(&WorkId) -> Listed,
    ) -> (EnrolmentId, Weighed) {
        let alone = |id: &EnrolmentId, kind| Weighed {
            occurrences: Vec::new(),
            imbalances: vec![Imbalance::of_all(id.clone(), kind)],
        };
        match scanned {
            Scanned::Whole(whole) => {
                let e = &whole.enrolment;
                let stored = Stored {
                    enrolment: e,
                    rows: &whole.rows,
                    notes: &whole.notes,
                    indexed: &whole.indexed,
                    hold: hold_of(whole).map_or(Listed::NotOpen, |id| listed(&id)),
                    parked: listed(&unreadable_id(e.id.as_str())),
                    order: self.orders.of(&e.program),
                    sending: self.settings.noticed(),
                    released_at: self.settings.released_at,
                    told: self.known.past_of(&e.id),
                };
                (e.id.clone(), weigh(&stored, self.day, self.clock.now()))
            }
            Scanned::Unreadable { id, why } => {
                match listed(&unreadable_id(id.as_str())) {
                    Listed::Open => return (id.clone(), Weighed::default()),
                    Listed::NotOpen => {}
                }
                tracing::error!(enrolment.id = %id, reason = why, "an enrolment cannot be read");
                (id.clone(), alone(id, ImbalanceKind::UnreadableUnlisted))
            }
            Scanned::Orphan(id) => (id.clone(), alone(id, ImbalanceKind::Orphaned)),
        }
    }
}

/// The work of its hold, if it is held.
fn hold_of(whole: &Whole) -> Option<WorkId> {
    let e = &whole.enrolment;
    match &e.status {
        Status::Held { step, .. } => Some(hold_id(&e.key_of(step))),
        Status::Active(_) | Status::Completed { .. } | Status::Ended { .. } => None,
    }
}

/// The work that could say of it that a person is on it.
fn asked_about(scanned: &Scanned) -> Vec<WorkId> {
    match scanned {
        Scanned::Whole(whole) => {
            let unreadable = unreadable_id(whole.enrolment.id.as_str());
            hold_of(whole).into_iter().chain([unreadable]).collect()
        }
        Scanned::Unreadable { id, .. } | Scanned::Orphan(id) => vec![unreadable_id(id.as_str())],
    }
}
