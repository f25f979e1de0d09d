//! Letters: set as PDF files, kept, and put on the distribution list.
//!
//! `send` writes the PDF, then the entry of the list. Both are written once, and the ledger says
//! “sent” only after both: what is sent is listed. A sender that dies in between leaves a
//! reservation, and [`Courier::evidence`] settles it for certain, because it does not only look: it
//! *gives the attempt up* by a conditional write in the entry's place. Either the entry is there, and
//! the letter was sent; or from then on none can come there, however late the dead sender's request
//! arrives, and another attempt is made.

mod address;
mod filing;
mod handover;
mod paper;

use domain::distribution::{LetterState, ListedLetter, Waiting, pdf_of};
use domain::enrolment::Recipient;
use domain::ids::LetterId;
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::phi::Phi;
use domain::program::{Medium, PrintOption};
use domain::template::Rendered;

pub(crate) use self::address::address_lines;
use self::handover::{Before, NO_EPOST};
use super::courier::{Composing, Courier, Evidence};
use crate::ports::{Clock, EpostProvider, LetterFiles, Letters, Listing, SendError, StoreError};

/// The channel of letters.
#[derive(Debug)]
pub struct LetterCourier<L, F, P, K> {
    /// The distribution list.
    pub letters: L,
    /// The files.
    pub files: F,
    /// Who prints and posts letters for the practice, if anybody does.
    pub epost: Option<P>,
    /// The clock.
    pub clock: K,
}

/// A letter that is set.
#[derive(Debug)]
pub struct SetLetter {
    /// Its entry of the list.
    listed: ListedLetter,
    /// Its PDF.
    pdf: Phi<Vec<u8>>,
}

impl<L: Letters, F: LetterFiles, P: EpostProvider, K: Clock> Courier for LetterCourier<L, F, P, K> {
    type Message = SetLetter;

    async fn compose(
        &self,
        composing: Composing<'_>,
    ) -> Result<Result<SetLetter, String>, StoreError> {
        let by_epost = match &self.epost {
            Some(_) => LetterState::ToEpost,
            None => LetterState::Waiting(Waiting::ByHand { why: NO_EPOST.to_owned() }),
        };
        Ok(set(&composing, by_epost))
    }

    fn destination(_: &SetLetter) -> Option<Destination> {
        None
    }

    /// No provider sets a pace: the bucket and the table take more than there are letters.
    async fn turn(&self, _: &SetLetter) {}

    async fn send(&self, _: &LedgerKey, message: &SetLetter) -> Result<String, SendError> {
        let SetLetter { listed, pdf } = message;
        // Until it is on the list nothing was sent, and that is certain. A file that is there is
        // this attempt's: an answer was lost.
        let written = self.files.write_new(&listed.pdf(), pdf.reveal(), listed.id.as_str()).await;
        written.map_err(|error| SendError::Transient(error.to_string()))?;
        match self.letters.put_on_list(listed).await {
            Ok(Listing::Listed) => {}
            Ok(Listing::GivenUp) => {
                return Err(SendError::Transient("it was given up as not sent".to_owned()));
            }
            Err(error @ StoreError::Unavailable(_)) => {
                return Err(SendError::InDoubt(error.to_string()));
            }
            Err(error @ (StoreError::Refused(_) | StoreError::Unreadable { .. })) => {
                return Err(SendError::Transient(error.to_string()));
            }
        }
        // It is ours to finish now. Should that fail, evidence finishes it.
        let finished = self.finish(listed, pdf, Before::Never).await;
        finished.map_err(|error| SendError::InDoubt(error.to_string()))?;
        Ok(listed.id.to_string())
    }

    async fn evidence(&self, row: &LedgerRow) -> Result<Evidence, StoreError> {
        let Some(listed) = self.letters.give_up(&row.key).await? else {
            return Ok(Evidence::NotSent);
        };
        if let LetterState::ToFile { .. } | LetterState::ToEpost = listed.state {
            let pdf = self.files.read(&listed.pdf()).await?.ok_or_else(|| missing(&listed.id))?;
            self.finish(&listed, &Phi::new(pdf), Before::Perhaps).await?;
        }
        Ok(Evidence::Sent { provider_id: listed.id.to_string() })
    }
}

impl<L: Letters, F: LetterFiles, P: EpostProvider, K: Clock> LetterCourier<L, F, P, K> {
    /// Does what is left to do for a letter that is on the list.
    async fn finish(
        &self,
        listed: &ListedLetter,
        pdf: &Phi<Vec<u8>>,
        before: Before,
    ) -> Result<(), StoreError> {
        match &listed.state {
            LetterState::ToFile { names } => self.save(listed, names, pdf.reveal()).await,
            LetterState::ToEpost => self.hand_over(listed, pdf, before).await,
            LetterState::Waiting(_)
            | LetterState::Printed { .. }
            | LetterState::Posted { .. }
            | LetterState::Returned { .. }
            | LetterState::Filed { .. }
            | LetterState::AtEpost { .. }
            | LetterState::InDoubt { .. } => Ok(()),
        }
    }
}

fn missing(letter: &LetterId) -> StoreError {
    let what = letter.to_string();
    StoreError::Unreadable { what, why: "its PDF does not exist".to_owned() }
}

/// Sets a letter, or says why it cannot be set. `by_epost` is where one begins that is to go by ePost.
fn set(composing: &Composing<'_>, by_epost: LetterState) -> Result<SetLetter, String> {
    let Composing { key, medium, to, title, facts, .. } = composing;
    let (addressee, print) = match medium {
        Medium::Letter { to, print, .. } => (*to, *print),
        Medium::Sms { .. } | Medium::Email { .. } => {
            return Err("its action is not a letter any more".to_owned());
        }
    };
    let address = match to {
        Recipient::Post(address) => Some(address.reveal()),
        Recipient::File => facts.patient.postal_address(addressee),
        Recipient::Mobile(_) | Recipient::Email(_) => {
            return Err("its action is not a letter any more".to_owned());
        }
    };
    let text = match composing.content.render(composing.values) {
        Ok(Rendered::Letter(text)) => text,
        Ok(Rendered::Sms(_) | Rendered::Email { .. }) => {
            return Err("its template is not for letters".to_owned());
        }
        Err(error) => return Err(error.to_string()),
    };
    let recipient = address::recipient(addressee, address, facts.patient, &facts.site.country())?;
    let dated = composing.now.with_timezone(&facts.site.zone).date_naive();
    let paper = paper::letter(composing, addressee, recipient.clone(), dated, &text)?;
    let pdf = letter::typeset(&paper).map_err(|error| error.to_string())?;
    let pages = u16::try_from(pdf.pages()).map_err(|_| "it has too many pages".to_owned())?;
    let state = match print {
        PrintOption::Mail => LetterState::Waiting(Waiting::New),
        PrintOption::EPost => by_epost,
        PrintOption::SaveFile => {
            LetterState::ToFile { names: filing::names(composing, addressee, dated) }
        }
    };
    let lines = std::iter::once(recipient.name).chain(recipient.address).collect();
    let listed = ListedLetter {
        id: LetterId::of(key),
        revision: 1,
        key: (*key).clone(),
        addressee,
        print,
        to: Phi::new(lines),
        site: facts.site.id.clone(),
        program: facts.program.id.clone(),
        patient: facts.patient.id.clone(),
        title: (*title).clone(),
        dated,
        pages,
        state,
    };
    debug_assert_eq!(listed.pdf(), pdf_of(key), "the file is found by the attempt alone");
    Ok(SetLetter { listed, pdf: Phi::new(pdf.into_bytes()) })
}
