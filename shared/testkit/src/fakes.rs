//! Fakes for what is outside: the clock, ids, the SMS provider, the queues.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use app::ports::{
    Clock, DayCounts, Email, EmailGateway, EpostProvider, EventKey, EventQueue, HandOver, Here,
    Ids, Pointer, Queue, Queues, ReceiptQueue, Seen, SendError, Sms, SmsGateway, StoreError,
    WayOut, WaysOut,
};
use chrono::{DateTime, Duration, Utc};
use domain::email::EmailAddress;
use domain::home::{Kept, TableId, Tables};
use domain::ids::PatientId;
use domain::ledger::LedgerKey;
use domain::phi::Phi;
use domain::program::Channel;
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

/// Counts that nobody keeps: all is well, or none can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoCounts {
    /// What is counted is forgotten.
    Forgotten,
    /// The store does not answer.
    Down,
}

impl DayCounts for NoCounts {
    async fn add(&self, _: Channel, _: DateTime<Utc>, _: Seen) -> Result<(), StoreError> {
        match self {
            Self::Forgotten => Ok(()),
            Self::Down => Err(StoreError::Unavailable("no answer in time".to_owned())),
        }
    }

    async fn between(
        &self,
        _: Range<DateTime<Utc>>,
    ) -> Result<BTreeMap<Channel, Seen>, StoreError> {
        Ok(BTreeMap::new())
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
    before: usize,
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
    /// A provider that has taken so many messages before.
    #[must_use]
    pub fn after(before: usize) -> Self {
        Self { before, ..Self::default() }
    }

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
            format!("msg-{}", self.before + outbox.len())
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

/// An email, and the attempt that it was.
pub type SentEmail = (Email, Option<LedgerKey>);

/// An email provider that keeps what it accepted, and fails as it is told to.
#[derive(Debug, Clone)]
pub struct FakeEmail {
    sender: EmailAddress,
    outbox: Arc<Mutex<Vec<SentEmail>>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

impl Default for FakeEmail {
    fn default() -> Self {
        let sender = EmailAddress::parse("no-reply@harbour.example").expect("an address");
        Self { sender, outbox: Arc::default(), script: Arc::default() }
    }
}

impl FakeEmail {
    /// Answers the next calls in this way; after them it accepts.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().expect("not poisoned").extend(answers);
    }

    /// What it has accepted, and which attempt each is.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn outbox(&self) -> Vec<SentEmail> {
        self.outbox.lock().expect("not poisoned").clone()
    }
}

impl EmailGateway for FakeEmail {
    fn sender(&self) -> &EmailAddress {
        &self.sender
    }

    async fn turn(&self, _: &Email) {}

    async fn send(&self, email: &Email, about: Option<&LedgerKey>) -> Result<String, SendError> {
        let answer = self.script.lock().expect("not poisoned").pop_front();
        let mut outbox = self.outbox.lock().expect("not poisoned");
        let mut accept = || {
            outbox.push((email.clone(), about.cloned()));
            format!("ses-{}", outbox.len())
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

/// An ePost provider that keeps what it was handed, each key once, and fails as it is told to.
#[derive(Debug, Clone, Default)]
pub struct FakeEpost {
    taken: Arc<Mutex<Vec<String>>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

impl FakeEpost {
    /// Answers the next calls in this way; after them it accepts.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().expect("not poisoned").extend(answers);
    }

    /// The keys of the letters that it posts.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("not poisoned").clone()
    }
}

impl EpostProvider for FakeEpost {
    async fn hand_over(&self, _: HandOver<'_>, key: &str) -> Result<String, SendError> {
        let answer = self.script.lock().expect("not poisoned").pop_front();
        let mut taken = self.taken.lock().expect("not poisoned");
        let mut take = || {
            let known = taken.iter().position(|it| it == key);
            let place = known.unwrap_or_else(|| {
                taken.push(key.to_owned());
                taken.len() - 1
            });
            format!("epost-{}", place + 1)
        };
        match answer.unwrap_or(Answer::Accept) {
            Answer::Accept => Ok(take()),
            Answer::Refuse(error) => Err(error),
            Answer::AcceptInSilence => {
                take();
                Err(SendError::InDoubt("no answer in time".to_owned()))
            }
        }
    }
}

/// Ways out whose tokens hide nothing: the channel and the patient.
#[derive(Debug, Clone, Default)]
pub struct FakeWaysOut;

impl WaysOut for FakeWaysOut {
    async fn link(&self, way: &WayOut) -> Result<String, StoreError> {
        let (channel, patient) = (way.channel.as_str(), &way.patient);
        Ok(format!("https://api.example/unsubscribe/{channel}-{patient}"))
    }

    async fn read(&self, token: &str) -> Result<Option<WayOut>, StoreError> {
        let way = token.split_once('-').and_then(|(channel, patient)| {
            let (channel, patient) = (Channel::parse(channel)?, PatientId::parse(patient).ok()?);
            Some(WayOut { patient, channel })
        });
        Ok(way)
    }
}

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

/// The tables at hand, until a test restores some of them from a backup.
#[derive(Debug, Clone)]
pub struct FakeHere(Arc<Mutex<Result<Tables, StoreError>>>);

impl Default for FakeHere {
    fn default() -> Self {
        let first = Kept::ALL.map(|kept| (kept, identity(kept, "first")));
        Self(Arc::new(Mutex::new(Ok(Tables::from(first)))))
    }
}

fn identity(kept: Kept, which: &str) -> TableId {
    TableId::parse(&format!("{which}-{}", kept.as_str())).expect("an identity")
}

impl FakeHere {
    /// This table is another one from now on, as one that was restored is.
    ///
    /// # Panics
    /// When the tables cannot be told.
    pub fn restore(&self, kept: Kept) {
        let mut tables = self.0.lock().expect("not poisoned");
        tables.as_mut().expect("they are told").insert(kept, identity(kept, "restored"));
    }

    /// The tables are these from now on.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn be(&self, tables: Tables) {
        *self.0.lock().expect("not poisoned") = Ok(tables);
    }

    /// The tables cannot be told from now on.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn fail(&self) {
        let failed = StoreError::Unavailable("the tables cannot be told".to_owned());
        *self.0.lock().expect("not poisoned") = Err(failed);
    }
}

impl Here for FakeHere {
    async fn tables(&self) -> Result<Tables, StoreError> {
        self.0.lock().expect("not poisoned").clone()
    }
}
