//! What happened between two states, and how it is told.

use std::fmt;

use crate::state::RowState;

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Who did it.
    pub who: Who,
    /// What.
    pub did: Did,
    /// What it counts as.
    pub cost: Cost,
    /// What the due index makes of it.
    pub aside: Aside,
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A sender.
    Sender(usize),
    /// A sweeper.
    Sweeper(usize),
    /// Everybody else.
    World,
}

/// Whether it counts towards a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// It does not: it is how things go.
    Free,
    /// It is a fault.
    Fault,
    /// People or other systems did it.
    Happening,
}

/// What the due index makes of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// Nothing worth telling.
    Nothing,
    /// It is behind.
    Behind,
    /// The new key comes to lie in a stretch that is leased.
    Covered,
}

/// What the provider answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It has the message.
    Accepted,
    /// It has not, and may be asked again.
    RefusedForNow,
    /// It has not and never will.
    RefusedForGood,
    /// The answer is lost; it has it.
    LostAccepted,
    /// The answer is lost; it has it not.
    LostRefused,
    /// It says that it refused for now, and has it.
    Lied,
}

impl Answer {
    const fn in_words(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::RefusedForNow => "not now",
            Self::RefusedForGood => "never",
            Self::LostAccepted => "accepted, and the answer is lost",
            Self::LostRefused => "not accepted, and the answer is lost",
            Self::Lied => "accepted, and it says not now",
        }
    }

    /// Whether the provider has the message.
    pub const fn is_accepted(self) -> bool {
        match self {
            Self::Accepted | Self::LostAccepted | Self::Lied => true,
            Self::RefusedForNow | Self::RefusedForGood | Self::LostRefused => false,
        }
    }
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    /// A step that no invariant is about.
    Step(&'static str),
    /// Something catches up, is released or planned: it always happens in the end.
    Repairs(&'static str),
    /// A sender receives a message.
    Receives,
    /// A sweeper looks.
    Sweeps,
    /// A sender calls the provider.
    Calls(Answer),
    /// A sender records an outcome.
    Settles(RowState),
    /// A sender is done with its message, and deletes it.
    Finishes(&'static str),
    /// A sender is not done with its message, which must come again.
    Fails(&'static str),
    /// A message is lost.
    Loses,
    /// A receipt is kept.
    Hears(&'static str),
    /// The booking is on again.
    Uncancels,
    /// Time passes.
    Ticks,
}

impl Label {
    /// Something that counts towards no bound.
    pub const fn free(who: Who, did: Did) -> Self {
        Self { who, did, cost: Cost::Free, aside: Aside::Nothing }
    }

    /// A fault.
    pub const fn fault(who: Who, did: Did) -> Self {
        Self { who, did, cost: Cost::Fault, aside: Aside::Nothing }
    }

    /// What people or other systems do.
    pub const fn happening(did: Did) -> Self {
        Self { who: Who::World, did, cost: Cost::Happening, aside: Aside::Nothing }
    }

    /// How soon it happens when nothing goes wrong any more: those of the lowest number go first.
    /// `None` for what then does not happen.
    pub const fn turn(&self) -> Option<u8> {
        match self.cost {
            Cost::Fault | Cost::Happening => return None,
            Cost::Free => {}
        }
        Some(match self.did {
            Did::Repairs(_) => 0,
            Did::Step(_)
            | Did::Calls(_)
            | Did::Settles(_)
            | Did::Finishes(_)
            | Did::Fails(_)
            | Did::Loses
            | Did::Hears(_)
            | Did::Uncancels => 1,
            Did::Receives => 2,
            Did::Sweeps => 3,
            Did::Ticks => 4,
        })
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.who {
            Who::Sender(one) => write!(f, "sender {}: ", one + 1)?,
            Who::Sweeper(one) => write!(f, "sweeper {}: ", one + 1)?,
            Who::World => {}
        }
        match self.did {
            Did::Step(text)
            | Did::Repairs(text)
            | Did::Finishes(text)
            | Did::Fails(text)
            | Did::Hears(text) => f.write_str(text)?,
            Did::Receives => f.write_str("receives a message")?,
            Did::Sweeps => f.write_str("reads the leases and the index")?,
            Did::Calls(answer) => write!(f, "calls the provider: {}", answer.in_words())?,
            Did::Settles(outcome) => write!(f, "records {outcome:?}")?,
            Did::Loses => f.write_str("a message is lost")?,
            Did::Uncancels => f.write_str("the booking is on again")?,
            Did::Ticks => f.write_str("time passes")?,
        }
        f.write_str(match self.aside {
            Aside::Nothing => "",
            Aside::Behind => " (the index is behind)",
            Aside::Covered => " (into a stretch that is leased)",
        })
    }
}
