//! Letters: set as PDF files, kept, and put on the distribution list.
//!
//! `send` writes what the letter says, the PDF, then the entry of the list. All are written once, and
//! the ledger says “sent” only after all: what is sent is listed. A sender that dies in between leaves a
//! reservation, and [`Courier::evidence`] settles it for certain, because it does not only look: it
//! *gives the attempt up* by a conditional write in the entry's place. Either the entry is there, and
//! the letter was sent; or from then on none can come there, however late the dead sender's request
//! arrives, and another attempt is made.

mod filing;
mod handover;

use chrono::NaiveDate;
use domain::distribution::{LetterState, ListedLetter, Reason, Waiting, pdf_of};
use domain::enrolment::{Doctor, Recipient};
use domain::ids::LetterId;
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::phi::Phi;
use domain::program::{Addressee, Medium, PrintOption};
use domain::repeat::Wording;
use domain::template::Rendered;

use self::handover::NO_EPOST;
use super::courier::{Composing, Courier, Evidence};
use crate::paper::{self, Logos, Paper, Source};
use crate::ports::{
    Before, Clock, EpostProvider, FileKind, LetterFiles, Letters, Listing, SendError, StoreError,
    WorkList,
};

/// The channel of letters.
#[derive(Debug)]
pub struct LetterCourier<L, F, P, W, K> {
    letters: L,
    files: F,
    epost: Option<P>,
    work: W,
    clock: K,
    logos: Logos,
}

impl<L, F, P, W, K> LetterCourier<L, F, P, W, K> {
    /// The channel, over the distribution list, its files, who prints and posts letters for the
    /// practice, if anybody does, the work list, and the clock.
    pub fn new(letters: L, files: F, epost: Option<P>, work: W, clock: K) -> Self {
        Self { letters, files, epost, work, clock, logos: Logos::default() }
    }
}

/// A letter that is set.
#[derive(Debug)]
pub struct SetLetter {
    /// Its entry of the list.
    listed: ListedLetter,
    /// What it says.
    source: Phi<Vec<u8>>,
    /// Its PDF.
    pdf: Phi<Vec<u8>>,
}

impl<L, F, P, W, K> Courier for LetterCourier<L, F, P, W, K>
where
    L: Letters,
    F: LetterFiles,
    P: EpostProvider,
    W: WorkList,
    K: Clock,
{
    type Message = SetLetter;

    async fn compose(
        &self,
        composing: Composing<'_>,
    ) -> Result<Result<SetLetter, String>, StoreError> {
        let by_epost = match &self.epost {
            Some(_) => LetterState::ToEpost,
            None => LetterState::Waiting(Waiting::ByHand(Reason::ours(NO_EPOST.to_owned()))),
        };
        self.set(&composing, by_epost).await
    }

    fn destination(_: &SetLetter) -> Option<Destination> {
        None
    }

    fn wording(_: &SetLetter) -> Option<Wording> {
        None
    }

    /// No provider sets a pace: the bucket and the table take more than there are letters.
    async fn turn(&self, _: &SetLetter) {}

    async fn send(&self, _: &LedgerKey, message: &SetLetter) -> Result<String, SendError> {
        let SetLetter { listed, source, pdf } = message;
        // Until it is on the list nothing was sent, and that is certain. A file that is there is
        // this attempt's: an answer was lost.
        for (path, kind, bytes) in
            [(listed.source(), FileKind::Json, source), (listed.pdf(), FileKind::Pdf, pdf)]
        {
            let written = self.files.write_new(&path, kind, bytes.reveal(), listed.id.as_str());
            written.await.map_err(|error| SendError::Transient(error.to_string()))?;
        }
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

impl<L: Letters, F: LetterFiles, P: EpostProvider, W: WorkList, K: Clock>
    LetterCourier<L, F, P, W, K>
{
    /// Sets a letter; `Ok(Err(why))` when it cannot be set. `by_epost` is where one begins that is to
    /// go by ePost.
    async fn set(
        &self,
        composing: &Composing<'_>,
        by_epost: LetterState,
    ) -> Result<Result<SetLetter, String>, StoreError> {
        let Sheet { addressee, print, recipient, dated, source } = match sheet(composing) {
            Ok(sheet) => sheet,
            Err(why) => return Ok(Err(why)),
        };
        let (pdf, pages) = match source.set(&self.logos, &self.files).await? {
            Ok(set) => set,
            Err(why) => return Ok(Err(why)),
        };
        let source = match source.to_file() {
            Ok(file) => Phi::new(file),
            Err(why) => return Ok(Err(why)),
        };
        let Composing { key, title, facts, .. } = composing;
        let state = match print {
            PrintOption::Mail => LetterState::Waiting(Waiting::New),
            PrintOption::EPost => by_epost,
            PrintOption::SaveFile => {
                LetterState::ToFile { names: filing::names(composing, addressee, dated) }
            }
        };
        let listed = ListedLetter {
            id: LetterId::of(key),
            revision: 1,
            key: (*key).clone(),
            addressee,
            print,
            to: Phi::new(paper::lines(recipient)),
            site: facts.site.id.clone(),
            program: facts.program.id.clone(),
            patient: facts.patient.id.clone(),
            about: Phi::new(paper::full_name(facts.patient)),
            title: (*title).clone(),
            dated,
            pages,
            paper: None,
            listed: composing.now,
            batches: Vec::new(),
            state,
        };
        debug_assert_eq!(listed.pdf(), pdf_of(key), "the file is found by the attempt alone");
        Ok(Ok(SetLetter { listed, source, pdf: Phi::new(pdf.into_bytes()) }))
    }

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
            | LetterState::Withdrawn { .. }
            | LetterState::Filed { .. }
            | LetterState::AtEpost { .. }
            | LetterState::InDoubt(_) => Ok(()),
        }
    }
}

