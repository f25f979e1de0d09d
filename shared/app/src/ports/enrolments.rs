//! Enrolments, their ledger and their history, and the work list.

use std::future::Future;

use chrono::{DateTime, Utc};
use domain::enrolment::{Decision, Enrolment, Note};
use domain::ids::{EnrolmentId, PatientId, ReservationToken};
use domain::ledger::{LedgerKey, LedgerRow, Outcome};
use domain::work::WorkItem;

use super::{SaveError, StoreError};

/// What came of a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reservation {
    /// It is ours: we, and nobody else, may call the provider.
    Won,
    /// The row exists. We must not send.
    Lost(LedgerRow),
}

/// Enrolments, their ledger and their history.
pub trait Enrolments: Send + Sync {
    /// One enrolment, strongly consistent.
    fn enrolment(
        &self,
        id: &EnrolmentId,
    ) -> impl Future<Output = Result<Option<Enrolment>, StoreError>> + Send;

    /// Stores a decision: the new state if it differs from `before`, and every effect that is to
    /// be written, all or nothing. Answers `Stale` when the stored revision is not `before`'s, or a
    /// ledger row that is to be recorded exists.
    fn commit(
        &self,
        before: &Enrolment,
        decision: &Decision,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// Writes a reservation unless its row exists. MUST answer `Won` also when an earlier try of
    /// the same call wrote the row: a conditional write that is repeated by the SDK fails on its
    /// own success, and the owner in the row tells.
    fn reserve(
        &self,
        row: &LedgerRow,
    ) -> impl Future<Output = Result<Reservation, StoreError>> + Send;

    /// The row of an attempt, strongly consistent.
    fn row(
        &self,
        key: &LedgerKey,
    ) -> impl Future<Output = Result<Option<LedgerRow>, StoreError>> + Send;

    /// Settles a reservation of `owner`. A row that was declared unclear meanwhile is settled by
    /// this evidence. Answers `Stale` when the row is somebody else's or settled otherwise.
    fn settle(
        &self,
        key: &LedgerKey,
        owner: &ReservationToken,
        at: DateTime<Utc>,
        outcome: &Outcome,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// Takes an enrolment that cannot be read, or that needs something that cannot be read, out of
    /// the due index and puts `work` on the list, so that it does not block what is behind it.
    /// `enrolment` is its key as stored. Does nothing when it is not in the index.
    fn park(
        &self,
        enrolment: &str,
        work: &WorkItem,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What the API shows of enrolments.
pub trait EnrolmentReader: Send + Sync {
    /// One enrolment.
    fn enrolment(
        &self,
        id: &EnrolmentId,
    ) -> impl Future<Output = Result<Option<Enrolment>, StoreError>> + Send;
    /// A patient's enrolments, newest first.
    fn of_patient(
        &self,
        patient: &PatientId,
    ) -> impl Future<Output = Result<Vec<Enrolment>, StoreError>> + Send;
    /// An enrolment's ledger and notes.
    fn records(
        &self,
        id: &EnrolmentId,
    ) -> impl Future<Output = Result<(Vec<LedgerRow>, Vec<Note>), StoreError>> + Send;
}

/// The work list.
pub trait WorkList: Send + Sync {
    /// Everything that waits for a person.
    fn open(&self) -> impl Future<Output = Result<Vec<WorkItem>, StoreError>> + Send;
}
