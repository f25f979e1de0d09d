//! Events that came in, stored in one transaction with everything they change.

use std::collections::BTreeSet;

use app::ports::{
    BookingChange, Bookings, Change, Intake, OfPatient, RecordedEvent, ReferralChange, Referrals,
    SaveError, StoreError, Verdict,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use chrono::{DateTime, Duration, Utc};
use domain::booking::{Booking, BookingKey};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId, ProgramId, WorkId};
use domain::referral::{Referral, ReferralKey};
use domain::text::{Code, ExternalId};
use domain::work::WorkItem;

use super::bookings::BookingStore;
use super::enrolment_reader::of_patient;
use super::enrolments::{EnrolmentStore, read_enrolment};
use super::records::EventData;
use super::work_list::open_key;
use super::{Condition, Item, Table, item, number, string, unreadable};

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

impl IntakeStore {
    /// The write of an event and what it did.
    fn record(&self, event: &RecordedEvent) -> TransactWriteItem {
        let mut record =
            item(&event_pk(&event.source, &event.id), EVENT, 1, &EventData::from(event));
        let expires = (event.received_at + self.retention).timestamp();
        record.insert("expires_at".to_owned(), number(u64::try_from(expires).unwrap_or_default()));
        record.insert("verdict".to_owned(), string(event.result.verdict.as_str()));
        // Only what waits for a match may be answered anew.
        let values = Item::from([(":unmatched".to_owned(), string(Verdict::Unmatched.as_str()))]);
        let condition = Condition {
            expression: "attribute_not_exists(pk) OR verdict = :unmatched".to_owned(),
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

fn event_pk(source: &Code, id: &ExternalId) -> String {
    format!("{EVENT}#{source}\n{id}")
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

impl Intake for IntakeStore {
    async fn event(
        &self,
        source: &Code,
        id: &ExternalId,
    ) -> Result<Option<RecordedEvent>, StoreError> {
        let pk = event_pk(source, id);
        let Some(data) = self.intake.data::<EventData>(&pk, EVENT).await? else {
            return Ok(None);
        };
        RecordedEvent::try_from(data).map(Some).map_err(|error| unreadable(&pk, error))
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

    async fn commit(&self, change: &BookingChange) -> Result<(), SaveError> {
        let mut writes = vec![self.record(&change.event)];
        if let Some(booking) = &change.booking {
            writes.push(self.bookings.write(booking));
            writes.extend(self.bookings.entries(change.before.as_ref(), booking));
        }
        writes.extend(self.consequences(&change.changes, &change.raise, change.resolve.as_ref()));
        self.intake.transact(writes).await?.or_stale()
    }

    async fn commit_referral(&self, change: &ReferralChange) -> Result<(), SaveError> {
        let mut writes = vec![self.record(&change.event)];
        writes.extend(change.referral.iter().map(|it| self.bookings.write_referral(it)));
        writes.extend(change.claimed.iter().map(|booking| self.bookings.write(booking)));
        writes.extend(self.consequences(&change.changes, &change.raise, change.resolve.as_ref()));
        self.intake.transact(writes).await?.or_stale()
    }
}
