//! Referrals, and what an event about one changes.

use std::collections::BTreeSet;
use std::future::Future;

use domain::booking::Booking;
use domain::ids::WorkId;
use domain::referral::{Referral, ReferralKey};
use domain::work::WorkItem;

use super::{Again, Change, RecordedEvent, StoreError};

/// Referrals: what other systems said of them last. Reads are strongly consistent.
pub trait Referrals: Send + Sync {
    /// What is known of a referral.
    fn referral(
        &self,
        key: &ReferralKey,
    ) -> impl Future<Output = Result<Option<Referral>, StoreError>> + Send;
    /// Some referrals by their keys, in no order; those that do not exist or cannot be read are left
    /// out. One read for each hundred.
    fn referrals(
        &self,
        keys: &BTreeSet<ReferralKey>,
    ) -> impl Future<Output = Result<Vec<Referral>, StoreError>> + Send;
}

/// Everything one referral event changes.
#[derive(Debug, Clone)]
pub struct ReferralChange {
    /// The event and what it did.
    pub event: RecordedEvent,
    /// The referral's new state, if the event is news. Its revision is one more than what was read,
    /// and it knows the enrolments it has begun.
    pub referral: Option<Referral>,
    /// Enrolments to begin and to change.
    pub changes: Vec<Change>,
    /// Bookings that complete what is begun at once, each with all of it, and its revision one more
    /// than what was read.
    pub claimed: Vec<Booking>,
    /// What to put on the work list.
    pub raise: Vec<WorkItem>,
    /// What to take off it.
    pub resolve: Option<WorkId>,
    /// Whether the event is to be dealt with again.
    pub again: Option<Again>,
}
