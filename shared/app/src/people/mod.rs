//! Patients, as staff and other systems keep them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::ids::{PatientId, SiteId};
use domain::invalid::Invalid;
use domain::patient::{Identifier, Patient, PersonName, Standing};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::Channel;
use domain::text::Code;

use crate::catalogue::ChangeError;
use crate::ports::{Catalogue, Ids, People};

/// A patient as staff write it.
#[derive(Debug, Clone)]
pub struct PatientDraft {
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
    /// The code of the site they belong to.
    pub site: Option<Code>,
    /// Channels they have opted out of.
    pub opted_out: BTreeSet<Channel>,
    /// Whether they are a patient still.
    pub standing: Standing,
}

impl PatientDraft {
    fn into_patient(self, id: PatientId, revision: u64, site: Option<SiteId>) -> Patient {
        Patient {
            id,
            revision,
            identifiers: self.identifiers,
            first_name: self.first_name,
            last_name: self.last_name,
            date_of_birth: self.date_of_birth,
            mobile: self.mobile,
            site,
            opted_out: self.opted_out,
            standing: self.standing,
        }
    }
}

/// Creates a patient.
///
/// # Errors
/// When the site does not exist or an identifier belongs to another patient.
pub async fn create_patient(
    people: &impl People,
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: PatientDraft,
) -> Result<Patient, ChangeError> {
    let site = site_of(catalogue, &draft).await?;
    let patient = draft.into_patient(PatientId::new(ids.next()), 1, site);
    people
        .create_patient(&patient)
        .await
        .map_err(|error| ChangeError::from_save(error, "/identifiers"))?;
    Ok(patient)
}

/// Saves a patient that was read as `revision`.
///
/// # Errors
/// As [`create_patient`], and when somebody else saved first.
pub async fn save_patient(
    people: &impl People,
    catalogue: &impl Catalogue,
    id: &PatientId,
    revision: u64,
    draft: PatientDraft,
) -> Result<Patient, ChangeError> {
    let before = people.patient(id).await?.ok_or(ChangeError::NotFound("patient"))?;
    if before.revision != revision {
        return Err(ChangeError::Stale);
    }
    let site = site_of(catalogue, &draft).await?;
    let after = draft.into_patient(id.clone(), revision + 1, site);
    people
        .save_patient(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/identifiers"))?;
    Ok(after)
}

async fn site_of(
    catalogue: &impl Catalogue,
    draft: &PatientDraft,
) -> Result<Option<SiteId>, ChangeError> {
    let Some(code) = &draft.site else {
        return Ok(None);
    };
    match catalogue.site_by_code(code).await? {
        Some(site) => Ok(Some(site.id)),
        None => Err(Invalid::one("/site", "there is no site of this code").into()),
    }
}
