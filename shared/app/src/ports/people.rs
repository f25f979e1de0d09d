//! Patients.

use std::future::Future;

use domain::ids::PatientId;
use domain::patient::{Identifier, Patient};

use super::{SaveError, StoreError};

/// Patients. Reads are strongly consistent, so that a committed opt-out is seen by every later
/// look.
pub trait People: Send + Sync {
    /// One patient.
    fn patient(
        &self,
        id: &PatientId,
    ) -> impl Future<Output = Result<Option<Patient>, StoreError>> + Send;
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
