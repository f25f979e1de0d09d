//! The queues of the channels, on SQS.
//!
//! A message is a versioned pointer: ids and a count, never content.

use app::ports::{Pointer, Queue, Queues};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use domain::enrolment::{Crowd, Lane};
use domain::ids::{ActionId, EnrolmentId};
use domain::ledger::LedgerKey;
use domain::program::Carrier;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use crate::clients::transport;

/// SQS takes at most this many messages in one request.
const BATCH: usize = 10;
/// Requests under way at the same time. A sweep of full shards makes 3,000 of them, and one after the other they would
/// take longer than it has.
const AT_ONCE: usize = 8;

/// How many seconds of sending a queue holds: fewer than a lease stands (five minutes), so that what is queued
/// is worked on before it would be queued again.
const SECONDS_QUEUED: usize = 240;

/// The queues of a channel that can have a backlog, by lane.
#[derive(Debug, Clone)]
pub struct Lanes {
    /// The address of the queue of what is about visits.
    pub visits: String,
    /// The address of the queue of everything else.
    pub others: String,
    /// How many messages a second the channel's senders hand on together.
    pub per_second: u32,
}

impl Lanes {
    fn of(&self, lane: Lane) -> &str {
        match lane {
            Lane::Visits => &self.visits,
            Lane::Others => &self.others,
        }
    }

    /// How many messages the queue of a lane holds.
    pub fn deepest(&self, lane: Lane) -> usize {
        self.handed_on(lane, SECONDS_QUEUED)
    }

    /// How many messages of a lane are handed on in so many seconds. The lanes share the rate as they share the
    /// instances: two of six, and four.
    pub fn handed_on(&self, lane: Lane, seconds: usize) -> usize {
        let sixths = match lane {
            Lane::Visits => 2,
            Lane::Others => 4,
        };
        let rate = usize::try_from(self.per_second).unwrap_or(usize::MAX);
        rate.saturating_mul(seconds).saturating_mul(sixths) / 6
    }
}

/// The addresses of the queues.
#[derive(Debug, Clone)]
pub struct QueueUrls {
    /// Text messages, and pauses.
    pub sms: Lanes,
    /// Email.
    pub email: Lanes,
    /// Letters.
    pub letter: String,
}

/// Letters that are set in a second at least, all senders together.
const LETTERS_PER_SECOND: usize = 10;

/// The queues by channel.
#[derive(Debug, Clone)]
pub struct SqsQueues {
    client: Client,
    urls: QueueUrls,
}

impl SqsQueues {
    /// The queues of those URLs.
    pub const fn new(client: Client, urls: QueueUrls) -> Self {
        Self { client, urls }
    }

    fn url(&self, queue: Queue) -> &str {
        match queue {
            Queue::Sms(lane) => self.urls.sms.of(lane),
            Queue::Email(lane) => self.urls.email.of(lane),
            Queue::Letters => &self.urls.letter,
        }
    }

    fn deepest(&self, queue: Queue) -> usize {
        match queue {
            Queue::Sms(lane) => self.urls.sms.deepest(lane),
            Queue::Email(lane) => self.urls.email.deepest(lane),
            Queue::Letters => LETTERS_PER_SECOND * SECONDS_QUEUED,
        }
    }

    /// How many messages wait in a queue, as SQS last counted them.
    async fn waiting(&self, url: &str) -> Option<usize> {
        let (seen, hidden) = (
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        );
        let asked = self.client.get_queue_attributes().queue_url(url);
        let asked = asked.attribute_names(seen.clone()).attribute_names(hidden.clone());
        let answer = match asked.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let error = transport(&error);
                tracing::warn!(error, "nobody knows how deep a queue is; it is taken for empty");
                return None;
            }
        };
        let number = |of| answer.attributes()?.get(&of)?.parse::<usize>().ok();
        Some(number(seen)? + number(hidden)?)
    }

    /// Sends at most [`BATCH`] pointers to one queue. Answers the positions that were not taken.
    async fn send_batch(&self, queue: Queue, batch: &[(usize, &Pointer)]) -> Vec<usize> {
        let entries = batch.iter().map(|(position, pointer)| {
            SendMessageBatchRequestEntry::builder()
                .id(position.to_string())
                .message_body(encode(pointer))
                .build()
                .expect("id and body are set")
        });
        let request = self.client.send_message_batch().queue_url(self.url(queue));
        match request.set_entries(Some(entries.collect())).send().await {
            Ok(answer) => {
                let taken: Vec<usize> = answer
                    .successful()
                    .iter()
                    .filter_map(|entry| entry.id().parse().ok())
                    .collect();
                batch.iter().map(|(p, _)| *p).filter(|p| !taken.contains(p)).collect()
            }
            Err(error) => {
                let error = transport(&error);
                tracing::error!(queue = ?queue, error, "the queue took no messages");
                batch.iter().map(|(position, _)| *position).collect()
            }
        }
    }
}

