//! Single letters: posted, returned, to be printed once more.

use domain::distribution::{
    Audited, AuditedAct, CannotHandle, Done, Handling, ListedLetter, ReturnedMail,
};
use domain::ids::{LetterId, PatientId, WorkId};
use domain::patient::{Patient, Standing};
use domain::phi::Phi;
use domain::program::Addressee;
use domain::settings::Remark;
use domain::work::{WorkItem, WorkKind};

use super::anew::Remade;
use super::{PostRoom, TRIES};
use crate::catalogue::ChangeError;
use crate::paper::address_lines;
use crate::people::survivor;
use crate::ports::{
    Catalogue, FileKind, Ids, LetterFiles, Letters, People, SaveError, StoreError, WorkList,
};

impl<L, F, C, P, W> PostRoom<'_, L, F, C, P, W>
where
    L: Letters,
    F: LetterFiles,
    C: Catalogue,
    P: People,
    W: WorkList,
{
    /// A letter is in the post. Said again, what was said first stands.
    ///
    /// # Errors
    /// When it cannot be.
    pub async fn post(&self, id: &LetterId, done: &Done) -> Result<ListedLetter, ChangeError> {
        let audited = Audited { done: done.clone(), what: AuditedAct::Posted, why: None };
        self.handle(id, &Handling::Post, &audited).await
    }

    /// A letter is to be printed once more; if its reader has another address by now, it is made anew
    /// for that one. The new paper is written first: should this stop half way, nobody knows of it.
    ///
    /// # Errors
    /// When it cannot be.
    pub async fn again(
        &self,
        ids: &impl Ids,
        id: &LetterId,
        why: &Remark,
        done: &Done,
    ) -> Result<ListedLetter, ChangeError> {
        for _ in 0..TRIES {
            let before = self.letter(id).await?;
            // What cannot be printed at all is not looked at further.
            let again = |anew| Handling::Again { why: why.clone(), anew };
            before.handled(again(None), done.clone()).map_err(cannot)?;
            let remade = self.remade(ids, &before, &self.reader(&before).await?).await?;
            let (what, anew) = match &remade {
                Some(remade) => (AuditedAct::MadeAnew, Some(remade.anew.clone())),
                None => (AuditedAct::Again, None),
            };
            let Some(after) = before.handled(again(anew), done.clone()).map_err(cannot)? else {
                return Ok(before);
            };
            if let Some(Remade { pdf, .. }) = remade {
                let (path, owner) = (after.pdf(), after.id.as_str());
                self.files.write_new(&path, FileKind::Pdf, pdf.reveal(), owner).await?;
            }
            let audited = Audited { done: done.clone(), what, why: Some(why.clone()) };
            if self.saved(&before, &after, &audited).await? {
                return Ok(after);
            }
        }
        Err(crowded().into())
    }

    /// A letter is not to be sent after all. Said again, what was said first stands.
    ///
    /// # Errors
    /// When it is out already.
    pub async fn withdraw(
        &self,
        id: &LetterId,
        why: &Remark,
        done: &Done,
    ) -> Result<ListedLetter, ChangeError> {
        let (what, done) = (AuditedAct::Withdrawn, done.clone());
        let audited = Audited { done, what, why: Some(why.clone()) };
        self.handle(id, &Handling::Withdraw(why.clone()), &audited).await
    }

    /// Whom a letter is about, as long as it may be written about them.
    async fn reader(&self, letter: &ListedLetter) -> Result<Patient, ChangeError> {
        let Some(patient) = survivor(self.people, &letter.patient).await? else {
            let why = "Its patient's record does not exist any more.";
            return Err(ChangeError::Conflict(why.to_owned()));
        };
        if letter.addressee == Addressee::Patient && patient.standing == Standing::Deceased {
            let why = "The patient is recorded as deceased; nothing is written to them.";
            return Err(ChangeError::Conflict(why.to_owned()));
        }
        Ok(patient)
    }

    /// The post has brought a letter back. If the address it went to is still the one there is, no
    /// letter goes there any more, and a person is asked for the right one. The letter says so last:
    /// should this stop half way, it is said again and done whole.
    ///
    /// # Errors
    /// When it cannot have come back.
    pub async fn returned(
        &self,
        id: &LetterId,
        why: Remark,
        done: &Done,
    ) -> Result<ListedLetter, ChangeError> {
        let letter = self.letter(id).await?;
        let handling = Handling::Return(why.clone());
        letter.handled(handling.clone(), done.clone()).map_err(cannot)?;
        let wrong = self.mark_address(&letter, &why, done).await?;
        let whose = survivor(self.people, &letter.patient).await?.map(|patient| patient.id);
        self.work.raise(&work(&letter, whose, wrong, done)).await?;
        let (what, done) = (AuditedAct::Returned, done.clone());
        self.handle(id, &handling, &Audited { done, what, why: Some(why) }).await
    }

    async fn handle(
        &self,
        id: &LetterId,
        handling: &Handling,
        audited: &Audited,
    ) -> Result<ListedLetter, ChangeError> {
        for _ in 0..TRIES {
            let before = self.letter(id).await?;
            let after = before.handled(handling.clone(), audited.done.clone()).map_err(cannot)?;
            let Some(after) = after else { return Ok(before) };
            if self.saved(&before, &after, audited).await? {
                return Ok(after);
            }
        }
        Err(crowded().into())
    }

    /// Stores a changed letter, and who did it. `false` when somebody else has changed it meanwhile.
    async fn saved(
        &self,
        before: &ListedLetter,
        after: &ListedLetter,
        audited: &Audited,
    ) -> Result<bool, StoreError> {
        match self.letters.save_letter(before, after, Some(audited)).await {
            Ok(()) => Ok(true),
            Err(SaveError::Stale | SaveError::Taken(_)) => Ok(false),
            Err(SaveError::Store(error)) => Err(error),
        }
    }

    /// Marks the address a letter came back from, if it is still the patient's, or their GP's.
    /// Answers whether it is.
    async fn mark_address(
        &self,
        letter: &ListedLetter,
        why: &Remark,
        done: &Done,
    ) -> Result<Wrong, ChangeError> {
        match letter.addressee {
            Addressee::Patient | Addressee::Gp => {}
            Addressee::Referrer => return Ok(Wrong::Elsewhere),
        }
        for _ in 0..TRIES {
            let Some(before) = survivor(self.people, &letter.patient).await? else {
                return Ok(Wrong::NoLonger);
            };
            if before.returned_from(letter.addressee).is_some() {
                return Ok(Wrong::Still);
            }
            let Some(address) = before.postal_address(letter.addressee) else {
                return Ok(Wrong::NoLonger);
            };
            let sender = self.catalogue.site(&letter.site).await?.map(|site| site.country());
            let lines = sender.map(|sender| address_lines(address, &sender)).unwrap_or_default();
            if !letter.to.reveal().ends_with(&lines) {
                return Ok(Wrong::NoLonger);
            }
            let returned =
                ReturnedMail { address: address.clone(), done: done.clone(), why: why.clone() };
            let mut after = Patient { revision: before.revision + 1, ..before.clone() };
            after.returned_mail.insert(letter.addressee, Phi::new(returned));
            match self.people.save_patient(&before, &after).await {
                Ok(()) => return Ok(Wrong::Still),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(crowded().into())
    }
}

/// Whether the address a letter came back from is still written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Still,
    NoLonger,
    /// It is the referral's, and written down where that comes from.
    Elsewhere,
}

fn work(letter: &ListedLetter, patient: Option<PatientId>, wrong: Wrong, done: &Done) -> WorkItem {
    let whose = match letter.addressee {
        Addressee::Patient => "the patient",
        Addressee::Gp => "the patient's GP",
        Addressee::Referrer => "who referred the patient",
    };
    let then = match wrong {
        Wrong::Still => {
            "No letter goes to that address any more: find out the right one and correct it. Then have this letter printed once more: it is made anew with the address there is by then."
        }
        Wrong::NoLonger => {
            "The address has been changed since: have this letter printed once more, and it is made anew with the new one."
        }
        Wrong::Elsewhere => {
            "Their address is the referral's: find out the right one, have it corrected where the referral comes from, and print this letter once more for an envelope addressed by hand."
        }
    };
    WorkItem {
        id: WorkId::for_cause(&["returned", letter.id.as_str()]),
        kind: WorkKind::BadAddress,
        since: done.at,
        summary: format!("A letter to {whose} came back from the post. {then}"),
        enrolment: Some(letter.key.enrolment.clone()),
        program: Some(letter.program.clone()),
        patient,
        site: Some(letter.site.clone()),
        same_as: Vec::new(),
        reply: None,
    }
}

fn cannot(why: CannotHandle) -> ChangeError {
    ChangeError::Conflict(why.to_string())
}

fn crowded() -> StoreError {
    StoreError::Unavailable("others keep changing this letter or its patient".to_owned())
}
