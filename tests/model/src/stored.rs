//! What is stored, and what waits in the queue.

use crate::state::ACTIONS;

/// An attempt at an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Key {
    /// The action, from 0.
    pub action: u8,
    /// The attempt, from 0.
    pub attempt: u8,
}

/// Where the enrolment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Place {
    /// Its action waits for its time.
    #[default]
    Active,
    /// Held, and on the work list: a message may have been sent.
    HeldUnclear,
    /// Held, and on the work list: a message could not be sent, or did not arrive.
    HeldFailed,
    /// Everything is done.
    Completed,
    /// Its booking is off.
    Cancelled,
    /// Staff ended it.
    Ended,
}

/// How an action was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum How {
    /// It is not.
    #[default]
    NotYet,
    /// Sent.
    Done,
    /// Failed, and passed over.
    Failed,
    /// Too late.
    TooLate,
    /// A person left it out before anything of it was begun.
    LeftOut,
    /// A person went on past the hold at it.
    Passed,
    /// To be done again, from its next attempt on.
    Reopened,
}

/// An action of the enrolment that was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Finished {
    /// How.
    pub how: How,
    /// Its last attempt.
    pub attempt: u8,
}

/// The enrolment, as stored. Its revision is not: who has read it is told by [`Snapshot`] whether it
/// is still the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Enrolment {
    /// Where it stands.
    pub place: Place,
    /// What it waits for, or stopped at.
    pub key: Key,
    /// When to look at it.
    pub due: u8,
    /// Its attempt was begun and the outcome is not known.
    pub pending: bool,
    /// Not before this.
    pub not_before: u8,
    /// How long its action is still of use.
    pub useful: u8,
    /// Its actions.
    pub finished: [Finished; ACTIONS],
    /// Whether its due key is there.
    pub index: Indexed,
}

/// Whether an item has a due key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Indexed {
    /// It has.
    #[default]
    Yes,
    /// It has none.
    No,
}

/// What a row of the ledger says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum RowState {
    /// There is none.
    #[default]
    Absent,
    /// Somebody may call the provider.
    Reserved,
    /// Accepted.
    Sent,
    /// Not sent; another attempt is made.
    NotSent,
    /// Too late.
    Skipped,
    /// It could not be sent.
    Failed,
    /// It may have been sent.
    Unclear,
}

/// What a receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Told {
    /// Nothing yet.
    #[default]
    Nothing,
    /// The provider has it, and it is late.
    Delayed,
    /// It has arrived.
    Delivered,
    /// It has not, for good.
    Bounced,
}

/// Why nobody can know what became of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Excuse {
    /// There is no reason: its sender knows.
    #[default]
    None,
    /// Its sender died, or outlived it, or the provider's answer was lost.
    Lost,
}

/// A row of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Row {
    /// What it says.
    pub state: RowState,
    /// How long it has been reserved.
    pub age: u8,
    /// What the provider said became of it.
    pub receipt: Told,
    /// A receipt that was kept as a stray, because no row was known to be about it.
    pub stray: Told,
    /// Whether the provider has it. No sender can read that.
    pub taken: bool,
    /// How often the provider was called with it, two for more. No sender can read that.
    pub calls: u8,
    /// Whether it can become unclear.
    pub excuse: Excuse,
    /// In the variant with the time in the key: that time has moved since.
    pub elsewhere: bool,
}

impl Row {
    /// Whether it is known that its message went, and not that it did not arrive.
    pub fn is_sent(&self) -> bool {
        self.state == RowState::Sent && self.receipt != Told::Bounced
    }
}

/// An entry of the due index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entry {
    /// What.
    pub key: Key,
    /// When.
    pub due: u8,
    /// How long the lease stands that covers its position; 0 for none.
    pub cover: u8,
}

/// What the index shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Index {
    /// What the table has.
    #[default]
    UpToDate,
    /// What it had.
    Behind(Option<Entry>),
}

/// A message of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Message {
    /// What it points to.
    pub key: Key,
    /// How often it was received.
    pub receives: u8,
    /// Whether it was a dead letter.
    pub redriven: bool,
}
