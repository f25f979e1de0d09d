//! Enrolments, their ledger and their history, and the work list.

use std::future::Future;

use chrono::{DateTime, Utc};
use domain::booking::Booking;
use domain::enrolment::{Decision, Effect, Enrolment, Note};
use domain::ids::{EnrolmentId, PatientId, ProgramId, ReservationToken, WorkId};
use domain::ledger::{LedgerKey, LedgerRow, Outcome};
use domain::referral::{Referral, ReferralKey};
use domain::work::{OpenWork, ResolvedWork, WorkItem, WorkMonth};

use super::{SaveError, StoreError};

/// What came of a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reservation {
    /// It is ours: we, and nobody else, may call the provider.
    Won,
    /// The row exists. We must not send.
    Lost(LedgerRow),
}

/// What is to be stored of a decision.
#[derive(Debug, Clone)]
pub struct Change {
    /// The enrolment the decision was made on; `None` when it begins with this.
    pub before: Option<Enrolment>,
    /// What was decided.
    pub decision: Decision,
    /// Bookings that have begun it, or have completed a cycle of it, as they must be from now on:
    /// each knows the enrolment, and its revision is one more than what was decided upon.
    pub claimed: Vec<Booking>,
    /// The attempt that nobody may have begun: the change is made on the belief that nothing of it
    /// is sent, and is stale otherwise.
    pub not_begun: Option<LedgerKey>,
    /// The referral that the change was decided upon, and its revision: the change is stale when more
    /// was told of it since, because what waits for that would wait for ever.
    pub while_told: Option<(ReferralKey, u64)>,
}

impl Change {
    /// The change of a decision; `bookings` are those it was decided upon.
    pub fn new(before: Option<Enrolment>, decision: Decision, bookings: &[Booking]) -> Self {
        let mut claimed: Vec<Booking> = Vec::new();
        for effect in &decision.effects {
            let Effect::Claim(key) = effect else { continue };
            let booking = bookings.iter().find(|booking| booking.key == *key);
            claimed.extend(booking.map(|booking| {
                let mut booking = booking.clone();
                booking.revision += 1;
                booking.completed.insert(decision.enrolment.id.clone());
                booking
            }));
        }
        Self { before, decision, claimed, not_begun: None, while_told: None }
    }

    /// The same, on the belief that nobody has begun this attempt.
    #[must_use]
    pub fn unless_begun(self, attempt: Option<LedgerKey>) -> Self {
        Self { not_begun: attempt, ..self }
    }

    /// The same, on the belief that this is all that was told of the referral.
    #[must_use]
    pub fn while_told(self, referral: Option<&Referral>) -> Self {
        let while_told = referral.map(|referral| (referral.key.clone(), referral.revision));
        Self { while_told, ..self }
    }

    /// The same, begun by this booking: should the booking change, the enrolment is told.
    #[must_use]
    pub fn begun_by(mut self, booking: &Booking) -> Self {
        let mut booking = booking.clone();
        booking.revision += 1;
        booking.caused.insert(self.decision.enrolment.id.clone());
        self.claimed.push(booking);
        self
    }

    /// Whether the enrolment itself is changed.
    pub fn is_news(&self) -> bool {
        self.before.as_ref() != Some(&self.decision.enrolment)
    }
}

/// A booking that goes from one record of a patient to another.
#[derive(Debug, Clone)]
pub struct MovedBooking {
    /// As it was read.
    pub before: Booking,
    /// As it must be from now on. Its revision is one more.
    pub after: Booking,
}

/// What goes from one record of a patient to another together with what it has begun.
#[derive(Debug, Clone)]
pub enum MovedCause {
    /// A booking.
    Booking(Box<MovedBooking>),
    /// A referral, as it must be from now on. Its revision is one more than what was read.
    Referral(Box<Referral>),
}

/// Enrolments, their ledger and their history.
pub trait Enrolments: Send + Sync {
    /// One enrolment, strongly consistent.
    fn enrolment(
        &self,
        id: &EnrolmentId,
    ) -> impl Future<Output = Result<Option<Enrolment>, StoreError>> + Send;

