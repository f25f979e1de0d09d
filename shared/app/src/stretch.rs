//! Stretches of a due index: what is handed out of a shard, and leased meanwhile.

use std::ops::Range;

use chrono::{DateTime, Duration, Utc};

use crate::ports::{DueEntry, DueIndex, Lease, SaveError, ShardLeases, StoreError};

/// How long what was queued may take before it is queued again. Longer than a queue normally is,
/// shorter than anyone wants to wait after a crash.
const LEASE: Duration = Duration::minutes(5);

/// What became due this recently is queued but not leased. A writer that read its clock a moment
/// ago may still be about to put a key there (its own reads take time, clocks differ, the index
/// lags), and a key that comes to lie inside a leased stretch would wait for the lease to run out.
/// What is queued without a lease may be queued again by the next sweep, which does no harm.
const UNSETTLED: Duration = Duration::seconds(30);

/// What was found in a shard, and who is at it.
pub(crate) struct Stretch<P> {
    /// The shard.
    pub shard: u8,
    free: Vec<Free<P>>,
    revision: u64,
    standing: Vec<Lease>,
    /// What lies behind this is too new to be leased.
    settled: String,
    until: DateTime<Utc>,
}

/// What is due and not leased, between two leases.
struct Free<P> {
    after: String,
    entries: Vec<DueEntry<P>>,
    /// Up to where it is leased, if it is.
    upto: Option<String>,
}

/// What becomes of something that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is handed out, and what lies before it is leased with it.
    HandedOut,
    /// It is handed out whatever waits before it, and leased when nothing does.
    Beside,
    /// It waits, and the lease goes over it: what lies behind it does not wait for the same.
    PassedOver,
    /// It waits, and is found by the next sweep.
    Waits,
}

/// A stretch that nobody else hands out meanwhile.
pub(crate) struct Leased<P> {
    /// What is due there.
    pub entries: Vec<DueEntry<P>>,
    /// The lease.
    pub lease: Standing,
}

/// The lease of a stretch.
pub(crate) struct Standing {
    shard: u8,
    /// What is stored to end it; `None` when there was nothing to lease.
    without: Option<ShardLeases>,
}

impl<P> Stretch<P> {
    /// Looks for what is due in a shard and not leased, and finds at most so much of it, the oldest.
    pub(crate) async fn look(
        index: &impl DueIndex<Pointer = P>,
        (shard, most): (u8, usize),
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let held = index.leases(shard).await?;
        let standing: Vec<Lease> =
            held.leases.iter().filter(|lease| lease.until > now).cloned().collect();
        let (settled, until) = (index.end_of(now - UNSETTLED), now + LEASE);
        let (mut free, mut left) = (Vec::new(), most);
        for gap in gaps(&standing, index.end_of(now)) {
            if left == 0 {
                break;
            }
            let entries = index.entries(shard, gap.start.as_str()..gap.end.as_str(), left).await?;
            left -= entries.len().min(left);
            let upto = entries.iter().rfind(|entry| entry.due_key <= settled);
            let upto = upto.map(|entry| entry.due_key.clone());
            free.push(Free { after: gap.start, entries, upto });
        }
        Ok(Self { shard, free, revision: held.revision, standing, settled, until })
    }

    /// What was found, the oldest first.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &DueEntry<P>> {
        self.free.iter().flat_map(|free| &free.entries)
    }

    /// Leaves out what is not to be handed out now, and answers how much that is.
    pub(crate) fn keep(&mut self, place: impl Fn(&DueEntry<P>) -> Place) -> usize {
        let (before, settled) = (self.entries().count(), &self.settled);
        for free in &mut self.free {
            let (mut waits, upto) = (false, &mut free.upto);
            *upto = None;
            free.entries.retain(|entry| {
                let (keep, lease) = match place(entry) {
                    Place::HandedOut => (true, true),
                    Place::Beside => (true, !waits),
                    Place::PassedOver => (false, !waits),
                    Place::Waits => {
                        waits = true;
                        (false, false)
                    }
                };
                if lease && entry.due_key <= *settled {
                    *upto = Some(entry.due_key.clone());
                }
                keep
            });
        }
        before - self.entries().count()
    }

    /// Leases it. `Stale` when another sweeper is at this shard.
    pub(crate) async fn lease(
        self,
        index: &impl DueIndex<Pointer = P>,
    ) -> Result<Leased<P>, SaveError> {
        let taken: Vec<Lease> = self.free.iter().filter_map(|free| self.lease_of(free)).collect();
        let Self { shard, free, revision, standing, .. } = self;
        let entries = free.into_iter().flat_map(|free| free.entries).collect();
        if taken.is_empty() {
            return Ok(Leased { entries, lease: Standing { shard, without: None } });
        }
        let revision = revision + 1;
        let leases = sorted(standing.clone(), taken);
        index.save_leases(shard, &ShardLeases { revision, leases }).await?;
        let without = Some(ShardLeases { revision: revision + 1, leases: standing });
        Ok(Leased { entries, lease: Standing { shard, without } })
    }

    fn lease_of(&self, free: &Free<P>) -> Option<Lease> {
        Some(Lease { after: free.after.clone(), upto: free.upto.clone()?, until: self.until })
    }
}

impl Standing {
    /// Ends the lease: what the queue did not take must not wait for it to run out.
    pub(crate) async fn give_back(self, index: &impl DueIndex) -> Result<(), SaveError> {
        match self.without {
            Some(without) => index.save_leases(self.shard, &without).await,
            None => Ok(()),
        }
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
