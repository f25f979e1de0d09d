//! What the use cases need of the world. Each port is a small role with its contract.

use std::collections::BTreeSet;
use std::future::Future;
use std::ops::Range;

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingKey};
use domain::enrolment::{Decision, Enrolment, Note};
use domain::ids::{
    BookingTypeId, EnrolmentId, PatientId, ProgramId, ReservationToken, SiteId, TemplateId, WorkId,
};
use domain::ledger::{LedgerKey, LedgerRow, Outcome};
use domain::patient::{Identifier, Patient};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{Channel, Program};
use domain::site::Site;
use domain::template::Template;
use domain::text::{Code, ExternalId, Label};
use domain::work::WorkItem;
use ulid::Ulid;

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store cannot answer now: throttled, timed out, or out of reach. Trying again later is
    /// safe.
    #[error("the store did not answer: {0}")]
    Unavailable(String),
    /// A stored record cannot be read. Trying again will not help.
    #[error("the stored {what} cannot be read: {why}")]
    Unreadable {
        /// Which record, by its id.
        what: String,
        /// Why.
        why: String,
    },
    /// The store refused the request itself: a mistake in this program or its permissions.
    #[error("the store refused the request: {0}")]
    Refused(String),
}

/// Why something was not saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// Somebody else saved first: what was read is no longer what is stored.
    #[error("it was changed by somebody else meanwhile")]
    Stale,
    /// Something else has this unique value already.
    #[error("{0}")]
    Taken(Taken),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A unique value that something else has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The record of that id exists.
    Id,
    /// A program's name, or the code of a booking type or site.
    Name,
    /// One of these identifiers of a patient belongs to another one.
    Identifiers,
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Id => "a record of this id exists",
            Self::Name => "is in use already",
            Self::Identifiers => "belongs to another patient",
        })
    }
}

/// The one clock.
pub trait Clock: Send + Sync {
    /// The current time, to the millisecond.
    fn now(&self) -> DateTime<Utc>;
}

/// The one source of new ids.
pub trait Ids: Send + Sync {
    /// A number nobody was given before, sortable by time.
    fn next(&self) -> Ulid;
}

/// A type of booking and the programs linked to it. The link lives here (HealthTrack R14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingType {
    /// Its id.
    pub id: BookingTypeId,
    /// Counts saves.
    pub revision: u64,
    /// What booking systems call it.
    pub code: Code,
    /// What people call it.
    pub name: Label,
    /// The Booking programs that a booking of this type starts.
    pub starts: BTreeSet<ProgramId>,
}

