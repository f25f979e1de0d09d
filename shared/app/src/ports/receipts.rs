//! What receipts need: the rows they are about, and a place for those that are about none.

use std::future::Future;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::phi::Phi;
use domain::receipt::Receipt;

use super::{Change, SaveError, StoreError};

/// The ledger, as receipts change it.
pub trait Receipts: Send + Sync {
    /// Stores what a receipt makes of a row, which is `before` as it was read, together with what it
    /// does to its enrolment: all or nothing. Answers `Stale` when the row or the enrolment is no
    /// longer what was read. What was sent is from then on found by where it went.
    fn keep(
        &self,
        before: &LedgerRow,
        after: &LedgerRow,
        change: Option<&Change>,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}

/// Messages that may have been sent. Reads may be some seconds behind the ledger.
pub trait UnclearMessages: Send + Sync {
    /// What may have been sent there, and was reserved within that time.
    fn unclear_to(
        &self,
        to: &Destination,
        reserved: RangeInclusive<DateTime<Utc>>,
    ) -> impl Future<Output = Result<Vec<LedgerKey>, StoreError>> + Send;
}

/// A receipt for a message that no row is known to be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Where the message went.
    pub to: Destination,
    /// When it was handed over, by the provider's clock.
    pub handed_over_at: DateTime<Utc>,
    /// The provider's id for it.
    pub provider_id: String,
    /// What became of it.
    pub receipt: Receipt,
}

/// Strays: a sender may have died before it wrote down under which id its message went. They are
/// forgotten after thirty days.
pub trait Strays: Send + Sync {
    /// Keeps one. The same again is the same one.
    fn keep_stray(&self, stray: &Stray) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// Those that went there and were handed over within that time. Strongly consistent.
    fn strays_to(
        &self,
        to: &Destination,
        handed_over: RangeInclusive<DateTime<Utc>>,
    ) -> impl Future<Output = Result<Vec<Stray>, StoreError>> + Send;
}

/// Where what providers say waits until it is received.
pub trait ReceiptQueue: Send + Sync {
    /// Queues it, each for itself. What was queued before an error may be queued again: a receipt
    /// that comes twice changes nothing.
    fn queue(&self, said: &[Phi<String>]) -> impl Future<Output = Result<(), StoreError>> + Send;
}
