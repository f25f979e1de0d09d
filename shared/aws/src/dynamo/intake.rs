//! Events that came in, stored in one transaction with everything they change.

use std::collections::BTreeSet;

use app::ports::{
    BookingChange, Bookings, Intake, OfPatient, RecordedEvent, SaveError, StoreError, Verdict,
};
use chrono::{DateTime, Duration, Utc};
use domain::booking::{Booking, BookingKey};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId, ProgramId};
use domain::text::{Code, ExternalId};

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

fn event_pk(source: &Code, id: &ExternalId) -> String {
    format!("{EVENT}#{source}\n{id}")
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
        let event = &change.event;
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
        let mut writes = vec![self.intake.put(record, Some(condition))];
        if let Some(booking) = &change.booking {
            writes.push(self.bookings.write(booking));
            writes.extend(self.bookings.entries(change.before.as_ref(), booking));
        }
        for change in &change.changes {
            writes.extend(self.enrolments.writes(change));
        }
        writes.extend(change.raise.iter().map(|work| self.enrolments.raise(work)));
        if let Some(id) = &change.resolve {
            let (pk, sk) = open_key(id);
            writes.push(self.enrolments.work_list.delete(pk, sk));
        }
        self.intake.transact(writes).await?.or_stale()
    }
}
