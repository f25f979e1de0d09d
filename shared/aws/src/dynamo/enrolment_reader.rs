//! What is read of enrolments, by the API and by what looks for those of a patient.

use std::collections::BTreeSet;

use app::ports::{EnrolmentReader, OfProgram, StoreError};
use domain::enrolment::{Enrolment, Note};
use domain::ids::{EnrolmentId, PatientId, ProgramId};
use domain::ledger::LedgerRow;

use super::enrolments::{LEDGER, NOTE, read_enrolment, read_enrolments, timestamp};
use super::ledger::read_row;
use super::of_patient::{OfPatient, of_patient_pk};
use super::records::NoteData;
use super::{Item, Table, read_data, store_error, string, text, unreadable};

/// The index of the enrolments on a program that are not over.
const BY_PROGRAM: &str = "by_program";

/// What the API reads of enrolments.
#[derive(Debug, Clone)]
pub struct EnrolmentReaderStore {
    table: Table,
}

impl EnrolmentReaderStore {
    /// The reader of that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

/// A patient's enrolments on these programs (all, when `None`), oldest first.
pub(super) async fn of_patient(
    table: &Table,
    patient: &PatientId,
    programs: Option<&BTreeSet<ProgramId>>,
) -> Result<Vec<Enrolment>, StoreError> {
    let mut ids = Vec::new();
    for entry in table.partition(&of_patient_pk(patient), "").await? {
        let entry: OfPatient = read_data(entry)?;
        if programs.is_none_or(|programs| programs.contains(&entry.program)) {
            ids.push(entry.id);
        }
    }
    read_enrolments(table, &ids).await
}

impl EnrolmentReader for EnrolmentReaderStore {
    async fn enrolment(&self, id: &EnrolmentId) -> Result<Option<Enrolment>, StoreError> {
        read_enrolment(&self.table, id).await
    }

    async fn of_patient(&self, patient: &PatientId) -> Result<Vec<Enrolment>, StoreError> {
        let mut enrolments = of_patient(&self.table, patient, None).await?;
        enrolments.reverse();
        Ok(enrolments)
    }

    async fn of_program(
        &self,
        program: &ProgramId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<OfProgram, StoreError> {
        let start = after.map(|after| start_key(program, after)).transpose()?;
        let page = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .index_name(BY_PROGRAM)
            .key_condition_expression("open_program = :program")
            .expression_attribute_values(":program", string(program.as_str()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(store_error)?;
        let mut ids = Vec::new();
        for entry in page.items.unwrap_or_default() {
            let id = text(&entry, "pk").unwrap_or_default();
            ids.push(EnrolmentId::parse(&id).map_err(|error| unreadable(&id, error))?);
        }
        let next = page.last_evaluated_key.as_ref().and_then(position);
        let mut enrolments = read_enrolments(&self.table, &ids).await?;
        // The index may lag behind: what is over by now is not on the program any more.
        enrolments.retain(|enrolment| enrolment.is_open() && enrolment.program == *program);
        Ok(OfProgram { enrolments, next })
    }

    fn place(&self, enrolment: &Enrolment) -> String {
        place(&timestamp(enrolment.enrolled_at), enrolment.id.as_str())
    }

    async fn records(&self, id: &EnrolmentId) -> Result<(Vec<LedgerRow>, Vec<Note>), StoreError> {
        let rows = self.table.partition(id.as_str(), LEDGER).await?;
        let notes = self.table.partition(id.as_str(), NOTE).await?;
        let rows: Result<Vec<_>, _> = rows.into_iter().map(read_row).collect();
        let notes: Result<Vec<_>, _> = notes
            .into_iter()
            .map(|item| {
                let data: NoteData = read_data(item)?;
                Note::try_from(data).map_err(|error| unreadable(id.as_str(), error))
            })
            .collect();
        Ok((rows?, notes?))
    }
}

/// A place in the index, as text: ids and a time, no patient data.
fn position(last: &Item) -> Option<String> {
    Some(place(&text(last, "enrolled_at")?, &text(last, "pk")?))
}

fn place(since: &str, id: &str) -> String {
    format!("{since}|{id}")
}

fn start_key(program: &ProgramId, position: &str) -> Result<Item, StoreError> {
    let (since, id) = position
        .split_once('|')
        .ok_or_else(|| StoreError::Refused("a page begins at no place of the list".to_owned()))?;
    let fields = [
        ("pk", id),
        ("sk", super::enrolments::ENROLMENT),
        ("open_program", program.as_str()),
        ("enrolled_at", since),
    ];
    Ok(fields.into_iter().map(|(name, value)| (name.to_owned(), string(value))).collect())
}
