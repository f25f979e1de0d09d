//! What an ePost provider says of the letters it was handed.

use chrono::{DateTime, Utc};
use domain::distribution::{EpostReport, Heard, LetterState, ListedLetter};
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
    /// Nothing was changed, and a person is told: staff have taken the letter over.
    Told,
    /// Nothing: it came before, is old, or the letter is not with the provider.
    Ignored,
}

impl Reported {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Applied, Self::Told, Self::Ignored];

    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Told => "told",
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
            let after = match before.reported(report.clone(), at) {
                Heard::Nothing => return Ok(Reported::Ignored),
                Heard::Twice => {
                    self.work.raise(&perhaps_twice(&before, at)).await?;
                    return Ok(Reported::Told);
                }
                Heard::Failed(after) => {
                    self.work.raise(&not_posted(&after, at)).await?;
                    after
                }
                Heard::Stands(after) => after,
            };
            match self.letters.save_letter(&before, &after, None).await {
                Ok(()) => return Ok(Reported::Applied),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("others keep changing this letter".to_owned()).into())
    }
}

/// A letter that the ePost provider does not post, or that nobody knows of whether it does.
pub(crate) fn not_posted(letter: &ListedLetter, at: DateTime<Utc>) -> WorkItem {
    let (kind, summary) = match letter.state {
        LetterState::InDoubt(_) => (
            WorkKind::Unclear,
            "Nobody knows whether the ePost provider posts a letter. Ask there; then print it by hand, or mark it as posted.",
        ),
        LetterState::Waiting(_)
        | LetterState::Printed { .. }
        | LetterState::Posted { .. }
        | LetterState::Returned { .. }
        | LetterState::Withdrawn { .. }
        | LetterState::ToFile { .. }
        | LetterState::Filed { .. }
        | LetterState::ToEpost
        | LetterState::AtEpost { .. } => (
            WorkKind::NotReached,
            "The ePost provider did not post a letter. It is on the distribution list: print and post it by hand.",
        ),
    };
    item(letter, &["epost", kind.as_str(), letter.id.as_str()], kind, summary, at)
}

fn perhaps_twice(letter: &ListedLetter, at: DateTime<Utc>) -> WorkItem {
    let summary = "The ePost provider says that it posts a letter which staff have taken over from it, so the patient may get it twice. Stop one of the two if you can.";
    item(letter, &["twice", letter.id.as_str()], WorkKind::Unclear, summary, at)
}

fn item(
    letter: &ListedLetter,
    cause: &[&str],
    kind: WorkKind,
    summary: &str,
    since: DateTime<Utc>,
) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(cause),
        kind,
        since,
        summary: format!("{summary} It is “{}”.", letter.title),
        enrolment: Some(letter.key.enrolment.clone()),
        program: Some(letter.program.clone()),
        patient: Some(letter.patient.clone()),
        site: Some(letter.site.clone()),
        same_as: Vec::new(),
        reply: None,
    }
}