impl Queues for SqsQueues {
    async fn room(&self, queue: Queue) -> usize {
        let waiting = self.waiting(self.url(queue)).await.unwrap_or_default();
        self.deepest(queue).saturating_sub(waiting)
    }

    async fn send(&self, queue: Queue, pointers: &[Pointer]) -> Vec<usize> {
        let mut refused = Vec::new();
        let positioned: Vec<_> = pointers.iter().enumerate().collect();
        for some in positioned.chunks(BATCH * AT_ONCE) {
            let batches = some.chunks(BATCH).map(|batch| self.send_batch(queue, batch));
            refused.extend(join_all(batches).await.into_iter().flatten());
        }
        refused
    }
}

/// A message's body, version 1.
#[derive(Serialize, Deserialize)]
struct MessageV1 {
    v: u8,
    channel: String,
    enrolment: EnrolmentId,
    cycle: u16,
    action: ActionId,
    attempt: u16,
    // How many are due at the same instant. Messages from before it was counted have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crowd: Option<u32>,
}

/// A message body that is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue message cannot be read: {0}")]
pub struct BadMessage(String);

/// Writes a pointer as a message body.
///
/// # Panics
/// Never: ids and numbers are plain JSON.
pub fn encode(pointer: &Pointer) -> String {
    let message = MessageV1 {
        v: 1,
        channel: pointer.carrier.as_str().to_owned(),
        enrolment: pointer.key.enrolment.clone(),
        cycle: pointer.key.cycle,
        action: pointer.key.action.clone(),
        attempt: pointer.key.attempt,
        crowd: match pointer.crowd {
            Crowd::Unknown => None,
            Crowd::Counted(number) => Some(number),
        },
    };
    serde_json::to_string(&message).expect("ids and numbers are plain JSON")
}

/// Reads a message body.
///
/// # Errors
/// When it is not a pointer of a version we know.
pub fn decode(body: &str) -> Result<Pointer, BadMessage> {
    let message: MessageV1 =
        serde_json::from_str(body).map_err(|error| BadMessage(error.to_string()))?;
    if message.v != 1 {
        return Err(BadMessage(format!("version {} is not known", message.v)));
    }
    let carrier = Carrier::parse(&message.channel)
        .ok_or_else(|| BadMessage("its channel is not known".to_owned()))?;
    let key = LedgerKey {
        enrolment: message.enrolment,
        cycle: message.cycle,
        action: message.action,
        attempt: message.attempt,
    };
    let crowd = message.crowd.map_or(Crowd::Unknown, Crowd::Counted);
    Ok(Pointer { key, carrier, crowd })
}

#[cfg(test)]
mod tests {
    use domain::program::Channel;
    use ulid::Ulid;

    use super::*;

    #[test]
    fn a_pointer_survives_the_queue_and_carries_ids_and_a_count_only() {
        let pointer = Pointer {
            key: LedgerKey {
                enrolment: EnrolmentId::new(Ulid::from_parts(1, 2)),
                cycle: 1,
                action: ActionId::new(Ulid::from_parts(3, 4)),
                attempt: 2,
            },
            carrier: Carrier::Channel(Channel::Sms),
            crowd: Crowd::Counted(812),
        };
        let body = encode(&pointer);
        assert_eq!(decode(&body), Ok(pointer));
        let expected = concat!(
            r#"{"v":1,"channel":"sms","enrolment":"enr_00000000010000000000000002","#,
            r#""cycle":1,"action":"act_00000000030000000000000004","attempt":2,"crowd":812}"#
        );
        assert_eq!(body, expected);
    }

    #[test]
    fn a_message_from_before_crowds_were_counted_is_read() {
        let body = r#"{"v":1,"channel":"sms","enrolment":"enr_00000000010000000000000002","cycle":1,"action":"act_00000000030000000000000004","attempt":2}"#;
        let pointer = decode(body).unwrap();
        assert_eq!(pointer.crowd, Crowd::Unknown);
        assert_eq!(encode(&pointer), body);
    }

    #[test]
    fn a_message_of_another_version_is_refused() {
        let body = r#"{"v":2,"channel":"sms","enrolment":"enr_00000000010000000000000002","cycle":1,"action":"act_00000000030000000000000004","attempt":2}"#;
        assert_eq!(decode(body), Err(BadMessage("version 2 is not known".to_owned())));
    }
}
