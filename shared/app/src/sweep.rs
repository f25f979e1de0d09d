//! The sweeper: finds what is due and queues it, stretch by stretch of the due index.
//!
//! Nothing is moved or marked when an action is queued: it stays in the index until its outcome
//! does that. What keeps a sweep from queueing everything again each minute is a **lease** on the
//! stretch of the index that was handed out. A lease is not needed for safety (the ledger sees to
//! that); when it runs out, whatever is still in its stretch is simply queued again.
//!
//! All shards are looked at before anything is handed out, so that every message can be told how many
//! others fall on its instant: a big batch on one opening is spread over the window by those who send
//! it.
//!
//! While all sending is on hold nothing is handed out: what is due stays in the index, and goes with
//! the first sweep after the release.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Duration, Utc};
use domain::enrolment::Crowd;
use domain::program::Carrier;
use domain::settings::SendingState;

use crate::ports::{
    Clock, DueEntry, DueIndex, Enrolments, Lease, Pointer, PracticeSettings, Queues, SHARDS,
    SaveError, ShardLeases, StoreError,
};
use crate::work::unreadable;

/// How long what was queued may take before it is queued again. Longer than a queue normally is,
/// shorter than anyone wants to wait after a crash.
pub const LEASE: Duration = Duration::minutes(5);

/// What became due this recently is queued but not leased. A writer that read its clock a moment
/// ago may still be about to put a key there (its own reads take time, clocks differ, the index
/// lags), and a key that comes to lie inside a leased stretch would wait for the lease to run out.
/// What is queued without a lease may be queued again by the next sweep, which does no harm.
const UNSETTLED: Duration = Duration::seconds(30);

/// Most entries handed out in one sweep of a shard. The rest goes with the next sweep.
const SHARD_LIMIT: usize = 500;

/// What the sweeper needs.
#[derive(Debug)]
pub struct Sweeper<D, E, S, Q, K> {
    /// The due index.
    pub index: D,
    /// Enrolments, to park what cannot be read.
    pub enrolments: E,
    /// The practice's settings, which may hold all sending.
    pub settings: S,
    /// The queues.
    pub queues: Q,
    /// The clock.
    pub clock: K,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Actions queued.
    pub queued: usize,
    /// Actions that a queue did not take. They stay due and go with the next sweep.
    pub refused: usize,
    /// Entries that could not be read and were put on the work list.
    pub parked: usize,
    /// Shards that another sweeper was at.
    pub yielded: usize,
    /// Shards that could not be swept because the store failed. They are swept next time, and an
    /// operator must know.
    pub failed: usize,
    /// How late the oldest queued action was, in seconds.
    pub oldest_seconds: i64,
    /// Whether all sending is on hold, so that nothing was looked for.
    pub held: bool,
}

impl Swept {
    fn shard_failed(&mut self, shard: u8, error: &StoreError) {
        self.failed += 1;
        tracing::error!(shard, error = %error, "a shard could not be swept; it is swept next time");
    }
}

impl<D: DueIndex, E: Enrolments, S: PracticeSettings, Q: Queues, K: Clock> Sweeper<D, E, S, Q, K> {
    /// Sweeps every shard once. A shard that fails does not keep the others from being swept.
    pub async fn sweep(&self) -> Swept {
        let mut swept = Swept::default();
        match self.settings.settings().await {
            Ok(settings) => match settings.sending.state() {
                SendingState::On => {}
                SendingState::Held => return Swept { held: true, ..swept },
            },
            // Nobody knows whether sending is on hold, so nothing goes out and an operator is told.
            Err(error) => {
                tracing::error!(error = %error, "the practice's settings cannot be read; nothing is swept");
                return Swept { failed: usize::from(SHARDS), ..swept };
            }
        }
        let now = self.clock.now();
        let mut found = Vec::new();
        for shard in 0..SHARDS {
            match self.look(shard, now).await {
                Ok(stretch) => found.push(stretch),
                Err(error) => swept.shard_failed(shard, &error),
            }
        }
        let crowds = Crowds::of(found.iter().flat_map(|stretch| &stretch.entries));
        for stretch in found {
            let shard = stretch.shard;
            match self.lease_and_hand_out(stretch, &crowds, now, &mut swept).await {
                Ok(()) => {}
                Err(SaveError::Stale | SaveError::Taken(_)) => {
                    swept.yielded += 1;
                    tracing::info!(shard, "another sweeper is at this shard");
                }
                Err(SaveError::Store(error)) => swept.shard_failed(shard, &error),
            }
        }
        swept
    }

    /// Looks for what is due in a shard and not leased.
    async fn look(&self, shard: u8, now: DateTime<Utc>) -> Result<Stretch, StoreError> {
        let held = self.index.leases(shard).await?;
        let standing: Vec<Lease> =
            held.leases.iter().filter(|lease| lease.until > now).cloned().collect();
        let mut entries = Vec::new();
        let settled = self.index.end_of(now - UNSETTLED);
        let mut taken = Vec::new();
        for gap in gaps(&standing, self.index.end_of(now)) {
            let room = SHARD_LIMIT - entries.len();
            if room == 0 {
                break;
            }
            let found =
                self.index.entries(shard, gap.start.as_str()..gap.end.as_str(), room).await?;
            let last = found.iter().rfind(|entry| entry.due_key <= settled);
            if let Some(last) = last {
                let upto = last.due_key.clone();
                taken.push(Lease { after: gap.start, upto, until: now + LEASE });
            }
            entries.extend(found);
        }
        Ok(Stretch { shard, revision: held.revision, standing, taken, entries })
    }

