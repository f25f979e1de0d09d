//! Who a record has become.

use domain::ids::PatientId;
use domain::patient::{Patient, Standing};

use crate::ports::{People, StoreError};

/// How many merges of a record are followed.
const MERGES: usize = 8;

/// The patient of that id, or the one their record was merged into. `None` when there is none.
///
/// # Errors
/// When the store fails, or merges go in a circle.
pub(crate) async fn survivor(
    people: &impl People,
    id: &PatientId,
) -> Result<Option<Patient>, StoreError> {
    let mut next = id.clone();
    for _ in 0..MERGES {
        let Some(patient) = people.patient(&next).await? else { return Ok(None) };
        let Standing::Merged { into } = patient.standing else { return Ok(Some(patient)) };
        next = into;
    }
    let why = format!("more than {MERGES} merges lead on from it");
    Err(StoreError::Unreadable { what: id.to_string(), why })
}
