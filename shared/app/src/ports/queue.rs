//! The queues between the sweeper and the senders, and the shards of the due index of each.

use std::ops::Range;

use chrono::{DateTime, Utc};
use domain::enrolment::Lane;
use domain::program::{Carrier, Channel};

/// A queue of what is on its way to the senders of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Queue {
    /// Text messages, and pauses: those need no provider, and any sender can hold an enrolment.
    Sms(Lane),
    /// Email.
    Email(Lane),
    /// Letters, of both lanes: they wait for a printer, and for nothing before it.
    Letters,
}

impl Queue {
    /// All of them, the visits first.
    pub const ALL: [Self; 5] = [
        Self::Sms(Lane::Visits),
        Self::Email(Lane::Visits),
        Self::Sms(Lane::Others),
        Self::Email(Lane::Others),
        Self::Letters,
    ];

    /// The queue of what somebody carries out.
    pub const fn of(carrier: Carrier, lane: Lane) -> Self {
        match carrier {
            Carrier::Staff | Carrier::Channel(Channel::Sms) => Self::Sms(lane),
            Carrier::Channel(Channel::Email) => Self::Email(lane),
            Carrier::Channel(Channel::Letter) => Self::Letters,
        }
    }

    /// The shards of the due index in which only what goes to this queue waits, so that nothing stands behind what
    /// another queue has no room for.
    ///
    /// A shard is written to by 1,000 units a second at most. An action that was carried out moves its key, which is
    /// two of them, so two shards do for what is about visits, a thousand a second, and six for the recalls that fall on
    /// one opening, three thousand. Their number is kept small because each costs a minute's sweep two reads.
    ///
    /// The shards from 0 to 15 have held whatever is not about a visit, and those from 16 to 19 whatever is. They are all
    /// still read, as the same lane's, so what was written then is found. Shards may be added, and none may go.
    pub const fn shards(self) -> Range<u8> {
        match self {
            Self::Sms(Lane::Others) => 0..6,
            Self::Email(Lane::Others) => 6..12,
            Self::Letters => 12..16,
            Self::Sms(Lane::Visits) => 16..18,
            Self::Email(Lane::Visits) => 18..20,
        }
    }

    /// The lane of what its shards hold, whichever carrier it names.
    pub const fn lane(self) -> Lane {
        match self {
            Self::Sms(lane) | Self::Email(lane) => lane,
            Self::Letters => Lane::Others,
        }
    }
}

/// Every shard of the index of enrolments and the queue whose it is, the visits first.
pub fn shards_of_enrolments() -> impl Iterator<Item = (Queue, u8)> {
    Queue::ALL.into_iter().flat_map(|queue| queue.shards().map(move |shard| (queue, shard)))
}

/// The same in the order of a sweep of that minute. The visits come first, always; of a lane another queue, and of a queue
/// another shard, comes first each minute, so that nothing is what every sweep has no time for.
pub fn shards_in_turn(now: DateTime<Utc>) -> Vec<(Queue, u8)> {
    let minute = usize::try_from(now.timestamp().div_euclid(60)).unwrap_or_default();
    let of_lane = |lane| {
        let queues = Queue::ALL.into_iter().filter(|queue| queue.lane() == lane).collect();
        turned(queues, minute)
    };
    let queues = [Lane::Visits, Lane::Others].into_iter().flat_map(of_lane);
    let shards = |queue: Queue| {
        turned(queue.shards().collect(), minute).into_iter().map(move |shard| (queue, shard))
    };
    queues.flat_map(shards).collect()
}

/// The same, beginning with another of them each time.
fn turned<T>(mut all: Vec<T>, time: usize) -> Vec<T> {
    let first = time.checked_rem(all.len()).unwrap_or_default();
    all.rotate_left(first);
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::Duration;

    use super::*;

    #[test]
    fn visits_are_swept_first_and_each_shard_of_a_lane_comes_first_at_some_minute() {
        let now: DateTime<Utc> = "2026-11-22T08:00:00Z".parse().unwrap();
        let mut all: Vec<_> = shards_of_enrolments().collect();
        all.sort_unstable();
        let (mut of_visits, mut of_others) = (BTreeSet::new(), BTreeSet::new());
        for minute in 0..60 {
            let shards = shards_in_turn(now + Duration::minutes(minute));
            let lanes: Vec<_> = shards.iter().map(|(queue, _)| queue.lane()).collect();
            assert_eq!(lanes, [vec![Lane::Visits; 4], vec![Lane::Others; 16]].concat());
            of_visits.insert(shards[0].0);
            of_others.insert(shards[4]);
            let mut shards = shards;
            shards.sort_unstable();
            assert_eq!(shards, all);
        }
        let queues: BTreeSet<_> = of_others.iter().map(|(queue, _)| *queue).collect();
        assert_eq!((of_visits.len(), queues.len()), (2, 3), "{of_others:?}");
    }

    #[test]
    fn every_shard_that_there_ever_was_is_swept_once_as_the_same_lanes() {
        let mut shards: Vec<_> =
            shards_of_enrolments().map(|(queue, shard)| (shard, queue.lane())).collect();
        shards.sort_unstable();
        let before = (0..16).map(|shard| (shard, Lane::Others));
        let before: Vec<_> = before.chain((16..20).map(|shard| (shard, Lane::Visits))).collect();
        assert_eq!(shards, before);
    }

    #[test]
    fn letters_of_both_lanes_and_pauses_have_no_queue_of_their_own() {
        for lane in [Lane::Visits, Lane::Others] {
            assert_eq!(Queue::of(Carrier::Staff, lane), Queue::Sms(lane));
            assert_eq!(Queue::of(Carrier::Channel(Channel::Letter), lane), Queue::Letters);
        }
    }
}
