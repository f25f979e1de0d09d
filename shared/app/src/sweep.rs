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
//! What is about a visit has shards and queues of its own, so that a backlog of the others does not hold it up.
//! And no queue is given more than it can hand on while a lease stands: what has no room stays due.
//!
//! While all sending is on hold nothing is handed out: what is due stays in the index, and goes with
//! the first sweep after the release. So it is while the tables are a copy of those that the practice
//! is at home in; the first sweep of all remembers which those are.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};
use domain::enrolment::{Crowd, Lane};
use domain::program::Carrier;
use domain::settings::Outgoing;

use crate::ports::{
    Clock, Due, DueEntry, DueIndex, Enrolments, Here, Pointer, PracticeSettings, Queues, SaveError,
    StoreError, shards_of_enrolments,
};
use crate::stretch::Stretch;
use crate::work::unreadable;

/// What the sweeper needs.
#[derive(Debug)]
pub struct Sweeper<D, E, S, Q, K, H> {
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
    /// The tables at hand.
    pub here: H,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Actions queued.
    pub queued: usize,
    /// Actions that a queue did not take. They stay due and go with the next sweep.
    pub refused: usize,
    /// Actions for which their queue had no room. They stay due, and are queued as it empties.
    pub deferred: usize,
    /// Entries that could not be read and were put on the work list.
    pub parked: usize,
    /// Shards that another sweeper was at.
    pub yielded: usize,
    /// Shards that could not be swept because the store failed. They are swept next time, and an
    /// operator must know.
    pub failed: usize,
    /// How late the oldest action was that was found, queued or not, in seconds.
    pub oldest_seconds: i64,
    /// Whether all sending is on hold, so that nothing was looked for.
    pub held: bool,
    /// How many tables are a copy of those the practice is at home in: then all sending is on hold.
    pub copied: usize,
}

impl Swept {
    fn seen(&mut self, entries: &[DueEntry<Due>], now: DateTime<Utc>) {
        for due in entries.iter().filter_map(|entry| entry.pointer.as_ref().ok()) {
            self.oldest_seconds = self.oldest_seconds.max((now - due.due).num_seconds());
        }
    }

    fn shard_failed(&mut self, shard: u8, error: &StoreError) {
        self.failed += 1;
        tracing::error!(shard, error = %error, "a shard could not be swept; it is swept next time");
    }
}

