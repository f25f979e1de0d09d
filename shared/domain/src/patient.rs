//! Patients: who is reached, and whether they may be.

mod consent;
mod likeness;
mod medicare;
mod merge;
mod name;
mod recognition;
mod replied;
mod sample;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};

pub use self::consent::{BY_LINK, BY_MAIL_PROVIDER, BY_SMS, Choice, Consent, Consents, Evidence};
pub use self::likeness::{Likeness, Particulars};
pub use self::medicare::{BadMedicareNumber, MedicareNumber};
pub use self::merge::{Merged, Unmergeable, merge};
pub use self::name::{FoldedName, FoldedNames, NoLetters};
pub use self::recognition::{Recognition, pick};
pub use self::replied::{REPLIED_START, REPLIED_STOP};
use crate::address::PostalAddress;
use crate::distribution::ReturnedMail;
use crate::email::EmailAddress;
use crate::ids::{PatientId, SiteId};
use crate::language::LanguageTag;
use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::program::{Addressee, Channel, Purpose};
use crate::text::{Code, ExternalId, short_text};

short_text! {
    /// A person's given or family name, in any script.
    PersonName, 1..=80
}

short_text! {
    /// A general practitioner as a letter to them begins: `Dr Anna Nguyen`.
    GpName, 1..=120
}

short_text! {
    /// The practice a general practitioner works at.
    GpPractice, 1..=120
}

/// The key by which another system knows a patient.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// The system.
    pub source: Code,
    /// Its key for the patient.
    pub id: Phi<ExternalId>,
}

/// A patient's general practitioner, to whom letters go (R9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gp {
    /// Their name.
    pub name: GpName,
    /// Where they work.
    pub practice: Option<GpPractice>,
    /// Where a letter reaches them.
    pub address: Option<PostalAddress>,
    /// Where an email reaches them.
    pub email: Option<EmailAddress>,
}

/// Whether a patient is a patient still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Receives what they have agreed to.
    Current,
    /// No longer a patient: receives nothing.
    Archived,
    /// Has died: receives nothing.
    Deceased,
    /// A second record of the same person: that one is used, and this one receives nothing.
    Merged {
        /// The record that is used.
        into: PatientId,
    },
}

impl Standing {
    /// The name used in the API and in storage.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Archived => "archived",
            Self::Deceased => "deceased",
            Self::Merged { .. } => "merged",
        }
    }

    /// The standing of that name, of those a person may set. Only a merge makes one merged.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Current, Self::Archived, Self::Deceased]
            .into_iter()
            .find(|standing| standing.as_str() == text)
    }
}

/// Why a patient may not be sent something. It reads as a part of the history's sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// They have died.
    #[error("the patient is recorded as deceased")]
    Deceased,
    /// They are a patient no longer.
    #[error("the patient is archived")]
    Archived,
    /// This record is not used any more.
    #[error("the patient was merged into another record")]
    Merged,
    /// They take nothing by this channel.
    #[error("the patient has opted out of this channel")]
    OptedOut,
    /// They have not agreed to commercial messages by this channel.
    #[error("the patient has not agreed to commercial messages by {}", .0.as_str())]
    NotAgreed(Channel),
}

/// Why a date cannot be somebody's date of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBirthDate {
    /// It is still to come.
    #[error("is in the future")]
    Future,
    /// Nobody alive was born then.
    #[error("is before 1880; is the year right?")]
    TooLongAgo,
}

/// Checks that somebody who is a patient at `now` can be born on that day. It may be tomorrow's date
/// in UTC: somewhere the new day has begun up to fourteen hours earlier.
///
/// # Errors
/// When nobody can.
pub fn check_birth_date(date: NaiveDate, now: DateTime<Utc>) -> Result<(), BadBirthDate> {
    let latest = (now + Duration::hours(14)).date_naive();
    if date > latest {
        Err(BadBirthDate::Future)
    } else if date.year() < 1880 {
        Err(BadBirthDate::TooLongAgo)
    } else {
        Ok(())
    }
}

/// A patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patient {
    /// Their id.
    pub id: PatientId,
    /// Counts saves; a save must name the one it read.
    pub revision: u64,
    /// What other systems call them.
    pub identifiers: BTreeSet<Identifier>,
    /// Given name.
    pub first_name: Phi<PersonName>,
    /// Family name.
    pub last_name: Phi<PersonName>,
    /// Date of birth.
    pub date_of_birth: Option<Phi<NaiveDate>>,
    /// Where an SMS reaches them.
    pub mobile: Option<MobileNumber>,
    /// Where an email reaches them.
    pub email: Option<EmailAddress>,
    /// Their Medicare number.
    pub medicare: Option<MedicareNumber>,
    /// Where a letter reaches them.
    pub address: Option<Phi<PostalAddress>>,
    /// The language they prefer to read.
    pub language: Option<Phi<LanguageTag>>,
    /// Their general practitioner.
    pub gp: Option<Phi<Gp>>,
    /// The site they belong to.
    pub site: Option<SiteId>,
    /// What they agreed to, and what they refused.
    pub consents: Consents,
    /// Whether they are a patient still.
    pub standing: Standing,
    /// The records that were merged into this one, straight or by way of another: what was done
    /// under their ids was done for this patient.
    pub merged_from: BTreeSet<PatientId>,
    /// Where a letter to them, or to their GP, came back from. Another address is not touched by it:
    /// nothing need be taken away when it is corrected.
    pub returned_mail: BTreeMap<Addressee, Phi<ReturnedMail>>,
    /// What came back from their mailbox for good. Another address is not touched by it.
    pub bounced_email: Option<BouncedEmail>,
}

/// Email to this address came back for good. It is not written to again; another address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BouncedEmail {
    /// The address.
    pub address: EmailAddress,
    /// When.
    pub at: DateTime<Utc>,
}

impl Patient {
    /// Most identifiers of one patient: a change of all of them is one transaction of the store,
    /// which takes a hundred writes.
    pub const MAX_IDENTIFIERS: usize = 40;

    /// Whether a message of this purpose may go to the patient by this channel. Whether there is an
    /// address to send it to is another question.
    ///
    /// # Errors
    /// With the reason when it may not.
    pub fn reach(&self, channel: Channel, purpose: Purpose) -> Result<(), Unreachable> {
        match self.standing {
            Standing::Current => self.consents.allow(channel, purpose),
            Standing::Archived => Err(Unreachable::Archived),
            Standing::Deceased => Err(Unreachable::Deceased),
            Standing::Merged { .. } => Err(Unreachable::Merged),
        }
    }

    /// Where a letter reaches the patient or their GP, as far as anybody has written it down. Who has
    /// referred them is told by the referral.
    pub fn postal_address(&self, addressee: Addressee) -> Option<&PostalAddress> {
        match addressee {
            Addressee::Patient => self.address.as_ref().map(Phi::reveal),
            Addressee::Gp => self.gp.as_ref().and_then(|gp| gp.reveal().address.as_ref()),
            Addressee::Referrer => None,
        }
    }

    /// What came back from the address that email to the patient goes to now.
    pub fn bounced_from(&self) -> Option<&BouncedEmail> {
        self.bounced_email.as_ref().filter(|bounced| self.email.as_ref() == Some(&bounced.address))
    }

    /// What came back from the address that letters to the patient or their GP go to now.
    pub fn returned_from(&self, addressee: Addressee) -> Option<&ReturnedMail> {
        let returned = self.returned_mail.get(&addressee)?.reveal();
        (self.postal_address(addressee) == Some(&returned.address)).then_some(returned)
    }
}
