//! Translates a tick of the schedule into a sweep, and what it did into metrics.

use app::ports::{Clock, DueIndex, Enrolments, Queues};
use app::sweep::Sweeper;
use aws::telemetry::{Unit, metrics};
use serde_json::{Value, json};

/// Sweeps once and says what was done.
pub async fn handle<D: DueIndex, E: Enrolments, Q: Queues, K: Clock>(
    sweeper: &Sweeper<D, E, Q, K>,
    stage: &str,
) -> Value {
    let swept = sweeper.sweep().await;
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let late = u32::try_from(swept.oldest_seconds).unwrap_or_default();
    metrics(
        stage,
        sweeper.clock.now().timestamp_millis(),
        &[
            ("Queued", Unit::Count, count(swept.queued)),
            ("Refused", Unit::Count, count(swept.refused)),
            ("Parked", Unit::Count, count(swept.parked)),
            ("MissedShards", Unit::Count, count(swept.missed)),
            ("OldestDue", Unit::Seconds, f64::from(late)),
        ],
    );
    tracing::info!(
        queued = swept.queued,
        refused = swept.refused,
        parked = swept.parked,
        missed_shards = swept.missed,
        "swept what is due"
    );
    json!({ "queued": swept.queued, "parked": swept.parked })
}
