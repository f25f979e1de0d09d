//! Bookings: the newest state of each, and whose it is.
//!
//! A booking that is a patient's has an entry in the patient's partition, sorted by its start, so
//! that a patient's coming bookings are one strongly consistent query.

use std::collections::BTreeSet;

use app::ports::{Bookings, Referrals, StoreError};
use aws_sdk_dynamodb::types::TransactWriteItem;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::booking::{Booking, BookingKey};
use domain::ids::PatientId;
use domain::referral::{Referral, ReferralKey};
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

use super::records::BookingData;
use super::referrals::ReferralStore;
use super::{Condition, Table, item, key, read_data, unreadable};

pub(super) const BOOKING: &str = "BOOKING";
const OF_PATIENT: &str = "BOOKINGS";

/// The bookings in the intake table, and the referrals beside them.
#[derive(Debug, Clone)]
pub struct BookingStore {
    table: Table,
    referrals: ReferralStore,
}

/// What an entry in a patient's partition points to.
#[derive(Serialize, Deserialize)]
struct Entry {
    source: Code,
    id: ExternalId,
}

impl BookingStore {
    /// The store in that table.
    pub fn new(table: Table) -> Self {
        Self { referrals: ReferralStore::new(table.clone()), table }
    }

    /// The write of a referral's next revision.
    pub(super) fn write_referral(&self, referral: &Referral) -> TransactWriteItem {
        self.referrals.write(referral)
    }

    /// The condition that a referral is as it was read.
    pub(super) fn check_referral(&self, key: &ReferralKey, revision: u64) -> TransactWriteItem {
        self.referrals.check(key, revision)
    }

    /// The write of a booking's next revision.
    pub(super) fn write(&self, booking: &Booking) -> TransactWriteItem {
        let data = BookingData::from(booking);
        let record = item(&booking_pk(&booking.key), BOOKING, booking.revision, &data);
        self.table.put(record, Some(Condition::revision(booking.revision - 1)))
    }

    /// The writes that keep the patients' entries in step with a booking.
    pub(super) fn entries(
        &self,
        before: Option<&Booking>,
        after: &Booking,
    ) -> Vec<TransactWriteItem> {
        let (old, new) = (before.and_then(entry_key), entry_key(after));
        if old == new {
            return Vec::new();
        }
        let mut writes = Vec::new();
        if let Some((pk, sk)) = new {
            let entry = Entry { source: after.key.source.clone(), id: after.key.id.clone() };
            writes.push(self.table.put(item(&pk, &sk, 1, &entry), None));
        }
        if let Some((pk, sk)) = old {
            writes.push(self.table.delete(&pk, &sk));
        }
        writes
    }
}

pub(super) fn booking_pk(key: &BookingKey) -> String {
    // A source's code holds no line break, so the two parts cannot run together.
    format!("{BOOKING}#{}\n{}", key.source, key.id)
}

fn patient_pk(patient: &PatientId) -> String {
    format!("{OF_PATIENT}#{patient}")
}

/// Where the entry of a booking in its patient's partition is.
fn entry_key(booking: &Booking) -> Option<(String, String)> {
    let patient = booking.matching.patient()?;
    let (start, key) = (timestamp(booking.start), &booking.key);
    Some((patient_pk(patient), format!("{start}#{}\n{}", key.source, key.id)))
}

/// Sorts by time.
fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Referrals for BookingStore {
    async fn referral(&self, key: &ReferralKey) -> Result<Option<Referral>, StoreError> {
        self.referrals.referral(key).await
    }

    async fn referrals(&self, keys: &BTreeSet<ReferralKey>) -> Result<Vec<Referral>, StoreError> {
        self.referrals.referrals(keys).await
    }
}

impl Bookings for BookingStore {
    async fn booking(&self, key: &BookingKey) -> Result<Option<Booking>, StoreError> {
        let pk = booking_pk(key);
        let Some(data) = self.table.data::<BookingData>(&pk, BOOKING).await? else {
            return Ok(None);
        };
        Booking::try_from(data).map(Some).map_err(|error| unreadable(&pk, error))
    }

    async fn bookings(&self, keys: &BTreeSet<BookingKey>) -> Result<Vec<Booking>, StoreError> {
        let keys = keys.iter().map(|it| key(&booking_pk(it), BOOKING)).collect();
        let read = self.table.batch(keys).await?.into_iter().filter_map(|item| {
            let read = read_data(item).and_then(|data: BookingData| {
                Booking::try_from(data).map_err(|error| unreadable(BOOKING, error))
            });
            read.inspect_err(|error| tracing::error!(error = %error, "a booking cannot be read"))
                .ok()
        });
        Ok(read.collect())
    }

    async fn of_patient(
        &self,
        patient: &PatientId,
        from: DateTime<Utc>,
    ) -> Result<Vec<Booking>, StoreError> {
        let entries = self.table.from(&patient_pk(patient), &timestamp(from)).await?;
        let mut keys = Vec::new();
        for entry in entries {
            let Entry { source, id } = read_data(entry)?;
            keys.push(key(&booking_pk(&BookingKey { source, id }), BOOKING));
        }
        let items = self.table.batch(keys).await?;
        items
            .into_iter()
            .map(|item| {
                let data: BookingData = read_data(item)?;
                Booking::try_from(data).map_err(|error| unreadable(OF_PATIENT, error))
            })
            .collect()
    }
}
