//! How fast messages are handed to a provider: a token rate for each sender of a channel.
//!
//! It needs no store. The queue's event source runs at most so many senders at once (its maximum
//! concurrency), and each of them keeps to its share of the rate, so that together they never
//! exceed it. What waits too long for its turn is handed back with the rest of its batch.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::config::{self, ConfigError};

/// The share of a channel's rate that one instance of its function has, for each sender apart.
#[derive(Debug)]
pub struct Pace {
    limiter: RateLimiter<
        String,
        HashMapStateStore<String>,
        MonotonicClock,
        NoOpMiddleware<std::time::Instant>,
    >,
}

impl Pace {
    /// The share of one of `at_once` instances of so many messages a second.
    ///
    /// # Panics
    /// Never: a share of a second is longer than none.
    pub fn share(per_second: NonZeroU32, at_once: NonZeroU32) -> Self {
        let between = Duration::from_secs(1) * at_once.get() / per_second.get();
        let between = between.max(Duration::from_nanos(1));
        let quota = Quota::with_period(between).expect("it is longer than none");
        let limiter = RateLimiter::new(quota, HashMapStateStore::default(), MonotonicClock);
        Self { limiter }
    }

    /// The share that the template gives: `PER_SECOND` messages by each sender, and `AT_ONCE`
    /// instances.
    ///
    /// # Errors
    /// When one of them is not set, or not a whole number above 0.
    pub fn from_env() -> Result<Self, ConfigError> {
        let above_none = |name, number| {
            let why = "it must be above 0".to_owned();
            NonZeroU32::new(number).ok_or(ConfigError::Wrong { name, why })
        };
        let per_second = above_none("PER_SECOND", config::env_number("PER_SECOND")?)?;
        let at_once = above_none("AT_ONCE", config::env_number("AT_ONCE")?)?;
        Ok(Self::share(per_second, at_once))
    }

    /// Waits for the next turn of a sender.
    pub async fn turn(&self, sender: &str) {
        let sender = sender.to_owned();
        while let Err(not_yet) = self.limiter.check_key(&sender) {
            tokio::time::sleep(not_yet.wait_time_from(self.limiter.clock().now())).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn number(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    #[tokio::test]
    async fn one_instance_keeps_to_its_share_of_the_rate() {
        // 100 a second among 2: one each 20 ms, the first at once.
        let pace = Pace::share(number(100), number(2));
        let start = Instant::now();
        for _ in 0..6 {
            pace.turn("Harbour").await;
        }
        assert!(start.elapsed() >= Duration::from_millis(100), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn senders_do_not_wait_for_each_other() {
        // One an hour would be seen.
        let pace = Pace::share(number(1), number(3_600));
        let turns = async {
            pace.turn("Harbour").await;
            pace.turn("+61491570006").await;
        };
        tokio::time::timeout(Duration::from_mins(1), turns).await.expect("neither has waited");
    }
}
