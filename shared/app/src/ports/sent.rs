//! What was sent, by where it went: receipts and answers name a number, and no action of ours.

use std::future::Future;

use chrono::{DateTime, Utc};
use domain::ledger::{Destination, LedgerKey};
use domain::repeat::Wording;

use super::StoreError;

/// A message that a provider has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The attempt.
    pub key: LedgerKey,
    /// When its outcome was recorded.
    pub at: DateTime<Utc>,
    /// The provider's id for it.
    pub provider_id: String,
    /// By what its text is known again there.
    pub wording: Option<Wording>,
}

/// Reads of what was sent. They may be some seconds behind the ledger: what matters is decided on
/// the row itself.
pub trait SentMessages: Send + Sync {
    /// What was sent there since then, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the store did not answer.
    fn sent_to(
        &self,
        to: &Destination,
        since: DateTime<Utc>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Sent>, StoreError>> + Send;
}
