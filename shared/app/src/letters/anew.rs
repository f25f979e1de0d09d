//! Letters that are made anew: they say what they said, to the address there is now.

use domain::distribution::{Anew, ListedLetter};
use domain::ids::PaperId;
use domain::patient::Patient;
use domain::phi::Phi;
use domain::program::Addressee;

use super::PostRoom;
use crate::catalogue::ChangeError;
use crate::paper::{Logos, Source, lines, recipient};
use crate::ports::{Catalogue, Ids, LetterFiles, Letters, People, WorkList};

/// A letter for another address, set.
pub(super) struct Remade {
    pub(super) anew: Anew,
    pub(super) pdf: Phi<Vec<u8>>,
}

impl<L, F, C, P, W> PostRoom<'_, L, F, C, P, W>
where
    L: Letters,
    F: LetterFiles,
    C: Catalogue,
    P: People,
    W: WorkList,
{
    /// The letter for the address that is written down now; `None` when that is the one it has.
    ///
    /// # Errors
    /// When there is nowhere to write to any more, or what it says is not kept any more.
    pub(super) async fn remade(
        &self,
        ids: &impl Ids,
        letter: &ListedLetter,
        patient: &Patient,
    ) -> Result<Option<Remade>, ChangeError> {
        match letter.addressee {
            Addressee::Patient | Addressee::Gp => {}
            // Where it goes was told by its referral, and to whoever is written down here it must not.
            Addressee::Referrer => return Ok(None),
        }
        let conflict = |why: &str| ChangeError::Conflict(why.to_owned());
        let Some(address) = patient.postal_address(letter.addressee) else {
            return Err(conflict(match letter.addressee {
                Addressee::Patient => "The patient has no address any more; enter one first.",
                Addressee::Gp | Addressee::Referrer => {
                    "The patient's GP has no address any more; enter one first."
                }
            }));
        };
        let Some(site) = self.catalogue.site(&letter.site).await? else {
            return Err(conflict("Its site does not exist any more."));
        };
        let to = recipient(letter.addressee, Some(address), patient, &site.country())
            .map_err(ChangeError::Conflict)?;
        if *letter.to.reveal() == lines(to.clone()) {
            return Ok(None);
        }
        let kept = self.files.read(&letter.source()).await?;
        let Some(source) = kept.as_deref().and_then(Source::of_file) else {
            return Err(conflict(
                "Its address has changed, and what it says is not kept any more, so it cannot be made anew. Send the message again from the patient's program.",
            ));
        };
        let (pdf, pages) = source
            .to(to.clone())
            .set(&Logos::default(), self.files)
            .await?
            .map_err(|why| ChangeError::Conflict(format!("It cannot be made anew: {why}.")))?;
        let anew = Anew { paper: PaperId::new(ids.next()), to: Phi::new(lines(to)), pages };
        Ok(Some(Remade { anew, pdf: Phi::new(pdf.into_bytes()) }))
    }
}
