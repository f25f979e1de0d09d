//! What the balances of earlier days have told, and what waits for a person: nobody is to hear of it as
//! news once more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::balance::Imbalance;
use domain::ids::{EnrolmentId, WorkId};

use crate::ports::{Balances, StoreError, Told, WorkList};

/// What is known when a run begins.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The work that waits for a person.
    open: BTreeSet<WorkId>,
    /// What was told for an earlier day, and for which.
    before: BTreeMap<WorkId, NaiveDate>,
    /// The same of the past of enrolments.
    past: BTreeMap<EnrolmentId, Vec<Imbalance>>,
}

impl Known {
    /// Reads it, for the balance of a day. What that day's own balance has told, should it have been
    /// begun before, is told by it still.
    ///
    /// Cost: two queries.
    pub(super) async fn read(
        work: &impl WorkList,
        balances: &impl Balances,
        day: NaiveDate,
    ) -> Result<Self, StoreError> {
        let open = work.open().await?.into_iter().map(|work| work.item.id).collect();
        let mut known = Self { open, ..Self::default() };
        for Told { work, day: told, imbalance } in balances.told().await? {
            if told >= day {
                continue;
            }
            if let Some(imbalance) = imbalance.filter(|it| it.kind.is_past()) {
                known.past.entry(imbalance.enrolment.clone()).or_default().push(imbalance);
            }
            known.before.insert(work, told);
        }
        Ok(known)
    }

    /// How much waits for a person.
    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    /// Whether that waits for a person.
    pub(super) fn is_open(&self, work: &WorkId) -> bool {
        self.open.contains(work)
    }

    /// Whether it was told for an earlier day.
    pub(super) fn was_told(&self, work: &WorkId) -> bool {
        self.before.contains_key(work)
    }

    /// For which earlier day it was told, should it stand since: who resolves it and does not mend it
    /// hears of it once more.
    pub(super) fn stands_since(&self, work: &WorkId) -> Option<NaiveDate> {
        self.before.get(work).copied().filter(|_| self.is_open(work))
    }

    /// What was told of the past of an enrolment.
    pub(super) fn past_of(&self, enrolment: &EnrolmentId) -> &[Imbalance] {
        self.past.get(enrolment).map_or(&[], Vec::as_slice)
    }
}
