//! Enrolments, their ledger and their notes: one partition each.

use app::ports::{
    Change, Enrolments, MovedCause, OfPatient, Reservation, SaveError, StoreError,
    UnreadableEnrolment,
};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::enrolment::{Effect, Enrolment, Note};
use domain::ids::{EnrolmentId, ProgramId, ReservationToken};
use domain::ledger::{LedgerKey, LedgerRow, Outcome};
use domain::work::{OpenWork, WorkItem};

use super::bookings::BookingStore;
use super::due::due_attributes;
use super::ledger::{SENT_KEY, SENT_TO, detail, read_row, row_item, row_sk, sent_attributes};
use super::of_patient::{of_patient_entry, of_patient_key};
use super::records::{EnrolmentData, NoteData, WorkData};
use super::work_list::open_key;
use super::{
    Condition, Item, Table, Transacted, Written, is_at, item, key, number, read_data, store_error,
    string, text, unreadable,
};

pub(super) const ENROLMENT: &str = "ENROLMENT";
pub(super) const LEDGER: &str = "LEDGER#";
pub(super) const NOTE: &str = "NOTE#";

/// The enrolments table, the work list that its holds go to, and the bookings that complete its
/// cycles.
#[derive(Debug, Clone)]
pub struct EnrolmentStore {
    pub(super) enrolments: Table,
    pub(super) work_list: Table,
    bookings: BookingStore,
}

impl EnrolmentStore {
    /// The store in those tables; bookings are in the intake table.
    pub fn new(enrolments: Table, work_list: Table, intake: Table) -> Self {
        Self { enrolments, work_list, bookings: BookingStore::new(intake) }
    }

    /// The writes that store a change; none when it changes nothing.
    pub(super) fn writes(&self, change: &Change) -> Vec<TransactWriteItem> {
        let after = &change.decision.enrolment;
        let mut writes = Vec::new();
        match &change.before {
            None => {
                writes.push(self.enrolments.put(enrolment_item(after), Some(Condition::absent())));
                writes.push(self.enrolments.put(of_patient_entry(after), None));
            }
            Some(before) if before != after => {
                let condition = Condition::revision(before.revision);
                writes.push(self.enrolments.put(enrolment_item(after), Some(condition)));
                if before.patient != after.patient {
                    let (pk, sk) = of_patient_key(before);
                    writes.push(self.enrolments.put(of_patient_entry(after), None));
                    writes.push(self.enrolments.delete(&pk, &sk));
                }
            }
            Some(_) => {}
        }
        for (i, effect) in change.decision.effects.iter().enumerate() {
            match effect {
                // What is claimed comes with the change; the others are not for the store.
                Effect::Send { .. } | Effect::Claim(_) | Effect::Refuse(_) => {}
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
                    let sk = format!("{NOTE}{}#{:06}#{i:02}", timestamp(note.at), after.revision);
                    let note = item(after.id.as_str(), &sk, 1, &NoteData::from(note));
                    writes.push(self.enrolments.put(note, None));
                }
            }
        }
        writes.extend(change.claimed.iter().map(|booking| self.bookings.write(booking)));
        // A row that is recorded has the same condition, and is written but once.
        let recorded = |key: &LedgerKey| {
            change
                .decision
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::Record(row) if row.key == *key))
        };
        if let Some(key) = change.not_begun.as_ref().filter(|key| !recorded(key))
            && !writes.is_empty()
        {
            let (pk, sk) = (key.enrolment.as_str(), row_sk(key));
            writes.push(self.enrolments.check(pk, &sk, Condition::absent()));
        }
        if let Some((key, revision)) = change.while_told.as_ref().filter(|_| !writes.is_empty()) {
            writes.push(self.bookings.check_referral(key, *revision));
        }
        writes
    }

    /// The write that puts something on the work list. Raised again, it is the same item, and what
    /// staff have made of it stays.
    pub(super) fn raise(&self, work: &WorkItem) -> TransactWriteItem {
        let (pk, sk) = open_key(&work.id);
        let raised = item(pk, sk, 1, &WorkData::from(work));
        let data = raised.get("data").expect("an item has data").clone();
        let update = Update::builder()
            .table_name(&self.work_list.name)
            .set_key(Some(key(pk, sk)))
            .update_expression(
                "SET #data = :data, revision = if_not_exists(revision, :none) + :one",
            )
            .expression_attribute_names("#data", "data")
            .expression_attribute_values(":data", data)
            .expression_attribute_values(":none", number(0))
            .expression_attribute_values(":one", number(1))
            .build()
            .expect("table, key and expression are set");
        TransactWriteItem::builder().update(update).build()
    }

    /// The write that lets something on the work list say more, if nobody has seen to it since it was
    /// read.
    pub(super) fn renew(&self, work: &OpenWork) -> TransactWriteItem {
        let (pk, sk) = open_key(&work.item.id);
        let next = work.revision + 1;
        let mut renewed = item(pk, sk, next, &WorkData::from(&work.item));
        let update = Update::builder()
            .table_name(&self.work_list.name)
            .set_key(Some(key(pk, sk)))
            .update_expression("SET #data = :data, revision = :next")
            .condition_expression("revision = :read")
            .expression_attribute_names("#data", "data")
            .expression_attribute_values(":data", renewed.remove("data").expect("it has data"))
            .expression_attribute_values(":next", number(next))
            .expression_attribute_values(":read", number(work.revision))
            .build()
            .expect("table, key and expression are set");
        TransactWriteItem::builder().update(update).build()
    }

    /// The write of what the history says of work that an enrolment has caused; `place` tells it
    /// from others of the same moment.
    pub(super) fn tell(&self, id: &EnrolmentId, note: &Note, place: &str) -> TransactWriteItem {
        let sk = format!("{NOTE}{}#{place}", timestamp(note.at));
        self.enrolments.put(item(id.as_str(), &sk, 1, &NoteData::from(note)), None)
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

/// What an entry of a list says of an enrolment, should the enrolment itself not be readable.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: EnrolmentId,
    pub(super) program: Option<ProgramId>,
    pub(super) enrolled_at: DateTime<Utc>,
}

