//! The wall clock of this client.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970, as a webhook's sender puts them into its signature.
#[expect(
    clippy::disallowed_methods,
    reason = "the client side of a stack has its own clock; product code takes time as an argument"
)]
pub fn unix_seconds() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
