//! A practice in the process whose life is drawn from a seed.
//!
//! Its code is the real one, from the routers and the senders' batches to the SDK that talks to a DynamoDB
//! within the process; only clock, ids, queues and providers are others. Staff, another system, patients,
//! time and faults do what a list of [operations](operation::Operation) says. After each of them it is looked
//! for what must never happen; at the end faults stop, and everything must come to its end. What a run did
//! depends on its list alone, so a list that finds something can be run again, and made shorter.
//!
//! Who works can be mixed with others call by call ([`gate`]), and dies where the list says.

#![expect(
    clippy::indexing_slicing,
    reason = "everything here is for tests: a list is drawn from by its own length, and JSON objects have what they are asked for"
)]

mod check;
pub mod gate;
pub mod operation;
mod perform;
mod practice;
mod providers;
mod queues;
mod routers;
mod settle;
mod told;
pub mod weather;
mod work;
pub mod world;

use std::collections::BTreeMap;

use fastrand::Rng;
use tokio::runtime::Builder;

use crate::operation::{Operation, draw};
use crate::world::{Violation, World};

/// How many patients a practice has at least.
const FEWEST: u16 = 6;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Operations carried out: those of the list, ticks, messages, and what the end took.
    pub operations: u64,
    /// Calls to the store.
    pub calls: u64,
    /// Messages that providers accepted.
    pub sent: u64,
    /// Faults, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Requests of staff, by the status of the answer.
    pub answered: BTreeMap<u16, u64>,
}

/// What a run did, and what must never happen and has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lived {
    /// What it did.
    pub tally: Tally,
    /// What went wrong, and at which place of the list; its length for the end.
    pub wrong: Option<(usize, Violation)>,
}

/// How many patients the practice of a seed has, and what happens to them.
pub fn life(seed: u64, operations: usize) -> (u16, Vec<Operation>) {
    let mut rng = Rng::with_seed(seed);
    let patients = FEWEST + rng.u16(0..60);
    (patients, draw(&mut rng, operations))
}

/// Lives a list of operations from beginning to end, and then settles.
///
/// # Panics
/// When there is no runtime, or the practice cannot be set up.
pub fn live(seed: u64, patients: u16, operations: &[Operation]) -> Lived {
    // Its clock stands: what waits for a moment of real time would make a run depend on the machine.
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let mut world = World::open(seed, patients).await;
        let mut wrong = None;
        for (place, operation) in operations.iter().enumerate() {
            if let Err(violation) = world.perform(*operation).await {
                wrong = Some((place, violation));
                break;
            }
        }
        if wrong.is_none() {
            let settled = Box::pin(world.settle()).await;
            wrong = settled.err().map(|violation| (operations.len(), violation));
        }
        Lived { tally: world.tally(), wrong }
    })
}

/// The shortest list found that still goes wrong: parts are left out as long as something does.
pub fn shorten(seed: u64, patients: u16, operations: &[Operation], tries: usize) -> Vec<Operation> {
    let mut list = operations.to_vec();
    let (mut size, mut lived) = (list.len().div_ceil(2), 0);
    while size > 0 {
        let mut from = 0;
        while from < list.len() {
            if lived == tries {
                return list;
            }
            lived += 1;
            let mut shorter = list.clone();
            shorter.drain(from..(from + size).min(list.len()));
            match live(seed, patients, &shorter).wrong {
                // What comes after it plays no part.
                Some((place, _)) => {
                    shorter.truncate(place + 1);
                    list = shorter;
                }
                None => from += size,
            }
        }
        size /= 2;
    }
    list
}
