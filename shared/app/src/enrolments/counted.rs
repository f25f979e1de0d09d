//! The bookings that came to a patient with another record count for what they are on.

use domain::enrolment::{Event, decide};
use domain::ids::{EnrolmentId, PatientId};

use super::{Asked, Desk, TRIES, contended};
use crate::ports::{
    Bookings, Catalogue, Change, EnrolmentReader, Enrolments, People, SaveError, StoreError,
};
use crate::situation::Situation;

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue,
    P: People,
    B: Bookings,
{
    /// Lets a patient's bookings complete the cycles of what they are on, at once instead of with the
    /// last look before the next message. Doing it again does what is left.
    ///
    /// # Errors
    /// When the store fails. One enrolment that cannot be read keeps none of the others; it goes to
    /// the work list.
    pub(super) async fn count_bookings(
        &self,
        patient: &PatientId,
        asked: &Asked,
    ) -> Result<(), StoreError> {
        let found = self.reader.of_patient(patient).await?;
        for enrolment in found.enrolments.into_iter().filter(domain::enrolment::Enrolment::is_open)
        {
            match self.count_for(&enrolment.id, asked).await {
                Err(error @ StoreError::Unreadable { .. }) => {
                    self.leave(&enrolment.id, &error.to_string(), asked.at).await?;
                }
                done => done?,
            }
        }
        Ok(())
    }

    async fn count_for(&self, id: &EnrolmentId, asked: &Asked) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let Some(enrolment) = self.enrolments.enrolment(id).await? else { return Ok(()) };
            let situation =
                Situation::read(self.catalogue, self.people, self.bookings, enrolment).await?;
            let before = &situation.enrolment;
            let decision = decide(before, situation.facts(), Event::BookingsChanged, asked.at);
            if decision.enrolment == *before && decision.effects.is_empty() {
                return Ok(());
            }
            let change = Change::new(Some(before.clone()), decision, &situation.bookings);
            match self.enrolments.commit(&[change]).await {
                Ok(()) => return Ok(()),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
        }
        Err(contended())
    }
}
