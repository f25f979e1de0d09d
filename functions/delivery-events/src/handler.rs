//! Translates what providers say into receipts.
//!
//! It comes in two ways. What SES says comes by a queue. What SNS says of text messages comes from its
//! log, by a call that is repeated twice at most: so it is only queued, and received from there like
//! the rest.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use app::ports::{
    Bookings, Catalogue, Clock, DayCounts, Enrolments, People, ReceiptQueue, Receipts,
    SentMessages, StoreError, Strays, UnclearMessages,
};
use app::receipts::{ReceiveError, Received, Receiving};
use app::today::Tally;
use aws::batch;
use aws::deliveries::count;
use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use serde_json::{Value, json};

use crate::wire::{Said, Unreadable, lines, read};

/// How often a receipt for a message that nobody knows is looked at. It comes again after the three
/// minutes that the queue hides it, so for longer than a reservation stands without an outcome: by
/// then a sender's death is settled, by the stray that is kept of it.
const LOOKS: u32 = 8;

/// An invocation that failed. It is repeated by AWS, and then kept as a dead letter.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// What came cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It could not be queued.
    #[error(transparent)]
    NotQueued(#[from] StoreError),
}

/// Why a queue message is not done.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    NotQueued(#[from] StoreError),
    #[error(transparent)]
    NotReceived(#[from] ReceiveError),
    #[error("no message is known under its id yet")]
    NotKnownYet,
}

/// Handles a batch of the queue, or of the log, and counts what is told not to have arrived. `deadline` is when this invocation is cut off.
///
/// # Errors
/// When a batch of the log could not be queued.
pub async fn handle<E, S, T, C, P, B, K>(
    receiving: &Receiving<E, S, T, C, P, B, K>,
    counts: &impl DayCounts,
    queue: &impl ReceiptQueue,
    event: Value,
    deadline: SystemTime,
) -> Result<Value, Failed>
where
    E: Enrolments + Receipts,
    S: SentMessages + UnclearMessages,
    T: Strays,
    C: Catalogue,
    P: People,
    B: Bookings,
    K: Clock,
{
    if let Some(payload) = event.get("awslogs") {
        let lines = lines(payload)?;
        queue.queue(&lines).await?;
        tracing::info!(lines = lines.len(), "queued lines of the log of text messages");
        return Ok(Value::Null);
    }
    let event: SqsEvent = serde_json::from_value(event)
        .map_err(|_| Unreadable("the event is none of a queue and none of a log"))?;
    let now = || SystemTime::from(receiving.clock.now());
    let time_left = || deadline.duration_since(now()).unwrap_or(Duration::ZERO);
    let tally = Mutex::new(Tally::default());
    let response = batch::each(event, time_left, |message| {
        // On the heap: a receipt goes through much of the engine.
        Box::pin(receive(receiving, queue, &tally, message))
    })
    .await;
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    count(&tally, counts, time_left(), receiving.clock.now()).await;
    Ok(json!(response))
}

async fn receive<E, S, T, C, P, B, K>(
    receiving: &Receiving<E, S, T, C, P, B, K>,
    queue: &impl ReceiptQueue,
    tally: &Mutex<Tally>,
    message: SqsMessage,
) -> Result<(), NotDone>
where
    E: Enrolments + Receipts,
    S: SentMessages + UnclearMessages,
    T: Strays,
    C: Catalogue,
    P: People,
    B: Bookings,
    K: Clock,
{
    let news = match read(message.body.as_deref().unwrap_or_default())? {
        Said::News(news) => news,
        Said::Nothing(what) => {
            tracing::info!(what, "nothing to receive");
            return Ok(());
        }
        Said::Lines(lines) => return Ok(queue.queue(&lines).await?),
    };
    let told = news.receipt.told.as_str();
    let received = receiving.receive(&news).await?;
    tracing::info!(receipt = told, outcome = ?received, "received what a provider said");
    tally.lock().unwrap_or_else(PoisonError::into_inner).received(&news, received);
    match received {
        Received::Stray if looks(&message) < LOOKS => Err(NotDone::NotKnownYet),
        Received::Stray | Received::Kept | Received::Known | Received::NotOurs => Ok(()),
    }
}

/// How often a message was handed out.
fn looks(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(LOOKS)
}