/// The enrolments of some entries, in the order of the entries. One that cannot be read keeps none
/// of the others.
pub(super) async fn read_enrolments(
    table: &Table,
    entries: Vec<Entry>,
) -> Result<OfPatient, StoreError> {
    let keys = entries.iter().map(|entry| key(entry.id.as_str(), ENROLMENT)).collect();
    let mut items = table.batch(keys).await?;
    let mut read = OfPatient::default();
    for entry in entries {
        let Some(place) = items.iter().position(|item| is_at(item, entry.id.as_str())) else {
            continue;
        };
        let enrolment = read_data(items.swap_remove(place)).and_then(|data: EnrolmentData| {
            Enrolment::try_from(data).map_err(|error| unreadable(entry.id.as_str(), error))
        });
        match enrolment {
            Ok(enrolment) => read.enrolments.push(enrolment),
            Err(error) => {
                let Entry { id, program, enrolled_at } = entry;
                let why = error.to_string();
                tracing::error!(enrolment.id = %id, reason = %why, "an enrolment cannot be read");
                read.unreadable.push(UnreadableEnrolment { id, program, enrolled_at, why });
            }
        }
    }
    Ok(read)
}

fn enrolment_item(enrolment: &Enrolment) -> Item {
    let data = EnrolmentData::from(enrolment);
    let mut item = item(enrolment.id.as_str(), ENROLMENT, enrolment.revision, &data);
    if enrolment.is_open() {
        item.insert("open_program".to_owned(), string(enrolment.program.as_str()));
        item.insert("enrolled_at".to_owned(), string(timestamp(enrolment.enrolled_at)));
    }
    for (name, value) in due_attributes(enrolment).into_iter().flatten() {
        item.insert(name, string(value));
    }
    item
}

pub(super) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Enrolments for EnrolmentStore {
    async fn enrolment(&self, id: &EnrolmentId) -> Result<Option<Enrolment>, StoreError> {
        read_enrolment(&self.enrolments, id).await
    }

    async fn commit(&self, changes: &[Change]) -> Result<(), SaveError> {
        let writes: Vec<_> = changes.iter().flat_map(|change| self.writes(change)).collect();
        if let [change] = changes
            && let (1, Some(before), true) = (writes.len(), &change.before, change.is_news())
        {
            // The usual case, a sent action: a transaction would cost twice as much.
            let condition = Condition::revision(before.revision);
            let item = enrolment_item(&change.decision.enrolment);
            return match self.enrolments.put_if(item, condition).await? {
                Written::Yes => Ok(()),
                Written::No(_) => Err(SaveError::Stale),
            };
        }
        if writes.is_empty() {
            return Ok(());
        }
        self.enrolments.transact(writes).await?.or_stale()
    }

    async fn rehome(
        &self,
        cause: Option<&MovedCause>,
        changes: &[Change],
    ) -> Result<(), SaveError> {
        let mut writes: Vec<_> = changes.iter().flat_map(|change| self.writes(change)).collect();
        match cause {
            None => {}
            Some(MovedCause::Booking(booking)) => {
                writes.push(self.bookings.write(&booking.after));
                writes.extend(self.bookings.entries(Some(&booking.before), &booking.after));
            }
            Some(MovedCause::Referral(referral)) => {
                writes.push(self.bookings.write_referral(referral));
            }
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
        row: &LedgerRow,
        owner: &ReservationToken,
        at: DateTime<Utc>,
        outcome: &Outcome,
    ) -> Result<(), SaveError> {
        let mut update = self
            .enrolments
            .client
            .update_item()
            .table_name(&self.enrolments.name)
            .set_key(Some(key(row.key.enrolment.as_str(), &row_sk(&row.key))));
        let settle = "SET #state = :state, settled_at = :at, detail = :detail";
        update = match sent_attributes(row, outcome, at) {
            Some((to, place)) => update
                .update_expression(format!("{settle}, {SENT_TO} = :to, {SENT_KEY} = :place"))
                .expression_attribute_values(":to", string(to))
                .expression_attribute_values(":place", string(place)),
            // It may have been unclear, and found as such, until now.
            None => update.update_expression(format!("{settle} REMOVE {SENT_TO}, {SENT_KEY}")),
        };
        let result = update
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
