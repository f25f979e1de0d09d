//! What the use cases need of the world. Each port is a small role with its contract.

mod balance;
mod catalogue;
mod channels;
mod counts;
mod deliveries;
mod due;
mod email;
mod enrolments;
mod epost;
mod intake;
mod letters;
mod people;
mod programs;
mod queue;
mod receipts;
mod referrals;
mod replies;
mod sent;
mod settings;
mod templates;
mod way_out;

use chrono::{DateTime, Utc};
use ulid::Ulid;

pub use self::balance::{
    Balance, Balances, Begun, Counted, EnrolmentScan, KeptBalances, MOST_NAMED, Named, Progress,
    Reached, ScanPage, ScanPlace, Scanned, Segment, Told, Whole,
};
pub use self::catalogue::{Catalogue, MOST_RELINKED};
pub use self::channels::{Pointer, Queues, SendError, Sms, SmsGateway};
pub use self::counts::{DayCounts, Seen};
pub use self::deliveries::{Deliveries, RefusedBefore, RefusedDelivery};
pub use self::due::{Due, DueEntry, DueIndex, Lease, SHARDS, ShardLeases};
pub use self::email::{Email, EmailGateway};
pub use self::enrolments::{
    Change, EnrolmentReader, Enrolments, HowMany, MovedBooking, MovedCause, OfPatient, OfProgram,
    Reservation, UnreadableEnrolment, WorkAfter, WorkChange, WorkList,
};
pub use self::epost::{Before, EpostProvider, HandOver};
pub use self::intake::{
    Again, BookingChange, Bookings, EventKey, EventQueue, EventResult, Intake, KnownEvent,
    RecordedEvent, Verdict, WaitingEvent, WaitingSince,
};
pub use self::letters::{
    Days, FileKind, LetterFiles, Letters, LettersRead, Listing, Paper, Placed, Shelf,
    UnreadableLetter, Written,
};
pub use self::people::{Entry, Lookup, Newcomers, People, ReadPatients, Register};
pub use self::programs::{ProgramVersion, ProgramVersions, Replan, Replans};
pub use self::queue::{Queue, shards_in_turn, shards_of_enrolments};
pub use self::receipts::{ReceiptQueue, Receipts, Stray, Strays, UnclearMessages};
pub use self::referrals::{ReferralChange, Referrals};
pub use self::replies::{AddressHolds, HoldChange, Replies, ReplyChange, ReplyPlace};
pub use self::sent::{Sent, SentMessages};
pub use self::settings::{Here, PracticeSettings};
pub use self::templates::TemplateVersions;
pub use self::way_out::{WayOut, WaysOut};

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
