//! An event of a patient whose record was merged into another one, when the merge has not come to the
//! booking or the referral yet: it is under way, or was cut off and waits to be asked for again. What
//! the booking has begun counts as begun for the other record too; so both go there first, as the merge
//! would take them, and the event is dealt with then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::booking::{Booking, BookingKey};
use domain::enrolment::{EndReason, Enrolment, Status};
use domain::ids::{EnrolmentId, PatientId};
use domain::referral::{Referral, ReferralKey};

use super::{Stores, TRIES, contended};
use crate::enrolments::Asked;
use crate::people::survivor;
use crate::ports::{
    Catalogue, Change, Intake, MovedCause, Newcomers, Register, SaveError, StoreError, WaitingEvent,
};
use crate::rehoming::{Records, kept_once, moved_booking, moved_referral};

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// The booking as it is known, with the record that its patient has become.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn booking_at_home(
        &self,
        key: &BookingKey,
        waiting: &WaitingEvent,
        now: DateTime<Utc>,
    ) -> Result<Option<Booking>, StoreError> {
        for _ in 0..TRIES {
            let Some(booking) = self.intake.booking(key).await? else { return Ok(None) };
            let Some((from, into)) = self.merged(booking.matching.patient()).await? else {
                return Ok(Some(booking));
            };
            let (records, asked) = (Records { from: &from, into: &into }, asked(waiting, now));
            let begun = self.begun(&booking.caused).await?;
            let moved = |begun: &[Enrolment]| moved_booking(booking, begun, records, &asked);
            self.take_along(&begun, records, &asked, moved).await?;
        }
        Err(contended())
    }

    /// The same of a referral.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn referral_at_home(
        &self,
        key: &ReferralKey,
        waiting: &WaitingEvent,
        now: DateTime<Utc>,
    ) -> Result<Option<Referral>, StoreError> {
        for _ in 0..TRIES {
            let Some(referral) = self.intake.referral(key).await? else { return Ok(None) };
            let Some((from, into)) = self.merged(referral.matching.patient()).await? else {
                return Ok(Some(referral));
            };
            let (records, asked) = (Records { from: &from, into: &into }, asked(waiting, now));
            let begun = self.begun(&referral.caused).await?;
            let moved = |begun: &[Enrolment]| moved_referral(&referral, begun, records, &asked);
            self.take_along(&begun, records, &asked, moved).await?;
        }
        Err(contended())
    }

    /// A record that was merged, and the one it has become.
    async fn merged(
        &self,
        patient: Option<&PatientId>,
    ) -> Result<Option<(PatientId, PatientId)>, StoreError> {
        let Some(from) = patient else { return Ok(None) };
        let into = survivor(self.people, from).await?.map(|patient| patient.id);
        Ok(into.filter(|into| into != from).map(|into| (from.clone(), into)))
    }

    /// What was begun, wherever it has moved to. One that cannot be read keeps none of the others: whoever
    /// tells it of the event meets it again, and puts it on the work list.
    async fn begun(&self, caused: &BTreeSet<EnrolmentId>) -> Result<Vec<Enrolment>, StoreError> {
        let mut next: Vec<_> = caused.iter().cloned().collect();
        let mut begun = BTreeMap::new();
        while let Some(id) = next.pop() {
            if begun.contains_key(&id) {
                continue;
            }
            match self.intake.enrolment(&id).await {
                Ok(None) | Err(StoreError::Unreadable { .. }) => {}
                Ok(Some(enrolment)) => {
                    if let Status::Ended { why: EndReason::MovedTo(to), .. } = &enrolment.status {
                        next.push(to.clone());
                    }
                    begun.insert(id, enrolment);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(begun.into_values().collect())
    }

    /// Stores one step of it. Whether it was taken, whoever asked looks again.
    async fn take_along(
        &self,
        begun: &[Enrolment],
        Records { from, into }: Records<'_>,
        asked: &Asked,
        moved: impl FnOnce(&[Enrolment]) -> (MovedCause, Vec<Change>),
    ) -> Result<(), StoreError> {
        let theirs = |it: &&Enrolment| it.patient == *from || it.patient == *into;
        let theirs: Vec<_> = begun.iter().filter(theirs).cloned().collect();
        let kept = kept_once(&theirs, asked);
        let stored = if kept.is_empty() {
            let (cause, changes) = moved(begun);
            self.intake.rehome(Some(&cause), &changes).await
        } else {
            self.intake.rehome(None, &kept).await
        };
        match stored {
            Ok(()) | Err(SaveError::Stale | SaveError::Taken(_)) => Ok(()),
            Err(SaveError::Store(error)) => Err(error),
        }
    }
}

fn asked(waiting: &WaitingEvent, now: DateTime<Utc>) -> Asked {
    Asked { by: Actor::PatientConnect, request_id: waiting.request_id.clone(), at: now }
}
