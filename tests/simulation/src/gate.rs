//! Processes that run one call at a time.
//!
//! Every call to a store, a queue or a provider passes a gate. A process is polled until it stands at its
//! gate, and goes on when it is let through; so its calls can be mixed with those of others in any order,
//! it can die between any two of them, and the same seed always gives the same order.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

thread_local! {
    /// The gate of the process that is polled.
    static CURRENT: RefCell<Option<Gate>> = const { RefCell::new(None) };
}

#[derive(Debug, Default)]
struct State {
    /// Calls it may make before it stands again.
    passes: usize,
    /// Whether it stands.
    stands: bool,
}

/// Where a process waits before each of its calls.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Mutex<State>>);

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nothing panics while it holds the lock")
    }

    async fn pass(&self) {
        poll_fn(|_| {
            let mut state = self.state();
            // Whoever polls it does so until it stands: nobody needs to be woken.
            if let Some(left) = state.passes.checked_sub(1) {
                state.passes = left;
                state.stands = false;
                Poll::Ready(())
            } else {
                state.stands = true;
                Poll::Pending
            }
        })
        .await;
    }
}

/// Waits at the gate of the process that is polled. What is no process goes on at once.
pub async fn pass() {
    let gate = CURRENT.with_borrow(Clone::clone);
    if let Some(gate) = gate {
        gate.pass().await;
    }
}

/// Something that is under way.
pub struct Process<T> {
    gate: Gate,
    future: Pin<Box<dyn Future<Output = T>>>,
}

impl<T> Process<T> {
    /// It has not begun.
    pub fn new(future: impl Future<Output = T> + 'static) -> Self {
        Self { gate: Gate::default(), future: Box::pin(future) }
    }

    /// Lets it make so many calls. Answers what came of it, when it is done.
    pub async fn run(&mut self, calls: usize) -> Option<T> {
        self.gate.state().passes = calls;
        loop {
            let (gate, future) = (&self.gate, self.future.as_mut());
            let mut future = future;
            let polled = poll_fn(|context| {
                CURRENT.set(Some(gate.clone()));
                let polled = future.as_mut().poll(context);
                CURRENT.set(None);
                Poll::Ready(polled)
            })
            .await;
            match polled {
                Poll::Ready(done) => return Some(done),
                Poll::Pending if self.gate.state().stands => return None,
                // It waits for a moment, as the SDK does between two tries.
                Poll::Pending => tokio::task::yield_now().await,
            }
        }
    }

    /// Lets it come to its end.
    pub async fn finish(mut self) -> T {
        loop {
            if let Some(done) = self.run(usize::MAX).await {
                return done;
            }
        }
    }
}
