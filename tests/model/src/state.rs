//! What the model knows: everything that is stored, and where everybody is at.
//!
//! All times are ticks from now, so that time may go on for ever in a finite number of states: what
//! was due long ago is due, and what was reserved long ago is old.

pub use crate::hands::{Grounds, Sender, Sending, Snapshot, Sweeper, Sweeping};
pub use crate::stored::{
    Enrolment, Entry, Excuse, Finished, How, Index, Indexed, Key, Message, Place, Row, RowState,
    Told,
};

/// Actions of the enrolment, at most.
pub const ACTIONS: usize = 2;
/// Attempts at an action, at most: those of the program, and again as many when a person retries.
pub const ATTEMPTS: usize = 4;
/// The same, to count with.
pub const MOST_ATTEMPTS: u8 = 4;
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
    ///
    /// # Panics
    /// Never: the places of the queue are few.
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
