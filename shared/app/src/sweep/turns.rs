//! Whose turn it is: a queue's room goes to the oldest of what is due for it, whichever shard that is in.

use std::collections::BTreeMap;

use domain::program::Carrier;

use crate::ports::{Due, DueEntry, Queue, Queues};
use crate::stretch::{Place, Stretch};

/// The queue an entry goes to. It is that of its shard, but for what was written when shards had no queues, and for what
/// cannot be read.
pub(super) const fn queue_of(of_shard: Queue, entry: &DueEntry<Due>) -> Queue {
    match &entry.pointer {
        Ok(due) => Queue::of(due.pointer.carrier, of_shard.lane()),
        Err(_) => of_shard,
    }
}

/// Whether it waits for its turn: a pause needs no provider, and what cannot be read no queue.
const fn needs_room(entry: &DueEntry<Due>) -> bool {
    match &entry.pointer {
        Ok(due) => match due.pointer.carrier {
            Carrier::Channel(_) => true,
            Carrier::Staff => false,
        },
        Err(_) => false,
    }
}

/// Up to where each queue's turn has come. A queue is asked when there is something for it.
pub(super) struct Turns(BTreeMap<Queue, Turn>);

enum Turn {
    /// There is room for all of it.
    Everything,
    /// There is room up to here.
    UpTo(String),
    /// There is none.
    Nothing,
}

impl Turn {
    /// No two entries have the same key, so as many have their turn as there is room.
    fn of(mut due: Vec<&str>, room: usize) -> Self {
        if due.len() <= room {
            return Self::Everything;
        }
        match room.checked_sub(1) {
            Some(last) => {
                let (_, last, _) = due.select_nth_unstable(last);
                Self::UpTo((*last).to_owned())
            }
            None => Self::Nothing,
        }
    }
}

impl Turns {
    /// Of what was found in the shards of the queues.
    pub(super) async fn look(queues: &impl Queues, found: &[(Queue, Stretch<Due>)]) -> Self {
        let mut due: BTreeMap<Queue, Vec<&str>> = BTreeMap::new();
        for (of_shard, stretch) in found {
            for entry in stretch.entries().filter(|entry| needs_room(entry)) {
                due.entry(queue_of(*of_shard, entry)).or_default().push(&entry.due_key);
            }
        }
        let mut turns = BTreeMap::new();
        for (queue, due) in due {
            turns.insert(queue, Turn::of(due, queues.room(queue).await));
        }
        Self(turns)
    }

    /// What becomes of an entry of a shard of that queue. What needs no room comes up whatever has none.
    /// What waits for another queue than its shard's holds up nothing behind it.
    pub(super) fn place_of(&self, of_shard: Queue, entry: &DueEntry<Due>) -> Place {
        if !needs_room(entry) {
            return Place::Beside;
        }
        let queue = queue_of(of_shard, entry);
        let has_come = match self.0.get(&queue) {
            Some(Turn::Everything) | None => true,
            Some(Turn::UpTo(last)) => entry.due_key <= *last,
            Some(Turn::Nothing) => false,
        };
        if has_come {
            Place::HandedOut
        } else if queue == of_shard {
            Place::Waits
        } else {
            Place::PassedOver
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn having_their_turn(room: usize) -> Vec<&'static str> {
        let due = vec!["4", "1", "3", "2"];
        match Turn::of(due.clone(), room) {
            Turn::Everything => due,
            Turn::UpTo(last) => due.into_iter().filter(|due| *due <= last.as_str()).collect(),
            Turn::Nothing => Vec::new(),
        }
    }

    #[test]
    fn the_oldest_have_their_turn_and_as_many_as_there_is_room_for() {
        let expected: [&[&str]; 6] = [
            &[],
            &["1"],
            &["1", "2"],
            &["1", "3", "2"],
            &["4", "1", "3", "2"],
            &["4", "1", "3", "2"],
        ];
        for (room, expected) in expected.into_iter().enumerate() {
            assert_eq!(having_their_turn(room), expected, "with room for {room}");
        }
    }
}
