//! What an ePost provider says of the letters it was handed.

use chrono::{DateTime, Utc};
use domain::distribution::{EpostReport, LetterState, ListedLetter, Waiting};
use domain::ids::{LetterId, WorkId};
use domain::work::{WorkItem, WorkKind};

use super::{PostRoom, TRIES};
use crate::catalogue::ChangeError;
use crate::ports::{Catalogue, LetterFiles, Letters, People, SaveError, StoreError, WorkList};

/// What a report did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// The letter stands where it says.
    Applied,
    /// Nothing: it came before, is old, or the letter is not with the provider.
    Ignored,
}

impl Reported {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Applied, Self::Ignored];

    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Ignored => "ignored",
        }
    }
}

impl<L, F, C, P, W> PostRoom<'_, L, F, C, P, W>
where
    L: Letters,
    F: LetterFiles,
    C: Catalogue,
    P: People,
    W: WorkList,
{
    /// The provider says something of a letter. One that it will not post waits for a person, who is
    /// told first: should this stop half way, the provider says it again and it is done whole.
    ///
    /// # Errors
    /// When there is no letter of that id.
    pub async fn reported(
        &self,
        id: &LetterId,
        report: &EpostReport,
        at: DateTime<Utc>,
    ) -> Result<Reported, ChangeError> {
        for _ in 0..TRIES {
            let before = self.letter(id).await?;
            let Some(after) = before.reported(report.clone(), at) else {
                return Ok(Reported::Ignored);
            };
            if let LetterState::Waiting(Waiting::ByHand { .. }) = after.state {
                self.work.raise(&not_posted(&after, at)).await?;
            }
            match self.letters.save_letter(&before, &after, None).await {
                Ok(()) => return Ok(Reported::Applied),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("others keep changing this letter".to_owned()).into())
    }
}

fn not_posted(letter: &ListedLetter, at: DateTime<Utc>) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["epost", letter.id.as_str()]),
        kind: WorkKind::NotReached,
        since: at,
        summary: "The ePost provider did not post a letter. It is on the distribution list again: print and post it by hand."
            .to_owned(),
        enrolment: Some(letter.key.enrolment.clone()),
        program: Some(letter.program.clone()),
        patient: Some(letter.patient.clone()),
        site: Some(letter.site.clone()),
        reply: None,
    }
}
