//! Answers of patients, and addresses on hold.

use std::collections::BTreeSet;
use std::future::Future;

use chrono::{DateTime, Utc};
use domain::booking::Booking;
use domain::enrolment::Note;
use domain::hold::AddressHold;
use domain::ids::{EnrolmentId, PatientId};
use domain::ledger::Destination;
use domain::patient::Patient;
use domain::reply::ReceivedReply;
use domain::text::ExternalId;
use domain::work::WorkItem;

use super::{SaveError, StoreError};

/// What becomes of the hold of the number an answer came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldChange {
    /// It stays as it is.
    Keep,
    /// The number is held from now on.
    Hold(AddressHold),
    /// It is held no longer.
    Release(Destination),
}

/// Everything one answer changes.
#[derive(Debug, Clone)]
pub struct ReplyChange {
    /// The answer, as it is kept.
    pub reply: ReceivedReply,
    /// Patients whose consents it changes, as they were read and as they must be. The revision is
    /// one more.
    pub patients: Vec<(Patient, Patient)>,
    /// The booking it confirms or declines. Its revision is one more than what was read.
    pub booking: Option<Booking>,
    /// What becomes of the number's hold.
    pub hold: HoldChange,
    /// What to put on the work list.
    pub raise: Vec<WorkItem>,
    /// What the histories tell of it.
    pub notes: Vec<(EnrolmentId, Note)>,
}

/// A place in the list of a patient's answers: that of the answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReplyPlace {
    /// When it came.
    pub at: DateTime<Utc>,
    /// Which.
    pub id: ExternalId,
}

impl ReplyPlace {
    /// The place of an answer.
    pub fn of(reply: &ReceivedReply) -> Self {
        Self { at: reply.at, id: reply.id.clone() }
    }
}

/// Answers of patients. Reads are strongly consistent.
pub trait Replies: Send + Sync {
    /// The answer of that id, if it came before.
    fn reply(
        &self,
        id: &ExternalId,
    ) -> impl Future<Output = Result<Option<ReceivedReply>, StoreError>> + Send;
    /// Stores all that an answer changes. `Stale` when anything it was decided on has changed
    /// meanwhile, or the answer is stored already. The answer itself is stored with the last of it:
    /// while it is not stored, what was is made whole by deciding and storing it once more.
    fn commit(&self, change: &ReplyChange) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// The newest `limit` answers of these records of one patient, newest first; with `before`, of
    /// those before that place.
    fn of_patient(
        &self,
        records: &BTreeSet<PatientId>,
        before: Option<&ReplyPlace>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<ReceivedReply>, StoreError>> + Send;
}

/// Addresses on hold. Reads are strongly consistent, so that a committed hold is seen by every later
/// look.
pub trait AddressHolds: Send + Sync {
    /// The hold of an address, if it is held.
    fn hold(
        &self,
        address: &Destination,
    ) -> impl Future<Output = Result<Option<AddressHold>, StoreError>> + Send;
    /// The holds of some addresses; those that are not held are left out. One read for each hundred.
    fn holds(
        &self,
        addresses: &BTreeSet<Destination>,
    ) -> impl Future<Output = Result<Vec<AddressHold>, StoreError>> + Send;
    /// Holds an address, unless it is held: one that stands keeps its cause.
    fn hold_from_now(
        &self,
        hold: &AddressHold,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// Ends the hold of an address, and remembers since when it is released. Does nothing when it is not held.
    fn release(
        &self,
        address: &Destination,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// When staff last released an address.
    fn released_at(
        &self,
        address: &Destination,
    ) -> impl Future<Output = Result<Option<DateTime<Utc>>, StoreError>> + Send;
}
