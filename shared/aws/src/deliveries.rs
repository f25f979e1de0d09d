//! What the functions of the channels share: a batch of queue messages becomes deliveries.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use app::deliver::{Courier, Delivery};
use app::ports::{
    AddressHolds, Bookings, Catalogue, Clock, DayCounts, Enrolments, Here, Ids, People,
    PracticeSettings, SentMessages,
};
use app::today::Tally;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, Utc};
use tracing::Instrument;

use crate::batch;
use crate::clients::COUNT_TIMEOUT;
use crate::queues::decode;

/// Delivers what each message points to, and counts what came of it. `deadline` is when this invocation is cut off.
pub async fn handle<E, C, P, B, M, K, I, H>(
    delivery: &Delivery<E, C, P, B, M, K, I, H>,
    counts: &impl DayCounts,
    event: SqsEvent,
    deadline: SystemTime,
) -> SqsBatchResponse
where
    E: Enrolments + SentMessages,
    C: Catalogue + PracticeSettings,
    P: People + AddressHolds,
    B: Bookings,
    M: Courier,
    K: Clock,
    I: Ids,
    H: Here,
{
    let now = || SystemTime::from(delivery.clock.now());
    let time_left = || deadline.duration_since(now()).unwrap_or(Duration::ZERO);
    let tally = Mutex::new(Tally::default());
    let seen = &tally;
    let response = batch::each(event, time_left, |message| async move {
        let pointer = decode(message.body.as_deref().unwrap_or_default()).map_err(Failure::of)?;
        let span = tracing::info_span!(
            "delivery",
            enrolment.id = %pointer.key.enrolment,
            action.id = %pointer.key.action,
            attempt = pointer.key.attempt,
            request.id = tracing::field::Empty,
        );
        // On the heap: the whole of a delivery in one future is deeper than the compiler follows.
        let delivery = Box::pin(async {
            let delivered = delivery.deliver(&pointer, time_left).await.map_err(Failure::of)?;
            tracing::info!(outcome = ?delivered, "delivered an action");
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.delivered(&pointer, delivered);
            Ok::<(), Failure>(())
        });
        delivery.instrument(span).await
    })
    .await;
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    count(&tally, counts, time_left(), delivery.clock.now()).await;
    response
}

/// Counts what was seen of a batch, if there is time to: what is done must be answered for.
pub async fn count(
    tally: &Tally,
    counts: &impl DayCounts,
    time_left: Duration,
    now: DateTime<Utc>,
) {
    if tally.is_empty() {
        return;
    }
    if time_left < 2 * COUNT_TIMEOUT {
        tracing::warn!("no time was left to count what a batch did");
        return;
    }
    tally.keep(counts, now).await;
}

/// Why a message is not done. It comes again, and after five times goes to the dead-letter queue.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
