//! What the functions of the channels share: a batch of queue messages becomes deliveries.

use std::time::{Duration, SystemTime};

use app::deliver::{Courier, Delivery};
use app::ports::{
    AddressHolds, Bookings, Catalogue, Clock, Enrolments, Here, Ids, People, PracticeSettings,
    SentMessages,
};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use tracing::Instrument;

use crate::batch;
use crate::queues::decode;

/// Delivers what each message points to. `deadline` is when this invocation is cut off.
pub async fn handle<E, C, P, B, M, K, I, H>(
    delivery: &Delivery<E, C, P, B, M, K, I, H>,
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
    batch::each(event, time_left, |message| async move {
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
            Ok::<(), Failure>(())
        });
        delivery.instrument(span).await
    })
    .await
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
