//! What staff do with the distribution list: look through it, print, post, and say what came back.

mod anew;
mod batches;
mod handling;
mod letterhead;
mod list;
mod picked;
mod preview;
mod reports;

use std::time::Duration;

use domain::distribution::{Audited, AuditedAct, Batch, Done, ListedLetter};
use domain::ids::LetterId;

pub use self::batches::{BatchDraft, Chosen, LeftOut, PrintedBatch};
pub use self::letterhead::{LogoDraft, logo, remove_logo, save_logo};
pub use self::list::{LetterFilter, LetterPage};
pub use self::preview::{LetterPreview, PreviewText, preview_letter};
pub use self::reports::Reported;
pub(crate) use self::reports::not_posted;
use crate::catalogue::ChangeError;
use crate::ports::{Catalogue, LetterFiles, Letters, Paper, People, StoreError, WorkList};

/// How often something is tried anew when others write at the same time.
const TRIES: usize = 8;

/// How long a link to a letter may be followed.
pub const LINK_VALID: Duration = Duration::from_mins(5);

/// The stores that the use cases of the distribution list need.
#[derive(Debug)]
pub struct PostRoom<'a, L, F, C, P, W> {
    /// The list.
    pub letters: &'a L,
    /// The files.
    pub files: &'a F,
    /// Sites.
    pub catalogue: &'a C,
    /// Patients, whose addresses may be wrong.
    pub people: &'a P,
    /// The work list.
    pub work: &'a W,
}

/// A letter, and what was done about it.
#[derive(Debug)]
pub struct LetterStory {
    /// The letter.
    pub letter: ListedLetter,
    /// What was done, oldest first.
    pub audited: Vec<Audited>,
}

impl<L, F, C, P, W> PostRoom<'_, L, F, C, P, W>
where
    L: Letters,
    F: LetterFiles,
    C: Catalogue,
    P: People,
    W: WorkList,
{
    /// A letter.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn letter(&self, id: &LetterId) -> Result<ListedLetter, ChangeError> {
        self.letters.letter(id).await?.ok_or(ChangeError::NotFound("letter"))
    }

    /// A letter, and who has done what about it.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn story(&self, id: &LetterId) -> Result<LetterStory, ChangeError> {
        let letter = self.letter(id).await?;
        let mut audited = self.letters.audited(Paper::Letter(id)).await?;
        for batch in &letter.batches {
            let Some(batch) = self.letters.batch(batch).await? else { continue };
            audited.extend(self.story_of(&batch).await?);
        }
        audited.sort_by_key(|it| it.done.at);
        Ok(LetterStory { letter, audited })
    }

    /// Who has done what about a batch, oldest first: so about each of its letters.
    pub(super) async fn story_of(&self, batch: &Batch) -> Result<Vec<Audited>, StoreError> {
        let of = |done: &Done, what| Audited { done: done.clone(), what, why: None };
        let mut audited = vec![of(&batch.printed, AuditedAct::Printed)];
        audited.extend(self.letters.audited(Paper::Batch(&batch.id)).await?);
        audited.extend(batch.posted.as_ref().map(|done| of(done, AuditedAct::Posted)));
        audited.sort_by_key(|it| it.done.at);
        Ok(audited)
    }

    /// A link to the PDF of a letter, for five minutes. Who was given it is kept before it is given.
    ///
    /// # Errors
    /// When there is no letter of that id.
    pub async fn link(&self, id: &LetterId, done: Done) -> Result<String, ChangeError> {
        let letter = self.letter(id).await?;
        self.opened(Paper::Letter(id), done, &letter.pdf()).await
    }

    /// Keeps that a paper is opened, and makes the link.
    async fn opened(
        &self,
        paper: Paper<'_>,
        done: Done,
        path: &str,
    ) -> Result<String, ChangeError> {
        let at = done.at;
        tracing::info!(paper.id = paper.as_str(), staff.id = %done.by, "a link to letters is given out");
        let audited = Audited { done, what: AuditedAct::Opened, why: None };
        self.letters.audit(paper, &audited).await?;
        let name = format!("{}.pdf", paper.as_str());
        Ok(self.files.link(path, &name, at, LINK_VALID)?)
    }
}
