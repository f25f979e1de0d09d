//! Patients, and the identifiers by which other systems know them.

use app::ports::{People, SaveError, StoreError, Taken};
use domain::ids::PatientId;
use domain::patient::{Identifier, Patient};
use serde::{Deserialize, Serialize};

use super::records::PatientData;
use super::{Condition, Table, item, unreadable};

const PATIENT: &str = "PATIENT";
const IDENTIFIER: &str = "IDENTIFIER";

/// The people table.
#[derive(Debug, Clone)]
pub struct PeopleStore {
    table: Table,
}

/// Whose an identifier is.
#[derive(Serialize, Deserialize)]
struct Holder {
    patient: PatientId,
}

impl PeopleStore {
    /// The store in that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

fn identifier_key(identifier: &Identifier) -> String {
    // A source's code holds no line break, so the two parts cannot run together.
    format!("{IDENTIFIER}#{}\n{}", identifier.source, identifier.id.reveal())
}

impl People for PeopleStore {
    async fn patient(&self, id: &PatientId) -> Result<Option<Patient>, StoreError> {
        let Some(data) = self.table.data::<PatientData>(id.as_str(), PATIENT).await? else {
            return Ok(None);
        };
        Patient::try_from(data).map(Some).map_err(|error| unreadable(id.as_str(), error))
    }

    async fn find(&self, identifier: &Identifier) -> Result<Option<PatientId>, StoreError> {
        let holder: Option<Holder> =
            self.table.data(&identifier_key(identifier), IDENTIFIER).await?;
        Ok(holder.map(|holder| holder.patient))
    }

    async fn create_patient(&self, patient: &Patient) -> Result<(), SaveError> {
        let record = item(patient.id.as_str(), PATIENT, 1, &PatientData::from(patient));
        let mut writes = vec![self.table.put(record, Some(Condition::absent()))];
        let holder = Holder { patient: patient.id.clone() };
        for identifier in &patient.identifiers {
            let held = item(&identifier_key(identifier), IDENTIFIER, 1, &holder);
            writes.push(self.table.put(held, Some(Condition::absent())));
        }
        let taken = SaveError::Taken(Taken::Id);
        self.table.transact(writes).await?.or_taken(taken, Taken::Identifiers)
    }

    async fn save_patient(&self, before: &Patient, after: &Patient) -> Result<(), SaveError> {
        let record = item(after.id.as_str(), PATIENT, after.revision, &PatientData::from(after));
        let mut writes = vec![self.table.put(record, Some(Condition::revision(before.revision)))];
        let holder = Holder { patient: after.id.clone() };
        for identifier in after.identifiers.difference(&before.identifiers) {
            let held = item(&identifier_key(identifier), IDENTIFIER, 1, &holder);
            writes.push(self.table.put(held, Some(Condition::absent())));
        }
        for identifier in before.identifiers.difference(&after.identifiers) {
            writes.push(self.table.delete(&identifier_key(identifier), IDENTIFIER));
        }
        self.table.transact(writes).await?.or_taken(SaveError::Stale, Taken::Identifiers)
    }
}
