//! Letters that are printed together.
//!
//! The file is made and kept first. Then the batch and all its letters are marked in one transaction,
//! each letter on the condition that it still waits: so no letter is in two batches, and none is lost
//! when this stops half way. What stops before the transaction leaves a file nobody knows of, which
//! the bucket's own rules take away.

use chrono_tz::Tz;
use domain::distribution::{Batch, Done, Handling, LetterStateName, ListedLetter, PrintedSides};
use domain::ids::{BatchId, LetterId};
use domain::invalid::Invalid;
use letter::{Cover, CoverLine, Language, Sides};

use super::list::LetterFilter;
use super::{PostRoom, TRIES};
use crate::catalogue::ChangeError;
use crate::ports::{
    Catalogue, FileKind, Ids, LetterFiles, Letters, Paper, People, SaveError, StoreError, WorkList,
};

/// Which letters are to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// These.
    Letters(Vec<LetterId>),
    /// Those that wait, of these.
    Waiting(LetterFilter),
}

/// A batch as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchDraft {
    /// Which letters.
    pub chosen: Chosen,
    /// On which sides of the paper.
    pub sides: PrintedSides,
}

/// A batch, and its letters.
#[derive(Debug)]
pub struct PrintedBatch {
    /// The batch.
    pub batch: Batch,
    /// Its letters that are still there, in the order they are printed in.
    pub letters: Vec<ListedLetter>,
    /// Whether other letters of the same filter wait: a batch has at most [`Batch::MOST`].
    pub more: bool,
}