impl<D, E, S, Q, K, H> Sweeper<D, E, S, Q, K, H>
where
    D: DueIndex<Pointer = Due>,
    E: Enrolments,
    S: PracticeSettings,
    Q: Queues,
    K: Clock,
    H: Here,
{
    /// Sweeps every shard once. A shard that fails does not keep the others from being swept.
    pub async fn sweep(&self) -> Swept {
        let mut swept = Swept::default();
        // On the heap, as a delivery is: the tables are asked for all at once.
        match Box::pin(self.outgoing()).await {
            Ok(Outgoing::On) => {}
            Ok(Outgoing::Held) => return Swept { held: true, ..swept },
            Ok(Outgoing::Copy(tables)) => {
                let names: Vec<&str> = tables.iter().map(|kept| kept.as_str()).collect();
                tracing::error!(tables = ?names, "these tables are a copy; nothing is sent until a person releases sending");
                return Swept { held: true, copied: tables.len(), ..swept };
            }
            // Nobody knows whether sending is on hold, so nothing goes out and an operator is told.
            Err(error) => {
                tracing::error!(error = %error, "whether sending is on hold cannot be read; nothing is swept");
                return Swept { failed: shards_of_enrolments().count(), ..swept };
            }
        }
        let now = self.clock.now();
        let mut found = Vec::new();
        for (lane, shard) in shards_of_enrolments() {
            match Stretch::look(&self.index, shard, now).await {
                Ok(stretch) => {
                    swept.seen(&stretch.entries, now);
                    found.push((lane, stretch));
                }
                Err(error) => swept.shard_failed(shard, &error),
            }
        }
        let crowds = Crowds::of(found.iter().flat_map(|(_, stretch)| &stretch.entries));
        let mut rooms = Rooms::default();
        for (lane, mut stretch) in found {
            let shard = stretch.shard;
            rooms.look(&self.queues, lane, &stretch.entries).await;
            swept.deferred += stretch.keep(|entry| rooms.take(lane, entry));
            match self.lease_and_hand_out((lane, stretch), &crowds, now, &mut swept).await {
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

    /// Whether messages go out from these tables; what is new about them is remembered.
    async fn outgoing(&self) -> Result<Outgoing, StoreError> {
        let (settings, here) = (self.settings.settings().await?, self.here.tables().await?);
        if let Some(minded) = settings.minding(&here, self.clock.now()) {
            match self.settings.remember_home(&minded).await {
                // When somebody saves settings just now the next sweep remembers.
                Ok(()) | Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
        }
        Ok(settings.outgoing(&here))
    }

    async fn lease_and_hand_out(
        &self,
        (lane, stretch): (Lane, Stretch<Due>),
        crowds: &Crowds,
        now: DateTime<Utc>,
        swept: &mut Swept,
    ) -> Result<(), SaveError> {
        let leased = stretch.lease(&self.index).await?;
        let refused = self.hand_out((lane, leased.entries), crowds, now, swept).await;
        if refused > 0 { leased.lease.give_back(&self.index).await } else { Ok(()) }
    }

    /// Queues what can be read and parks what cannot. Answers how many a queue did not take.
    async fn hand_out(
        &self,
        (lane, entries): (Lane, Vec<DueEntry<Due>>),
        crowds: &Crowds,
        now: DateTime<Utc>,
        swept: &mut Swept,
    ) -> usize {
        let mut pointers: Vec<Pointer> = Vec::with_capacity(entries.len());
        for entry in entries {
            match &entry.pointer {
                Ok(due) => {
                    let crowd = crowds.at(due.due);
                    pointers.push(Pointer { crowd, ..due.pointer.clone() });
                }
                Err(why) => {
                    // Should this fail it is met again when the lease runs out.
                    match self
                        .enrolments
                        .park(&entry.record, &unreadable(&entry.record, why, now))
                        .await
                    {
                        Ok(()) => swept.parked += 1,
                        Err(error) => {
                            tracing::error!(enrolment.id = entry.record, error = %error, "an unreadable entry could not be parked");
                        }
                    }
                }
            }
        }
        let refused = self.queues.send(lane, &pointers).await.len();
        swept.queued += pointers.len() - refused;
        swept.refused += refused;
        refused
    }
}

/// How many more messages each queue should be given. A queue is asked when there is something for it.
#[derive(Default)]
struct Rooms(BTreeMap<(Carrier, Lane), usize>);

impl Rooms {
    async fn look(&mut self, queues: &impl Queues, lane: Lane, entries: &[DueEntry<Due>]) {
        for due in entries.iter().filter_map(|entry| entry.pointer.as_ref().ok()) {
            let carrier = due.pointer.carrier;
            if let Entry::Vacant(unknown) = self.0.entry((carrier, lane)) {
                unknown.insert(queues.room(carrier, lane).await);
            }
        }
    }

    /// Whether there is room for it. What cannot be read needs none: it is parked.
    fn take(&mut self, lane: Lane, entry: &DueEntry<Due>) -> bool {
        let Ok(due) = &entry.pointer else { return true };
        match self.0.get_mut(&(due.pointer.carrier, lane)) {
            Some(room) => match room.checked_sub(1) {
                Some(left) => {
                    *room = left;
                    true
                }
                None => false,
            },
            None => true,
        }
    }
}

/// How many messages are due at the same instant, over all shards that could be read. With a backlog
/// it counts what this sweep hands out, which is many enough.
struct Crowds(BTreeMap<DateTime<Utc>, u32>);

impl Crowds {
    fn of<'a>(entries: impl Iterator<Item = &'a DueEntry<Due>>) -> Self {
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
