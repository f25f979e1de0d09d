//! Whom an event is about.

use domain::ids::PatientId;
use domain::patient::Patient;

use super::Stores;
use crate::people::{Introduced, Recognised, recognise};
use crate::ports::{Newcomers, Register, StoreError};

/// Whom an event is about.
pub(super) struct Who {
    /// Their record, should they have one. They may be a patient no longer.
    pub(super) patient: Option<Patient>,
    /// Who they may be, who are not known for sure or are new.
    pub(super) likely: Vec<PatientId>,
    /// What became of somebody who was new, as a sentence.
    pub(super) admitted: Option<String>,
}

impl<I, C, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// Finds out whom an event is about. Of somebody new a record is made.
    pub(super) async fn who(&self, introduced: Introduced<'_>) -> Result<Who, StoreError> {
        Ok(match recognise(self.people, self.newcomers, introduced).await? {
            Recognised::Known(patient) => {
                Who { patient: Some(patient), likely: Vec::new(), admitted: None }
            }
            Recognised::New(patient, likely) => {
                let mut admitted = format!("A new patient record was made: {}.", patient.id);
                if !likely.is_empty() {
                    admitted.push_str(" It may be of somebody known: that is on the work list.");
                }
                Who { patient: Some(patient), likely, admitted: Some(admitted) }
            }
            Recognised::Nobody(likely) => Who { patient: None, likely, admitted: None },
        })
    }
}
