//! What a release would do, counted.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::ids::ProgramId;
use domain::program::Carrier;

/// What a release would do with an action that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It would be sent; or it would not, and one after it would be at once.
    Sent,
    /// It is too late for it, and it would be skipped. Nothing after it would be sent at once.
    TooLate,
    /// It would hold its patient for a person: it is a pause, or cannot be sent.
    Held,
    /// It cannot be sent, and its program would go on without it, to nothing that is sent at once.
    PassedOver,
    /// It would wait, for the sending window or for a time that was planned anew.
    Waiting,
    /// Nothing would come of it: its enrolment waits for something else by now, or for nothing.
    Gone,
}

impl Fate {
    /// Every fate.
    pub const ALL: [Self; 6] =
        [Self::Sent, Self::TooLate, Self::Held, Self::PassedOver, Self::Waiting, Self::Gone];
}

/// How many actions there are, and what would become of those that were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many are due.
    pub due: usize,
    /// What would become of those of them that were looked at.
    pub fates: BTreeMap<Fate, usize>,
}

impl Tally {
    /// How many of them were looked at.
    pub fn examined(&self) -> usize {
        self.fates.values().sum()
    }

    /// How many would meet that fate.
    pub fn of(&self, fate: Fate) -> usize {
        self.fates.get(&fate).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, fate: Fate) {
        *self.fates.entry(fate).or_default() += 1;
    }
}

/// How much of what is due was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// All of it.
    All,
    /// Not all: there is more than [`super::COUNTED`] in a shard.
    Part,
}

/// What a release would do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// How much of what is due was counted.
    pub counted: Counted,
    /// Since when the oldest is due.
    pub oldest: Option<DateTime<Utc>>,
    /// Everything that is due.
    pub all: Tally,
    /// The same by who carries it out.
    pub by_carrier: BTreeMap<Carrier, Tally>,
    /// What was looked at, by program. What is due is known of no program: the index does not say.
    pub by_program: BTreeMap<ProgramId, Tally>,
}

impl Preview {
    /// How many messages may go out at once: those that would be sent, and those nobody looked at.
    /// `None` when not even all were counted.
    pub fn messages(&self) -> Option<usize> {
        let of = |(carrier, tally): (&Carrier, &Tally)| {
            let unknown = match carrier {
                Carrier::Channel(_) => tally.due.saturating_sub(tally.examined()),
                Carrier::Staff => 0,
            };
            tally.of(Fate::Sent) + unknown
        };
        match self.counted {
            Counted::All => Some(self.by_carrier.iter().map(of).sum()),
            Counted::Part => None,
        }
    }
}
