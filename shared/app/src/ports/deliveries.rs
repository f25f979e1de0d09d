//! What other systems deliver to the webhooks, apart from the events in it: how much it is, and what
//! was refused.

use std::future::Future;

use chrono::{DateTime, NaiveDate, Utc};
use domain::invalid::FieldError;
use domain::text::Code;

use super::StoreError;

/// A delivery that was refused, as an operator may look at it: nothing of a patient is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedDelivery {
    /// Whose it was, or claimed to be.
    pub source: Code,
    /// When it came.
    pub at: DateTime<Utc>,
    /// The request that brought it.
    pub request_id: String,
    /// Where it was sent: `bookings` or `referrals`.
    pub subject: String,
    /// The status it was answered with.
    pub status: u16,
    /// What is wrong, as its sender was told.
    pub detail: String,
    /// What is wrong with which field.
    pub errors: Vec<FieldError>,
    /// What it said it is.
    pub content_type: String,
    /// How many bytes it had.
    pub bytes: u64,
    /// Its shape, with every letter and digit of what it said replaced; the beginning of it. Empty for
    /// one whose sender was not believed.
    pub shape: String,
}

/// Where a list of refused deliveries goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedBefore {
    /// The delivery that was listed last: when it came, from whom, and in which request.
    pub at: DateTime<Utc>,
    /// Its source.
    pub source: Code,
    /// Its request.
    pub request_id: String,
}

/// Deliveries of other systems.
pub trait Deliveries: Send + Sync {
    /// Counts so many of a source in a stretch of time, and answers how many there have been in it by
    /// now. A stretch is forgotten soon after it is over.
    fn count(
        &self,
        source: &Code,
        stretch: DateTime<Utc>,
        by: u32,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
    /// Keeps a delivery that was refused, for seven days.
    fn refuse(
        &self,
        refused: &RefusedDelivery,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// The refused deliveries of a day (by UTC), the newest first, from `before` on; at most `limit`.
    fn refused(
        &self,
        day: NaiveDate,
        before: Option<&RefusedBefore>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<RefusedDelivery>, StoreError>> + Send;
}
