//! The queues between functions.

use std::sync::{Arc, Mutex};

use app::ports::{EventKey, EventQueue, Pointer, Queue, Queues, ReceiptQueue, StoreError};
use chrono::Duration;
use domain::phi::Phi;

use super::FakeClock;

/// Queues that keep what they are given until a test takes it. They have room for as much as a test says.
#[derive(Debug, Clone)]
pub struct FakeQueues {
    waiting: Arc<Mutex<Vec<(Queue, Pointer)>>>,
    refuse: Arc<Mutex<bool>>,
    deepest: Arc<Mutex<usize>>,
    slow: Arc<Mutex<Option<(FakeClock, Duration)>>>,
}

impl Default for FakeQueues {
    fn default() -> Self {
        let (waiting, refuse, slow) = (Arc::default(), Arc::default(), Arc::default());
        Self { waiting, refuse, deepest: Arc::new(Mutex::new(usize::MAX)), slow }
    }
}

impl FakeQueues {
    /// Takes everything that waits.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn take(&self) -> Vec<Pointer> {
        let waiting = std::mem::take(&mut *self.waiting.lock().expect("not poisoned"));
        waiting.into_iter().map(|(_, pointer)| pointer).collect()
    }

    /// Takes at most so many of what waits in a queue, the oldest first.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn take_of(&self, queue: Queue, most: usize) -> Vec<Pointer> {
        let mut waiting = self.waiting.lock().expect("not poisoned");
        let mut taken = Vec::new();
        waiting.retain(|(of, pointer)| {
            let take = *of == queue && taken.len() < most;
            if take {
                taken.push(pointer.clone());
            }
            !take
        });
        taken
    }

    /// From now on so much time passes whenever something is sent.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn take_time(&self, clock: &FakeClock, each: Duration) {
        *self.slow.lock().expect("not poisoned") = Some((clock.clone(), each));
    }

    /// From now on each queue has room for so many messages in all.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn hold_at_most(&self, deepest: usize) {
        *self.deepest.lock().expect("not poisoned") = deepest;
    }

    /// From now on refuses everything, or takes it again.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn refuse(&self, refuse: bool) {
        *self.refuse.lock().expect("not poisoned") = refuse;
    }
}

impl Queues for FakeQueues {
    async fn room(&self, queue: Queue) -> usize {
        let waiting = self.waiting.lock().expect("not poisoned");
        let deepest = *self.deepest.lock().expect("not poisoned");
        deepest.saturating_sub(waiting.iter().filter(|(of, _)| *of == queue).count())
    }

    async fn send(&self, queue: Queue, pointers: &[Pointer]) -> Vec<usize> {
        if let Some((clock, each)) = &*self.slow.lock().expect("not poisoned") {
            clock.advance(*each);
        }
        if *self.refuse.lock().expect("not poisoned") {
            return (0..pointers.len()).collect();
        }
        let of_queue = pointers.iter().map(|pointer| (queue, pointer.clone()));
        self.waiting.lock().expect("not poisoned").extend(of_queue);
        Vec::new()
    }
}

/// A queue of what providers say, which keeps it until a test takes it.
#[derive(Debug, Clone, Default)]
pub struct FakeReceiptQueue {
    waiting: Arc<Mutex<Vec<String>>>,
    refuse: Arc<Mutex<bool>>,
}

impl FakeReceiptQueue {
    /// Takes everything that waits.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.waiting.lock().expect("not poisoned"))
    }

    /// From now on refuses everything, or takes it again.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn refuse(&self, refuse: bool) {
        *self.refuse.lock().expect("not poisoned") = refuse;
    }
}

impl ReceiptQueue for FakeReceiptQueue {
    async fn queue(&self, said: &[Phi<String>]) -> Result<(), StoreError> {
        if *self.refuse.lock().expect("not poisoned") {
            return Err(StoreError::Unavailable("the queue does not answer".to_owned()));
        }
        let mut waiting = self.waiting.lock().expect("not poisoned");
        waiting.extend(said.iter().map(|said| said.reveal().clone()));
        Ok(())
    }
}

/// A queue of events that keeps what it is given until a test takes it.
#[derive(Debug, Clone, Default)]
pub struct FakeEventQueue {
    waiting: Arc<Mutex<Vec<EventKey>>>,
    refuse: Arc<Mutex<bool>>,
}

impl FakeEventQueue {
    /// Takes everything that waits.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn take(&self) -> Vec<EventKey> {
        std::mem::take(&mut self.waiting.lock().expect("not poisoned"))
    }

    /// From now on refuses everything, or takes it again.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn refuse(&self, refuse: bool) {
        *self.refuse.lock().expect("not poisoned") = refuse;
    }
}

impl EventQueue for FakeEventQueue {
    async fn send(&self, events: &[EventKey]) -> Vec<usize> {
        if *self.refuse.lock().expect("not poisoned") {
            return (0..events.len()).collect();
        }
        self.waiting.lock().expect("not poisoned").extend_from_slice(events);
        Vec::new()
    }
}
