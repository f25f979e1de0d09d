//! The protocol as it is built: in no state of any of these searches is an invariant broken.

#![cfg(test)]

use model::bounds::{Bounds, Fault, Happening, Variant};
use model::engine::Rules;
use model::invariants::Invariant;
use model::search::search;

fn holds(name: &str, bounds: Bounds) {
    let start = std::time::Instant::now();
    let found = search(&Rules { bounds, variant: Variant::AsBuilt }, &Invariant::ALL);
    println!("{name}: {} states, {} transitions {:?}", found.states, found.transitions, start.elapsed());
    if let Some(broken) = found.broken {
        panic!("{name}: {}", broken.told);
    }
}

const C: &[Fault] = &[Fault::Crash, Fault::Loss, Fault::Duplicate, Fault::Redrive, Fault::Lag, Fault::QueueRefuses, Fault::Unsettled, Fault::Repeat, Fault::Refusal, Fault::Rejection, Fault::AnswerLost];

#[test]
fn calm() {
    println!("{}", std::mem::size_of::<model::state::State>());
    holds("calm", Bounds::CALM);
    holds("1 fault", Bounds { faults: 1, may: C, ..Bounds::CALM });
    holds("1 action 2 faults", Bounds { actions: 1, faults: 2, may: C, ..Bounds::CALM });
    holds("2 faults", Bounds { faults: 2, may: C, ..Bounds::CALM });
    use Happening::*;
    holds("1 action, 1 fault 1 happening", Bounds { actions: 1, faults: 1, may: C, happenings:1, happens: &[Cancel, Uncancel, End, LeaveOut, Later, Earlier, OptOut, Hold, Advance, Retry], ..Bounds::CALM });
}
