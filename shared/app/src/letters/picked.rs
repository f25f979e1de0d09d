//! Which letters a batch takes: a last look at each before it is printed.
//!
//! Weeks can lie between the day a letter came onto the list and the day it is printed. Whoever has
//! died, is a patient no more or has opted out since is not written to, and a letter goes to the
//! address there is now.

use chrono::{DateTime, Utc};
use domain::distribution::{Anew, Batch, LetterStateName, ListedLetter};
use domain::ids::{LetterId, WorkId};
use domain::invalid::Invalid;
use domain::phi::Phi;
use domain::program::{Channel, Program, Purpose};
use domain::work::{WorkItem, WorkKind};

use super::PostRoom;
use super::anew::Remade;
use super::batches::{Chosen, LeftOut};
use super::list::LetterFilter;
use crate::catalogue::ChangeError;
use crate::people::survivor;
use crate::ports::{
    Catalogue, Ids, LetterFiles, Letters, People, StoreError, UnreadableLetter, WorkList,
};

/// Most letters that are named as left out.
const MOST_LEFT_OUT: usize = 100;
/// Most letters that are looked at for one batch.
const MOST_LOOKED_AT: usize = 500;

/// A letter that may be printed.
pub(super) struct Fit {
    /// As it is on the list.
    pub(super) letter: ListedLetter,
    /// What it is printed on, should it be for another address.
    pub(super) anew: Option<Anew>,
    /// What is printed.
    pub(super) file: PrintFile,
}

/// The file of a letter that is printed.
pub(super) enum PrintFile {
    /// It is kept.
    Kept(Phi<Vec<u8>>),
    /// It was made anew, and is to be kept.
    New(Phi<Vec<u8>>),
}

impl PrintFile {
    /// What is in it.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Kept(pdf) | Self::New(pdf) => pdf.reveal(),
        }
    }
}

/// The letters of a batch.
#[derive(Default)]
pub(super) struct Picked {
    pub(super) fit: Vec<Fit>,
    pub(super) left_out: Vec<LeftOut>,
    /// Whether others wait.
    pub(super) more: bool,
}

pub(super) fn missing(letter: &LetterId) -> StoreError {
    let what = letter.to_string();
    StoreError::Unreadable { what, why: "its PDF does not exist".to_owned() }
}

pub(super) fn not_printed(letter: &LetterId, why: &str) -> ChangeError {
    ChangeError::Conflict(format!("{letter} is not printed. {why}"))
}

