//! The one clock and the one source of ids outside tests.

use app::ports::{Clock, Ids};
use chrono::{DateTime, SubsecRound, Utc};
use ulid::Ulid;

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }
}

/// Ids from the system's clock and its randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self) -> Ulid {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).expect("the operating system gives randomness");
        let millis = u64::try_from(SystemClock.now().timestamp_millis()).unwrap_or_default();
        Ulid::from_parts(millis, u128::from_be_bytes(random))
    }
}
