//! The distribution list: letters on their way to paper, and what became of each (HealthTrack R9).
//!
//! A letter is on the list before the ledger says that it was sent, so that none is sent and not
//! listed. What staff do with it is decided by [`ListedLetter::handled`].

mod epost;
mod folder;
mod handling;
#[cfg(test)]
mod samples;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

pub use self::epost::{EpostReport, EpostStage, HandedOver, Heard};
pub use self::folder::{BadPattern, FileNames, FilePattern, Placeholder};
pub use self::handling::{Anew, CannotHandle, Handling};
use crate::address::PostalAddress;
use crate::ids::{BatchId, LetterId, PaperId, PatientId, ProgramId, SiteId};
use crate::ledger::LedgerKey;
use crate::phi::Phi;
use crate::program::{Addressee, PrintOption};
use crate::settings::Remark;
use crate::staff::StaffId;
use crate::text::Label;

/// A letter on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedLetter {
    /// Its id, derived from its attempt.
    pub id: LetterId,
    /// Counts changes. Every change is conditional on the revision that was read.
    pub revision: u64,
    /// The attempt it was made for.
    pub key: LedgerKey,
    /// To whom it is.
    pub addressee: Addressee,
    /// How it gets there.
    pub print: PrintOption,
    /// The name and the address, a line each, as they are printed.
    pub to: Phi<Vec<String>>,
    /// The site it goes out from.
    pub site: SiteId,
    /// The program it belongs to.
    pub program: ProgramId,
    /// The patient it is about.
    pub patient: PatientId,
    /// That patient's name, for who sorts paper: of a letter to a GP the address does not say it.
    pub about: Phi<String>,
    /// Which letter it is: what staff call its template.
    pub title: Label,
    /// The day it is dated, on the site's clock.
    pub dated: NaiveDate,
    /// How many pages it has.
    pub pages: u16,
    /// The paper it was made anew on for another address; `None` while it is on its first.
    pub paper: Option<PaperId>,
    /// When it came onto the list.
    pub listed: DateTime<Utc>,
    /// With which it was printed, the first one first.
    pub batches: Vec<BatchId>,
    /// Where it stands.
    pub state: LetterState,
}

/// Where a letter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterState {
    /// It waits to be printed.
    Waiting(Waiting),
    /// It was printed with others, and is to be posted.
    Printed {
        /// With which.
        batch: BatchId,
        /// When, and by whom.
        done: Done,
    },
    /// It is in the post.
    Posted {
        /// With which it was printed; `None` when it was printed by itself.
        batch: Option<BatchId>,
        /// When, and by whom.
        done: Done,
    },
    /// The post has brought it back.
    Returned {
        /// When it was noticed, and by whom.
        done: Done,
        /// Why, as far as is known.
        why: Remark,
    },
    /// It is not to be sent after all.
    Withdrawn {
        /// When that was said, and by whom.
        done: Done,
        /// Why.
        why: Remark,
    },
    /// It becomes a file of the practice, which is not written yet.
    ToFile {
        /// The path without what tells it from another of that name.
        names: FileNames,
    },
    /// It is a file of the practice.
    Filed {
        /// Where.
        path: String,
    },
    /// It is to be handed to the ePost provider.
    ToEpost,
    /// The ePost provider has it.
    AtEpost {
        /// The provider's id for it; `None` when it spoke of the letter before that was written down.
        provider_id: Option<String>,
        /// How far it has come there.
        stage: EpostStage,
        /// Since when.
        at: DateTime<Utc>,
    },
    /// The ePost provider may have it, or not: a person must ask there before it is posted by hand.
    InDoubt(Reason),
}

/// Why a letter waits to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// It is new.
    New,
    /// It was to be posted by an electronic-mail house, and was not: a person must.
    ByHand(Reason),
    /// It is to be printed once more.
    Again {
        /// When that was said, and by whom.
        done: Done,
        /// Why.
        why: Remark,
    },
}

/// Why a letter that was to go by ePost needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Why, in a sentence.
    pub why: String,
    /// When that was so by the provider's clock; `None` when the provider has not said it.
    pub said: Option<DateTime<Utc>>,
}

impl Reason {
    /// Something nobody but us has found out.
    pub const fn ours(why: String) -> Self {
        Self { why, said: None }
    }

    /// What the provider has said was so at that time.
    pub const fn said(why: String, at: DateTime<Utc>) -> Self {
        Self { why, said: Some(at) }
    }

    /// Whether something that was so at that time comes after it.
    fn is_before(&self, at: DateTime<Utc>) -> bool {
        self.said.is_none_or(|said| said < at)
    }
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: StaffId,
}

/// The states of letters, without when and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterStateName {
    /// It waits to be printed.
    Waiting,
    /// It was printed.
    Printed,
    /// It was posted.
    Posted,
    /// It came back.
    Returned,
    /// It is not to be sent after all.
    Withdrawn,
    /// It becomes a file.
    ToFile,
    /// It is a file.
    Filed,
    /// It is to be handed to the ePost provider.
    ToEpost,
    /// The ePost provider has it.
    AtEpost,
    /// The ePost provider may have it.
    InDoubt,
}

