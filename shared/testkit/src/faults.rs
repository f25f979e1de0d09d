//! Something that breaks at each of its calls in turn.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

use tokio::runtime::Builder;

use crate::dynamo::Dynamo;
use crate::wire::Fault;

/// What works on a store whose calls can be broken.
pub trait OnDynamo {
    /// The store.
    fn dynamo(&self) -> &Dynamo;
}

impl<C: OnDynamo, S> OnDynamo for (C, S) {
    fn dynamo(&self) -> &Dynamo {
        self.0.dynamo()
    }
}

/// What did not come to its end.
#[derive(Debug)]
pub struct Struck<R> {
    /// By what.
    pub fault: Fault,
    /// The same, and at which of its calls.
    pub at: String,
    /// What it answered all the same.
    pub answer: R,
}

/// The process dies before a call, and after it.
pub const DEATHS: &[Fault] = &[Fault::DeadBefore, Fault::DeadAfter];

/// Lets `act` break at each of its calls in turn, by each of these faults, every time on a store of its
/// own that `start` makes. `after` says how life goes on, and what must hold. The cases share nothing,
/// so they run in as many threads as there are processors.
///
/// # Panics
/// When one of them does, or a fault has struck fewer than `least` calls.
pub fn at_every_call<C: OnDynamo, R>(
    faults: &[Fault],
    least: usize,
    start: impl AsyncFn() -> C + Sync,
    act: impl AsyncFn(&C) -> R + Sync,
    after: impl AsyncFn(C, Struck<R>) + Sync,
) {
    for fault in faults.iter().copied() {
        let (next, struck) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let cases = async || {
            loop {
                let call = next.fetch_add(1, Ordering::Relaxed);
                let clinic = start().await;
                clinic.dynamo().wire.break_call(call, fault);
                let answer = act(&clinic).await;
                if !clinic.dynamo().wire.mend() {
                    return; // there is no such call
                }
                struck.fetch_add(1, Ordering::Relaxed);
                let at = format!("{fault:?} at call {call}");
                after(clinic, Struck { fault, at, answer }).await;
            }
        };
        let run = || {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(cases());
        };
        std::thread::scope(|scope| {
            for _ in 0..available_parallelism().map_or(1, usize::from) {
                scope.spawn(run);
            }
        });
        let struck = struck.into_inner();
        assert!(struck >= least, "{fault:?} struck only {struck} calls");
    }
}
