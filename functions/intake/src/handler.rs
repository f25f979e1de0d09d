//! Translates messages of the queue into events to be dealt with.

use std::time::{Duration, SystemTime};

use app::events::{Stores, deal_with};
use app::ports::{Catalogue, Clock, Intake, Newcomers, Register, StoreError};
use aws::batch;
use aws::event_queue::{BadEventMessage, decode};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};

/// What the handler needs.
#[derive(Debug)]
pub struct Context<N, C, P, W, K> {
    /// Where events and what they change are stored.
    pub intake: N,
    /// Booking types, programs and sites.
    pub catalogue: C,
    /// Patients.
    pub people: P,
    /// Where somebody new is written down.
    pub newcomers: W,
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
pub async fn handle<N: Intake, C: Catalogue, P: Register, W: Newcomers, K: Clock>(
    context: &Context<N, C, P, W, K>,
    event: SqsEvent,
    deadline: SystemTime,
) -> SqsBatchResponse {
    let now = || SystemTime::from(context.clock.now());
    let time_left = || deadline.duration_since(now()).unwrap_or(Duration::ZERO);
    // On the heap: an event goes through much of the engine.
    batch::each(event, time_left, |message| Box::pin(take(context, message))).await
}

async fn take<N: Intake, C: Catalogue, P: Register, W: Newcomers, K: Clock>(
    context: &Context<N, C, P, W, K>,
    message: SqsMessage,
) -> Result<(), NotDone> {
    let key = decode(message.body.as_deref().unwrap_or_default())?;
    let Context { intake, catalogue, people, newcomers, clock } = context;
    let stores = Stores { intake, catalogue, people, newcomers };
    Ok(deal_with(stores, &key, clock.now()).await?)
}