impl LetterStateName {
    /// Every state, in the order of the list.
    pub const ALL: [Self; 10] = [
        Self::Waiting,
        Self::Printed,
        Self::Posted,
        Self::Returned,
        Self::Withdrawn,
        Self::ToFile,
        Self::Filed,
        Self::ToEpost,
        Self::AtEpost,
        Self::InDoubt,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Printed => "printed",
            Self::Posted => "posted",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::ToFile => "to_file",
            Self::Filed => "filed",
            Self::ToEpost => "to_epost",
            Self::AtEpost => "at_epost",
            Self::InDoubt => "in_doubt",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl LetterState {
    /// Its name.
    pub const fn name(&self) -> LetterStateName {
        match self {
            Self::Waiting(_) => LetterStateName::Waiting,
            Self::Printed { .. } => LetterStateName::Printed,
            Self::Posted { .. } => LetterStateName::Posted,
            Self::Returned { .. } => LetterStateName::Returned,
            Self::Withdrawn { .. } => LetterStateName::Withdrawn,
            Self::ToFile { .. } => LetterStateName::ToFile,
            Self::Filed { .. } => LetterStateName::Filed,
            Self::ToEpost => LetterStateName::ToEpost,
            Self::AtEpost { .. } => LetterStateName::AtEpost,
            Self::InDoubt(_) => LetterStateName::InDoubt,
        }
    }
}

impl ListedLetter {
    /// Where its PDF is kept. The same attempt, on the same paper, has the same place, and it is written
    /// once.
    pub fn pdf(&self) -> String {
        self.pdf_on(self.paper.as_ref())
    }

    /// Where the PDF of it is kept that is on this paper.
    pub fn pdf_on(&self, paper: Option<&PaperId>) -> String {
        match paper {
            None => pdf_of(&self.key),
            Some(paper) => format!("{}-{paper}.pdf", place_of(&self.key)),
        }
    }

    /// Where what it says is kept, to make it anew of.
    pub fn source(&self) -> String {
        format!("{}.json", place_of(&self.key))
    }
}

/// Where the PDF of an attempt is kept.
pub fn pdf_of(key: &LedgerKey) -> String {
    format!("{}.pdf", place_of(key))
}

fn place_of(key: &LedgerKey) -> String {
    format!("letters/{}/{}/{}/{}", key.enrolment, key.cycle, key.action, key.attempt)
}

/// Letters that were printed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// Counts changes.
    pub revision: u64,
    /// The letters, in the order they are printed in.
    pub letters: Vec<LetterId>,
    /// The paper of those that had been made anew: what is printed once more is the same.
    pub papers: BTreeMap<LetterId, PaperId>,
    /// Its own paper, where one was printed before that died: its file lies at the place of this one's.
    pub paper: Option<PaperId>,
    /// How many pages they have, the cover sheet and blank backs not counted.
    pub pages: u32,
    /// On which sides of the paper.
    pub sides: PrintedSides,
    /// When it was printed, and by whom.
    pub printed: Done,
    /// When it was posted, and by whom.
    pub posted: Option<Done>,
}

impl Batch {
    /// Most letters of one batch: they are marked in one transaction with it, which has a hundred
    /// writes.
    pub const MOST: usize = 99;

    /// Where its PDF is kept.
    pub fn pdf(&self) -> String {
        match &self.paper {
            None => format!("batches/{}.pdf", self.id),
            Some(paper) => format!("batches/{}-{paper}.pdf", self.id),
        }
    }
}

/// On which sides of the paper a batch is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintedSides {
    /// One side of each sheet.
    One,
    /// Both sides; each letter begins on a sheet of its own.
    Both,
}

impl PrintedSides {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::One, Self::Both];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Both => "both",
        }
    }

    /// The way of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sides| sides.as_str() == text)
    }
}

/// A letter to this address came back. It is not written to again; another address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedMail {
    /// The address.
    pub address: PostalAddress,
    /// When it was noticed, and by whom.
    pub done: Done,
    /// Why, as far as is known.
    pub why: Remark,
}

/// What was done about a letter, for who asks later who has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// When, and by whom.
    pub done: Done,
    /// What.
    pub what: AuditedAct,
    /// Why, when a person said why.
    pub why: Option<Remark>,
}

/// What is kept of who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditedAct {
    /// A link to the PDF was given out.
    Opened,
    /// It was printed with a batch.
    Printed,
    /// It was marked as posted.
    Posted,
    /// It was marked as returned.
    Returned,
    /// It was asked to be printed once more.
    Again,
    /// It was made anew for another address.
    MadeAnew,
    /// It was withdrawn.
    Withdrawn,
}

impl AuditedAct {
    /// Every act.
    pub const ALL: [Self; 7] = [
        Self::Opened,
        Self::Printed,
        Self::Posted,
        Self::Returned,
        Self::Again,
        Self::MadeAnew,
        Self::Withdrawn,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Printed => "printed",
            Self::Posted => "posted",
            Self::Returned => "returned",
            Self::Again => "again",
            Self::MadeAnew => "made_anew",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The act of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }
}