    async fn lease_and_hand_out(
        &self,
        stretch: Stretch,
        crowds: &Crowds,
        now: DateTime<Utc>,
        swept: &mut Swept,
    ) -> Result<(), SaveError> {
        let Stretch { shard, revision, standing, taken, entries } = stretch;
        if entries.is_empty() {
            return Ok(());
        }
        let revision = revision + 1;
        let has_lease = !taken.is_empty();
        if has_lease {
            let leases = sorted(standing.clone(), taken);
            self.index.save_leases(shard, &ShardLeases { revision, leases }).await?;
        }
        let refused = self.hand_out(entries, crowds, now, swept).await;
        if refused > 0 && has_lease {
            // What the queue did not take must not wait for a lease to run out.
            let leases = ShardLeases { revision: revision + 1, leases: standing };
            self.index.save_leases(shard, &leases).await?;
        }
        Ok(())
    }

    /// Queues what can be read and parks what cannot. Answers how many a queue did not take.
    async fn hand_out(
        &self,
        entries: Vec<DueEntry>,
        crowds: &Crowds,
        now: DateTime<Utc>,
        swept: &mut Swept,
    ) -> usize {
        let mut pointers: Vec<Pointer> = Vec::with_capacity(entries.len());
        for entry in entries {
            match &entry.pointer {
                Ok(due) => {
                    let late = (now - due.due).num_seconds();
                    swept.oldest_seconds = swept.oldest_seconds.max(late);
                    let crowd = crowds.at(due.due);
                    pointers.push(Pointer { crowd, ..due.pointer.clone() });
                }
                Err(why) => {
                    // Should this fail it is met again when the lease runs out.
                    match self
                        .enrolments
                        .park(&entry.enrolment, &unreadable(&entry.enrolment, why, now))
                        .await
                    {
                        Ok(()) => swept.parked += 1,
                        Err(error) => {
                            tracing::error!(enrolment.id = entry.enrolment, error = %error, "an unreadable entry could not be parked");
                        }
                    }
                }
            }
        }
        let refused = self.queues.send(&pointers).await.len();
        swept.queued += pointers.len() - refused;
        swept.refused += refused;
        refused
    }
}

/// What was found in a shard, and who is at it.
struct Stretch {
    shard: u8,
    revision: u64,
    standing: Vec<Lease>,
    taken: Vec<Lease>,
    entries: Vec<DueEntry>,
}

/// How many messages are due at the same instant, over all shards that could be read. With a backlog
/// it counts what this sweep hands out, which is many enough.
struct Crowds(BTreeMap<DateTime<Utc>, u32>);

impl Crowds {
    fn of<'a>(entries: impl Iterator<Item = &'a DueEntry>) -> Self {
        let mut crowds = BTreeMap::new();
        for due in entries.filter_map(|entry| entry.pointer.as_ref().ok()) {
            match due.pointer.carrier {
                Carrier::Channel(_) => *crowds.entry(due.due).or_default() += 1,
                Carrier::Staff => {}
            }
        }
        Self(crowds)
    }

    fn at(&self, due: DateTime<Utc>) -> Crowd {
        self.0.get(&due).map_or(Crowd::Unknown, |number| Crowd::Counted(*number))
    }
}

/// The stretches up to `end` that no lease covers, in order: each begins after its start and ends
/// with its end.
fn gaps(standing: &[Lease], end: String) -> Vec<Range<String>> {
    let mut gaps = Vec::new();
    let mut from = String::new();
    for lease in standing {
        if from < lease.after {
            gaps.push(from.clone()..lease.after.clone());
        }
        from.clone_from(&lease.upto);
    }
    if from < end {
        gaps.push(from..end);
    }
    gaps
}

fn sorted(mut standing: Vec<Lease>, taken: Vec<Lease>) -> Vec<Lease> {
    standing.extend(taken);
    standing.sort_by(|a, b| a.after.cmp(&b.after));
    standing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(after: &str, upto: &str) -> Lease {
        let until = DateTime::UNIX_EPOCH;
        Lease { after: after.to_owned(), upto: upto.to_owned(), until }
    }

    fn gaps_of(leases: &[Lease], end: &str) -> Vec<(String, String)> {
        gaps(leases, end.to_owned()).into_iter().map(|gap| (gap.start, gap.end)).collect()
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn without_leases_everything_due_is_one_stretch() {
        assert_eq!(gaps_of(&[], "m"), pairs(&[("", "m")]));
    }

    #[test]
    fn leased_stretches_are_left_out_and_run_out_ones_come_back() {
        let leases = [lease("", "c"), lease("f", "h"), lease("h", "k")];
        assert_eq!(gaps_of(&leases, "m"), pairs(&[("c", "f"), ("k", "m")]));
    }

    #[test]
    fn a_lease_that_reaches_beyond_now_leaves_nothing() {
        assert_eq!(gaps_of(&[lease("", "z")], "m"), pairs(&[]));
    }
}
