//! A person says what is to happen to an enrolment.

use domain::actor::Actor;
use domain::enrolment::{Effect, Enrolment, Event, Instruction, Note, NoteEvent, Refusal, decide};
use domain::ids::EnrolmentId;

use super::{Asked, Desk, TRIES, contended};
use crate::begun::{Begun, begun, concluded};
use crate::catalogue::ChangeError;
use crate::ports::{Bookings, Catalogue, Change, EnrolmentReader, Enrolments, People, SaveError};
use crate::situation::Situation;

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue,
    P: People,
    B: Bookings,
{
    /// Carries out what a person says on the enrolment they have read as `revision`. Who says it
    /// twice from one reading, by a double click, is told that it was changed meanwhile: nothing is
    /// done twice.
    ///
    /// # Errors
    /// `Stale` when it is no longer what was read; `Conflict`, with the reason, when it cannot be
    /// done.
    pub async fn instruct(
        &self,
        id: &EnrolmentId,
        revision: u64,
        instruction: &Instruction,
        asked: &Asked,
    ) -> Result<Enrolment, ChangeError> {
        for _ in 0..TRIES {
            let enrolment = self.enrolments.enrolment(id).await?;
            let enrolment = enrolment.ok_or(ChangeError::NotFound("enrolment"))?;
            if enrolment.revision != revision {
                return Err(ChangeError::Stale);
            }
            let change = self.instruction(enrolment, instruction, asked).await?;
            match self.enrolments.commit(std::slice::from_ref(&change)).await {
                Ok(()) => return Ok(change.decision.enrolment),
                // Somebody wrote it, or a booking it claims: the next look tells which.
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(contended().into())
    }

    /// What an instruction does to an enrolment, as everything is now. What takes it away from its
    /// message waits for the outcome of one that is being sent; only to end it does not.
    pub(super) async fn instruction(
        &self,
        enrolment: Enrolment,
        instruction: &Instruction,
        asked: &Asked,
    ) -> Result<Change, ChangeError> {
        let (not_begun, told) = match (begun(self.enrolments, &enrolment).await?, instruction) {
            (Begun::No(attempt), _) => (attempt, None),
            (Begun::Underway, Instruction::End(_)) => (None, Some(underway(asked))),
            // What the ledger says of it is in the history.
            (Begun::Ended(..), Instruction::End(_)) => (None, None),
            (Begun::Underway, _) => {
                return Err(ChangeError::Conflict(Refusal::Underway.to_string()));
            }
            (Begun::Ended(key, outcome), _) => {
                let stores = (self.catalogue, self.people, self.bookings);
                let told = concluded(stores, enrolment, (key, outcome), asked.at).await?;
                return match self.enrolments.commit(&[told]).await {
                    Ok(()) | Err(SaveError::Stale | SaveError::Taken(_)) => Err(ChangeError::Stale),
                    Err(SaveError::Store(error)) => Err(error.into()),
                };
            }
        };
        let situation =
            Situation::read(self.catalogue, self.people, self.bookings, enrolment).await?;
        let event = Event::Instructed(instruction.clone(), asked.by.clone());
        let mut decision = decide(&situation.enrolment, situation.facts(), event, asked.at);
        if let Some(refusal) = decision.refusal() {
            return Err(ChangeError::Conflict(refusal.to_string()));
        }
        decision.effects.extend(told.map(Effect::Note));
        let change = Change::new(Some(situation.enrolment), decision, &situation.bookings);
        Ok(change.unless_begun(not_begun))
    }
}

/// What the history says of an end while a message is being sent: should its sender die, nobody
/// brings the message up again.
fn underway(asked: &Asked) -> Note {
    let text = "A message was being sent at this moment. Unless the history says what became of it, \
                the patient may have it.";
    let (at, event) = (asked.at, NoteEvent::Ended);
    Note { at, event, text: text.to_owned(), by: Actor::PatientConnect }
}
