//! What every function behind a queue shares.
//!
//! A message's fate is its own: one that fails, or panics, is named in the answer and comes again;
//! the others are done. Near the end of the invocation's time the rest is handed back untouched.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::FutureExt;

/// With less than this left of an invocation no further message is begun.
const RESERVE: Duration = Duration::from_secs(2);

/// Handles each message of a batch. The answer names exactly the messages that are not done (I7).
///
/// `time_left` is what remains of this invocation.
pub async fn each<F, E>(
    event: SqsEvent,
    time_left: impl Fn() -> Duration,
    mut handle: impl FnMut(SqsMessage) -> F,
) -> SqsBatchResponse
where
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let mut response = SqsBatchResponse::default();
    for message in event.records {
        let id = message.message_id.clone().unwrap_or_default();
        if time_left() < RESERVE {
            tracing::warn!(message.id = id, "out of time: the message is handed back");
            response.batch_item_failures.push(failure(id));
            continue;
        }
        match AssertUnwindSafe(async { handle(message).await }).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(message.id = id, error = %error, "the message is not done and comes again");
                response.batch_item_failures.push(failure(id));
            }
            Err(_panic) => {
                tracing::error!(message.id = id, "handling the message panicked; it comes again");
                response.batch_item_failures.push(failure(id));
            }
        }
    }
    response
}

fn failure(id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(ids: &[&str]) -> SqsEvent {
        let mut event = SqsEvent::default();
        for id in ids {
            let mut message = SqsMessage::default();
            message.message_id = Some((*id).to_owned());
            event.records.push(message);
        }
        event
    }

    async fn failures(ids: &[&str], time_left: Duration) -> Vec<String> {
        let response = each(
            event(ids),
            || time_left,
            |message| async move {
                match message.message_id.as_deref() {
                    Some("fails") => Err("a reason"),
                    Some("panics") => panic!("a mistake"),
                    _ => Ok(()),
                }
            },
        );
        response.await.batch_item_failures.into_iter().map(|f| f.item_identifier).collect()
    }

    #[tokio::test]
    async fn one_bad_message_of_a_batch_fails_alone() {
        let left = Duration::from_secs(30);
        assert_eq!(failures(&["a", "fails", "b", "panics", "c"], left).await, ["fails", "panics"]);
    }

    #[tokio::test]
    async fn without_time_left_every_message_is_handed_back() {
        assert_eq!(failures(&["a", "b"], Duration::from_secs(1)).await, ["a", "b"]);
    }
}
