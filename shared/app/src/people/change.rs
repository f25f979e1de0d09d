//! Single changes of a patient. They name no version: what others changed meanwhile stays.

use domain::ids::PatientId;
use domain::patient::{BouncedEmail, Patient, Standing};

use super::{ConsentDraft, TRIES, Witness, crowded, in_use};
use crate::catalogue::ChangeError;
use crate::ports::{People, SaveError};

/// Writes down choices on consent. Each is new evidence, even when the same was chosen before: a
/// consent must be current (APP guidelines, B.35).
///
/// # Errors
/// When there is no such patient, or the record was merged into another one.
pub async fn record_consents(
    people: &impl People,
    id: &PatientId,
    choices: &[ConsentDraft],
    witness: &Witness,
) -> Result<Patient, ChangeError> {
    change(people, id, |patient| {
        for it in choices {
            patient.consents.record(it.channel, it.purpose, witness.saw(it.choice, &it.how));
        }
    })
    .await
}

/// Email to this address came back for good. A patient who has another one by now is not touched.
///
/// # Errors
/// As [`record_consents`].
pub(crate) async fn record_bounce(
    people: &impl People,
    id: &PatientId,
    bounced: &BouncedEmail,
) -> Result<Patient, ChangeError> {
    change(people, id, |patient| {
        let is_known = patient.bounced_from().is_some();
        if !is_known && patient.email.as_ref() == Some(&bounced.address) {
            patient.bounced_email = Some(bounced.clone());
        }
    })
    .await
}

/// The person is a patient no longer: they receive nothing.
///
/// # Errors
/// As [`record_consents`].
pub async fn archive(people: &impl People, id: &PatientId) -> Result<Patient, ChangeError> {
    set_standing(people, id, &Standing::Archived).await
}

/// The person has died: they receive nothing.
///
/// # Errors
/// As [`record_consents`].
pub async fn record_death(people: &impl People, id: &PatientId) -> Result<Patient, ChangeError> {
    set_standing(people, id, &Standing::Deceased).await
}

/// The person is a patient after all. A death that was recorded by mistake is taken back by this
/// too.
///
/// # Errors
/// As [`record_consents`].
pub async fn restore(people: &impl People, id: &PatientId) -> Result<Patient, ChangeError> {
    set_standing(people, id, &Standing::Current).await
}

async fn set_standing(
    people: &impl People,
    id: &PatientId,
    standing: &Standing,
) -> Result<Patient, ChangeError> {
    change(people, id, |patient| patient.standing = standing.clone()).await
}

/// Makes a change, again if others save at the same time. A change that changes nothing is not
/// stored.
pub(super) async fn change(
    people: &impl People,
    id: &PatientId,
    change: impl Fn(&mut Patient),
) -> Result<Patient, ChangeError> {
    for _ in 0..TRIES {
        let before = people.patient(id).await?.ok_or(ChangeError::NotFound("patient"))?;
        in_use(&before)?;
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return Ok(before);
        }
        after.revision += 1;
        match people.save_patient(&before, &after).await {
            Ok(()) => return Ok(after),
            Err(SaveError::Stale) => {}
            Err(error @ (SaveError::Taken(_) | SaveError::Store(_))) => {
                return Err(ChangeError::from_save(error, ""));
            }
        }
    }
    Err(crowded().into())
}
