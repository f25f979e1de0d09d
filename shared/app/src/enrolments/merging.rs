//! Two records of one person become one, with everything that is theirs.

use std::collections::BTreeSet;

use domain::ids::{PatientId, WorkId};
use domain::invalid::Invalid;
use domain::text::ExternalId;
use domain::work::{WorkItem, WorkKind, WorkOutcome};

use super::{Asked, Desk, Resolution, WorkStep};
use crate::catalogue::ChangeError;
use crate::people::{self, Merge, survivor};
use crate::ports::{Bookings, Catalogue, EnrolmentReader, Enrolments, Register, WorkList};

/// Two records of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The record that is no longer used.
    pub from: PatientId,
    /// The record that goes on.
    pub into: PatientId,
}

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue,
    P: Register,
    B: Bookings,
{
    /// Merges two records, takes what the patient is on and has booked to the one that goes on, lets
    /// those bookings count there, and takes the question whether the two are one person off the work
    /// list. `who` is the person who asks. Doing it again does what is left.
    ///
    /// # Errors
    /// As [`people::merge`].
    pub async fn merge(
        &self,
        list: &impl WorkList,
        pair: &Pair,
        (who, asked): (&ExternalId, &Asked),
    ) -> Result<Merge, ChangeError> {
        let Pair { from, into } = pair;
        let merge = people::merge(self.people, from, into).await?;
        // On the heap: it goes through much of the engine.
        Box::pin(self.rehome(from, into, asked)).await?;
        // What was merged into it before may have been left behind: that merge was cut off, and nobody can
        // ask for it any more.
        let left = merge.into.after.merged_from.iter().filter(|id| *id != from);
        for gone in left {
            if let Err(error) = Box::pin(self.rehome(gone, into, asked)).await {
                // It kept its own merge from its end; it must not keep this one.
                tracing::error!(error = %error, "what an earlier merge has left cannot be taken along");
            }
        }
        // Their bookings count for what the patient was on before, at once: a recall that one of them answers
        // is not sent.
        Box::pin(self.count_bookings(into, asked)).await?;
        for (newcomer, other) in [(from, into), (into, from)] {
            let id = WorkId::for_possible_duplicate(newcomer);
            let open = list.item(&id).await?;
            if open.is_some_and(|work| work.item.same_as.contains(other)) {
                self.answered(list, &id, (who, asked)).await?;
            }
        }
        Ok(merge)
    }

    /// Merges two of the records that a question on the work list is about, in the direction that is
    /// asked for, and resolves it. A record of them that was merged since stands for the one it has
    /// become.
    ///
    /// # Errors
    /// `NotFound` when the question waits no more; invalid when it is about other records; as
    /// [`people::merge`].
    pub async fn merge_asked(
        &self,
        list: &impl WorkList,
        id: &WorkId,
        pair: &Pair,
        by: (&ExternalId, &Asked),
    ) -> Result<Merge, ChangeError> {
        let open = list.item(id).await?.ok_or(ChangeError::NotFound("open work item"))?;
        if open.item.kind != WorkKind::PossibleDuplicate {
            let why = "This work is not about two records of one person; nothing was changed.";
            return Err(ChangeError::Conflict(why.to_owned()));
        }
        let records = self.records_of(&open.item).await?;
        let wrong = [("/from", &pair.from), ("/into", &pair.into)];
        if let Some((pointer, _)) = wrong.into_iter().find(|(_, id)| !records.contains(*id)) {
            let detail = "is none of the records that this work is about";
            return Err(Invalid::one(pointer, detail).into());
        }
        let merge = self.merge(list, pair, by).await?;
        self.answered(list, id, by).await?;
        Ok(merge)
    }

    /// The records of a question, and what they have become.
    async fn records_of(&self, item: &WorkItem) -> Result<BTreeSet<PatientId>, ChangeError> {
        let mut records: BTreeSet<_> = item.patient.iter().chain(&item.same_as).cloned().collect();
        for id in records.clone() {
            records.extend(survivor(self.people, &id).await?.map(|patient| patient.id));
        }
        Ok(records)
    }

    /// Takes the question off the list, if it is there still.
    async fn answered(
        &self,
        list: &impl WorkList,
        id: &WorkId,
        by: (&ExternalId, &Asked),
    ) -> Result<(), ChangeError> {
        let resolution = Resolution { outcome: WorkOutcome::Done, note: None, then: None };
        match self.work(list, id, &WorkStep::Resolve(resolution), by).await {
            Ok(_) | Err(ChangeError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
