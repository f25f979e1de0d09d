//! Bookings: the newest state of each.

use app::ports::{Bookings, StoreError};
use domain::booking::{Booking, BookingKey};

use super::records::BookingData;
use super::{Table, unreadable};

pub(super) const BOOKING: &str = "BOOKING";

/// The bookings in the intake table.
#[derive(Debug, Clone)]
pub struct BookingStore {
    table: Table,
}

impl BookingStore {
    /// The store in that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

pub(super) fn booking_pk(key: &BookingKey) -> String {
    // A source's code holds no line break, so the two parts cannot run together.
    format!("{BOOKING}#{}\n{}", key.source, key.id)
}

impl Bookings for BookingStore {
    async fn booking(&self, key: &BookingKey) -> Result<Option<Booking>, StoreError> {
        let pk = booking_pk(key);
        let Some(data) = self.table.data::<BookingData>(&pk, BOOKING).await? else {
            return Ok(None);
        };
        Booking::try_from(data).map(Some).map_err(|error| unreadable(&pk, error))
    }
}
