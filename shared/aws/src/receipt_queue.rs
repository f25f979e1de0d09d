//! The queue of what providers say, on SQS.
//!
//! What SNS says of a text message names a patient's number. It stands in the message's body and
//! nowhere else, because the queue encrypts bodies and nothing besides: not its name, its attributes
//! or its message ids, which are in logs and metrics. Without the number no row could be found: the
//! id that SNS gave is in no key of ours.

use app::ports::{ReceiptQueue, StoreError};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::phi::Phi;

use crate::clients::transport;

/// SQS takes at most this many messages in one request.
const BATCH: usize = 10;

/// Most bytes of one message: ten of them fit in one request. What SNS writes has about 500.
const LONGEST: usize = 16 * 1024;

/// A queue.
#[derive(Debug, Clone)]
pub struct SqsReceiptQueue {
    client: Client,
    url: String,
}

impl SqsReceiptQueue {
    /// The queue of that URL.
    pub const fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }
}

impl ReceiptQueue for SqsReceiptQueue {
    async fn queue(&self, said: &[Phi<String>]) -> Result<(), StoreError> {
        let fits = |one: &&Phi<String>| {
            let length = one.reveal().len();
            let fits = (1..=LONGEST).contains(&length);
            if !fits {
                // Never SNS's. It cannot be queued, so it must not keep the others from it.
                tracing::error!(length, "a line that no provider writes is left out");
            }
            fits
        };
        let said: Vec<_> = said.iter().filter(fits).collect();
        for batch in said.chunks(BATCH) {
            let entries = batch.iter().enumerate().map(|(place, one)| {
                SendMessageBatchRequestEntry::builder()
                    .id(place.to_string())
                    .message_body(one.reveal())
                    .build()
                    .expect("id and body are set")
            });
            let request = self.client.send_message_batch().queue_url(&self.url);
            let answer = request.set_entries(Some(entries.collect())).send().await;
            let answer =
                answer.map_err(|error| StoreError::Unavailable(transport(&error).to_owned()))?;
            if !answer.failed().is_empty() {
                let why = "the queue did not take every message".to_owned();
                return Err(StoreError::Unavailable(why));
            }
        }
        Ok(())
    }
}
