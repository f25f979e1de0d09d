//! Fakes for what is outside: the clock, ids, the SMS provider, the queues.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use app::ports::{
    Clock, Ids, Pointer, Queues, ReceiptQueue, SendError, Sms, SmsGateway, StoreError,
};
use chrono::{DateTime, Duration, Utc};
use domain::phi::Phi;
use domain::sender::SmsSender;
use ulid::Ulid;

/// A clock that a test sets.
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Mutex<DateTime<Utc>>>);

impl FakeClock {
    /// A clock that stands at a time, written as in RFC 3339.
    ///
    /// # Panics
    /// When the text is no time.
    pub fn at(text: &str) -> Self {
        Self(Arc::new(Mutex::new(text.parse().expect("a time as in RFC 3339"))))
    }

    /// Puts the clock forward.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().expect("not poisoned") += by;
    }

    /// Puts the clock to a time, written as in RFC 3339.
    ///
    /// # Panics
    /// When the text is no time.
    pub fn put_to(&self, text: &str) {
        *self.0.lock().expect("not poisoned") = text.parse().expect("a time as in RFC 3339");
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("not poisoned")
    }
}

/// Ids in order: 1, 2, 3, …
#[derive(Debug, Clone, Default)]
pub struct CountingIds(Arc<AtomicU64>);

impl CountingIds {
    /// Ids that go on after that number, so that they are none of the builders'.
    pub fn after(number: u64) -> Self {
        Self(Arc::new(AtomicU64::new(number)))
    }
}

impl Ids for CountingIds {
    fn next(&self) -> Ulid {
        Ulid::from_parts(0, u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1)
    }
}

/// An SMS provider that keeps what it accepted, and fails as it is told to.
#[derive(Debug, Clone, Default)]
pub struct FakeSms {
    outbox: Arc<Mutex<Vec<(String, String)>>>,
    senders: Arc<Mutex<Vec<SmsSender>>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

/// How the provider answers one call.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It accepts the message.
    Accept,
    /// It refuses it.
    Refuse(SendError),
    /// It accepts the message, and the answer is lost.
    AcceptInSilence,
}

impl FakeSms {
    /// Answers the next calls in this way; after them it accepts.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().expect("not poisoned").extend(answers);
    }

    /// What it has accepted: number and text.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn outbox(&self) -> Vec<(String, String)> {
        self.outbox.lock().expect("not poisoned").clone()
    }
}

impl FakeSms {
    /// Whom each message that it has accepted comes from.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn senders(&self) -> Vec<SmsSender> {
        self.senders.lock().expect("not poisoned").clone()
    }
}

impl SmsGateway for FakeSms {
    async fn turn(&self, _: &Sms) {}

    async fn send(&self, sms: &Sms) -> Result<String, SendError> {
        let answer = self.script.lock().expect("not poisoned").pop_front();
        let mut outbox = self.outbox.lock().expect("not poisoned");
        let mut accept = || {
            self.senders.lock().expect("not poisoned").push(sms.sender.clone());
            outbox.push((sms.to.e164().to_owned(), sms.text.reveal().clone()));
            format!("msg-{}", outbox.len())
        };
        match answer.unwrap_or(Answer::Accept) {
            Answer::Accept => Ok(accept()),
            Answer::Refuse(error) => Err(error),
            Answer::AcceptInSilence => {
                accept();
                Err(SendError::InDoubt("no answer in time".to_owned()))
            }
        }
    }
}

/// Queues that keep what they are given until a test takes it.
#[derive(Debug, Clone, Default)]
pub struct FakeQueues {
    waiting: Arc<Mutex<Vec<Pointer>>>,
    refuse: Arc<Mutex<bool>>,
}

impl FakeQueues {
    /// Takes everything that waits.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn take(&self) -> Vec<Pointer> {
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

impl Queues for FakeQueues {
    async fn send(&self, pointers: &[Pointer]) -> Vec<usize> {
        if *self.refuse.lock().expect("not poisoned") {
            return (0..pointers.len()).collect();
        }
        self.waiting.lock().expect("not poisoned").extend_from_slice(pointers);
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