impl<L, F, C, P, W> PostRoom<'_, L, F, C, P, W>
where
    L: Letters,
    F: LetterFiles,
    C: Catalogue,
    P: People,
    W: WorkList,
{
    /// Prints letters together: one file, a cover sheet first.
    ///
    /// # Errors
    /// When none waits, or one that was named does not.
    pub async fn print(
        &self,
        ids: &impl Ids,
        draft: &BatchDraft,
        practice: &str,
        done: &Done,
    ) -> Result<PrintedBatch, ChangeError> {
        for _ in 0..TRIES {
            let (letters, more) = self.chosen(&draft.chosen).await?;
            let id = BatchId::new(ids.next());
            let marked = marked(&letters, &draft.chosen, &id, done)?;
            let batch = Batch {
                id,
                revision: 1,
                letters: marked.iter().map(|letter| letter.id.clone()).collect(),
                pages: marked.iter().map(|letter| u32::from(letter.pages)).sum(),
                sides: draft.sides,
                printed: done.clone(),
                posted: None,
            };
            self.make_file(&batch, &marked, practice).await?;
            match self.letters.save_batch(&batch, &marked).await {
                Ok(()) => return Ok(PrintedBatch { batch, letters: marked, more }),
                // Somebody has printed one of them just now, or done something else with it.
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("others keep changing these letters".to_owned()).into())
    }

    /// The letters that were chosen, and whether there are more.
    async fn chosen(&self, chosen: &Chosen) -> Result<(Vec<ListedLetter>, bool), ChangeError> {
        match chosen {
            Chosen::Letters(ids) => {
                let letters = self.letters.letters(ids).await?;
                let missing = |id: &&LetterId| !letters.iter().any(|letter| letter.id == **id);
                match ids.iter().find(missing) {
                    Some(id) => {
                        let detail = format!("there is no letter {id}");
                        Err(Invalid::one("/letters", detail).into())
                    }
                    None => Ok((letters, false)),
                }
            }
            Chosen::Waiting(filter) => {
                let waiting =
                    LetterFilter { state: Some(LetterStateName::Waiting), ..filter.clone() };
                let (mut letters, mut next) = (Vec::new(), None);
                loop {
                    let wanted = Batch::MOST - letters.len();
                    let page = self.list(&waiting, next.as_deref(), wanted).await?;
                    letters.extend(page.letters);
                    next = page.next;
                    if next.is_none() || letters.len() == Batch::MOST {
                        break;
                    }
                }
                if letters.is_empty() {
                    let detail = "No such letter waits to be printed; nothing was changed.";
                    return Err(ChangeError::Conflict(detail.to_owned()));
                }
                let more = match next {
                    Some(next) => {
                        !self.list(&waiting, Some(next.as_str()), 1).await?.letters.is_empty()
                    }
                    None => false,
                };
                Ok((letters, more))
            }
        }
    }

    /// Joins the letters and keeps the file.
    async fn make_file(
        &self,
        batch: &Batch,
        letters: &[ListedLetter],
        practice: &str,
    ) -> Result<(), ChangeError> {
        let mut files = Vec::with_capacity(letters.len());
        for letter in letters {
            let file = self.files.read(&letter.pdf()).await?;
            files.push(file.ok_or_else(|| StoreError::Unreadable {
                what: letter.id.to_string(),
                why: "its PDF does not exist".to_owned(),
            })?);
        }
        let sites = self.catalogue.sites().await?;
        let site = letters.first().and_then(|first| {
            let alone = letters.iter().all(|letter| letter.site == first.site);
            sites.iter().find(|site| alone && site.id == first.site)
        });
        let zone = site.or(sites.first()).map_or(Tz::UTC, |site| site.zone);
        let line = |letter: &ListedLetter| CoverLine {
            recipient: letter.to.reveal().first().cloned().unwrap_or_default(),
            note: Some(letter.title.to_string()),
        };
        let cover = Cover {
            title: "Letters to post".to_owned(),
            practice: practice.to_owned(),
            site: site.map(|site| site.name.to_string()),
            date: batch.printed.at.with_timezone(&zone).format("%-d %B %Y").to_string(),
            letters: letters.iter().map(line).collect(),
            sides: match batch.sides {
                PrintedSides::One => Sides::One,
                PrintedSides::Both => Sides::Both,
            },
            language: Language::parse("en-AU")
                .map_err(|error| ChangeError::Conflict(error.to_string()))?,
        };
        let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
        let joined = letter::batch(&cover, &files).map_err(|error| {
            ChangeError::Conflict(format!("The letters cannot be joined: {error}."))
        })?;
        let owner = batch.id.as_str();
        self.files.write_new(&batch.pdf(), FileKind::Pdf, &joined, owner).await?;
        Ok(())
    }

    /// A batch, and its letters as they are now.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn batch(&self, id: &BatchId) -> Result<PrintedBatch, ChangeError> {
        let batch = self.letters.batch(id).await?.ok_or(ChangeError::NotFound("batch"))?;
        let letters = self.letters.letters(&batch.letters).await?;
        Ok(PrintedBatch { batch, letters, more: false })
    }

    /// A link to the file of a batch, for five minutes; to print it, or to print it once more. A file
    /// whose time is over is made again of the same letters.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn reprint(
        &self,
        id: &BatchId,
        practice: &str,
        done: Done,
    ) -> Result<String, ChangeError> {
        let PrintedBatch { batch, letters, .. } = self.batch(id).await?;
        if self.files.read(&batch.pdf()).await?.is_none() {
            self.make_file(&batch, &letters, practice).await?;
        }
        self.opened(Paper::Batch(id), done, &batch.pdf()).await
    }

    /// A whole batch is in the post. Letters of it that were printed once more, posted by themselves
    /// or came back meanwhile stay as they are.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn post_batch(&self, id: &BatchId, done: &Done) -> Result<PrintedBatch, ChangeError> {
        for _ in 0..TRIES {
            let read = self.batch(id).await?;
            if read.batch.posted.is_some() {
                return Ok(read);
            }
            let posted = read.letters.iter().filter(|letter| is_of(letter, id));
            let posted: Vec<_> = posted
                .filter_map(|it| it.handled(Handling::Post, done.clone()).ok().flatten())
                .collect();
            let batch = Batch {
                revision: read.batch.revision + 1,
                posted: Some(done.clone()),
                ..read.batch
            };
            match self.letters.save_batch(&batch, &posted).await {
                Ok(()) => return self.batch(id).await,
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("others keep changing these letters".to_owned()).into())
    }
}

/// Whether a letter is still as it was printed with this batch.
fn is_of(letter: &ListedLetter, id: &BatchId) -> bool {
    matches!(&letter.state, domain::distribution::LetterState::Printed { batch, .. } if batch == id)
}

/// The letters as they are once they are printed. Of named ones each must wait; of a filter those
/// that do are taken.
fn marked(
    letters: &[ListedLetter],
    chosen: &Chosen,
    batch: &BatchId,
    done: &Done,
) -> Result<Vec<ListedLetter>, ChangeError> {
    let mut marked = Vec::with_capacity(letters.len());
    for letter in letters {
        match letter.handled(Handling::Print(batch.clone()), done.clone()) {
            Ok(after) => marked.extend(after),
            Err(why) => match chosen {
                Chosen::Letters(_) => {
                    let id = &letter.id;
                    return Err(ChangeError::Conflict(format!("{id} is not printed: {why}")));
                }
                Chosen::Waiting(_) => {}
            },
        }
    }
    if marked.is_empty() {
        let detail = "No such letter waits to be printed; nothing was changed.";
        return Err(ChangeError::Conflict(detail.to_owned()));
    }
    Ok(marked)
}
