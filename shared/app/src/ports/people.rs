//! Patients.

use std::collections::BTreeSet;
use std::future::Future;

use chrono::NaiveDate;
use domain::ids::{PatientId, WorkId};
use domain::patient::{FoldedName, FoldedNames, Identifier, MedicareNumber, Merged, Patient};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::work::{OpenWork, WorkItem};

use super::{SaveError, StoreError};

/// Patients who were read together. One who cannot be read hides none of the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadPatients {
    /// The patients, in no order.
    pub patients: Vec<Patient>,
    /// Those who cannot be read, and why.
    pub unreadable: Vec<(PatientId, String)>,
}

/// Patients. Reads are strongly consistent, so that a committed opt-out is seen by every later
/// look.
pub trait People: Send + Sync {
    /// One patient.
    fn patient(
        &self,
        id: &PatientId,
    ) -> impl Future<Output = Result<Option<Patient>, StoreError>> + Send;
    /// Some patients by their ids; those that do not exist are left out. One read for each hundred.
    fn patients(
        &self,
        ids: &BTreeSet<PatientId>,
    ) -> impl Future<Output = Result<ReadPatients, StoreError>> + Send;
    /// The patient another system knows by this key.
    fn find(
        &self,
        identifier: &Identifier,
    ) -> impl Future<Output = Result<Option<PatientId>, StoreError>> + Send;
    /// Stores a new patient; their identifiers must be free.
    fn create_patient(
        &self,
        patient: &Patient,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a changed patient; `before` is what it was made from.
    fn save_patient(
        &self,
        before: &Patient,
        after: &Patient,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}

/// One way to look patients up. Whatever the way, they come in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Everybody this number reaches.
    Mobile(MobileNumber),
    /// Everybody on this card, whoever of them the number is of.
    Medicare(MedicareNumber),
    /// Everybody born on this day, whose family name begins like this.
    Born(Phi<NaiveDate>, Option<FoldedName>),
    /// Everybody whose family name begins like this.
    LastName(FoldedName),
    /// Everybody of this family name, whose given name begins like this: those of just these names
    /// come first.
    Named(FoldedNames),
    /// Everybody whose given name begins like this, in the order of given names.
    FirstName(FoldedName),
}

impl Lookup {
    /// Whether somebody of these names can be among what is looked up.
    pub fn covers(&self, names: &FoldedNames) -> bool {
        match self {
            Self::Mobile(_) | Self::Medicare(_) => true,
            Self::Born(_, last) => last.as_ref().is_none_or(|last| names.last.starts_with(last)),
            Self::LastName(last) => names.last.starts_with(last),
            Self::Named(both) => names.last == both.last && names.first.starts_with(&both.first),
            Self::FirstName(first) => names.first.starts_with(first),
        }
    }
}

/// A patient who was looked up, and where they stand in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who it is.
    pub patient: PatientId,
    /// Their names.
    pub names: FoldedNames,
}

/// What the front desk needs besides [`People`].
pub trait Register: People {
    /// The patients of a lookup that come after `after` (which the lookup covers), at most `limit`;
    /// fewer only when there are no more. Eventually consistent: a patient who was saved a moment
    /// ago may be missing or be there as they were, so whoever needs to know reads the patient.
    fn look_up(
        &self,
        lookup: &Lookup,
        after: Option<&Entry>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Entry>, StoreError>> + Send;
    /// Stores a merge: both records, and whose the identifiers are now, or nothing.
    fn save_merge(
        &self,
        from: &Patient,
        into: &Patient,
        after: &Merged,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}

/// Patients of whom another system told first, and the questions whether they are new.
pub trait Newcomers: Send + Sync {
    /// Stores a new patient, whose identifiers must be free, and on the work list the question
    /// whether they are new: both or nothing.
    fn admit(
        &self,
        patient: &Patient,
        question: &WorkItem,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// The question whether a patient is new; `None` when it waits for nobody. Strongly consistent.
    fn question(
        &self,
        id: &WorkId,
    ) -> impl Future<Output = Result<Option<OpenWork>, StoreError>> + Send;
}
