//! Events that came in, and the bookings they tell of. Referrals have a file of their own.

use std::collections::BTreeSet;
use std::future::Future;

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingKey};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId, ProgramId, WorkId};
use domain::text::{Code, ExternalId};
use domain::work::WorkItem;

use super::{Change, OfPatient, ReferralChange, Referrals, SaveError, StoreError};

/// The record of an event that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Who sent it.
    pub source: Code,
    /// The sender's id for it: the same on every retry.
    pub id: ExternalId,
    /// A hash of what it said.
    pub fingerprint: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The request that brought it.
    pub request_id: String,
    /// What it did.
    pub result: EventResult,
}

/// What an event did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventResult {
    /// What became of it.
    pub verdict: Verdict,
    /// Enrolments it began.
    pub enrolled: Vec<(ProgramId, EnrolmentId)>,
    /// Enrolments it changed: moved, ended, or took up again.
    pub changed: Vec<(ProgramId, EnrolmentId)>,
    /// Enrolments of which it completed a cycle.
    pub completed: Vec<(ProgramId, EnrolmentId)>,
    /// What could not be matched, or why nothing happened, as sentences without patient data.
    pub remarks: Vec<String>,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// It was newer than what was known and was applied.
    #[default]
    Applied,
    /// It was older than what is known, and changed nothing.
    Superseded,
    /// Something in it is unknown: it waits on the work list, and is tried again when it is sent
    /// again.
    Unmatched,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 3] = [Self::Applied, Self::Superseded, Self::Unmatched];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Superseded => "superseded",
            Self::Unmatched => "unmatched",
        }
    }

    /// The verdict of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// Everything one booking event changes.
#[derive(Debug, Clone)]
pub struct BookingChange {
    /// The event and what it did.
    pub event: RecordedEvent,
    /// The booking as it was read, if it was known.
    pub before: Option<Booking>,
    /// The booking's new state, if the event is news. Its revision is one more than what was read,
    /// and it knows the enrolments it has begun and completed.
    pub booking: Option<Booking>,
    /// Enrolments to begin and to change.
    pub changes: Vec<Change>,
    /// What to put on the work list.
    pub raise: Vec<WorkItem>,
    /// What to take off it.
    pub resolve: Option<WorkId>,
}

/// Bookings: what other systems said of them last. Reads are strongly consistent.
pub trait Bookings: Referrals {
    /// What is known of a booking.
    fn booking(
        &self,
        key: &BookingKey,
    ) -> impl Future<Output = Result<Option<Booking>, StoreError>> + Send;
    /// Some bookings by their keys, in no order; those that do not exist or cannot be read are left
    /// out. One read for each hundred.
    fn bookings(
        &self,
        keys: &BTreeSet<BookingKey>,
    ) -> impl Future<Output = Result<Vec<Booking>, StoreError>> + Send;
    /// The bookings that are a patient's and start at `from` or later, whatever became of them.
    fn of_patient(
        &self,
        patient: &PatientId,
        from: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Booking>, StoreError>> + Send;
}

/// Events that came in, and what they change.
pub trait Intake: Bookings {
    /// The event of that source and id, if it came before.
    fn event(
        &self,
        source: &Code,
        id: &ExternalId,
    ) -> impl Future<Output = Result<Option<RecordedEvent>, StoreError>> + Send;
    /// One enrolment, strongly consistent.
    fn enrolment(
        &self,
        id: &EnrolmentId,
    ) -> impl Future<Output = Result<Option<Enrolment>, StoreError>> + Send;
    /// A patient's enrolments on these programs that are not over, strongly consistent. Of one that
    /// cannot be read nobody knows whether it is over: it is among them.
    fn open_enrolments(
        &self,
        patient: &PatientId,
        programs: &BTreeSet<ProgramId>,
    ) -> impl Future<Output = Result<OfPatient, StoreError>> + Send;
    /// Stores all of it or nothing. `Stale` when anything it was decided on has changed meanwhile.
    fn commit(&self, change: &BookingChange) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// The same, of an event about a referral.
    fn commit_referral(
        &self,
        change: &ReferralChange,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}
