//! An event of a patient whose record was merged into another one, when the merge has not come to the
//! booking or the referral yet: it is under way, or was cut off and waits to be asked for again. What
//! the booking has begun counts as begun for the other record too; so both go there first, as the merge
//! would take them, and the event is dealt with then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::booking::{Booking, BookingKey, Matching};
use domain::enrolment::{Cause, EndReason, Enrolment, Status};
use domain::ids::{EnrolmentId, PatientId};
use domain::referral::{Referral, ReferralKey};

use super::{Stores, TRIES, contended};
use crate::enrolments::Asked;
use crate::people::survivor;
use crate::ports::{
    Catalogue, Change, Intake, MovedCause, Newcomers, Register, SaveError, StoreError, WaitingEvent,
};
use crate::rehoming::{Records, kept_once, moved, moved_booking, moved_referral};

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// The booking as it is known, with the record that its patient has become; and so what it has begun
    /// and completed, whosever it was.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn booking_at_home(
        &self,
        key: &BookingKey,
        waiting: &WaitingEvent,
        now: DateTime<Utc>,
    ) -> Result<Option<Booking>, StoreError> {
        let Some(booking) = self.booking_taken_along(key, waiting, now).await? else {
            return Ok(None);
        };
        let home = booking.matching.patient();
        let mut is_as_read = true;
        for id in booking.caused.iter().chain(&booking.completed) {
            is_as_read &= self.enrolment_at_home(id, home, waiting, now).await?;
        }
        if is_as_read { Ok(Some(booking)) } else { self.intake.booking(key).await }
    }

    /// Takes an enrolment along whose patient was merged, with what has begun it if that is the same
    /// patient's. Answers whether nothing was to be done.
    async fn enrolment_at_home(
        &self,
        id: &EnrolmentId,
        home: Option<&PatientId>,
        waiting: &WaitingEvent,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        for tried in 0..TRIES {
            let enrolment = match self.intake.enrolment(id).await {
                Ok(Some(enrolment)) if home != Some(&enrolment.patient) => enrolment,
                Ok(Some(_) | None) | Err(StoreError::Unreadable { .. }) => return Ok(tried == 0),
                Err(error) => return Err(error),
            };
            let Some((_, into)) = self.merged(Some(&enrolment.patient)).await? else {
                return Ok(tried == 0);
            };
            let along = match &enrolment.cause {
                Cause::Booking(key) if tried == 0 => {
                    self.booking_taken_along(key, waiting, now).await.map(drop)
                }
                Cause::Referral(key) if tried == 0 => {
                    self.referral_taken_along(key, waiting, now).await.map(drop)
                }
                Cause::Booking(_) | Cause::Referral(_) | Cause::Added(_) => {
                    self.taken_alone(&enrolment, &into, &asked(waiting, now)).await
                }
            };
            match along {
                Ok(()) => {}
                // What else has begun it cannot be read: it stays where it is, and keeps nothing.
                Err(StoreError::Unreadable { .. }) => return Ok(tried == 0),
                Err(error) => return Err(error),
            }
        }
        Err(contended())
    }

    /// Stores one step of taking an enrolment along whose cause is not the same patient's.
    async fn taken_alone(
        &self,
        enrolment: &Enrolment,
        into: &PatientId,
        asked: &Asked,
    ) -> Result<(), StoreError> {
        let caused = match &enrolment.cause {
            Cause::Booking(key) => self.intake.booking(key).await?.map(|it| it.caused),
            Cause::Referral(key) => self.intake.referral(key).await?.map(|it| it.caused),
            Cause::Added(_) => None,
        };
        let begun = self.begun(&caused.unwrap_or_default()).await?;
        let mut changes = kept_once(&self.of_one(begun, into).await?, asked);
        if changes.is_empty() {
            changes.push(moved(enrolment, into, asked));
        }
        taken(self.intake.rehome(None, &changes).await)
    }

    /// Those of the enrolments that are a patient's, by whatever record.
    async fn of_one(
        &self,
        all: Vec<Enrolment>,
        patient: &PatientId,
    ) -> Result<Vec<Enrolment>, StoreError> {
        let mut theirs = Vec::new();
        for enrolment in all {
            let merged = self.merged(Some(&enrolment.patient)).await?;
            if merged.is_some_and(|(_, into)| into == *patient) || enrolment.patient == *patient {
                theirs.push(enrolment);
            }
        }
        Ok(theirs)
    }

    async fn booking_taken_along(
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
            let go = |begun: &[Enrolment]| moved_booking(booking, begun, records, &asked);
            self.take_along(&begun, records, &asked, go).await?;
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
        let Some(referral) = self.referral_taken_along(key, waiting, now).await? else {
            return Ok(None);
        };
        let home = referral.matching.patient();
        let mut is_as_read = true;
        for enrolment in self.begun(&referral.caused).await? {
            is_as_read &= self.enrolment_at_home(&enrolment.id, home, waiting, now).await?;
        }
        if is_as_read { Ok(Some(referral)) } else { self.intake.referral(key).await }
    }

    async fn referral_taken_along(
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
            let go = |begun: &[Enrolment]| moved_referral(&referral, begun, records, &asked);
            self.take_along(&begun, records, &asked, go).await?;
        }
        Err(contended())
    }

    /// Checks that the record of whose something was when it was read was not merged since: the event is dealt
    /// with anew then, on what is moved.
    ///
    /// # Errors
    /// `Unavailable` when it was, and when the store fails.
    pub(super) async fn not_merged_since(&self, read: Option<&Matching>) -> Result<(), StoreError> {
        match self.merged(read.and_then(Matching::patient)).await? {
            Some(_) => Err(contended()),
            None => Ok(()),
        }
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

    /// Stores one step of it.
    async fn take_along(
        &self,
        begun: &[Enrolment],
        records: Records<'_>,
        asked: &Asked,
        moved: impl FnOnce(&[Enrolment]) -> (MovedCause, Vec<Change>),
    ) -> Result<(), StoreError> {
        let kept = kept_once(&self.of_one(begun.to_vec(), records.into).await?, asked);
        let stored = if kept.is_empty() {
            let (cause, changes) = moved(begun);
            self.intake.rehome(Some(&cause), &changes).await
        } else {
            self.intake.rehome(None, &kept).await
        };
        taken(stored)
    }
}

/// Whether it was taken or somebody else was first: whoever asked looks again.
fn taken(stored: Result<(), SaveError>) -> Result<(), StoreError> {
    match stored {
        Ok(()) | Err(SaveError::Stale | SaveError::Taken(_)) => Ok(()),
        Err(SaveError::Store(error)) => Err(error),
    }
}

fn asked(waiting: &WaitingEvent, now: DateTime<Utc>) -> Asked {
    Asked { by: Actor::PatientConnect, request_id: waiting.request_id.clone(), at: now }
}
