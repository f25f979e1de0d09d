//! What goes wrong around the practice, and how often: drawn from a source of chance of its own, so that it
//! does not depend on what is asked of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use fastrand::Rng;

use crate::sabotage::Sabotage;

/// What may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The tables.
    Store,
    /// The queues, as they take messages.
    Queues,
    /// The SMS provider.
    Sms,
    /// The email provider.
    Email,
    /// The ePost provider.
    Epost,
    /// The indexes of the tables, which follow the tables.
    Indexes,
    /// What staff, other systems and providers call: it dies before it has answered.
    Functions,
}

/// Every part.
pub const PARTS: [Part; 7] = [
    Part::Store,
    Part::Queues,
    Part::Sms,
    Part::Email,
    Part::Epost,
    Part::Indexes,
    Part::Functions,
];

/// How a call to the store fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFault {
    /// It asks for more than the table gives.
    Throttled,
    /// It never arrives.
    OutOfReach,
    /// It is carried out, and its answer is lost.
    AnswerLost,
}

/// What becomes of a message that a queue is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueFault {
    /// It is refused.
    Refused,
    /// It comes twice.
    Doubled,
    /// It is taken, and never comes.
    Lost,
}

/// How a provider answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderFault {
    /// It refuses the message for now.
    Busy,
    /// It refuses everything of this account.
    Barred,
    /// It refuses the message for good.
    Refused,
    /// It accepts the message, and its answer is lost.
    AcceptedInSilence,
    /// It does not get the message, and nobody knows.
    LostInSilence,
}

#[derive(Debug)]
struct State {
    rng: Rng,
    /// Of a hundred calls so many fail.
    bad: BTreeMap<Part, u8>,
    struck: BTreeMap<&'static str, u64>,
    calls: u64,
    turns: u64,
    sabotage: Option<Sabotage>,
}

/// The weather.
#[derive(Debug, Clone)]
pub struct Weather(Arc<Mutex<State>>);

impl Weather {
    /// Fine weather.
    pub fn new(seed: u64) -> Self {
        let rng = Rng::with_seed(seed);
        let (bad, struck) = (BTreeMap::new(), BTreeMap::new());
        Self(Arc::new(Mutex::new(State { rng, bad, struck, calls: 0, turns: 0, sabotage: None })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nothing panics while it holds the lock")
    }

    /// From now on, of a hundred calls to this part so many fail.
    pub fn turn(&self, part: Part, bad: u8) {
        let mut state = self.state();
        if state.bad.insert(part, bad).unwrap_or_default() != bad {
            state.turns += 1;
        }
    }

    /// From now on nothing fails.
    pub fn clear(&self) {
        let mut state = self.state();
        if state.bad.values().any(|bad| *bad > 0) {
            state.turns += 1;
        }
        state.bad.clear();
    }

    /// Whether everything that is asked of the practice must be answered.
    pub fn is_fine(&self) -> bool {
        let state = self.state();
        let is_fine = |part| state.bad.get(&part).is_none_or(|bad| *bad == 0);
        is_fine(Part::Store) && is_fine(Part::Functions)
    }

    /// How often it has changed.
    pub fn turns(&self) -> u64 {
        self.state().turns
    }

    /// From now on something of ours is broken on purpose.
    pub fn sabotage(&self, sabotage: Sabotage) {
        self.state().sabotage = Some(sabotage);
    }

    /// Whether it is.
    pub fn is_sabotaged(&self, by: Sabotage) -> bool {
        self.state().sabotage == Some(by)
    }

    /// What has struck so far, and how often.
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.state().struck.clone()
    }

    /// How many calls to the store there were.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Counts something that went wrong.
    pub fn strike(&self, what: &'static str) {
        *self.state().struck.entry(what).or_default() += 1;
    }

    fn draw<T: Copy>(&self, part: Part, faults: &[(T, &'static str)]) -> Option<T> {
        let mut state = self.state();
        let bad = state.bad.get(&part).copied().unwrap_or_default();
        if bad == 0 || state.rng.u8(0..100) >= bad {
            return None;
        }
        let (fault, what) = *faults.get(state.rng.usize(0..faults.len()))?;
        *state.struck.entry(what).or_default() += 1;
        Some(fault)
    }

    /// How the next call to the store fails.
    pub fn store_call(&self) -> Option<StoreFault> {
        self.state().calls += 1;
        self.draw(
            Part::Store,
            &[
                (StoreFault::Throttled, "calls throttled"),
                (StoreFault::OutOfReach, "calls that never arrived"),
                (StoreFault::AnswerLost, "answers of the store lost"),
            ],
        )
    }

    /// Whether the next look into an index finds what it was some time ago.
    pub fn lags(&self) -> bool {
        self.draw(Part::Indexes, &[((), "looks into an index that lags")]).is_some()
    }

    /// After how many calls what is asked next dies; `None` when it answers.
    pub fn cut_off(&self) -> Option<usize> {
        self.draw(Part::Functions, &[((), "requests cut off")])?;
        Some(self.state().rng.usize(0..16))
    }

    /// What becomes of the next message that a queue is given.
    pub fn queued(&self) -> Option<QueueFault> {
        self.draw(
            Part::Queues,
            &[
                (QueueFault::Refused, "queue messages refused"),
                (QueueFault::Doubled, "queue messages doubled"),
                (QueueFault::Lost, "queue messages lost"),
            ],
        )
    }

    /// How a provider answers the next message.
    pub fn handed_over(&self, part: Part) -> Option<ProviderFault> {
        self.draw(
            part,
            &[
                (ProviderFault::Busy, "provider refusals for now"),
                (ProviderFault::Barred, "provider refusals of the account"),
                (ProviderFault::Refused, "provider refusals for good"),
                (ProviderFault::AcceptedInSilence, "provider answers lost"),
                (ProviderFault::LostInSilence, "messages lost on the way to a provider"),
            ],
        )
    }
}
