//! Letters that are handed to an ePost provider.
//!
//! It is done for a letter that is on the list, so what the provider has is listed. A sender may die
//! between the provider's answer and the entry; evidence then asks again under the same key, and the
//! provider knows that it has the letter. A letter that cannot be handed over waits for a person, who
//! is told by the work list first; the entry says whether the provider may have it all the same.

use domain::distribution::{HandedOver, LetterState, ListedLetter, PrintedSides};
use domain::phi::Phi;

use super::LetterCourier;
use crate::letters::not_posted;
use crate::ports::{
    Before, Clock, EpostProvider, HandOver, LetterFiles, Letters, SaveError, SendError, StoreError,
    WorkList,
};

/// How often an entry is written anew when the provider speaks of the letter at the same time.
const TRIES: usize = 8;

/// Why a letter that was to go by ePost waits for a person.
pub(super) const NO_EPOST: &str = "no ePost provider is set up; print and post it by hand";

impl<L: Letters, F: LetterFiles, P: EpostProvider, W: WorkList, K: Clock>
    LetterCourier<L, F, P, W, K>
{
    /// Hands a letter to the provider, and writes down what came of it.
    pub(super) async fn hand_over(
        &self,
        listed: &ListedLetter,
        pdf: &Phi<Vec<u8>>,
        before: Before,
    ) -> Result<(), StoreError> {
        let handed = match &self.epost {
            // It was set up when the letter came onto the list, and is no longer.
            None => given_up(SendError::Permanent("none is set up any more".to_owned()), before),
            Some(provider) => {
                let key = listed.handover_key(pdf.reveal());
                let letter = HandOver { letter: listed, pdf, sides: PrintedSides::One, before };
                match provider.hand_over(letter, &key).await {
                    Ok(id) => HandedOver::Taken(id),
                    Err(error) => given_up(error, before),
                }
            }
        };
        if let HandedOver::Refused(why) | HandedOver::InDoubt(why) = &handed {
            tracing::warn!(letter.id = %listed.id, reason = %why, "a letter falls back from ePost to the list");
        }
        let mut read = listed.clone();
        for _ in 0..TRIES {
            let now = self.clock.now();
            let Some(after) = read.handed_over(handed.clone(), now) else {
                return Ok(());
            };
            match after.state {
                LetterState::Waiting(_) | LetterState::InDoubt(_) => {
                    self.work.raise(&not_posted(&after, now)).await?;
                }
                LetterState::Printed { .. }
                | LetterState::Posted { .. }
                | LetterState::Returned { .. }
                | LetterState::Withdrawn { .. }
                | LetterState::ToFile { .. }
                | LetterState::Filed { .. }
                | LetterState::ToEpost
                | LetterState::AtEpost { .. } => {}
            }
            match self.letters.save_letter(&read, &after, None).await {
                Ok(()) => return Ok(()),
                // The provider speaks of it already, or somebody else has finished the same.
                Err(SaveError::Stale | SaveError::Taken(_)) => {
                    let stored = self.letters.letter(&listed.id).await?;
                    read = stored.ok_or_else(|| StoreError::Unreadable {
                        what: listed.id.to_string(),
                        why: "its entry does not exist".to_owned(),
                    })?;
                }
                Err(SaveError::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Unavailable("others keep changing this letter".to_owned()))
    }
}

/// What a letter waits for that was not handed over now.
fn given_up(error: SendError, before: Before) -> HandedOver {
    match (error, before) {
        (SendError::Transient(why) | SendError::Permanent(why), Before::Never) => {
            HandedOver::Refused(format!(
                "It could not be handed to the ePost provider ({why}); print and post it by hand."
            ))
        }
        (SendError::InDoubt(why), Before::Never)
        | (
            SendError::Transient(why) | SendError::Permanent(why) | SendError::InDoubt(why),
            Before::Perhaps,
        ) => HandedOver::InDoubt(format!(
            "It may have been handed to the ePost provider ({why}); check with the provider before posting it by hand."
        )),
    }
}
