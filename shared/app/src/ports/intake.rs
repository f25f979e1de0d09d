//! Events that came in, and the bookings they tell of. Referrals have a file of their own.

use std::collections::BTreeSet;
use std::future::Future;

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingKey};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId, ProgramId, WorkId};
use domain::intake::Told;
use domain::text::{Code, ExternalId};
use domain::work::{OpenWork, WorkItem};

use super::{Change, MovedCause, OfPatient, ReferralChange, Referrals, SaveError, StoreError};

/// Names an event: who sent it, and the sender's id for it, the same on every retry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventKey {
    /// Who sent it.
    pub source: Code,
    /// The sender's id for it.
    pub id: ExternalId,
}

/// An event that was kept and is still to be dealt with. It is kept before its sender is answered, so
/// that nothing is lost whatever happens after the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingEvent {
    /// Its key.
    pub key: EventKey,
    /// A hash of what it said.
    pub fingerprint: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The request that brought it.
    pub request_id: String,
    /// What it says.
    pub told: Told,
    /// What was missing when it was dealt with before.
    pub tried: Option<EventResult>,
}

/// What is known of an event that came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownEvent {
    /// It is still to be dealt with, perhaps again.
    Waits(Box<WaitingEvent>),
    /// It is dealt with.
    Done(Box<RecordedEvent>),
}

/// That an event stays to be dealt with again, when what it lacks may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// What it says.
    pub told: Told,
    /// When; `None` when only its sender can bring it up again.
    pub at: Option<DateTime<Utc>>,
}

/// The record of an event that was dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its key.
    pub key: EventKey,
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
    /// Something in it is unknown: it is on the work list, and is tried again from time to time and
    /// when it is sent again.
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
    /// What is on it and says more from now on, as it was read but for that. The change is stale when
    /// staff have seen to it since: what they have answered is not asked again.
    pub renew: Option<OpenWork>,
    /// What to take off it.
    pub resolve: Option<WorkId>,
    /// Whether the event is to be dealt with again.
    pub again: Option<Again>,
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
    /// Keeps an event that is new, to be brought up at `due` unless it is dealt with by then. Answers
    /// what is known of it if it came before; then nothing is changed.
    fn keep(
        &self,
        event: &WaitingEvent,
        due: DateTime<Utc>,
    ) -> impl Future<Output = Result<Option<KnownEvent>, StoreError>> + Send;
    /// Brings an event that waits up at `due`, unless it is brought up before.
    fn bring_up(
        &self,
        key: &EventKey,
        due: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// The event of that key, if it came before. Strongly consistent.
    fn event(
        &self,
        key: &EventKey,
    ) -> impl Future<Output = Result<Option<KnownEvent>, StoreError>> + Send;
    /// Brings an event up no more, or not before `again`, and puts it on the work list.
    fn park_event(
        &self,
        key: &EventKey,
        again: Option<DateTime<Utc>>,
        work: &WorkItem,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
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
    /// As `Enrolments::rehome`.
    fn rehome(
        &self,
        cause: Option<&MovedCause>,
        changes: &[Change],
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores all of it or nothing. `Stale` when anything it was decided on has changed meanwhile, or
    /// somebody else has dealt with the event.
    fn commit(&self, change: &BookingChange) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// The same, of an event about a referral.
    fn commit_referral(
        &self,
        change: &ReferralChange,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}

/// The queue of events that are to be dealt with.
pub trait EventQueue: Send + Sync {
    /// Queues events and answers the positions of those that were not taken.
    fn send(&self, events: &[EventKey]) -> impl Future<Output = Vec<usize>> + Send;
}

/// What an entry of the index of waiting events says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSince {
    /// Since when it is to be brought up.
    pub due: DateTime<Utc>,
    /// The event.
    pub key: EventKey,
}
