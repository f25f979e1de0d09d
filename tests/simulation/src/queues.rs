//! Queues as SQS has them: what is taken comes at least once, is hidden while somebody works on it, and is
//! put aside when it has come too often.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use app::ports::{EventKey, EventQueue, Pointer, Queue, Queues};
use aws::{event_queue, queues};
use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use chrono::{DateTime, Duration, Utc};
use domain::enrolment::Lane;

use crate::gate::pass;
use crate::weather::{QueueFault, Weather};

/// How long a message is hidden from others once it was received; six times what a sender may run.
const HIDDEN: Duration = Duration::seconds(180);

/// How often a message comes before it is a dead letter.
const RECEIVES: u32 = 5;

/// How many messages a queue is given at most: few, so that it is met.
const DEEPEST: usize = 40;

/// What a function of ours takes at once.
const BATCH: usize = 10;

/// Which queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// Text messages, and pauses.
    Sms,
    /// Text messages about visits.
    SmsVisits,
    /// Email.
    Email,
    /// Email about visits.
    EmailVisits,
    /// Letters.
    Letter,
    /// Events that wait.
    Events,
}

/// Every queue.
pub(crate) const NAMES: [Name; 6] =
    [Name::SmsVisits, Name::Sms, Name::EmailVisits, Name::Email, Name::Letter, Name::Events];

#[derive(Debug, Clone)]
struct Message {
    id: u64,
    body: String,
    receives: u32,
    hidden_until: DateTime<Utc>,
}

#[derive(Debug, Default)]
struct State {
    waiting: BTreeMap<Name, Vec<Message>>,
    dead: BTreeMap<Name, Vec<Message>>,
    next: u64,
    /// How often anything was put in, taken or put aside.
    changes: u64,
}

impl State {
    fn put(&mut self, name: Name, body: String) {
        self.next += 1;
        self.changes += 1;
        let message =
            Message { id: self.next, body, receives: 0, hidden_until: DateTime::UNIX_EPOCH };
        self.waiting.entry(name).or_default().push(message);
    }
}

/// The queues.
#[derive(Debug, Clone)]
pub(crate) struct SimQueues {
    state: Arc<Mutex<State>>,
    weather: Weather,
}

impl SimQueues {
    /// Empty ones.
    pub(crate) fn new(weather: &Weather) -> Self {
        Self { state: Arc::default(), weather: weather.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the lock")
    }

    /// How often anything was put in, taken or put aside.
    pub(crate) fn changes(&self) -> u64 {
        self.state().changes
    }

    /// Whether it takes a message.
    fn take(&self, name: Name, body: &str) -> bool {
        let fault = self.weather.queued();
        let mut state = self.state();
        match fault {
            Some(QueueFault::Refused) => return false,
            Some(QueueFault::Lost) => {}
            Some(QueueFault::Doubled) => {
                state.put(name, body.to_owned());
                state.put(name, body.to_owned());
            }
            None => state.put(name, body.to_owned()),
        }
        true
    }

    /// The next batch of a queue, as its function gets it; `None` when nothing is to be seen.
    pub(crate) fn receive(&self, name: Name, now: DateTime<Utc>) -> Option<SqsEvent> {
        let mut state = self.state();
        let waiting = state.waiting.entry(name).or_default();
        let (mut event, mut dead) = (SqsEvent::default(), Vec::new());
        for message in waiting.iter_mut().filter(|message| message.hidden_until <= now) {
            message.receives += 1;
            if message.receives > RECEIVES {
                dead.push(message.clone());
                continue;
            }
            if event.records.len() == BATCH {
                message.receives -= 1;
                break;
            }
            message.hidden_until = now + HIDDEN;
            let mut record = SqsMessage::default();
            record.message_id = Some(message.id.to_string());
            record.body = Some(message.body.clone());
            event.records.push(record);
        }
        waiting.retain(|message| dead.iter().all(|dead| dead.id != message.id));
        for _ in &dead {
            self.weather.strike("dead letters");
        }
        state.dead.entry(name).or_default().extend(dead);
        state.changes += event.records.len() as u64;
        (!event.records.is_empty()).then_some(event)
    }

    /// A batch was handled: what was not done comes again.
    pub(crate) fn handled(&self, name: Name, batch: &SqsEvent, failed: &[String]) {
        let done = |id: u64| {
            let id = id.to_string();
            batch.records.iter().any(|record| record.message_id.as_ref() == Some(&id))
                && !failed.contains(&id)
        };
        self.state().waiting.entry(name).or_default().retain(|message| !done(message.id));
    }

    /// Puts dead letters into their queues again. Answers how many there were.
    pub(crate) fn redrive(&self) -> usize {
        let mut state = self.state();
        let dead = std::mem::take(&mut state.dead);
        let mut count = 0;
        for (name, messages) in dead {
            count += messages.len();
            for message in messages {
                state.put(name, message.body);
            }
        }
        count
    }

    /// Puts a copy of a message that waits behind it, or loses it. Answers whether there was one.
    pub(crate) fn disturb(&self, place: usize, fault: QueueFault) -> bool {
        let mut state = self.state();
        for name in NAMES {
            let waiting = state.waiting.entry(name).or_default();
            if waiting.is_empty() {
                continue;
            }
            let place = place % waiting.len();
            let body = waiting.get(place).map(|message| message.body.clone());
            match fault {
                QueueFault::Doubled => state.put(name, body.unwrap_or_default()),
                QueueFault::Lost | QueueFault::Refused => {
                    waiting.remove(place);
                    state.changes += 1;
                }
            }
            return true;
        }
        false
    }
}

/// Its name here.
const fn name_of(queue: Queue) -> Name {
    match queue {
        Queue::Sms(Lane::Others) => Name::Sms,
        Queue::Sms(Lane::Visits) => Name::SmsVisits,
        Queue::Email(Lane::Others) => Name::Email,
        Queue::Email(Lane::Visits) => Name::EmailVisits,
        Queue::Letters => Name::Letter,
    }
}

impl Queues for SimQueues {
    async fn room(&self, queue: Queue) -> usize {
        pass().await;
        let state = self.state();
        let waiting = state.waiting.get(&name_of(queue)).map_or(0, Vec::len);
        DEEPEST.saturating_sub(waiting)
    }

    async fn send(&self, queue: Queue, pointers: &[Pointer]) -> Vec<usize> {
        pass().await;
        let taken = |pointer: &Pointer| self.take(name_of(queue), &queues::encode(pointer));
        let refused = pointers.iter().enumerate().filter(|(_, pointer)| !taken(pointer));
        refused.map(|(place, _)| place).collect()
    }
}

impl EventQueue for SimQueues {
    async fn send(&self, events: &[EventKey]) -> Vec<usize> {
        pass().await;
        let taken = |key: &EventKey| self.take(Name::Events, &event_queue::encode(key));
        events.iter().enumerate().filter(|(_, key)| !taken(key)).map(|(place, _)| place).collect()
    }
}
