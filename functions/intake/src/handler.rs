//! Translates messages of the queue into events to be dealt with.

use std::time::{Duration, SystemTime};

use app::events::{Stores, deal_with};
use app::ports::{Catalogue, Clock, Intake, People, StoreError};
use aws::batch;
use aws::event_queue::{BadEventMessage, decode};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};

/// What the handler needs.
#[derive(Debug)]
pub struct Context<N, C, P, K> {
    /// Where events and what they change are stored.
    pub intake: N,
    /// Booking types, programs and sites.
    pub catalogue: C,
    /// Patients.
    pub people: P,
    /// The clock.
    pub clock: K,
}

/// Why a message is not done.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error(transparent)]
    Unreadable(#[from] BadEventMessage),
    #[error(transparent)]
    NotDealtWith(#[from] StoreError),
}

/// Handles a batch. `deadline` is when this invocation is cut off.
pub async fn handle<N: Intake, C: Catalogue, P: People, K: Clock>(
    context: &Context<N, C, P, K>,
    event: SqsEvent,
    deadline: SystemTime,
) -> SqsBatchResponse {
    let now = || SystemTime::from(context.clock.now());
    let time_left = || deadline.duration_since(now()).unwrap_or(Duration::ZERO);
    // On the heap: an event goes through much of the engine.
    batch::each(event, time_left, |message| Box::pin(take(context, message))).await
}

async fn take<N: Intake, C: Catalogue, P: People, K: Clock>(
    context: &Context<N, C, P, K>,
    message: SqsMessage,
) -> Result<(), NotDone> {
    let key = decode(message.body.as_deref().unwrap_or_default())?;
    let Context { intake, catalogue, people, clock } = context;
    let stores = Stores { intake, catalogue, people };
    Ok(deal_with(stores, &key, clock.now()).await?)
}
