//! Whom an event is about.

use domain::ids::PatientId;
use domain::patient::Patient;
use domain::phi::Phi;
use domain::text::{Code, ExternalId};

use super::Stores;
use crate::people::{Introduced, Recognised, recognise};
use crate::ports::{Newcomers, Register, StoreError};

/// Whom an event is about.
pub(super) struct Who {
    /// Their record, should they have one. They may be a patient no longer.
    pub(super) patient: Option<Patient>,
    /// Who they may be, who are not known for sure or are new.
    pub(super) likely: Vec<PatientId>,
    /// How they were found, unless by the sender's key, as a sentence.
    pub(super) remark: Option<String>,
}

impl<I, C, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// Finds out whom an event is about. Of somebody new a record is made.
    pub(super) async fn who(&self, introduced: Introduced<'_>) -> Result<Who, StoreError> {
        Ok(match recognise(self.people, self.newcomers, introduced).await? {
            Recognised::Known(patient) => {
                Who { patient: Some(patient), likely: Vec::new(), remark: None }
            }
            Recognised::Alike(patient, agreed) => {
                let by = agreed.join(" and ");
                let remark = format!("Recognised by {by} as {}.", patient.id);
                Who { patient: Some(patient), likely: Vec::new(), remark: Some(remark) }
            }
            Recognised::New(patient, likely) => {
                let mut remark = format!("A new patient record was made: {}.", patient.id);
                if !likely.is_empty() {
                    remark.push_str(" It may be of somebody known: that is on the work list.");
                }
                Who { patient: Some(patient), likely, remark: Some(remark) }
            }
            Recognised::Nobody(likely) => Who { patient: None, likely, remark: None },
        })
    }
}

/// What its sender is told of an event of nobody who is known for sure. Who it may be is for staff.
pub(super) const MAY_BE_KNOWN: &str = "It may be somebody known: that is on the work list.";

/// What staff are told in place of what the sender is told.
pub(super) fn for_staff(why: &[String], likely: &[PatientId]) -> String {
    let likely: Vec<_> = likely.iter().map(PatientId::as_str).collect();
    let of_whom = format!("It may be {}.", likely.join(" or "));
    let told = why.iter().map(|it| if it == MAY_BE_KNOWN { &of_whom } else { it });
    told.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// What an event lacks that is of nobody who is known, as a sentence.
pub(super) fn says_too_little(source: &Code, id: Option<&Phi<ExternalId>>) -> String {
    match id {
        Some(_) => format!(
            "No patient has the identifier that “{source}” gave, and the event does not say who it \
             is, by first and last name."
        ),
        None => format!(
            "“{source}” gave no identifier of the patient, and the event does not say who it is, by \
             first and last name and a date of birth, a mobile or a Medicare number."
        ),
    }
}
