//! Reads a segment page by page, and weighs what is in it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::balance::{Day, Imbalance, ImbalanceKind, Listed, Stored, Weighed, weigh};
use domain::enrolment::{Status, hold_id};
use domain::ids::{EnrolmentId, WorkId};
use domain::settings::SendingState;
use domain::work::WorkItem;

use super::count;
use super::orders::Orders;
use crate::ports::{
    Clock, Counted, EnrolmentScan, MOST_NAMED, Reached, Scanned, Segment, StoreError, Whole,
    WorkList,
};
use crate::work::unreadable_id;

/// What enrolments are weighed with.
pub(super) struct Scales<'a, S, W, K> {
    pub(super) scan: &'a S,
    pub(super) work: &'a W,
    pub(super) clock: &'a K,
    pub(super) day: &'a Day,
    pub(super) orders: &'a Orders,
    /// What was on the work list when the run began.
    pub(super) open: &'a BTreeSet<WorkId>,
    pub(super) sending: SendingState,
    /// When reading ends, done or not.
    pub(super) until: DateTime<Utc>,
}

/// What was read of a segment.
pub(super) struct Read {
    pub(super) reached: Reached,
    pub(super) counted: Counted,
    /// What is named of it, each with the work that it is.
    pub(super) found: Vec<(Imbalance, WorkItem)>,
}

impl<S: EnrolmentScan, W: WorkList, K: Clock> Scales<'_, S, W, K> {
    /// Reads on in a segment, to its end or until the time is over.
    pub(super) async fn read(
        &self,
        segment: Segment,
        mut reached: Reached,
    ) -> Result<Read, StoreError> {
        let (mut counted, mut found) = (Counted::default(), Vec::new());
        loop {
            let after = match &reached {
                Reached::End => break,
                Reached::Nothing => None,
                Reached::Place(place) => Some(place),
            };
            if self.clock.now() >= self.until {
                break;
            }
            let page = self.scan.page(segment, after).await?;
            for scanned in page.found {
                let site = match &scanned {
                    Scanned::Whole(whole) => Some(whole.enrolment.site.clone()),
                    Scanned::Unreadable { .. } | Scanned::Orphan(_) => None,
                };
                let (weighed, work) = self.weigh(scanned).await?;
                counted.enrolments += 1;
                counted.imbalances += count(weighed.imbalances.len());
                if let Some(site) = site {
                    counted.tallies.count(&site, &weighed.occurrences);
                }
                for (imbalance, work) in weighed.imbalances.into_iter().zip(work) {
                    tracing::error!(enrolment.id = %imbalance.enrolment, kind = imbalance.kind.as_str(), "an enrolment does not balance");
                    if counted.named.len() < MOST_NAMED {
                        counted.named.push(imbalance.clone());
                        found.push((imbalance, work));
                    }
                }
            }
            reached = page.next.map_or(Reached::End, Reached::Place);
        }
        Ok(Read { reached, counted, found })
    }

    /// Weighs an enrolment. What is suspicious is read once more, strongly consistent, and with the work
    /// list as it is by then: somebody may have been at it while everything was read.
    async fn weigh(&self, scanned: Scanned) -> Result<(Weighed, Vec<WorkItem>), StoreError> {
        let listed = |id: &WorkId| {
            if self.open.contains(id) { Listed::Open } else { Listed::NotOpen }
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
            if self.work.item(&work).await?.is_some() {
                open.insert(work);
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
                    sending: self.sending,
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
