//! Letters that are printed together.
//!
//! The file is made and kept first. Then the batch and all its letters are marked in one transaction,
//! each letter on the condition that it still waits: so no letter is in two batches, and none is lost
//! when this stops half way. What stops before the transaction leaves a file nobody knows of, which
//! the bucket's own rules take away. Asked for again under the same key, a batch that was marked is found by
//! its id, which is the request's; one that was not is printed anew, beside what the first has left.

use chrono_tz::Tz;
use domain::distribution::{Audited, Batch, Done, Handling, ListedLetter, PrintedSides};
use domain::ids::{BatchId, LetterId, PaperId};
use domain::program::Addressee;
use domain::site::Site;
use letter::{Cover, CoverLine, Language, Sides};

use super::list::LetterFilter;
use super::picked::{Fit, Picked, PrintFile, missing, not_printed};
use super::{PostRoom, TRIES};
use crate::catalogue::ChangeError;
use crate::ports::{
    Catalogue, FileKind, Ids, LetterFiles, Letters, Paper, People, SaveError, StoreError, WorkList,
    Written,
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

/// A letter that waits and was not printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Which.
    pub letter: LetterId,
    /// Why.
    pub why: String,
}

/// A batch, and its letters.
#[derive(Debug)]
pub struct PrintedBatch {
    /// The batch.
    pub batch: Batch,
    /// Its letters that are still there, in the order they are printed in.
    pub letters: Vec<ListedLetter>,
    /// Who has done what about it, oldest first.
    pub audited: Vec<Audited>,
    /// Letters of the same filter that wait and may not go, at most a hundred of them.
    pub left_out: Vec<LeftOut>,
    /// Whether other letters of the same filter wait: a batch has at most [`Batch::MOST`].
    pub more: bool,
}

/// Which file lies at the place of a batch's.
enum AtItsPlace {
    /// Its own.
    This,
    /// Another one.
    Another,
}