/// Programs, templates, booking types and sites: what admins configure.
///
/// Reads are strongly consistent. `create_*` answers `Taken` when the id or a unique value exists.
/// `save_*` stores a record whose version (or revision) is one more than the one it was made from,
/// and answers `Stale` when the stored one is not that.
pub trait Catalogue: Send + Sync {
    /// All programs, by id.
    fn programs(&self) -> impl Future<Output = Result<Vec<Program>, StoreError>> + Send;
    /// One program.
    fn program(
        &self,
        id: &ProgramId,
    ) -> impl Future<Output = Result<Option<Program>, StoreError>> + Send;
    /// Stores a new program; its name must be free.
    fn create_program(
        &self,
        program: &Program,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a new version; `before` is what it was made from.
    fn save_program(
        &self,
        before: &Program,
        after: &Program,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// All templates, by id.
    fn templates(&self) -> impl Future<Output = Result<Vec<Template>, StoreError>> + Send;
    /// One template.
    fn template(
        &self,
        id: &TemplateId,
    ) -> impl Future<Output = Result<Option<Template>, StoreError>> + Send;
    /// Stores a new template.
    fn create_template(
        &self,
        template: &Template,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a new version of a template.
    fn save_template(
        &self,
        template: &Template,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// All booking types, by id.
    fn booking_types(&self) -> impl Future<Output = Result<Vec<BookingType>, StoreError>> + Send;
    /// One booking type.
    fn booking_type(
        &self,
        id: &BookingTypeId,
    ) -> impl Future<Output = Result<Option<BookingType>, StoreError>> + Send;
    /// The booking type other systems call by this code.
    fn booking_type_by_code(
        &self,
        code: &Code,
    ) -> impl Future<Output = Result<Option<BookingType>, StoreError>> + Send;
    /// Stores a new booking type; its code must be free.
    fn create_booking_type(
        &self,
        booking_type: &BookingType,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a changed booking type; `before` is what it was made from.
    fn save_booking_type(
        &self,
        before: &BookingType,
        after: &BookingType,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// All sites, by id.
    fn sites(&self) -> impl Future<Output = Result<Vec<Site>, StoreError>> + Send;
    /// One site.
    fn site(&self, id: &SiteId) -> impl Future<Output = Result<Option<Site>, StoreError>> + Send;
    /// The site other systems call by this code.
    fn site_by_code(
        &self,
        code: &Code,
    ) -> impl Future<Output = Result<Option<Site>, StoreError>> + Send;
    /// Stores a new site; its code must be free.
    fn create_site(&self, site: &Site) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a changed site; `before` is what it was made from.
    fn save_site(
        &self,
        before: &Site,
        after: &Site,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}

/// Patients. Reads are strongly consistent, so that a committed opt-out is seen by every later
/// look.
pub trait People: Send + Sync {
    /// One patient.
    fn patient(
        &self,
        id: &PatientId,
    ) -> impl Future<Output = Result<Option<Patient>, StoreError>> + Send;
    /// The patient another system knows by this key.
    fn find(
        &self,
        identifier: &Identifier,
    ) -> impl Future<Output = Result<Option<PatientId>, StoreError>> + Send;
    /// Stores a new patient; their identifiers must be free.
    fn create_patient(
        &self,
        patient: &Patient,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a changed patient; `before` is what it was made from.
    fn save_patient(
        &self,
        before: &Patient,
        after: &Patient,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}

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

/// The due index is divided into this many shards, so that no index partition is written to more
/// than it can take (1,000 write units a second each).
pub const SHARDS: u8 = 16;

/// An entry of the due index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueEntry {
    /// The enrolment's key in the table, as stored.
    pub enrolment: String,
    /// Its position in the index, as stored. Sorts by time.
    pub due_key: String,
    /// What it says; an explanation when it cannot be read.
    pub pointer: Result<Due, String>,
}

/// What a readable entry of the due index says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Since when.
    pub due: DateTime<Utc>,
    /// What.
    pub pointer: Pointer,
}

/// Points to a due action. What a queue message carries: ids only, never content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The attempt that is due.
    pub key: LedgerKey,
    /// Which queue it belongs in.
    pub channel: Channel,
}

/// A stretch of a shard of the due index that was handed out: entries after `after` up to and
/// including `upto` are on their way until `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Exclusive lower end.
    pub after: String,
    /// Inclusive upper end.
    pub upto: String,
    /// When it ends, done or not.
    pub until: DateTime<Utc>,
}

/// The leases of one shard, as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShardLeases {
    /// Counts changes, for the conditional write.
    pub revision: u64,
    /// Sorted, not overlapping.
    pub leases: Vec<Lease>,
}

/// The due index and who is working on which stretch of it.
pub trait DueIndex: Send + Sync {
    /// The position after everything due at `now`.
    fn end_of(&self, now: DateTime<Utc>) -> String;
    /// At most `limit` entries with `range.start` < key ≤ `range.end`, in order. May lag behind
    /// the table by a moment.
    fn entries(
        &self,
        shard: u8,
        range: Range<&str>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<DueEntry>, StoreError>> + Send;
    /// A shard's leases, strongly consistent.
    fn leases(&self, shard: u8) -> impl Future<Output = Result<ShardLeases, StoreError>> + Send;
    /// Stores a shard's leases with the next revision. `Stale` when another sweeper was first.
    fn save_leases(
        &self,
        shard: u8,
        leases: &ShardLeases,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}

/// The queues of the channels.
pub trait Queues: Send + Sync {
    /// Queues pointers and answers the positions of those that were not taken.
    fn send(&self, pointers: &[Pointer]) -> impl Future<Output = Vec<usize>> + Send;
}

/// A message for the SMS provider.
#[derive(Debug, Clone)]
pub struct Sms {
    /// To whom.
    pub to: MobileNumber,
    /// What it says.
    pub text: Phi<String>,
}

/// Why a message was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// Definitely not sent; another try may succeed.
    Transient(String),
    /// Definitely not sent; another try will not succeed.
    Permanent(String),
    /// It may have been sent.
    InDoubt(String),
}

/// The SMS provider. One call MUST be at most one request to the provider: no retries.
pub trait SmsGateway: Send + Sync {
    /// Sends a message and answers the provider's id for it.
    fn send(&self, sms: &Sms) -> impl Future<Output = Result<String, SendError>> + Send;
}

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
    /// The booking's new state, if the event is news. Its revision is one more than what was read.
    pub booking: Option<Booking>,
    /// Enrolments to begin.
    pub begin: Vec<Enrolment>,
    /// Enrolments to change: what was read, and what was decided.
    pub change: Vec<(Enrolment, Decision)>,
    /// What to put on the work list.
    pub raise: Vec<WorkItem>,
    /// What to take off it.
    pub resolve: Option<WorkId>,
}

/// Bookings: what other systems said of them last. Reads are strongly consistent.
pub trait Bookings: Send + Sync {
    /// What is known of a booking.
    fn booking(
        &self,
        key: &BookingKey,
    ) -> impl Future<Output = Result<Option<Booking>, StoreError>> + Send;
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
    /// Stores all of it or nothing. `Stale` when anything it was decided on has changed meanwhile.
    fn commit(&self, change: &BookingChange) -> impl Future<Output = Result<(), SaveError>> + Send;
}
