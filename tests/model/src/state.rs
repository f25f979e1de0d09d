//! What the model knows: everything that is stored, and where everybody is at.
//!
//! All times are ticks from now, so that time may go on for ever in a finite number of states: what
//! was due long ago is due, and what was reserved long ago is old.

/// Actions of the enrolment, at most.
pub const ACTIONS: usize = 2;
/// Attempts at an action, at most: those of the program, and again as many when a person retries.
pub const ATTEMPTS: usize = 4;
/// Messages that are in the queue at once, at most.
pub const SLOTS: usize = 2;
/// Sweepers, and senders, at most.
pub const HANDS: usize = 2;

/// How long a lease stands (5 minutes).
pub const LEASE: u8 = 1;
/// How long a reservation stands before it is unclear (15 minutes).
pub const UNCLEAR_AFTER: u8 = 2;
/// How long to wait after a refusal.
pub const BACK_OFF: u8 = 1;
/// How often a message is received before it is a dead letter.
pub const RECEIVES: u8 = 2;
/// Useful for ever.
pub const FOR_EVER: u8 = u8::MAX;

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

/// Whether what was read is still what is stored: the condition of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Snapshot {
    /// It is.
    #[default]
    Fresh,
    /// Somebody else wrote.
    Stale,
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

/// Whether the booking is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Booking {
    /// It is.
    #[default]
    On,
    /// It is off.
    Off,
}

/// Whether the patient wants messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Consent {
    /// Yes.
    #[default]
    Given,
    /// No.
    Withdrawn,
}

/// Whether the practice sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Practice {
    /// Yes.
    #[default]
    Sends,
    /// All sending is on hold.
    Holds,
}

/// Whether the program's patients are planned as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Planning {
    /// They are.
    #[default]
    Done,
    /// It was saved with other timings, and that is still to be done.
    ToDo,
}

/// What somebody was told who cancelled or ended the enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Farewell {
    /// Nobody did.
    #[default]
    None,
    /// That no message follows: none was reserved.
    Quiet,
    /// That one may be on its way.
    Underway,
}

/// Everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct State {
    /// The enrolment.
    pub enrolment: Enrolment,
    /// How long the lease stands on the position of its due key; 0 for none.
    pub cover: u8,
    /// What the index shows of it.
    pub index: Index,
    /// How long the newest lease of the shard stands.
    pub lease: u8,
    /// Its ledger.
    pub rows: [[Row; ATTEMPTS]; ACTIONS],
    /// The queue.
    pub queue: [Option<Message>; SLOTS],
    /// A dead letter.
    pub dead: Option<Key>,
    /// The sweepers.
    pub sweepers: [Sweeper; HANDS],
    /// The senders.
    pub senders: [Sender; HANDS],
    /// When the program says that each action is due.
    pub plan: [u8; ACTIONS],
    /// Whether that was planned.
    pub planning: Planning,
    /// The booking.
    pub booking: Booking,
    /// The patient.
    pub consent: Consent,
    /// The practice.
    pub practice: Practice,
    /// What was said at the end.
    pub farewell: Farewell,
    /// How many messages the provider has accepted of each action.
    pub accepted: [u8; ACTIONS],
    /// How many faults may still happen.
    pub faults: u8,
    /// How many other things may still happen.
    pub happenings: u8,
}

impl State {
    /// A row.
    pub fn row(&self, key: Key) -> Row {
        self.rows[usize::from(key.action)][usize::from(key.attempt)]
    }

    /// A row, to change it.
    pub fn row_mut(&mut self, key: Key) -> &mut Row {
        &mut self.rows[usize::from(key.action)][usize::from(key.attempt)]
    }

    /// What the table says of the due index.
    pub fn entry(&self) -> Option<Entry> {
        let Enrolment { key, due, index, .. } = self.enrolment;
        (index == Indexed::Yes).then_some(Entry { key, due, cover: self.cover })
    }

    /// What a sweeper reads of the due index.
    pub fn seen(&self) -> Option<Entry> {
        match self.index {
            Index::UpToDate => self.entry(),
            Index::Behind(entry) => entry,
        }
    }

    /// The same state for all who cannot tell one sender, sweeper or place in the queue from another.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        let mut order: [u8; SLOTS] = std::array::from_fn(|slot| u8::try_from(slot).expect("few"));
        order.sort_by_key(|slot| std::cmp::Reverse(self.queue[usize::from(*slot)]));
        let queue = order.map(|slot| self.queue[usize::from(slot)]);
        for sender in &mut self.senders {
            let place = |slot: u8| order.iter().position(|was| *was == slot);
            sender.slot = sender.slot.and_then(place).and_then(|slot| u8::try_from(slot).ok());
        }
        self.queue = queue;
        if self.index == Index::Behind(self.entry()) {
            self.index = Index::UpToDate;
        }
        self.senders.sort_unstable();
        self.sweepers.sort_unstable();
        self
    }
}
