//! Fakes for what is outside: the clock, ids, the providers, the queues.

mod here;
mod providers;
mod queues;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use app::ports::{Clock, DayCounts, Ids, Seen, StoreError, WayOut, WaysOut};
use chrono::{DateTime, Duration, Utc};
use domain::ids::PatientId;
use domain::program::Channel;
use ulid::Ulid;

pub use self::here::FakeHere;
pub use self::providers::{Answer, FakeEmail, FakeEpost, FakeSms, SentEmail};
pub use self::queues::{FakeEventQueue, FakeQueues, FakeReceiptQueue};

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
