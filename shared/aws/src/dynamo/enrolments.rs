//! Enrolments, their ledger and their notes: one partition each.

use app::ports::{EnrolmentReader, Enrolments, Reservation, SaveError, StoreError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::enrolment::{Decision, Effect, Enrolment, Note};
use domain::ids::{EnrolmentId, PatientId, ReservationToken};
use domain::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::work::WorkItem;

use super::due::due_attributes;
use super::records::{EnrolmentData, NoteData, RowData, WorkData, outcome};
use super::work_list::open_key;
use super::{
    Condition, Item, Table, Transacted, Written, item, key, read_data, store_error, string, text,
    unreadable,
};

const ENROLMENT: &str = "ENROLMENT";
const LEDGER: &str = "LEDGER#";
const NOTE: &str = "NOTE#";
const BY_PATIENT: &str = "by_patient";

/// The enrolments table, and the work list that its holds go to.
#[derive(Debug, Clone)]
pub struct EnrolmentStore {
    pub(super) enrolments: Table,
    pub(super) work_list: Table,
}

impl EnrolmentStore {
    /// The store in those tables.
    pub const fn new(enrolments: Table, work_list: Table) -> Self {
        Self { enrolments, work_list }
    }

    /// The writes that begin an enrolment.
    pub(super) fn begin(&self, enrolment: &Enrolment) -> TransactWriteItem {
        self.enrolments.put(enrolment_item(enrolment), Some(Condition::absent()))
    }

    /// The writes that carry out a decision; none when it changes nothing.
    pub(super) fn writes(&self, before: &Enrolment, decision: &Decision) -> Vec<TransactWriteItem> {
        let after = &decision.enrolment;
        let mut writes = Vec::new();
        if after != before {
            let condition = Condition::revision(before.revision);
            writes.push(self.enrolments.put(enrolment_item(after), Some(condition)));
        }
        for (i, effect) in decision.effects.iter().enumerate() {
            match effect {
                Effect::Send { .. } => {}
                Effect::Record(row) => {
                    writes.push(self.enrolments.put(row_item(row), Some(Condition::absent())));
                }
                Effect::Raise(work) => writes.push(self.raise(work)),
                Effect::Resolve(id) => {
                    let (pk, sk) = open_key(id);
                    writes.push(self.work_list.delete(pk, sk));
                }
                Effect::Note(note) => {
                    // Two notes of one decision differ in their place.
                    let sk = format!("{NOTE}{}#{:06}#{i}", timestamp(note.at), after.revision);
                    let note = item(after.id.as_str(), &sk, 1, &NoteData::from(note));
                    writes.push(self.enrolments.put(note, None));
                }
            }
        }
        writes
    }

    /// The write that puts something on the work list. Raised again, it is the same item.
    pub(super) fn raise(&self, work: &WorkItem) -> TransactWriteItem {
        let (pk, sk) = open_key(&work.id);
        self.work_list.put(item(pk, sk, 1, &WorkData::from(work)), None)
    }
}

pub(super) async fn read_enrolment(
    table: &Table,
    id: &EnrolmentId,
) -> Result<Option<Enrolment>, StoreError> {
    let Some(data) = table.data::<EnrolmentData>(id.as_str(), ENROLMENT).await? else {
        return Ok(None);
    };
    Enrolment::try_from(data).map(Some).map_err(|error| unreadable(id.as_str(), error))
}

fn enrolment_item(enrolment: &Enrolment) -> Item {
    let data = EnrolmentData::from(enrolment);
    let mut item = item(enrolment.id.as_str(), ENROLMENT, enrolment.revision, &data);
    item.insert("patient_id".to_owned(), string(enrolment.patient.as_str()));
    item.insert("enrolled_at".to_owned(), string(timestamp(enrolment.enrolled_at)));
    for (name, value) in due_attributes(enrolment).into_iter().flatten() {
        item.insert(name, string(value));
    }
    item
}

fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn row_sk(key: &LedgerKey) -> String {
    format!("{LEDGER}{:04}#{}#{:04}", key.cycle, key.action, key.attempt)
}

fn row_item(row: &LedgerRow) -> Item {
    let mut item = item(row.key.enrolment.as_str(), &row_sk(&row.key), 1, &RowData::from(row));
    match &row.state {
        LedgerState::Reserved { owner } => {
            item.insert("state".to_owned(), string("reserved"));
            item.insert("owner".to_owned(), string(owner.as_str()));
        }
        LedgerState::Settled { at, outcome } => {
            item.insert("state".to_owned(), string(outcome.as_str()));
            item.insert("settled_at".to_owned(), string(timestamp(*at)));
            item.insert("detail".to_owned(), string(detail(outcome)));
        }
    }
    item
}

fn detail(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Sent { provider_id } => provider_id,
        Outcome::NotSent { why }
        | Outcome::Skipped { why }
        | Outcome::Failed { why }
        | Outcome::Unclear { why } => why,
    }
}

fn read_row(item: Item) -> Result<LedgerRow, StoreError> {
    let what = text(&item, "sk").unwrap_or_default();
    let state = text(&item, "state").unwrap_or_default();
    let (owner, settled_at) = (text(&item, "owner"), text(&item, "settled_at"));
    let state = outcome(&state, owner, settled_at, text(&item, "detail"))
        .map_err(|error| unreadable(&what, error))?;
    let data: RowData = read_data(item)?;
    data.with_state(state).map_err(|error| unreadable(&what, error))
}

