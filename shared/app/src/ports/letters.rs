//! The distribution list, and the files of its letters.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use domain::distribution::{Audited, Batch, LetterStateName, ListedLetter};
use domain::ids::{BatchId, LetterId, ProgramId, SiteId};
use domain::ledger::LedgerKey;
use domain::logo::PictureKind;

use super::{SaveError, StoreError};

/// Whether a letter came onto the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// It is on it.
    Listed,
    /// It was said before that this attempt has no letter, so it has none.
    GivenUp,
}

/// Days, both included; an open end is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// The first.
    pub from: Option<NaiveDate>,
    /// The last.
    pub to: Option<NaiveDate>,
}

/// What something was done about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper<'a> {
    /// A letter.
    Letter(&'a LetterId),
    /// A batch.
    Batch(&'a BatchId),
}

impl Paper<'_> {
    /// Its id.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Letter(id) => id.as_str(),
            Self::Batch(id) => id.as_str(),
        }
    }
}

/// A part of the list that is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shelf {
    /// The letters of a site that are in a state.
    Site(SiteId, LetterStateName),
    /// The letters of a program.
    Program(ProgramId),
}

/// Letters that were read. One that cannot be is not in the way of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LettersRead {
    /// The letters.
    pub letters: Vec<ListedLetter>,
    /// Those that are there and cannot be read.
    pub unreadable: Vec<UnreadableLetter>,
}

/// A letter whose entry cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableLetter {
    /// Which.
    pub letter: LetterId,
    /// Why, without anything of what it says.
    pub why: String,
}

/// A letter of a [`Shelf`], and its place there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub letter: LetterId,
    /// After what the list goes on behind it. It is ids and days only.
    pub place: String,
}

/// The distribution list. Reads are strongly consistent, but for [`Letters::shelf`], which may lag
/// behind by a moment: whoever shows or changes a letter reads it.
pub trait Letters: Send + Sync {
    /// Puts a letter on the list, unless its attempt was given up. A letter that is there stays as
    /// it is.
    fn put_on_list(
        &self,
        letter: &ListedLetter,
    ) -> impl Future<Output = Result<Listing, StoreError>> + Send;
    /// Gives an attempt up for good: unless its letter is on the list, which is answered, none will
    /// ever come onto it.
    fn give_up(
        &self,
        key: &LedgerKey,
    ) -> impl Future<Output = Result<Option<ListedLetter>, StoreError>> + Send;
    /// One letter.
    fn letter(
        &self,
        id: &LetterId,
    ) -> impl Future<Output = Result<Option<ListedLetter>, StoreError>> + Send;
    /// Some letters, in this order; those that do not exist are left out.
    fn letters(
        &self,
        ids: &[LetterId],
    ) -> impl Future<Output = Result<LettersRead, StoreError>> + Send;
    /// Stores a changed letter, and who did it, or neither. `Stale` when the stored one is not
    /// `before`.
    fn save_letter(
        &self,
        before: &ListedLetter,
        after: &ListedLetter,
        audited: Option<&Audited>,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Keeps that something was done about a letter, or a batch.
    fn audit(
        &self,
        paper: Paper<'_>,
        audited: &Audited,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// What was done about a letter, or a batch, oldest first.
    fn audited(
        &self,
        paper: Paper<'_>,
    ) -> impl Future<Output = Result<Vec<Audited>, StoreError>> + Send;
    /// Stores a batch whose revision is one more than the one it was made from (a new one has 1),
    /// and its letters as they are from then on: all or nothing. `Stale` when any of them is not
    /// what it was made from.
    fn save_batch(
        &self,
        batch: &Batch,
        letters: &[ListedLetter],
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// One batch.
    fn batch(&self, id: &BatchId)
    -> impl Future<Output = Result<Option<Batch>, StoreError>> + Send;
    /// At most `limit` letters of a shelf, those of these days, the oldest first, after this place.
    /// Fewer only when there are no more.
    fn shelf(
        &self,
        on: &Shelf,
        days: Days,
        after: Option<&str>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Placed>, StoreError>> + Send;
}

/// Whether a file was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is new.
    New,
    /// There is a file at this path, and it stays as it is.
    There {
        /// Whose it is.
        owner: Option<String>,
    },
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// What is printed.
    Pdf,
    /// What machines read.
    Json,
    /// A picture.
    Picture(PictureKind),
}

/// The files of letters. One that is written is never written over.
pub trait LetterFiles: Send + Sync {
    /// Writes a file unless there is one at this path. `owner` says whose it is: an id of ours.
    fn write_new(
        &self,
        path: &str,
        kind: FileKind,
        bytes: &[u8],
        owner: &str,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
    /// Whose file is at a path; `None` when there is none.
    fn owner(&self, path: &str) -> impl Future<Output = Result<Option<String>, StoreError>> + Send;
    /// The file at a path.
    fn read(&self, path: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;
    /// An address under which anybody who has it reads the file, for so long from `now`, as a file of
    /// that name.
    ///
    /// # Errors
    /// When it cannot be made.
    fn link(
        &self,
        path: &str,
        name: &str,
        now: DateTime<Utc>,
        valid: Duration,
    ) -> Result<String, StoreError>;
}
