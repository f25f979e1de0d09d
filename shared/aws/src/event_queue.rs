//! The queue of events that wait to be dealt with, on SQS. A message is a versioned pointer: the
//! event's key, never what it says.

use app::ports::{EventKey, EventQueue};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::text::{Code, ExternalId};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use crate::clients::transport;

/// SQS takes at most this many messages in one request.
const BATCH: usize = 10;
/// Requests under way at the same time.
const AT_ONCE: usize = 8;

/// A queue.
#[derive(Debug, Clone)]
pub struct SqsEventQueue {
    client: Client,
    url: String,
}

impl SqsEventQueue {
    /// The queue of that URL.
    pub const fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    /// Sends at most [`BATCH`] keys. Answers the positions that were not taken.
    async fn send_batch(&self, batch: &[(usize, &EventKey)]) -> Vec<usize> {
        let entries = batch.iter().map(|(position, key)| {
            SendMessageBatchRequestEntry::builder()
                .id(position.to_string())
                .message_body(encode(key))
                .build()
                .expect("id and body are set")
        });
        let request = self.client.send_message_batch().queue_url(&self.url);
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
                tracing::error!(error, "the queue of events took no messages");
                batch.iter().map(|(position, _)| *position).collect()
            }
        }
    }
}

impl EventQueue for SqsEventQueue {
    async fn send(&self, events: &[EventKey]) -> Vec<usize> {
        let mut refused = Vec::new();
        let positioned: Vec<_> = events.iter().enumerate().collect();
        for some in positioned.chunks(BATCH * AT_ONCE) {
            let batches = some.chunks(BATCH).map(|batch| self.send_batch(batch));
            refused.extend(join_all(batches).await.into_iter().flatten());
        }
        refused
    }
}

/// A message's body, version 1.
#[derive(Serialize, Deserialize)]
struct MessageV1 {
    v: u8,
    source: Code,
    event: ExternalId,
}

/// A message body that is not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the queue message is no version 1 of an event's key")]
pub struct BadEventMessage;

/// Writes a key as a message body.
///
/// # Panics
/// Never: it is plain text.
pub fn encode(key: &EventKey) -> String {
    let message = MessageV1 { v: 1, source: key.source.clone(), event: key.id.clone() };
    serde_json::to_string(&message).expect("texts are JSON")
}

/// Reads a message body.
///
/// # Errors
/// When it is none of ours.
pub fn decode(body: &str) -> Result<EventKey, BadEventMessage> {
    let message: MessageV1 = serde_json::from_str(body).map_err(|_| BadEventMessage)?;
    if message.v != 1 {
        return Err(BadEventMessage);
    }
    Ok(EventKey { source: message.source, id: message.event })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_carries_a_key_and_what_is_none_of_ours_is_refused() {
        let key = EventKey {
            source: Code::parse("diary").unwrap(),
            id: ExternalId::parse("GENIE 17\"|").unwrap(),
        };
        assert_eq!(decode(&encode(&key)), Ok(key));
        for body in [
            "",
            "{}",
            r#"{"v":2,"source":"diary","event":"1"}"#,
            r#"{"v":1,"source":"","event":"1"}"#,
        ] {
            assert_eq!(decode(body), Err(BadEventMessage), "{body}");
        }
    }
}
