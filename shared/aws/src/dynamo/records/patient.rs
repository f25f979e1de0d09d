//! Patients.

use chrono::NaiveDate;
use domain::ids::{PatientId, SiteId};
use domain::patient::{Identifier, Patient, PersonName, Standing};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::Channel;
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct PatientData {
    id: PatientId,
    revision: u64,
    identifiers: Vec<IdentifierData>,
    first_name: PersonName,
    last_name: PersonName,
    date_of_birth: Option<NaiveDate>,
    mobile: Option<String>,
    site: Option<SiteId>,
    opted_out: Vec<String>,
    standing: String,
}

#[derive(Serialize, Deserialize)]
struct IdentifierData {
    source: Code,
    id: ExternalId,
}

impl From<&Patient> for PatientData {
    fn from(patient: &Patient) -> Self {
        let identifiers = patient.identifiers.iter().map(|identifier| IdentifierData {
            source: identifier.source.clone(),
            id: identifier.id.reveal().clone(),
        });
        Self {
            id: patient.id.clone(),
            revision: patient.revision,
            identifiers: identifiers.collect(),
            first_name: patient.first_name.reveal().clone(),
            last_name: patient.last_name.reveal().clone(),
            date_of_birth: patient.date_of_birth.as_ref().map(|date| *date.reveal()),
            mobile: patient.mobile.as_ref().map(|mobile| mobile.e164().to_owned()),
            site: patient.site.clone(),
            opted_out: patient.opted_out.iter().map(|c| c.as_str().to_owned()).collect(),
            standing: patient.standing.as_str().to_owned(),
        }
    }
}

impl TryFrom<PatientData> for Patient {
    type Error = BadRecord;

    fn try_from(data: PatientData) -> Result<Self, BadRecord> {
        let identifiers = data.identifiers.into_iter().map(|identifier| Identifier {
            source: identifier.source,
            id: Phi::new(identifier.id),
        });
        let opted_out: Option<_> = data.opted_out.iter().map(|c| Channel::parse(c)).collect();
        Ok(Self {
            id: data.id,
            revision: data.revision,
            identifiers: identifiers.collect(),
            first_name: Phi::new(data.first_name),
            last_name: Phi::new(data.last_name),
            date_of_birth: data.date_of_birth.map(Phi::new),
            mobile: data.mobile.map(|m| MobileNumber::from_e164(&m)).transpose().field("mobile")?,
            site: data.site,
            opted_out: opted_out.field("opted_out")?,
            standing: Standing::parse(&data.standing).field("standing")?,
        })
    }
}
