//! A patient as another system describes them.

use chrono::NaiveDate;

use crate::address::PostalAddress;
use crate::email::EmailAddress;
use crate::patient::{MedicareNumber, PersonName};
use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::text::ExternalId;

/// The names by which a sender may mean one thing of ours, likeliest first.
pub type SourceNames<T> = Vec<T>;

/// A patient as another system describes them. Nothing in it is believed of a patient who is known:
/// it serves to find them, or to begin a record of somebody new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PresentedPatient {
    /// The sender's key for the patient.
    pub id: Option<Phi<ExternalId>>,
    /// Given name.
    pub first_name: Option<Phi<PersonName>>,
    /// Family name.
    pub last_name: Option<Phi<PersonName>>,
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
}

impl PresentedPatient {
    /// A patient of whom only the sender's key is known.
    pub fn by_id(id: ExternalId) -> Self {
        Self { id: Some(Phi::new(id)), ..Self::default() }
    }
}
