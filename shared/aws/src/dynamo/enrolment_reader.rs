//! What is read of enrolments, by the API and by what looks for those of a patient.

use std::collections::BTreeSet;

use app::ports::{EnrolmentReader, HowMany, OfPatient, OfProgram, StoreError, UnreadableEnrolment};
use chrono::{DateTime, Utc};
use domain::enrolment::{Enrolment, Note};
use domain::ids::{EnrolmentId, PatientId, ProgramId};
use domain::ledger::LedgerRow;

use super::enrolments::{Entry, LEDGER, NOTE, read_enrolment, read_enrolments, timestamp};
use super::ledger::read_row;
use super::of_patient::{OfPatientData, of_patient_pk};
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
) -> Result<OfPatient, StoreError> {
    let takes = |program: &ProgramId| programs.is_none_or(|programs| programs.contains(program));
    let mut entries = Vec::new();
    for item in table.partition(&of_patient_pk(patient), "").await? {
        entries.extend(read_entry(item));
    }
    entries.retain(|entry| entry.program.as_ref().is_none_or(takes));
    let mut read = read_enrolments(table, entries).await?;
    read.enrolments.retain(|enrolment| takes(&enrolment.program));
    Ok(read)
}

impl EnrolmentReader for EnrolmentReaderStore {
    async fn enrolment(&self, id: &EnrolmentId) -> Result<Option<Enrolment>, StoreError> {
        read_enrolment(&self.table, id).await
    }

    async fn enrolments(
        &self,
        ids: &[EnrolmentId],
    ) -> Result<(Vec<Enrolment>, Vec<UnreadableEnrolment>), StoreError> {
        let (program, enrolled_at) = (None, DateTime::UNIX_EPOCH);
        let entries =
            ids.iter().map(|id| Entry { id: id.clone(), program: program.clone(), enrolled_at });
        let read = read_enrolments(&self.table, entries.collect()).await?;
        Ok((read.enrolments, read.unreadable))
    }

    async fn of_patient(&self, patient: &PatientId) -> Result<OfPatient, StoreError> {
        let mut read = of_patient(&self.table, patient, None).await?;
        read.enrolments.reverse();
        read.unreadable.reverse();
        Ok(read)
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
            .ask()
            .index_name(BY_PROGRAM)
            .key_condition_expression("open_program = :program")
            .expression_attribute_values(":program", string(program.as_str()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(store_error)?;
        let mut entries = Vec::new();
        for entry in page.items.unwrap_or_default() {
            let id = text(&entry, "pk").unwrap_or_default();
            let Ok(id) = EnrolmentId::parse(&id) else {
                tracing::error!(key = %id, "a row among a program's enrolments is none");
                continue;
            };
            let since = text(&entry, "enrolled_at").unwrap_or_default();
            let program = Some(program.clone());
            entries.push(Entry { id, program, enrolled_at: moment(&since) });
        }
        let next = page.last_evaluated_key.as_ref().and_then(position);
        let OfPatient { mut enrolments, unreadable } =
            read_enrolments(&self.table, entries).await?;
        // The index may lag behind: what is over by now is not on the program any more.
        enrolments.retain(|enrolment| enrolment.is_open() && enrolment.program == *program);
        Ok(OfProgram { enrolments, unreadable, next })
    }

    async fn count_open(&self, program: &ProgramId, most: usize) -> Result<HowMany, StoreError> {
        // One more than is counted: whether there is one tells whether these are all.
        let query = self
            .table
            .ask()
            .index_name(BY_PROGRAM)
            .key_condition_expression("open_program = :program")
            .expression_attribute_values(":program", string(program.as_str()));
        let found = Table::count(query, most.saturating_add(1)).await?;
        Ok(if found > most { HowMany::AtLeast(most) } else { HowMany::All(found) })
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

/// An entry of a patient's partition. Its key names the enrolment too, should the rest not be
/// readable; one that has no such key stands for nothing.
fn read_entry(item: Item) -> Option<Entry> {
    let sk = text(&item, "sk").unwrap_or_default();
    let (since, id) = sk.split_once('#').unwrap_or_default();
    let enrolled_at = moment(since);
    match read_data::<OfPatientData>(item) {
        Ok(OfPatientData { id, program }) => {
            Some(Entry { id, program: Some(program), enrolled_at })
        }
        Err(error) => {
            tracing::error!(enrolment.id = %id, error = %error, "an entry of a patient cannot be read");
            Some(Entry { id: EnrolmentId::parse(id).ok()?, program: None, enrolled_at })
        }
    }
}

/// A time as it is written in keys; the beginning of time when it is none.
fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or(DateTime::UNIX_EPOCH)
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
