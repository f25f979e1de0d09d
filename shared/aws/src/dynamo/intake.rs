//! Events that came in: kept until they are dealt with, and then stored in one transaction with everything
//! they change.

use std::collections::BTreeSet;

use app::ports::{
    Again, BookingChange, Bookings, Change, Enrolments, EventKey, Intake, KnownEvent, MovedCause,
    OfPatient, RecordedEvent, ReferralChange, Referrals, SHARDS, SaveError, StoreError, Verdict,
    WaitingEvent,
};
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use chrono::{DateTime, Duration, Utc};
use domain::booking::{Booking, BookingKey};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId, ProgramId, WorkId};
use domain::referral::{Referral, ReferralKey};
use domain::work::WorkItem;

use super::bookings::BookingStore;
use super::enrolment_reader::of_patient;
use super::enrolments::{EnrolmentStore, read_enrolment};
use super::records::EventData;
use super::sharded;
use super::work_list::open_key;
use super::{
    Condition, Item, Table, Transacted, Written, item, key, number, read_data, string, unreadable,
};

const EVENT: &str = "EVENT";

/// The intake table, and those that events write to.
#[derive(Debug, Clone)]
pub struct IntakeStore {
    intake: Table,
    bookings: BookingStore,
    enrolments: EnrolmentStore,
    retention: Duration,
}

impl IntakeStore {
    /// The store in those tables. Events are forgotten after `retention_days`.
    pub fn new(intake: Table, enrolments: Table, work_list: Table, retention_days: u32) -> Self {
        Self {
            bookings: BookingStore::new(intake.clone()),
            enrolments: EnrolmentStore::new(enrolments, work_list, intake.clone()),
            intake,
            retention: Duration::days(retention_days.into()),
        }
    }
}

fn event_pk(key: &EventKey) -> String {
    // A source's code holds no line break, so the two parts cannot run together.
    format!("{EVENT}#{}\n{}", key.source, key.id)
}

impl IntakeStore {
    /// The write of an event that was dealt with, and what it did. Only what waits, for the first time
    /// or for a match, is dealt with.
    fn record(&self, event: &RecordedEvent, again: Option<&Again>) -> TransactWriteItem {
        let pk = event_pk(&event.key);
        let data = EventData::dealt_with(event, again);
        let mut record = item(&pk, EVENT, 1, &data);
        // What is not dealt with does not expire.
        if again.is_none() {
            let expires = (event.received_at + self.retention).timestamp();
            let expires = number(u64::try_from(expires).unwrap_or_default());
            record.insert("expires_at".to_owned(), expires);
        }
        record.insert("verdict".to_owned(), string(data.verdict()));
        if let Some(due) = again.and_then(|again| again.at) {
            for (name, value) in due_attributes(&pk, &event.key, due) {
                record.insert(name, string(value));
            }
        }
        let values = Item::from([
            (":waiting".to_owned(), string("waiting")),
            (":unmatched".to_owned(), string(Verdict::Unmatched.as_str())),
        ]);
        let condition = Condition {
            expression: "attribute_not_exists(pk) OR verdict IN (:waiting, :unmatched)".to_owned(),
            values: Some(values),
        };
        self.intake.put(record, Some(condition))
    }

    /// The writes of what an event does besides.
    fn consequences(
        &self,
        changes: &[Change],
        raise: &[WorkItem],
        resolve: Option<&WorkId>,
    ) -> Vec<TransactWriteItem> {
        let mut writes: Vec<_> =
            changes.iter().flat_map(|change| self.enrolments.writes(change)).collect();
        writes.extend(raise.iter().map(|work| self.enrolments.raise(work)));
        if let Some(id) = resolve {
            let (pk, sk) = open_key(id);
            writes.push(self.enrolments.work_list.delete(pk, sk));
        }
        writes
    }
}

impl Referrals for IntakeStore {
    async fn referral(&self, key: &ReferralKey) -> Result<Option<Referral>, StoreError> {
        self.bookings.referral(key).await
    }

    async fn referrals(&self, keys: &BTreeSet<ReferralKey>) -> Result<Vec<Referral>, StoreError> {
        self.bookings.referrals(keys).await
    }
}

impl Bookings for IntakeStore {
    async fn booking(&self, key: &BookingKey) -> Result<Option<Booking>, StoreError> {
        self.bookings.booking(key).await
    }

    async fn bookings(&self, keys: &BTreeSet<BookingKey>) -> Result<Vec<Booking>, StoreError> {
        self.bookings.bookings(keys).await
    }

    async fn of_patient(
        &self,
        patient: &PatientId,
        from: DateTime<Utc>,
    ) -> Result<Vec<Booking>, StoreError> {
        self.bookings.of_patient(patient, from).await
    }
}

/// The attributes that bring an event up at `due`.
fn due_attributes(pk: &str, key: &EventKey, due: DateTime<Utc>) -> [(String, String); 2] {
    // Ids of events come from outside and may hold the character that parts a key; it comes last.
    let due_key = format!("{}|{}|{}", sharded::timestamp(due), key.source, key.id);
    sharded::keys(0..SHARDS, pk, due_key)
}

fn read_event(pk: &str, data: EventData) -> Result<KnownEvent, StoreError> {
    KnownEvent::try_from(data).map_err(|error| unreadable(pk, error))
}

