//! Translates a tick of the schedule into a sweep, and what it did into metrics.

use app::events::sweep::EventSweeper;
use app::ports::{
    Bookings, Catalogue, Clock, Due, DueIndex, EnrolmentReader, Enrolments, EventQueue, Here,
    People, PracticeSettings, Queues, Replans, StoreError, WaitingSince, shards_of_enrolments,
};
use app::replan::Replanner;
use app::sweep::Sweeper;
use aws::telemetry::{Unit, metrics};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// Sweeps once and says what was done.
///
/// # Errors
/// When a shard could not be swept, after all others were: the invocation fails, and its alarm
/// goes off.
pub async fn handle<
    D: DueIndex<Pointer = Due>,
    E: Enrolments,
    S: PracticeSettings + Catalogue,
    Q: Queues,
    K: Clock,
    H: Here,
>(
    sweeper: &Sweeper<D, E, S, Q, K, H>,
    stack: &str,
) -> Result<Value, CouldNotSweep> {
    let swept = sweeper.sweep().await;
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let late = u32::try_from(swept.oldest_seconds).unwrap_or_default();
    // It was not looked for: whether messages may go out, or what is due, could not be read at all.
    let saw_nothing = swept.failed == shards_of_enrolments().count();
    let oldest = ("OldestDue", Unit::Seconds, f64::from(late));
    let said: Vec<_> = [
        ("Queued", Unit::Count, count(swept.queued)),
        ("Refused", Unit::Count, count(swept.refused)),
        ("Deferred", Unit::Count, count(swept.deferred)),
        ("Parked", Unit::Count, count(swept.parked)),
        ("FailedShards", Unit::Count, count(swept.failed)),
        ("NothingSent", Unit::Count, f64::from(u8::from(saw_nothing))),
    ]
    .into_iter()
    .chain((!saw_nothing).then_some(oldest))
    .collect();
    metrics(stack, sweeper.clock.now().timestamp_millis(), &said);
    tracing::info!(
        queued = swept.queued,
        refused = swept.refused,
        deferred = swept.deferred,
        parked = swept.parked,
        failed_shards = swept.failed,
        held = swept.held,
        copied_tables = swept.copied,
        "swept what is due"
    );
    if swept.failed > 0 {
        return Err(CouldNotSweep { shards: swept.failed });
    }
    Ok(json!({ "queued": swept.queued, "parked": swept.parked, "held": swept.held }))
}

/// Brings up events that wait to be dealt with, and says how many.
///
/// # Errors
/// When a shard could not be swept, or an entry not be read, after all others were.
pub async fn bring_up<D, Q, K>(
    sweeper: &EventSweeper<D, Q, K>,
    stack: &str,
) -> Result<(), CouldNotSweep>
where
    D: DueIndex<Pointer = WaitingSince>,
    Q: EventQueue,
    K: Clock,
{
    let swept = sweeper.sweep().await;
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let late = u32::try_from(swept.oldest_seconds).unwrap_or_default();
    metrics(
        stack,
        sweeper.clock.now().timestamp_millis(),
        &[
            ("EventsQueued", Unit::Count, count(swept.queued)),
            ("OldestEvent", Unit::Seconds, f64::from(late)),
        ],
    );
    if swept.queued + swept.refused > 0 {
        tracing::info!(queued = swept.queued, refused = swept.refused, "brought up events");
    }
    match swept.failed + swept.unreadable {
        0 => Ok(()),
        shards => Err(CouldNotSweep { shards }),
    }
}

/// How long one invocation plans patients anew at most. The next one goes on.
const PLANNING: Duration = Duration::seconds(20);

/// How long after it began an invocation plans anybody anew. It is cut off at 50 seconds, and a page takes a few.
const ALL_OF_IT: Duration = Duration::seconds(40);

/// Plans patients anew whose programs were saved with other timings, if an invocation that began then has time left.
///
/// # Errors
/// When the store fails; the next invocation goes on.
pub async fn plan_anew<C, P, B, E, R, K>(
    replanner: &Replanner<C, P, B, E, R, K>,
    began: DateTime<Utc>,
) -> Result<(), StoreError>
where
    C: Catalogue + Replans,
    P: People,
    B: Bookings,
    E: Enrolments,
    R: EnrolmentReader,
    K: Clock,
{
    let now = replanner.clock.now();
    let until = (now + PLANNING).min(began + ALL_OF_IT);
    if now >= until {
        tracing::warn!("a sweep left no time to plan patients anew; a later one does");
        return Ok(());
    }
    let changed = replanner.run(until).await?;
    if changed > 0 {
        tracing::info!(changed, "planned patients anew");
    }
    Ok(())
}

/// The store failed for some shards. What is due there goes with the next sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{shards} of the due index's shards could not be swept; the log says why")]
pub struct CouldNotSweep {
    /// How many.
    pub shards: usize,
}