impl Enrolments for EnrolmentStore {
    async fn enrolment(&self, id: &EnrolmentId) -> Result<Option<Enrolment>, StoreError> {
        read_enrolment(&self.enrolments, id).await
    }

    async fn commit(&self, before: &Enrolment, decision: &Decision) -> Result<(), SaveError> {
        let after = &decision.enrolment;
        let writes = self.writes(before, decision);
        if writes.is_empty() {
            return Ok(());
        }
        if writes.len() == 1 && after != before {
            // The usual case, a sent action: a transaction would cost twice as much.
            let condition = Condition::revision(before.revision);
            return match self.enrolments.put_if(enrolment_item(after), condition).await? {
                Written::Yes => Ok(()),
                Written::No(_) => Err(SaveError::Stale),
            };
        }
        self.enrolments.transact(writes).await?.or_stale()
    }

    async fn reserve(&self, row: &LedgerRow) -> Result<Reservation, StoreError> {
        match self.enrolments.put_if(row_item(row), Condition::absent()).await? {
            Written::Yes => Ok(Reservation::Won),
            Written::No(Some(existing)) => Ok(Reservation::Lost(read_row(existing)?)),
            Written::No(None) => {
                Err(StoreError::Unavailable("the ledger row is being written".to_owned()))
            }
        }
    }

    async fn row(&self, key: &LedgerKey) -> Result<Option<LedgerRow>, StoreError> {
        let item = self.enrolments.get(key.enrolment.as_str(), &row_sk(key)).await?;
        item.map(read_row).transpose()
    }

    async fn settle(
        &self,
        ledger_key: &LedgerKey,
        owner: &ReservationToken,
        at: DateTime<Utc>,
        outcome: &Outcome,
    ) -> Result<(), SaveError> {
        let result = self
            .enrolments
            .client
            .update_item()
            .table_name(&self.enrolments.name)
            .set_key(Some(key(ledger_key.enrolment.as_str(), &row_sk(ledger_key))))
            .update_expression("SET #state = :state, settled_at = :at, detail = :detail")
            .condition_expression("#owner = :owner AND #state IN (:reserved, :unclear)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", string(owner.as_str()))
            .expression_attribute_values(":reserved", string("reserved"))
            .expression_attribute_values(":unclear", string("unclear"))
            .expression_attribute_values(":state", string(outcome.as_str()))
            .expression_attribute_values(":at", string(timestamp(at)))
            .expression_attribute_values(":detail", string(detail(outcome)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else { return Ok(()) };
        let Some(UpdateItemError::ConditionalCheckFailedException(failed)) =
            error.as_service_error()
        else {
            return Err(store_error(error).into());
        };
        // A repeat by the SDK fails on its own success: then the stored outcome is ours.
        let stored = failed.item().cloned().unwrap_or_default();
        let ours = text(&stored, "owner").as_deref() == Some(owner.as_str())
            && text(&stored, "state").as_deref() == Some(outcome.as_str())
            && text(&stored, "settled_at") == Some(timestamp(at));
        if ours { Ok(()) } else { Err(SaveError::Stale) }
    }

    async fn park(&self, enrolment: &str, work: &WorkItem) -> Result<(), StoreError> {
        let update = Update::builder()
            .table_name(&self.enrolments.name)
            .set_key(Some(key(enrolment, ENROLMENT)))
            .update_expression("REMOVE due_shard, due_key")
            .condition_expression("attribute_exists(due_key)")
            .build()
            .expect("table, key and expression are set");
        let writes = vec![TransactWriteItem::builder().update(update).build(), self.raise(work)];
        match self.enrolments.transact(writes).await? {
            // It moved on by itself, or somebody else parks it.
            Transacted::Yes | Transacted::Refused { .. } | Transacted::Conflict => Ok(()),
        }
    }
}

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

impl EnrolmentReader for EnrolmentReaderStore {
    async fn enrolment(&self, id: &EnrolmentId) -> Result<Option<Enrolment>, StoreError> {
        read_enrolment(&self.table, id).await
    }

    async fn of_patient(&self, patient: &PatientId) -> Result<Vec<Enrolment>, StoreError> {
        let mut enrolments = Vec::new();
        let mut next = None;
        loop {
            let page = self
                .table
                .client
                .query()
                .table_name(&self.table.name)
                .index_name(BY_PATIENT)
                .key_condition_expression("patient_id = :patient")
                .expression_attribute_values(":patient", string(patient.as_str()))
                .scan_index_forward(false)
                .set_exclusive_start_key(next)
                .send()
                .await
                .map_err(store_error)?;
            for entry in page.items.unwrap_or_default() {
                let id = text(&entry, "pk").unwrap_or_default();
                let id = EnrolmentId::parse(&id).map_err(|error| unreadable(&id, error))?;
                enrolments.extend(read_enrolment(&self.table, &id).await?);
            }
            next = page.last_evaluated_key;
            if next.is_none() {
                return Ok(enrolments);
            }
        }
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