impl Intake for IntakeStore {
    async fn keep(
        &self,
        event: &WaitingEvent,
        due: DateTime<Utc>,
    ) -> Result<Option<KnownEvent>, StoreError> {
        let pk = event_pk(&event.key);
        let data = EventData::from(event);
        // It does not expire: what nobody has dealt with must not vanish.
        let mut record = item(&pk, EVENT, 1, &data);
        record.insert("verdict".to_owned(), string(data.verdict()));
        for (name, value) in due_attributes(&pk, &event.key, due) {
            record.insert(name, string(value));
        }
        match self.intake.put_if(record, Condition::absent()).await? {
            Written::Yes => Ok(None),
            Written::No(Some(before)) => read_event(&pk, read_data(before)?).map(Some),
            Written::No(None) => self.event(&event.key).await,
        }
    }

    async fn bring_up(&self, event: &EventKey, due: DateTime<Utc>) -> Result<(), StoreError> {
        let pk = event_pk(event);
        let [(_, shard), (_, due_key)] = due_attributes(&pk, event, due);
        let update = Update::builder()
            .table_name(&self.intake.name)
            .set_key(Some(key(&pk, EVENT)))
            .update_expression("SET due_shard = :shard, due_key = :due_key")
            .condition_expression(
                "verdict IN (:waiting, :unmatched) AND (attribute_not_exists(due_key) OR due_key > :due_key)",
            )
            .expression_attribute_values(":shard", string(shard))
            .expression_attribute_values(":due_key", string(due_key))
            .expression_attribute_values(":waiting", string("waiting"))
            .expression_attribute_values(":unmatched", string(Verdict::Unmatched.as_str()))
            .build()
            .expect("table, key and expression are set");
        match self
            .intake
            .transact(vec![TransactWriteItem::builder().update(update).build()])
            .await?
        {
            // It was dealt with, or is brought up before.
            Transacted::Yes | Transacted::Refused { .. } | Transacted::Conflict => Ok(()),
        }
    }

    async fn event(&self, key: &EventKey) -> Result<Option<KnownEvent>, StoreError> {
        let pk = event_pk(key);
        let data = self.intake.data::<EventData>(&pk, EVENT).await?;
        data.map(|data| read_event(&pk, data)).transpose()
    }

    async fn park_event(
        &self,
        event: &EventKey,
        again: Option<DateTime<Utc>>,
        work: &WorkItem,
    ) -> Result<(), StoreError> {
        let pk = event_pk(event);
        let update = Update::builder()
            .table_name(&self.intake.name)
            .set_key(Some(key(&pk, EVENT)))
            .condition_expression("attribute_exists(due_key)");
        let update = match again {
            None => update.update_expression("REMOVE due_shard, due_key"),
            Some(again) => {
                let [_, (_, due_key)] = due_attributes(&pk, event, again);
                let due_key = string(due_key);
                update
                    .update_expression("SET due_key = :due_key")
                    .expression_attribute_values(":due_key", due_key)
            }
        };
        let update = update.build().expect("table, key and expression are set");
        let writes =
            vec![TransactWriteItem::builder().update(update).build(), self.enrolments.raise(work)];
        match self.intake.transact(writes).await? {
            // It was dealt with, or somebody else parks it.
            Transacted::Yes | Transacted::Refused { .. } | Transacted::Conflict => Ok(()),
        }
    }

    async fn enrolment(&self, id: &EnrolmentId) -> Result<Option<Enrolment>, StoreError> {
        read_enrolment(&self.enrolments.enrolments, id).await
    }

    async fn open_enrolments(
        &self,
        patient: &PatientId,
        programs: &BTreeSet<ProgramId>,
    ) -> Result<OfPatient, StoreError> {
        let table = &self.enrolments.enrolments;
        let mut read = of_patient(table, patient, Some(programs)).await?;
        read.enrolments.retain(Enrolment::is_open);
        Ok(read)
    }

    async fn rehome(
        &self,
        cause: Option<&MovedCause>,
        changes: &[Change],
    ) -> Result<(), SaveError> {
        self.enrolments.rehome(cause, changes).await
    }

    async fn commit(&self, change: &BookingChange) -> Result<(), SaveError> {
        let mut writes = vec![self.record(&change.event, change.again.as_ref())];
        if let Some(booking) = &change.booking {
            writes.push(self.bookings.write(booking));
            writes.extend(self.bookings.entries(change.before.as_ref(), booking));
        }
        writes.extend(self.consequences(&change.changes, &change.raise, change.resolve.as_ref()));
        writes.extend(change.renew.iter().map(|work| self.enrolments.renew(work)));
        self.intake.transact(writes).await?.or_stale()
    }

    async fn commit_referral(&self, change: &ReferralChange) -> Result<(), SaveError> {
        let mut writes = vec![self.record(&change.event, change.again.as_ref())];
        writes.extend(change.referral.iter().map(|it| self.bookings.write_referral(it)));
        writes.extend(change.claimed.iter().map(|booking| self.bookings.write(booking)));
        writes.extend(self.consequences(&change.changes, &change.raise, change.resolve.as_ref()));
        self.intake.transact(writes).await?.or_stale()
    }
}