fn missing(letter: &LetterId) -> StoreError {
    let what = letter.to_string();
    StoreError::Unreadable { what, why: "its PDF does not exist".to_owned() }
}

/// A letter that is not set yet.
struct Sheet {
    addressee: Addressee,
    print: PrintOption,
    recipient: letter::Recipient,
    dated: NaiveDate,
    source: Source,
}

/// What a letter of this action says and to whom, or why there is none.
fn sheet(composing: &Composing<'_>) -> Result<Sheet, String> {
    let Composing { medium, to, facts, .. } = composing;
    let (addressee, print) = match medium {
        Medium::Letter { to, print, .. } => (*to, *print),
        Medium::Sms { .. } | Medium::Email { .. } => {
            return Err("its action is not a letter any more".to_owned());
        }
    };
    let (addressee, doctor) = match addressee {
        Addressee::Patient => (Addressee::Patient, None),
        Addressee::Gp | Addressee::Referrer => match facts.doctor() {
            Doctor::Gp(gp) => (Addressee::Gp, Some(gp)),
            Doctor::Referrer(referrer) => (Addressee::Referrer, Some(referrer)),
            Doctor::NoGp => return Err("no GP on file".to_owned()),
            Doctor::NoReferrer(_) => return Err("the referral names no referrer".to_owned()),
        },
    };
    let address = match to {
        Recipient::Post(address) => Some(address.reveal()),
        Recipient::File => match doctor {
            Some(doctor) => doctor.address.as_ref(),
            None => facts.patient.postal_address(addressee),
        },
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
    let country = facts.site.country();
    let recipient = match doctor {
        Some(doctor) => paper::doctor(doctor, address, &country),
        None => paper::recipient(addressee, address, facts.patient, &country)?,
    };
    let dated = paper::day(composing.now, facts.site);
    let born = facts.patient.date_of_birth.as_ref().map(|born| *born.reveal());
    let paper = Paper {
        practice: composing.practice,
        logo: composing.settings.logo.as_ref(),
        site: facts.site,
        regarding: paper::regarding(addressee, &paper::full_name(facts.patient), born),
        recipient: recipient.clone(),
        dated,
        text: &text,
    };
    Ok(Sheet { addressee, print, recipient, dated, source: paper.source()? })
}
