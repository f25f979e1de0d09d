//! The sweeper of events: finds those that wait to be dealt with, by the same leases as the due index
//! of enrolments, and queues them. Holding all sending does not stop it: bookings are taken in
//! meanwhile.

use chrono::{DateTime, Utc};

use crate::ports::{Clock, DueIndex, EventKey, EventQueue, SHARDS, SaveError, WaitingSince};
use crate::stretch::Stretch;

/// Most events handed out in one sweep of a shard. The rest goes with the next sweep.
const OF_A_SHARD: usize = 500;

/// What the sweeper of events needs.
#[derive(Debug)]
pub struct EventSweeper<D, Q, K> {
    /// The index of what waits.
    pub index: D,
    /// Where events are queued.
    pub queue: Q,
    /// The clock.
    pub clock: K,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SweptEvents {
    /// Events queued.
    pub queued: usize,
    /// Events that the queue did not take. They go with the next sweep.
    pub refused: usize,
    /// Entries that could not be read.
    pub unreadable: usize,
    /// Shards that could not be swept because the store failed, or that another sweeper was at.
    pub failed: usize,
    /// How long the oldest event has been due, in seconds.
    pub oldest_seconds: i64,
}

impl<D, Q, K> EventSweeper<D, Q, K>
where
    D: DueIndex<Pointer = WaitingSince>,
    Q: EventQueue,
    K: Clock,
{
    /// Sweeps every shard once. A shard that fails does not keep the others from being swept.
    pub async fn sweep(&self) -> SweptEvents {
        let now = self.clock.now();
        let mut swept = SweptEvents::default();
        for shard in 0..SHARDS {
            match self.sweep_shard(shard, now, &mut swept).await {
                Ok(()) => {}
                Err(SaveError::Stale | SaveError::Taken(_)) => {
                    tracing::info!(shard, "another sweeper is at this shard of events");
                }
                Err(SaveError::Store(error)) => {
                    swept.failed += 1;
                    tracing::error!(shard, error = %error, "a shard of events could not be swept; it is swept next time");
                }
            }
        }
        swept
    }

    async fn sweep_shard(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        swept: &mut SweptEvents,
    ) -> Result<(), SaveError> {
        let found = Stretch::look(&self.index, (shard, OF_A_SHARD), now).await?;
        let leased = found.lease(&self.index).await?;
        let mut events: Vec<EventKey> = Vec::with_capacity(leased.entries.len());
        for entry in leased.entries {
            match &entry.pointer {
                Ok(waits) => {
                    swept.oldest_seconds =
                        swept.oldest_seconds.max((now - waits.due).num_seconds());
                    events.push(waits.key.clone());
                }
                // Nobody can have written such a key but a faulty release: an operator must see it.
                Err(why) => {
                    swept.unreadable += 1;
                    tracing::error!(reason = why, "an entry of the index of events cannot be read");
                }
            }
        }
        let refused = self.queue.send(&events).await.len();
        swept.queued += events.len() - refused;
        swept.refused += refused;
        if refused > 0 { leased.lease.give_back(&self.index).await } else { Ok(()) }
    }
}
