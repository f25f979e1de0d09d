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
//! Each queue has shards of its own, so that a backlog of one holds up no other: neither what is about a visit, nor
//! another channel. And no queue is given more than it can hand on while a lease stands: the oldest of all its shards
//! has the room there is, and the rest stays due. Nor does a sweep begin what it may not end: what it has no time for
//! stays due, and since another shard is the first each minute, none is always the last.
//!
//! While all sending is on hold nothing is handed out: what is due stays in the index, and goes with
//! the first sweep after the release. So it is while the tables are a copy of those that the practice
//! is at home in; the first sweep of all remembers which those are. Where a practice is set up that has none
//! to remember, that was restored away: those are a copy, too.

mod turns;

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use domain::enrolment::Crowd;
use domain::program::Carrier;
use domain::settings::{Outgoing, PracticeAge};

use crate::ports::{
    Catalogue, Clock, Due, DueEntry, DueIndex, Enrolments, Here, Pointer, PracticeSettings, Queue,
    Queues, SaveError, StoreError, shards_in_turn, shards_of_enrolments,
};
use crate::stretch::Stretch;
use crate::work::unreadable;

use self::turns::{Turns, queue_of};

/// Most entries handed out in one sweep of a shard. The rest goes with the next sweep.
const OF_A_SHARD: usize = 1_500;

/// How long a sweep begins with shards. Half of what its function has, for events come after it, and programs that were
/// saved; and it must live to say what it did.
const BEGINS_FOR: Duration = Duration::seconds(25);

/// What the sweeper needs.
#[derive(Debug)]
pub struct Sweeper<D, E, S, Q, K, H> {
    /// The due index.
    pub index: D,
    /// Enrolments, to park what cannot be read.
    pub enrolments: E,
    /// The practice's settings, which may hold all sending, and its sites.
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
    /// Actions for which their queue had no room, or the sweep no time. They stay due, and are queued as it empties.
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
    fn seen<'a>(&mut self, found: impl Iterator<Item = &'a DueEntry<Due>>, now: DateTime<Utc>) {
        for due in found.filter_map(|entry| entry.pointer.as_ref().ok()) {
            self.oldest_seconds = self.oldest_seconds.max((now - due.due).num_seconds());
        }
    }

    fn shard_failed(&mut self, shard: u8, error: &dyn std::fmt::Display) {
        self.failed += 1;
        tracing::error!(shard, error = %error, "a shard could not be swept; it is swept next time");
    }
}

impl<D, E, S, Q, K, H> Sweeper<D, E, S, Q, K, H>
where
    D: DueIndex<Pointer = Due>,
    E: Enrolments,
    S: PracticeSettings + Catalogue,
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
        let until = now + BEGINS_FOR;
        let mut found = Vec::new();
        for (queue, shard) in shards_in_turn(now) {
            if self.clock.now() >= until {
                swept.shard_failed(shard, &"no time was left to look");
                continue;
            }
            match Stretch::look(&self.index, (shard, OF_A_SHARD), now).await {
                Ok(stretch) => {
                    swept.seen(stretch.entries(), now);
                    found.push((queue, stretch));
                }
                Err(error) => swept.shard_failed(shard, &error),
            }
        }
        let crowds = Crowds::of(found.iter().flat_map(|(_, stretch)| stretch.entries()));
        let turns = Turns::look(&self.queues, &found).await;
        for (queue, mut stretch) in found {
            let shard = stretch.shard;
            if self.clock.now() >= until {
                swept.deferred += stretch.entries().count();
                continue;
            }
            swept.deferred += stretch.keep(|entry| turns.place_of(queue, entry));
            match self.lease_and_hand_out((queue, stretch), &crowds, now, &mut swept).await {
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
        let now = self.clock.now();
        let minded = if settings.home.is_unset() {
            Some(settings.first_swept(self.age().await?, &here, now))
        } else {
            settings.minding(&here, now)
        };
        if let Some(minded) = &minded {
            match self.settings.remember_home(minded).await {
                // When somebody saves settings just now the next sweep remembers.
                Ok(()) | Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
        }
        Ok(minded.as_ref().unwrap_or(&settings).outgoing(&here))
    }

    /// Whether the practice is new. Nobody is enrolled without a site. Asked for only while no tables are
    /// remembered.
    async fn age(&self) -> Result<PracticeAge, StoreError> {
        let sites = self.settings.sites().await?;
        Ok(if sites.is_empty() { PracticeAge::New } else { PracticeAge::SetUp })
    }

    async fn lease_and_hand_out(
        &self,
        (queue, stretch): (Queue, Stretch<Due>),
        crowds: &Crowds,
        now: DateTime<Utc>,
        swept: &mut Swept,
    ) -> Result<(), SaveError> {
        let leased = stretch.lease(&self.index).await?;
        let refused = self.hand_out((queue, leased.entries), crowds, now, swept).await;
        if refused > 0 { leased.lease.give_back(&self.index).await } else { Ok(()) }
    }

    /// Queues what can be read and parks what cannot. Answers how many a queue did not take.
    async fn hand_out(
        &self,
        (of_shard, entries): (Queue, Vec<DueEntry<Due>>),
        crowds: &Crowds,
        now: DateTime<Utc>,
        swept: &mut Swept,
    ) -> usize {
        let mut queued: BTreeMap<Queue, Vec<Pointer>> = BTreeMap::new();
        for entry in entries {
            match &entry.pointer {
                Ok(due) => {
                    let crowd = crowds.at(due.due);
                    let pointer = Pointer { crowd, ..due.pointer.clone() };
                    queued.entry(queue_of(of_shard, &entry)).or_default().push(pointer);
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
        let mut all_refused = 0;
        for (queue, pointers) in queued {
            let refused = self.queues.send(queue, &pointers).await.len();
            swept.queued += pointers.len() - refused;
            all_refused += refused;
        }
        swept.refused += all_refused;
        all_refused
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
