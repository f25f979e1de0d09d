//! Patients, the identifiers by which other systems know them, and the indexes that find them.
//!
//! A patient's item carries the keys of five indexes, which project keys only:
//!
//! | index | partition | sorted by |
//! |---|---|---|
//! | `by_name` | first letter of the family name | `rossi,maria` |
//! | `by_first_name` | first letter of the given name | `maria,rossi` |
//! | `by_birth_date` | date of birth | `rossi,maria` |
//! | `by_mobile` | mobile number | `rossi,maria` |
//! | `by_medicare` | number of the Medicare card, without the person's | `rossi,maria` |
//!
//! The first letter spreads the names over as many partitions as the alphabet has letters, and every
//! search for a beginning of a name knows it. A patient without a mobile, a date of birth or a Medicare number is not
//! in that index.

use std::collections::BTreeSet;

use app::ports::{Entry, Lookup, People, ReadPatients, Register, SaveError, StoreError, Taken};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::ids::PatientId;
use domain::patient::{FoldedName, FoldedNames, Identifier, Merged, Patient};
use serde::{Deserialize, Serialize};

use super::records::PatientData;
use super::{
    Condition, Item, Table, Transacted, is_at, item, key, read_data, string, text, unreadable,
};

const PATIENT: &str = "PATIENT";
const IDENTIFIER: &str = "IDENTIFIER";

const LAST_INITIAL: &str = "last_initial";
const LAST_FIRST: &str = "last_first";
const FIRST_INITIAL: &str = "first_initial";
const FIRST_LAST: &str = "first_last";
const BIRTH_DATE: &str = "birth_date";
const MOBILE: &str = "mobile";
const MEDICARE: &str = "medicare_card";

/// The people table.
#[derive(Debug, Clone)]
pub struct PeopleStore {
    pub(super) table: Table,
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

    /// The writes of a new patient: who they are comes first, then whose the identifiers are.
    pub(super) fn creation(&self, patient: &Patient) -> Vec<TransactWriteItem> {
        let mut writes = vec![self.table.put(patient_item(patient), Some(Condition::absent()))];
        let holder = Holder { patient: patient.id.clone() };
        for identifier in &patient.identifiers {
            let held = item(&identifier_key(identifier), IDENTIFIER, 1, &holder);
            writes.push(self.table.put(held, Some(Condition::absent())));
        }
        writes
    }

    /// The write of a patient whose consents have changed, and nothing else.
    pub(super) fn write_consents(&self, before: &Patient, after: &Patient) -> TransactWriteItem {
        self.table.put(patient_item(after), Some(Condition::revision(before.revision)))
    }
}

/// What came of a transaction that begins with [`PeopleStore::creation`].
pub(super) fn or_taken(created: Transacted) -> Result<(), SaveError> {
    created.or_taken(SaveError::Taken(Taken::Id), Taken::Identifiers)
}

fn identifier_key(identifier: &Identifier) -> String {
    // A source's code holds no line break, so the two parts cannot run together.
    format!("{IDENTIFIER}#{}\n{}", identifier.source, identifier.id.reveal())
}

/// A patient's item, with the keys of the indexes.
fn patient_item(patient: &Patient) -> Item {
    let data = PatientData::from(patient);
    let mut item = item(patient.id.as_str(), PATIENT, patient.revision, &data);
    let names = patient.folded_names();
    let mut put = |name: &str, value: String| item.insert(name.to_owned(), string(value));
    put(LAST_INITIAL, names.last.initial().into());
    put(LAST_FIRST, names.last_first());
    put(FIRST_INITIAL, names.first.initial().into());
    put(FIRST_LAST, names.first_last());
    if let Some(date) = &patient.date_of_birth {
        put(BIRTH_DATE, date.reveal().to_string());
    }
    if let Some(mobile) = &patient.mobile {
        put(MOBILE, mobile.e164().to_owned());
    }
    if let Some(number) = &patient.medicare {
        put(MEDICARE, number.card().to_owned());
    }
    item
}

/// A lookup as a query of an index.
struct IndexQuery {
    index: &'static str,
    hash: (&'static str, String),
    range: &'static str,
    beginning: Option<String>,
}

impl From<&Lookup> for IndexQuery {
    fn from(lookup: &Lookup) -> Self {
        let beginning = |name: &FoldedName| Some(name.as_str().to_owned());
        match lookup {
            Lookup::Mobile(mobile) => Self {
                index: "by_mobile",
                hash: (MOBILE, mobile.e164().to_owned()),
                range: LAST_FIRST,
                beginning: None,
            },
            Lookup::Medicare(number) => Self {
                index: "by_medicare",
                hash: (MEDICARE, number.card().to_owned()),
                range: LAST_FIRST,
                beginning: None,
            },
            Lookup::Born(date, last) => Self {
                index: "by_birth_date",
                hash: (BIRTH_DATE, date.reveal().to_string()),
                range: LAST_FIRST,
                beginning: last.as_ref().and_then(beginning),
            },
            Lookup::LastName(last) => Self {
                index: "by_name",
                hash: (LAST_INITIAL, last.initial().into()),
                range: LAST_FIRST,
                beginning: beginning(last),
            },
            Lookup::Named(names) => Self {
                index: "by_name",
                hash: (LAST_INITIAL, names.last.initial().into()),
                range: LAST_FIRST,
                beginning: Some(names.last_first()),
            },
            Lookup::FirstName(first) => Self {
                index: "by_first_name",
                hash: (FIRST_INITIAL, first.initial().into()),
                range: FIRST_LAST,
                beginning: beginning(first),
            },
        }
    }
}

impl IndexQuery {
    fn is_by_first_name(&self) -> bool {
        self.range == FIRST_LAST
    }

