//! A life: a practice, and everything that happens to it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use fastrand::Rng;
use tokio::runtime::Builder;

use crate::operation::{Operation, draw};
use crate::sabotage::Sabotage;
use crate::world::{Violation, World};

/// How many patients a practice has at least.
const FEWEST: u16 = 6;

/// How many it usually has at most.
const USUAL: u16 = 66;

/// How many a large one has, of which there is one in eight.
const LARGE: std::ops::Range<u16> = 200..500;

/// A life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// What faults are drawn from, and when the practice opens.
    pub seed: u64,
    /// How many patients it has.
    pub patients: u16,
    /// What happens.
    pub operations: Vec<Operation>,
}

/// What a life did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Operations that did something, by their kind.
    pub operations: BTreeMap<&'static str, u64>,
    /// Sweeps.
    pub sweeps: u64,
    /// Queue messages that were worked on.
    pub handled: u64,
    /// Calls to the store.
    pub calls: u64,
    /// Messages that providers were handed.
    pub handed_over: u64,
    /// Those they accepted.
    pub sent: u64,
    /// Faults, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Requests of staff, by the status of the answer.
    pub answered: BTreeMap<u16, u64>,
}

impl Tally {
    /// Adds what another life did.
    pub fn add(&mut self, other: &Self) {
        let Self { operations, sweeps, handled, calls, handed_over, sent, faults, answered } =
            other;
        for (kind, number) in operations {
            *self.operations.entry(kind).or_default() += number;
        }
        for (fault, number) in faults {
            *self.faults.entry(fault).or_default() += number;
        }
        for (status, number) in answered {
            *self.answered.entry(*status).or_default() += number;
        }
        self.sweeps += sweeps;
        self.handled += handled;
        self.calls += calls;
        self.handed_over += handed_over;
        self.sent += sent;
    }
}

/// What a life did, and what must never happen and has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lived {
    /// What it did.
    pub tally: Tally,
    /// What went wrong, and at which place of the list; its length for the end.
    pub wrong: Option<(usize, Violation)>,
}

impl Life {
    /// The life of a seed: how many patients the practice has, and what happens.
    pub fn drawn(seed: u64, operations: usize) -> Self {
        let mut rng = Rng::with_seed(seed);
        let usual = rng.u16(FEWEST..USUAL);
        let patients = if rng.u8(0..8) == 0 { rng.u16(LARGE) } else { usual };
        Self { seed, patients, operations: draw(&mut rng, operations) }
    }

    /// Lives it from beginning to end, and then settles.
    ///
    /// # Panics
    /// When there is no runtime, or the practice cannot be set up.
    pub fn live(&self) -> Lived {
        self.live_with(None)
    }

    /// The same, with something of ours broken on purpose once the practice is set up.
    ///
    /// # Panics
    /// When there is no runtime, or the practice cannot be set up.
    pub fn live_with(&self, sabotage: Option<Sabotage>) -> Lived {
        // Its clock stands: what waits for a moment of real time would make a run depend on the machine.
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let mut world = World::open(self.seed, self.patients).await;
            if let Some(sabotage) = sabotage {
                world.weather.sabotage(sabotage);
            }
            let mut wrong = None;
            for (place, operation) in self.operations.iter().enumerate() {
                if let Err(violation) = world.perform(*operation).await {
                    wrong = Some((place, violation));
                    break;
                }
            }
            if wrong.is_none() {
                let settled = Box::pin(world.settle()).await;
                wrong = settled.err().map(|violation| (self.operations.len(), violation));
            }
            Lived { tally: world.tally(), wrong }
        })
    }

    /// The shortest life found that still goes wrong: parts are left out as long as something does.
    #[must_use]
    pub fn shortened(&self, tries: usize) -> Self {
        let mut shortest = self.clone();
        let (mut size, mut lived) = (self.operations.len().div_ceil(2), 0);
        while size > 0 {
            let mut from = 0;
            while from < shortest.operations.len() {
                if lived == tries {
                    return shortest;
                }
                lived += 1;
                let mut shorter = shortest.clone();
                shorter.operations.drain(from..(from + size).min(shortest.operations.len()));
                match shorter.live().wrong {
                    // What comes after it plays no part.
                    Some((place, _)) => {
                        shorter.operations.truncate(place + 1);
                        shortest = shorter;
                    }
                    None => from += size,
                }
            }
            size /= 2;
        }
        shortest
    }
}

/// As it is kept: the seed and the patients, then an operation a line.
impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.seed, self.patients)?;
        self.operations.iter().try_for_each(|operation| writeln!(f, "{operation}"))
    }
}

impl FromStr for Life {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut lines = text.lines();
        let first = lines.next().and_then(|line| line.split_once(' '));
        let (seed, patients) = first.ok_or("a seed and a number of patients come first")?;
        let wrong = |error: std::num::ParseIntError| error.to_string();
        Ok(Self {
            seed: seed.parse().map_err(wrong)?,
            patients: patients.parse().map_err(wrong)?,
            operations: lines.map(str::parse).collect::<Result<_, _>>()?,
        })
    }
}
