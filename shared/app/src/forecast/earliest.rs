//! What comes due first, of all shards of the index.

use futures_util::future::try_join_all;

use crate::ports::{Due, DueEntry, DueIndex, StoreError, shards_of_enrolments};

/// Most entries of a shard that are read at once.
const PAGE: usize = 500;
/// And the fewest.
const LEAST: usize = 50;

/// Shards read at the same time.
const AT_ONCE: usize = 8;

/// What comes due first.
pub(crate) struct Earliest {
    /// It, in the order of time.
    pub(crate) entries: Vec<DueEntry<Due>>,
    /// Whether there is more.
    pub(crate) more: bool,
}

/// How far a shard was read.
struct Shard {
    number: u8,
    entries: Vec<DueEntry<Due>>,
    ended: bool,
}

impl Shard {
    /// Up to where all of it is known; `None` when that is all there is.
    fn reached(&self) -> Option<&str> {
        self.entries.last().filter(|_| !self.ended).map(|entry| entry.due_key.as_str())
    }

    /// Reads the next page of it.
    async fn read(
        &mut self,
        index: &impl DueIndex<Pointer = Due>,
        end: &str,
        page: usize,
    ) -> Result<(), StoreError> {
        let after = self.reached().unwrap_or_default().to_owned();
        let found = index.entries(self.number, after.as_str()..end, page).await?;
        self.ended = found.len() < page;
        self.entries.extend(found);
        Ok(())
    }
}

/// The first `most` entries of the index up to `end`. Of a shard no more is read than it takes to know them: a page,
/// twice its share of them, and another one while it is the one that is known least far.
pub(crate) async fn earliest(
    index: &impl DueIndex<Pointer = Due>,
    end: &str,
    most: usize,
) -> Result<Earliest, StoreError> {
    let of = |(_, number)| Shard { number, entries: Vec::new(), ended: false };
    let mut shards: Vec<Shard> = shards_of_enrolments().map(of).collect();
    let page = (2 * most / shards.len().max(1)).clamp(LEAST, PAGE);
    for some in shards.chunks_mut(AT_ONCE) {
        try_join_all(some.iter_mut().map(|shard| shard.read(index, end, page))).await?;
    }
    while let Some(reached) = shards.iter().filter_map(Shard::reached).min().map(str::to_owned) {
        let known = shards.iter().flat_map(|shard| &shard.entries);
        if known.filter(|entry| entry.due_key <= reached).count() > most {
            break;
        }
        for shard in &mut shards {
            if shard.reached() == Some(&reached) {
                shard.read(index, end, page).await?;
            }
        }
    }
    let mut entries: Vec<_> = shards.into_iter().flat_map(|shard| shard.entries).collect();
    entries.sort_by(|a, b| a.due_key.cmp(&b.due_key));
    let more = entries.len() > most;
    entries.truncate(most);
    Ok(Earliest { entries, more })
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::sync::Mutex;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::ports::{SaveError, ShardLeases};

    /// Keys of shards, and how many were read.
    struct Keys(Vec<(u8, String)>, Mutex<usize>);

    impl DueIndex for Keys {
        type Pointer = Due;

        fn end_of(&self, now: DateTime<Utc>) -> String {
            now.to_rfc3339()
        }

        async fn entries(
            &self,
            shard: u8,
            range: Range<&str>,
            limit: usize,
        ) -> Result<Vec<DueEntry<Due>>, StoreError> {
            let of_shard = self.0.iter().filter(|(number, _)| *number == shard);
            let mut keys: Vec<_> = of_shard
                .map(|(_, key)| key.clone())
                .filter(|key| key.as_str() > range.start && key.as_str() <= range.end)
                .collect();
            keys.sort();
            keys.truncate(limit);
            *self.1.lock().unwrap() += keys.len();
            let entry = |due_key| DueEntry {
                record: String::new(),
                due_key,
                pointer: Err("not looked at here".to_owned()),
            };
            Ok(keys.into_iter().map(entry).collect())
        }

        async fn leases(&self, _: u8) -> Result<ShardLeases, StoreError> {
            Ok(ShardLeases::default())
        }

        async fn save_leases(&self, _: u8, _: &ShardLeases) -> Result<(), SaveError> {
            Ok(())
        }
    }

    async fn found(keys: &Keys, most: usize) -> (Vec<String>, bool) {
        let found = earliest(keys, "9", most).await.unwrap();
        (found.entries.into_iter().map(|entry| entry.due_key).collect(), found.more)
    }

    /// So many keys in a shard, `step` apart.
    fn keys(shard: u8, count: usize, step: usize) -> impl Iterator<Item = (u8, String)> {
        (0..count).map(move |n| (shard, format!("1{:06}-{shard:02}", n * step)))
    }

    #[test]
    fn the_first_of_all_shards_are_found_in_the_order_of_time_however_they_lie() {
        let cases: [Vec<(u8, String)>; 4] = [
            vec![],
            keys(3, 40, 7).chain(keys(17, 60, 5)).collect(),
            // One shard has nearly all of it.
            keys(0, 1_700, 1).chain(keys(1, 3, 500)).chain(keys(19, 900, 2)).collect(),
            // A page is full, and nothing comes after it.
            keys(5, PAGE, 1).chain(keys(6, 2 * PAGE, 1)).collect(),
        ];
        for all in cases {
            let keys = Keys(all, Mutex::default());
            let mut expected: Vec<_> = keys.0.iter().map(|(_, key)| key.clone()).collect();
            expected.sort();
            for most in [0, 1, 99, 100, 101, 1_499, 1_500, 2_603, 10_000] {
                let (found, more) =
                    futures_util::FutureExt::now_or_never(found(&keys, most)).unwrap();
                let count = most.min(expected.len());
                assert_eq!(found, expected[..count], "{most} of {}", expected.len());
                assert_eq!(more, expected.len() > most, "{most} of {}", expected.len());
            }
        }
    }

    #[test]
    fn no_more_is_read_of_a_shard_than_it_takes() {
        let all = (0..20).flat_map(|shard| keys(shard, 3_000, 20)).collect();
        let keys = Keys(all, Mutex::default());
        let (first, more) = futures_util::FutureExt::now_or_never(found(&keys, 5_000)).unwrap();
        assert_eq!((first.len(), more), (5_000, true));
        assert_eq!(*keys.1.lock().unwrap(), 20 * PAGE, "a page of each holds the first 5,000");
        *keys.1.lock().unwrap() = 0;
        let (first, _) = futures_util::FutureExt::now_or_never(found(&keys, 2_000)).unwrap();
        assert_eq!((first.len(), *keys.1.lock().unwrap()), (2_000, 4_000));
    }
}
