//! A batch of the queue of answers.

use std::time::{Duration, SystemTime};

use app::ports::{
    AddressHolds, Bookings, Catalogue, Clock, EnrolmentReader, Register, Replies, SentMessages,
    StoreError,
};
use app::replies::Receiver;
use aws::batch;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use tracing::Instrument;

use crate::wire::{self, BadReply};

/// Why an answer is not dealt with. It comes again, and after five times goes to the dead-letter
/// queue.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// It cannot be read.
    #[error(transparent)]
    Bad(#[from] BadReply),
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes each answer of a batch in; one bad message fails alone. `topic` is the only one they may come
/// from, `deadline` is when this invocation is cut off.
pub async fn handle<R, S, C, P, E, B>(
    receiver: &Receiver<R, S, C, P, E, B>,
    clock: &impl Clock,
    topic: &str,
    event: SqsEvent,
    deadline: SystemTime,
) -> SqsBatchResponse
where
    R: Replies,
    S: SentMessages,
    C: Catalogue,
    P: Register + AddressHolds,
    E: EnrolmentReader,
    B: Bookings,
{
    let time_left =
        || deadline.duration_since(SystemTime::from(clock.now())).unwrap_or(Duration::ZERO);
    batch::each(event, time_left, |message| async move {
        let body = message.body.as_deref().unwrap_or_default();
        let incoming = wire::read(body, topic, clock.now())?;
        let span = tracing::info_span!("reply", reply.id = %incoming.id);
        // On the heap: the whole of it in one future is deeper than the compiler follows.
        let take = Box::pin(async {
            let taken = receiver.take(&incoming).await?;
            tracing::info!(outcome = ?taken, "took an answer in");
            Ok::<(), Failure>(())
        });
        take.instrument(span).await
    })
    .await
}
