//! A patient is none any more, or goes on under another record.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::booking::BookingKey;
use domain::enrolment::{Cause, Enrolment, Event, decide};
use domain::ids::{EnrolmentId, PatientId};
use domain::referral::ReferralKey;

use super::{Asked, Desk, TRIES, contended};
use crate::ports::{
    Bookings, Catalogue, Change, EnrolmentReader, Enrolments, People, SaveError, StoreError,
};
use crate::rehoming::{Records, kept_once, moved, moved_booking, moved_referral};
use crate::situation::Situation;
use crate::work::unreadable;

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue,
    P: People,
    B: Bookings,
{
    /// Ends what a patient is on who is recorded as deceased or archived. They are sent nothing
    /// either way; this says so in the history and takes their work off the list. Doing it again
    /// does what is left.
    ///
    /// # Errors
    /// When the store fails. One enrolment that cannot be read keeps none of the others; it goes to
    /// the work list.
    pub async fn patient_gone(
        &self,
        patient: &PatientId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let found = self.reader.of_patient(patient).await?;
        for one in found.unreadable {
            self.leave(&one.id, &one.why, now).await?;
        }
        for enrolment in found.enrolments {
            if !enrolment.is_open() {
                continue;
            }
            match self.end_of_patient(&enrolment.id, now).await {
                Err(error @ StoreError::Unreadable { .. }) => {
                    self.leave(&enrolment.id, &error.to_string(), now).await?;
                }
                done => done?,
            }
        }
        Ok(())
    }

    /// Leaves an enrolment as it is that cannot be read, or needs something that cannot be: a person
    /// must see to it.
    pub(super) async fn leave(
        &self,
        id: &EnrolmentId,
        why: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        tracing::error!(enrolment.id = %id, reason = %why, "an enrolment of a patient who is gone cannot be read");
        self.enrolments.park(id.as_str(), &unreadable(id.as_str(), why, now)).await
    }

    async fn end_of_patient(&self, id: &EnrolmentId, now: DateTime<Utc>) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let Some(enrolment) = self.enrolments.enrolment(id).await? else { return Ok(()) };
            let situation =
                Situation::read(self.catalogue, self.people, self.bookings, enrolment).await?;
            let decision = decide(&situation.enrolment, situation.facts(), Event::PatientGone, now);
            let change = Change::new(Some(situation.enrolment), decision, &situation.bookings);
            match self.enrolments.commit(&[change]).await {
                Ok(()) => return Ok(()),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
        }
        Err(contended())
    }

    /// Takes everything a merged patient is and was on to the record that is used, and their
    /// bookings and referrals with it: each and what it has begun go together, because an enrolment
    /// whose booking is another patient's ends. Doing it again does what is left.
    ///
    /// # Errors
    /// When the store fails. An enrolment that cannot be read keeps none of the others; it stays where
    /// it is and goes to the work list.
    pub async fn rehome(
        &self,
        from: &PatientId,
        into: &PatientId,
        asked: &Asked,
    ) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            self.keep_one_of_each(from, into, asked).await?;
            if !self.rehome_what_is_there(from, into, asked).await? {
                break;
            }
            // Whoever knew the record before it was merged may have added to it meanwhile.
        }
        Ok(())
    }

    /// Takes along what is found. Answers whether anything was.
    async fn rehome_what_is_there(
        &self,
        from: &PatientId,
        into: &PatientId,
        asked: &Asked,
    ) -> Result<bool, StoreError> {
        let booked = self.bookings.of_patient(from, DateTime::UNIX_EPOCH).await?;
        let found = self.reader.of_patient(from).await?;
        let any = !booked.is_empty() || !found.enrolments.is_empty();
        for one in found.unreadable {
            self.leave(&one.id, &one.why, asked.at).await?;
        }
        let (mut bookings, mut referrals) = (BTreeSet::new(), BTreeSet::new());
        bookings.extend(booked.iter().map(|booking| &booking.key));
        for enrolment in &found.enrolments {
            match &enrolment.cause {
                Cause::Booking(key) => {
                    bookings.insert(key);
                }
                Cause::Referral(key) => {
                    referrals.insert(key);
                }
                Cause::Added(_) => {}
            }
        }
        for key in bookings {
            self.rehome_with_booking(key, from, into, asked).await?;
        }
        for key in referrals {
            self.rehome_with_referral(key, &found.enrolments, (from, into), asked).await?;
        }
        for enrolment in &found.enrolments {
            self.rehome_alone(&enrolment.id, from, into, asked).await?;
        }
        Ok(any)
    }

    /// What one booking or referral has put both records on is left once: the other one must not be
    /// taken up when the two are one patient. An enrolment that cannot be read goes to the work list as
    /// its record is moved.
    async fn keep_one_of_each(
        &self,
        from: &PatientId,
        into: &PatientId,
        asked: &Asked,
    ) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let mut both = self.reader.of_patient(from).await?.enrolments;
            both.extend(self.reader.of_patient(into).await?.enrolments);
            let mut all_kept = true;
            for change in kept_once(&both, asked) {
                match self.enrolments.commit(&[change]).await {
                    Ok(()) => {}
                    Err(SaveError::Stale | SaveError::Taken(_)) => all_kept = false,
                    Err(SaveError::Store(error)) => return Err(error),
                }
            }
            if all_kept {
                return Ok(());
            }
        }
        Err(contended())
    }

    async fn rehome_with_booking(
        &self,
        key: &BookingKey,
        from: &PatientId,
        into: &PatientId,
        asked: &Asked,
    ) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let before = self.bookings.booking(key).await?;
            let Some(before) = before.filter(|it| it.matching.patient() == Some(from)) else {
                return Ok(());
            };
            let mut caused = Vec::new();
            for id in &before.caused {
                match self.enrolments.enrolment(id).await {
                    Ok(enrolment) => caused.extend(enrolment),
                    // The booking goes on with what else it has begun.
                    Err(error @ StoreError::Unreadable { .. }) => {
                        self.leave(id, &error.to_string(), asked.at).await?;
                    }
                    Err(error) => return Err(error),
                }
            }
            let (moved, changes) = moved_booking(before, &caused, Records { from, into }, asked);
            match self.enrolments.rehome(Some(&moved), &changes).await {
                Ok(()) => return Ok(()),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
        }
        Err(contended())
    }

    /// A referral and what it has begun go together, as a booking does. It is found by that: one that
    /// has begun nothing is matched anew by its next event.
    async fn rehome_with_referral(
        &self,
        key: &ReferralKey,
        found: &[Enrolment],
        (from, into): (&PatientId, &PatientId),
        asked: &Asked,
    ) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let before = self.bookings.referral(key).await?;
            let Some(before) = before.filter(|it| it.matching.patient() == Some(from)) else {
                return Ok(());
            };
            let mut begun = Vec::new();
            for enrolment in found.iter().filter(|it| it.cause == Cause::Referral(key.clone())) {
                match self.enrolments.enrolment(&enrolment.id).await {
                    Ok(enrolment) => begun.extend(enrolment.filter(|it| it.patient == *from)),
                    // The referral goes on with what else it has begun.
                    Err(error @ StoreError::Unreadable { .. }) => {
                        self.leave(&enrolment.id, &error.to_string(), asked.at).await?;
                    }
                    Err(error) => return Err(error),
                }
            }
            let (moved, changes) = moved_referral(&before, &begun, Records { from, into }, asked);
            match self.enrolments.rehome(Some(&moved), &changes).await {
                Ok(()) => return Ok(()),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
        }
        Err(contended())
    }

    async fn rehome_alone(
        &self,
        id: &EnrolmentId,
        from: &PatientId,
        into: &PatientId,
        asked: &Asked,
    ) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let enrolment = self.enrolments.enrolment(id).await?;
            let Some(enrolment) = enrolment.filter(|it| it.patient == *from) else {
                return Ok(());
            };
            match self.enrolments.rehome(None, &[moved(&enrolment, into, asked)]).await {
                Ok(()) => return Ok(()),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
        }
        Err(contended())
    }
}