    /// The key of an entry in this index, from which a query goes on.
    fn key_of(&self, entry: &Entry) -> Item {
        let mut item = key(entry.patient.as_str(), PATIENT);
        let names = if self.is_by_first_name() {
            entry.names.first_last()
        } else {
            entry.names.last_first()
        };
        item.insert(self.hash.0.to_owned(), string(&self.hash.1));
        item.insert(self.range.to_owned(), string(names));
        item
    }

    fn read(&self, item: &Item) -> Result<Entry, StoreError> {
        let id = text(item, "pk").unwrap_or_default();
        let names = text(item, self.range).unwrap_or_default();
        let names = if self.is_by_first_name() {
            FoldedNames::from_first_last(&names)
        } else {
            FoldedNames::from_last_first(&names)
        };
        let names = names.ok_or_else(|| unreadable(&id, "its key in an index is not two names"))?;
        let patient = PatientId::parse(&id).map_err(|error| unreadable(&id, error))?;
        Ok(Entry { patient, names })
    }
}

impl People for PeopleStore {
    async fn patient(&self, id: &PatientId) -> Result<Option<Patient>, StoreError> {
        let Some(data) = self.table.data::<PatientData>(id.as_str(), PATIENT).await? else {
            return Ok(None);
        };
        Patient::try_from(data).map(Some).map_err(|error| unreadable(id.as_str(), error))
    }

    async fn patients(&self, ids: &BTreeSet<PatientId>) -> Result<ReadPatients, StoreError> {
        let keys = ids.iter().map(|id| key(id.as_str(), PATIENT)).collect();
        let mut read = ReadPatients::default();
        for item in self.table.batch(keys).await? {
            // What was asked for by a patient's id has one.
            let Some(id) = ids.iter().find(|id| is_at(&item, id.as_str())) else { continue };
            let patient = read_data(item).and_then(|data: PatientData| {
                Patient::try_from(data).map_err(|error| unreadable(id.as_str(), error))
            });
            match patient {
                Ok(patient) => read.patients.push(patient),
                Err(error) => {
                    tracing::error!(patient.id = %id, reason = %error, "a patient cannot be read");
                    read.unreadable.push((id.clone(), error.to_string()));
                }
            }
        }
        Ok(read)
    }

    async fn find(&self, identifier: &Identifier) -> Result<Option<PatientId>, StoreError> {
        let holder: Option<Holder> =
            self.table.data(&identifier_key(identifier), IDENTIFIER).await?;
        Ok(holder.map(|holder| holder.patient))
    }

    async fn create_patient(&self, patient: &Patient) -> Result<(), SaveError> {
        or_taken(self.table.transact(self.creation(patient)).await?)
    }

    async fn save_patient(&self, before: &Patient, after: &Patient) -> Result<(), SaveError> {
        let unchanged = Condition::revision(before.revision);
        let mut writes = vec![self.table.put(patient_item(after), Some(unchanged))];
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

impl Register for PeopleStore {
    async fn look_up(
        &self,
        lookup: &Lookup,
        after: Option<&Entry>,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let by = IndexQuery::from(lookup);
        let mut condition = "#hash = :hash".to_owned();
        let mut names = vec![("#hash", by.hash.0)];
        let mut values = Item::from([(":hash".to_owned(), string(&by.hash.1))]);
        if let Some(beginning) = &by.beginning {
            condition.push_str(" AND begins_with(#range, :beginning)");
            names.push(("#range", by.range));
            values.insert(":beginning".to_owned(), string(beginning));
        }
        let names = names.into_iter().map(|(it, name)| (it.to_owned(), name.to_owned())).collect();
        let query = self
            .table
            .ask()
            .index_name(by.index)
            .key_condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .set_exclusive_start_key(after.map(|entry| by.key_of(entry)));
        let found = Table::found(query, limit).await?;
        found.iter().map(|item| by.read(item)).collect()
    }

    async fn save_merge(
        &self,
        from: &Patient,
        into: &Patient,
        after: &Merged,
    ) -> Result<(), SaveError> {
        let mut writes = vec![
            self.table.put(patient_item(&after.from), Some(Condition::revision(from.revision))),
            self.table.put(patient_item(&after.into), Some(Condition::revision(into.revision))),
        ];
        // Whose these are is a part of the record `from`: nobody can have taken them while its
        // revision is the one that was read.
        let holder = Holder { patient: into.id.clone() };
        for identifier in &from.identifiers {
            writes.push(
                self.table.put(item(&identifier_key(identifier), IDENTIFIER, 1, &holder), None),
            );
        }
        self.table.transact(writes).await?.or_stale()
    }
}
