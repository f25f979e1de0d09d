//! A practice in the process whose life is drawn from a seed.
//!
//! Its code is the real one, from the routers and the senders' batches to the SDK that talks to a DynamoDB
//! within the process; only clock, ids, queues and providers are others. Staff, another system, patients,
//! time and faults do what a list of [operations](operation::Operation) says. After each of them it is looked
//! for what must never happen; at the end faults stop, and everything must come to its end. What a run did
//! depends on its list alone, so a list that finds something can be run again, made shorter, and kept.
//!
//! Who works can be mixed with others call by call ([`gate`]), and dies where the list says.

#![expect(
    clippy::indexing_slicing,
    reason = "everything here is for tests: a list is drawn from by its own length, and JSON objects have what they are asked for"
)]

mod between;
mod check;
mod ends;
pub mod gate;
pub mod life;
pub mod operation;
mod panics;
mod perform;
mod practice;
mod providers;
mod queues;
mod routers;
pub mod sabotage;
mod settle;
mod told;
pub mod weather;
mod work;
pub mod world;