impl<L, F, C, P, W> PostRoom<'_, L, F, C, P, W>
where
    L: Letters,
    F: LetterFiles,
    C: Catalogue,
    P: People,
    W: WorkList,
{
    /// Prints letters together: one file, a cover sheet first. Each is looked at once more before: one
    /// that may not go any more is left out, and one whose reader has moved is made anew. Should the batch
    /// be there already whose id is the first of `ids`, this was asked for before, and it is answered.
    ///
    /// # Errors
    /// When none can be printed, or one that was named cannot.
    pub async fn print(
        &self,
        ids: &impl Ids,
        draft: &BatchDraft,
        practice: &str,
        done: &Done,
    ) -> Result<PrintedBatch, ChangeError> {
        let id = BatchId::new(ids.next());
        for _ in 0..TRIES {
            match self.batch(&id).await {
                Err(ChangeError::NotFound(_)) => {}
                printed => return printed,
            }
            let Picked { fit, left_out, more } = self.picked(ids, &draft.chosen, done.at).await?;
            let id = id.clone();
            let (letters, files) = marked(fit, &id, done)?;
            let papers = letters.iter().filter_map(|it| Some((it.id.clone(), it.paper.clone()?)));
            let mut batch = Batch {
                id,
                revision: 1,
                paper: None,
                papers: papers.collect(),
                letters: letters.iter().map(|letter| letter.id.clone()).collect(),
                pages: letters.iter().map(|letter| u32::from(letter.pages)).sum(),
                sides: draft.sides,
                printed: done.clone(),
                posted: None,
            };
            for (letter, file) in letters.iter().zip(&files) {
                if let PrintFile::New(pdf) = file {
                    let (path, owner) = (letter.pdf(), letter.id.as_str());
                    self.files.write_new(&path, FileKind::Pdf, pdf.reveal(), owner).await?;
                }
            }
            let files: Vec<_> = files.iter().map(PrintFile::bytes).collect();
            match self.make_file(&batch, &letters, &files, practice).await? {
                AtItsPlace::This => {}
                // Of a run that died, or that has met somebody else: of other letters.
                AtItsPlace::Another => {
                    batch.paper = Some(PaperId::new(ids.next()));
                    self.make_file(&batch, &letters, &files, practice).await?;
                }
            }
            match self.letters.save_batch(&batch, &letters).await {
                Ok(()) => {
                    let audited = self.story_of(&batch).await?;
                    return Ok(PrintedBatch { batch, letters, audited, left_out, more });
                }
                // Somebody has printed one of them just now, or done something else with it.
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("others keep changing these letters".to_owned()).into())
    }

    /// Joins the letters and keeps the file.
    async fn make_file(
        &self,
        batch: &Batch,
        letters: &[ListedLetter],
        files: &[&[u8]],
        practice: &str,
    ) -> Result<AtItsPlace, ChangeError> {
        let sites = self.catalogue.sites().await?;
        let cover = cover(batch, letters, practice, &sites)?;
        let joined = letter::batch(&cover, files).map_err(|error| {
            ChangeError::Conflict(format!("The letters cannot be joined: {error}."))
        })?;
        let owner = batch.id.as_str();
        let path = batch.pdf();
        Ok(match self.files.write_new(&path, FileKind::Pdf, &joined, owner).await? {
            Written::New => AtItsPlace::This,
            Written::There { .. } => match self.files.read(&path).await? {
                Some(there) if there == joined => AtItsPlace::This,
                Some(_) | None => AtItsPlace::Another,
            },
        })
    }

    /// A batch, and its letters as they are now.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn batch(&self, id: &BatchId) -> Result<PrintedBatch, ChangeError> {
        let batch = self.letters.batch(id).await?.ok_or(ChangeError::NotFound("batch"))?;
        let letters = self.letters.letters(&batch.letters).await?.letters;
        let audited = self.story_of(&batch).await?;
        Ok(PrintedBatch { batch, letters, audited, left_out: Vec::new(), more: false })
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
        if self.files.owner(&batch.pdf()).await?.is_none() {
            let mut files = Vec::with_capacity(letters.len());
            for letter in &letters {
                let path = letter.pdf_on(batch.papers.get(&letter.id));
                let file = self.files.read(&path).await?;
                files.push(file.ok_or_else(|| missing(&letter.id))?);
            }
            let files: Vec<_> = files.iter().map(Vec::as_slice).collect();
            self.make_file(&batch, &letters, &files, practice).await?;
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

/// The letters as they are once they are printed, and the file of each.
fn marked(
    fit: Vec<Fit>,
    batch: &BatchId,
    done: &Done,
) -> Result<(Vec<ListedLetter>, Vec<PrintFile>), ChangeError> {
    let (mut letters, mut files) = (Vec::with_capacity(fit.len()), Vec::with_capacity(fit.len()));
    for Fit { letter, anew, file } in fit {
        let print = Handling::Print { batch: batch.clone(), anew };
        let printed = letter.handled(print, done.clone());
        let printed = printed.map_err(|why| not_printed(&letter.id, &why.to_string()))?;
        if let Some(printed) = printed {
            letters.push(printed);
            files.push(file);
        }
    }
    Ok((letters, files))
}

/// The sheet on top: what lies below, for who puts it into envelopes.
fn cover(
    batch: &Batch,
    letters: &[ListedLetter],
    practice: &str,
    sites: &[Site],
) -> Result<Cover, ChangeError> {
    let site = |letter: &ListedLetter| sites.iter().find(|site| site.id == letter.site);
    let mut names: Vec<_> = letters.iter().filter_map(site).map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let zone = letters.iter().find_map(site).map_or(Tz::UTC, |site| site.zone);
    let line = |letter: &ListedLetter| {
        // To a GP go letters about many.
        let about = match letter.addressee {
            Addressee::Patient => String::new(),
            Addressee::Gp | Addressee::Referrer => format!("about {}, ", letter.about.reveal()),
        };
        CoverLine {
            recipient: letter.to.reveal().first().cloned().unwrap_or_default(),
            note: Some(format!("{about}{}", letter.title)),
        }
    };
    Ok(Cover {
        title: "Letters to post".to_owned(),
        practice: practice.to_owned(),
        site: (!names.is_empty()).then(|| names.join(", ")),
        date: batch.printed.at.with_timezone(&zone).format("%-d %B %Y").to_string(),
        letters: letters.iter().map(line).collect(),
        sides: match batch.sides {
            PrintedSides::One => Sides::One,
            PrintedSides::Both => Sides::Both,
        },
        language: Language::parse("en-AU")
            .map_err(|error| ChangeError::Conflict(error.to_string()))?,
    })
}