    /// Stores changes: the new states where they differ from those before, every effect that is to
    /// be written, and the claimed bookings, all or nothing. Answers `Stale` when a stored revision
    /// is not the one that was read, an enrolment that begins exists, or a ledger row that is to be
    /// recorded, or must not have been begun, does.
    fn commit(&self, changes: &[Change]) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// Stores enrolments that go from one record of a patient to another, with the booking or the
    /// referral that has begun them, all or nothing. From then on each is found with its new patient only. `Stale` when
    /// anything of it is no longer what was read.
    fn rehome(
        &self,
        cause: Option<&MovedCause>,
        changes: &[Change],
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
    /// this evidence. Answers `Stale` when the row is somebody else's or settled otherwise. What was
    /// sent is from then on found by where it went.
    fn settle(
        &self,
        row: &LedgerRow,
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

/// An enrolment that is stored and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableEnrolment {
    /// Which.
    pub id: EnrolmentId,
    /// The program; `None` when even that cannot be read.
    pub program: Option<ProgramId>,
    /// Since when the patient is on it; the beginning of time when that cannot be read.
    pub enrolled_at: DateTime<Utc>,
    /// Why it cannot be read.
    pub why: String,
}

/// A patient's enrolments. One that cannot be read hides none of the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfPatient {
    /// The enrolments.
    pub enrolments: Vec<Enrolment>,
    /// Those that cannot be read, over or not.
    pub unreadable: Vec<UnreadableEnrolment>,
}

/// A page of a program's enrolments. One that cannot be read hides none of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfProgram {
    /// The enrolments.
    pub enrolments: Vec<Enrolment>,
    /// Those of the page that cannot be read.
    pub unreadable: Vec<UnreadableEnrolment>,
    /// Where the next page begins; `None` when there is none.
    pub next: Option<String>,
}

/// How many there are, as far as they were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowMany {
    /// So many.
    All(usize),
    /// So many, and more that were not counted.
    AtLeast(usize),
}

/// What the API shows of enrolments.
pub trait EnrolmentReader: Send + Sync {
    /// One enrolment.
    fn enrolment(
        &self,
        id: &EnrolmentId,
    ) -> impl Future<Output = Result<Option<Enrolment>, StoreError>> + Send;
    /// Some enrolments by their ids, and those of them that cannot be read. Those that do not exist are left out. One
    /// read for each hundred.
    fn enrolments(
        &self,
        ids: &[EnrolmentId],
    ) -> impl Future<Output = Result<(Vec<Enrolment>, Vec<UnreadableEnrolment>), StoreError>> + Send;
    /// A patient's enrolments, newest first. Strongly consistent.
    fn of_patient(
        &self,
        patient: &PatientId,
    ) -> impl Future<Output = Result<OfPatient, StoreError>> + Send;
    /// A page of the enrolments on a program that are not over, oldest first. May lag behind by a
    /// moment.
    fn of_program(
        &self,
        program: &ProgramId,
        after: Option<&str>,
        limit: usize,
    ) -> impl Future<Output = Result<OfProgram, StoreError>> + Send;
    /// How many enrolments on a program are not over, counted no further than `most`. Those that cannot be
    /// read count too. May lag behind by a moment.
    fn count_open(
        &self,
        program: &ProgramId,
        most: usize,
    ) -> impl Future<Output = Result<HowMany, StoreError>> + Send;
    /// Where the page begins that comes after this enrolment in the list of its program.
    fn place(&self, enrolment: &Enrolment) -> String;
    /// An enrolment's ledger and notes.
    fn records(
        &self,
        id: &EnrolmentId,
    ) -> impl Future<Output = Result<(Vec<LedgerRow>, Vec<Note>), StoreError>> + Send;
}

/// What staff did with something on the work list.
#[derive(Debug, Clone)]
pub struct WorkChange {
    /// It, as it was read.
    pub before: OpenWork,
    /// It, as it must be from now on.
    pub after: WorkAfter,
    /// What the history of the enrolment it is about says of it.
    pub told: Option<(EnrolmentId, Note)>,
    /// What happens to that enrolment together with it. It does not take the same item off the
    /// list: that is said by `after`.
    pub change: Option<Change>,
}

/// What becomes of something on the work list.
#[derive(Debug, Clone)]
pub enum WorkAfter {
    /// It stays on the list like this. Its revision is one more than before.
    Open(OpenWork),
    /// It is off the list, and kept with what came of it.
    Resolved(ResolvedWork),
}

/// The work list. Reads are strongly consistent.
pub trait WorkList: Send + Sync {
    /// Everything that waits for a person, oldest first.
    fn open(&self) -> impl Future<Output = Result<Vec<OpenWork>, StoreError>> + Send;
    /// One thing that waits for a person; `None` when it waits no more.
    fn item(
        &self,
        id: &WorkId,
    ) -> impl Future<Output = Result<Option<OpenWork>, StoreError>> + Send;
    /// Stores what staff did, all or nothing. Answers `Stale` when the item, or the enrolment, is no
    /// longer what was read.
    fn save(&self, change: &WorkChange) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Puts something on the list. Raised again it is the same item, and what staff have made of it
    /// stays.
    fn raise(&self, work: &WorkItem) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// What staff have resolved in a month. It is kept for good: it shows what was done for a
    /// patient who was not reached.
    fn resolved(
        &self,
        month: WorkMonth,
    ) -> impl Future<Output = Result<Vec<ResolvedWork>, StoreError>> + Send;
}
