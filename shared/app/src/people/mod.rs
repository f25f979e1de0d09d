//! Patients, as staff and other systems keep them.

mod change;
mod consents;
mod draft;
mod likely;
mod merge;
mod recognise;
mod search;
mod survivor;
mod way_out;

use domain::ids::PatientId;
use domain::invalid::Invalid;
use domain::patient::{Identifier, Patient, Standing};

pub(crate) use self::change::record_bounce;
pub use self::change::{archive, record_consents, record_death, restore};
pub use self::consents::{ConsentDraft, ConsentsDraft, StaysWithdrawn};
pub use self::draft::{Edit, PatientDraft, Readable, Witness, all_wrong};
pub use self::likely::possible_duplicates;
pub use self::merge::{Changed, Merge, merge};
pub use self::recognise::{Admission, Introduced, Recognised, recognise};
pub use self::search::{Include, PatientQuery, SearchPage, search};
pub(crate) use self::survivor::survivor;
pub use self::way_out::take_back;
use crate::catalogue::ChangeError;
use crate::ports::{Catalogue, Ids, People, Register, SaveError, StoreError};

/// How often a change that names no version is made again when others change the same record.
const TRIES: usize = 4;

/// A new patient, and who they may be already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPatient {
    /// The patient.
    pub patient: Patient,
    /// Current patients who may be the same person, by name, date of birth, mobile and
    /// Medicare number (R30).
    pub possible_duplicates: Vec<PatientId>,
}

/// What an upsert did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upserted {
    /// Nobody had the identifier: the patient is new.
    Created(NewPatient),
    /// The patient of that identifier was changed, but for what they have taken back themselves.
    Saved(Patient, Vec<StaysWithdrawn>),
}

/// Creates a patient.
///
/// # Errors
/// When the name is missing, the date of birth cannot be one, the site does not exist or an
/// identifier belongs to another patient.
pub async fn create_patient(
    people: &impl Register,
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: PatientDraft,
    witness: Witness,
) -> Result<NewPatient, ChangeError> {
    let patient = draft.check(catalogue, witness).await?.create(PatientId::new(ids.next()))?;
    let mut possible_duplicates = possible_duplicates(people, &patient).await?;
    if let Err(error) = people.create_patient(&patient).await {
        // This was asked for before, if it is there.
        let known = people.patient(&patient.id).await?;
        let patient = known.ok_or_else(|| ChangeError::from_save(error, "/identifiers"))?;
        possible_duplicates.retain(|other| *other != patient.id);
        return Ok(NewPatient { patient, possible_duplicates });
    }
    Ok(NewPatient { patient, possible_duplicates })
}

/// Saves a patient that was read as `revision`.
///
/// # Errors
/// As [`create_patient`], when somebody else saved first, when the record was merged into another one,
/// and when it says that the patient agreed to what they have taken back themselves.
pub async fn save_patient(
    people: &impl People,
    catalogue: &impl Catalogue,
    id: &PatientId,
    revision: u64,
    draft: PatientDraft,
    witness: Witness,
) -> Result<Patient, ChangeError> {
    let before = people.patient(id).await?.ok_or(ChangeError::NotFound("patient"))?;
    if before.revision != revision {
        return Err(ChangeError::Stale);
    }
    in_use(&before)?;
    let (after, stay) = draft.check(catalogue, witness).await?.onto(before.clone());
    Invalid::unless_empty(stay.iter().map(StaysWithdrawn::as_error).collect())?;
    people
        .save_patient(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/identifiers"))?;
    Ok(after)
}

/// Creates the patient another system knows by this key, or saves over the one there is. What the
/// draft keeps stays as it is. So does what the patient has taken back themselves: the other system
/// sends what it knows each night, and is told.
///
/// # Errors
/// As [`create_patient`], but for versions: whoever comes last wins.
pub async fn upsert_patient(
    people: &impl Register,
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    identifier: &Identifier,
    draft: PatientDraft,
    witness: Witness,
) -> Result<Upserted, ChangeError> {
    for _ in 0..TRIES {
        let checked = draft.clone().check(catalogue, witness.clone()).await?;
        let known = match people.find(identifier).await? {
            Some(id) => people.patient(&id).await?,
            None => None,
        };
        // A failed condition means that somebody else was first, with either write: look again.
        if let Some(before) = known {
            in_use(&before)?;
            let (after, stay) = checked.onto(before.clone());
            match people.save_patient(&before, &after).await {
                Ok(()) => return Ok(Upserted::Saved(after, stay)),
                Err(SaveError::Store(error)) => return Err(error.into()),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
            }
        } else {
            let mut patient = checked.create(PatientId::new(ids.next()))?;
            patient.identifiers.insert(identifier.clone());
            let possible_duplicates = possible_duplicates(people, &patient).await?;
            match people.create_patient(&patient).await {
                Ok(()) => {
                    return Ok(Upserted::Created(NewPatient { patient, possible_duplicates }));
                }
                Err(SaveError::Store(error)) => return Err(error.into()),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
            }
        }
    }
    Err(crowded().into())
}

/// Refuses to change a record that was merged into another one.
fn in_use(patient: &Patient) -> Result<(), ChangeError> {
    match &patient.standing {
        Standing::Current | Standing::Archived | Standing::Deceased => Ok(()),
        Standing::Merged { into } => Err(ChangeError::Conflict(format!(
            "This patient was merged into {into}; nothing was changed. Change that one."
        ))),
    }
}

fn crowded() -> StoreError {
    StoreError::Unavailable("others keep changing this patient".to_owned())
}
