//! Who is at work, and where each is at.

use crate::stored::{Enrolment, Key, RowState};

/// Whether what was read is still what is stored: the condition of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Snapshot {
    /// It is.
    #[default]
    Fresh,
    /// Somebody else wrote.
    Stale,
}

/// Where a sweeper is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Sweeping {
    /// It is not there.
    #[default]
    Gone,
    /// It has read leases and index, and will store its lease.
    Lease,
    /// It will queue what it found.
    HandOut,
    /// The queue refused; it will end its lease.
    GiveBack,
}

/// A sweeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Sweeper {
    /// Where it is at.
    pub at: Sweeping,
    /// What it found.
    pub found: Option<Key>,
    /// Whether the leases are those it read.
    pub leases: Snapshot,
}

/// The next step of a sender: each is one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Sending {
    /// It is not there.
    #[default]
    Gone,
    /// The first look.
    Look,
    /// Something else is to happen than a message: is there a row?
    ReadRow,
    /// There was none: that is stored.
    CarryOut,
    /// The conditional write before the call.
    Reserve,
    /// The SDK repeats it: it was written, and the answer was lost.
    ReserveAgain,
    /// The last look.
    LastLook,
    /// The provider.
    Call,
    /// It found an old reservation, and looks for a stray receipt.
    Evidence,
    /// The outcome is stored.
    Settle,
    /// The SDK repeats it.
    SettleAgain,
    /// The enrolment is read, to be told.
    Tell,
    /// What that makes of it is stored.
    Move,
    /// The SDK repeats it.
    MoveAgain,
}

impl Sending {
    /// Whether it holds a change of the enrolment that it has read.
    pub(crate) fn knows_a_change(self) -> bool {
        matches!(self, Self::ReadRow | Self::CarryOut | Self::Move)
    }
}

/// What speaks against a message, at the last step before the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Grounds {
    /// Nothing, or nobody has looked yet.
    #[default]
    None,
    /// Its booking is off, or staff ended it.
    Cancelled,
    /// The patient wants none.
    OptedOut,
    /// All sending is on hold.
    OnHold,
    /// It is not time.
    TooEarly,
    /// It is of no use any more.
    TooLate,
    /// Another attempt at it is known to have been sent.
    KnownSent,
}

/// A sender at work on a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Sender {
    /// Its next step.
    pub at: Sending,
    /// The message it has received, while that is there.
    pub slot: Option<u8>,
    /// Whether that was a dead letter.
    pub redriven: bool,
    /// What it is about.
    pub key: Key,
    /// What it will store of the enrolment.
    pub change: Enrolment,
    /// Whether the enrolment is the one it read.
    pub read: Snapshot,
    /// The outcome it knows, will record or will tell.
    pub outcome: Option<RowState>,
    /// Without an outcome: when to look again.
    pub until: u8,
    /// Whether it may send, as things were at its last look.
    pub grounds: Grounds,
}