impl<L, F, C, P, W> PostRoom<'_, L, F, C, P, W>
where
    L: Letters,
    F: LetterFiles,
    C: Catalogue,
    P: People,
    W: WorkList,
{
    /// The letters that were chosen and may be printed.
    ///
    /// # Errors
    /// When none may, or one that was named may not.
    pub(super) async fn picked(
        &self,
        ids: &impl Ids,
        chosen: &Chosen,
        now: DateTime<Utc>,
    ) -> Result<Picked, ChangeError> {
        match chosen {
            Chosen::Letters(named) => self.named(ids, named).await,
            Chosen::Waiting(filter) => self.waiting(ids, filter, now).await,
        }
    }

    async fn named(&self, ids: &impl Ids, named: &[LetterId]) -> Result<Picked, ChangeError> {
        let read = self.letters.letters(named).await?;
        if let Some(UnreadableLetter { letter, .. }) = read.unreadable.first() {
            return Err(not_printed(letter, "Its entry cannot be read; ask support to mend it."));
        }
        let missing = |id: &&LetterId| !read.letters.iter().any(|letter| letter.id == **id);
        if let Some(id) = named.iter().find(missing) {
            let detail = format!("there is no letter {id}");
            return Err(Invalid::one("/letters", detail).into());
        }
        let programs = self.catalogue.programs().await?;
        let mut picked = Picked::default();
        for letter in read.letters {
            let id = letter.id.clone();
            match self.fit(ids, letter, &programs).await? {
                Ok(fit) => picked.fit.push(fit),
                Err(why) => return Err(not_printed(&id, &why)),
            }
        }
        Ok(picked)
    }

    async fn waiting(
        &self,
        ids: &impl Ids,
        filter: &LetterFilter,
        now: DateTime<Utc>,
    ) -> Result<Picked, ChangeError> {
        let waiting = LetterFilter { state: Some(LetterStateName::Waiting), ..filter.clone() };
        let programs = self.catalogue.programs().await?;
        let (mut picked, mut next, mut looked_at) = (Picked::default(), None, 0);
        while picked.fit.len() < Batch::MOST && looked_at < MOST_LOOKED_AT {
            let wanted = Batch::MOST - picked.fit.len();
            let page = self.list(&waiting, next.as_deref(), wanted).await?;
            for unreadable in &page.unreadable {
                self.work.raise(&unreadable_letter(unreadable, now)).await?;
            }
            for letter in page.letters {
                looked_at += 1;
                let id = letter.id.clone();
                match self.fit(ids, letter, &programs).await? {
                    Ok(fit) => picked.fit.push(fit),
                    Err(why) if picked.left_out.len() < MOST_LEFT_OUT => {
                        picked.left_out.push(LeftOut { letter: id, why });
                    }
                    Err(_) => {}
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        if picked.fit.is_empty() {
            return Err(ChangeError::Conflict(match picked.left_out.first() {
                None => "No such letter waits to be printed; nothing was changed.".to_owned(),
                Some(LeftOut { letter, why }) => format!(
                    "None of the first {looked_at} such letters may be printed; nothing was changed. Withdraw them, or mend what keeps them back. {letter}: {why}"
                ),
            }));
        }
        picked.more = match next {
            Some(next) => {
                let rest = self.list(&waiting, Some(next.as_str()), 1).await?;
                // A page may be empty though others follow.
                !rest.letters.is_empty() || rest.next.is_some()
            }
            None => false,
        };
        Ok(picked)
    }

    /// The letter, ready to be printed, or why it may not be.
    async fn fit(
        &self,
        ids: &impl Ids,
        letter: ListedLetter,
        programs: &[Program],
    ) -> Result<Result<Fit, String>, ChangeError> {
        let Some(patient) = survivor(self.people, &letter.patient).await? else {
            return Ok(Err("Its patient's record does not exist any more.".to_owned()));
        };
        let program = programs.iter().find(|program| program.id == letter.program);
        let purpose = program.map_or(Purpose::Care, |program| program.purpose);
        if let Err(why) = patient.reach(Channel::Letter, purpose) {
            let why = why.to_string();
            let why = why.strip_prefix("the ").unwrap_or(&why);
            return Ok(Err(format!("The {why}. Withdraw it by POST …/withdrawn.")));
        }
        let (anew, file) = match self.remade(ids, &letter, &patient).await {
            Ok(Some(Remade { anew, pdf })) => (Some(anew), PrintFile::New(pdf)),
            Ok(None) => match self.files.read(&letter.pdf()).await? {
                Some(pdf) => (None, PrintFile::Kept(Phi::new(pdf))),
                None => return Ok(Err("Its PDF does not exist any more.".to_owned())),
            },
            Err(ChangeError::Conflict(why)) => return Ok(Err(why)),
            Err(error) => return Err(error),
        };
        Ok(Ok(Fit { letter, anew, file }))
    }
}

fn unreadable_letter(unreadable: &UnreadableLetter, now: DateTime<Utc>) -> WorkItem {
    let UnreadableLetter { letter, why } = unreadable;
    WorkItem {
        id: WorkId::for_cause(&["letter", letter.as_str()]),
        kind: WorkKind::Unreadable,
        since: now,
        summary: format!(
            "Letter {letter} of the distribution list cannot be read, so it is in no batch: {why}. Ask support to mend it."
        ),
        enrolment: None,
        program: None,
        patient: None,
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}
