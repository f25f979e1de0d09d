//! What comes in: a notification of the two-way topic, with the provider's payload in it.
//!
//! The queue's policy lets nobody but the topic put messages into it, so the topic's signature is not
//! checked once more; that it is the notification of this topic is.

use app::replies::Incoming;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::phi::Phi;
use domain::reply::Origin;
use domain::text::ExternalId;
use serde::Deserialize;

/// The envelope of SNS.
#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "TopicArn")]
    topic: String,
    #[serde(rename = "Message")]
    message: String,
    #[serde(rename = "Timestamp")]
    timestamp: DateTime<Utc>,
}

/// The payload of a two-way number.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    origination_number: String,
    destination_number: String,
    #[serde(default)]
    message_body: String,
    inbound_message_id: String,
    #[serde(default)]
    previous_published_message_id: Option<String>,
}

/// Why a message is no answer of a patient. It says nothing of what it held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadReply {
    /// It is no JSON of the form it should have.
    #[error("the {what} cannot be read, at line {line}, column {column}")]
    Unreadable {
        /// Which part.
        what: &'static str,
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// It is not of this topic.
    #[error("it is no notification of the topic of answers")]
    Foreign,
    /// A field of it is not what it should be.
    #[error("{0} is not what it should be")]
    Field(&'static str),
}

fn unreadable(what: &'static str) -> impl FnOnce(serde_json::Error) -> BadReply {
    move |error| BadReply::Unreadable { what, line: error.line(), column: error.column() }
}

/// Reads a queue message of that topic. A time that is still to come is taken to be `now`.
///
/// # Errors
/// When it is no answer of a patient.
pub fn read(body: &str, topic: &str, now: DateTime<Utc>) -> Result<Incoming, BadReply> {
    let notification: Notification =
        serde_json::from_str(body).map_err(unreadable("notification"))?;
    if notification.kind != "Notification" || notification.topic != topic {
        return Err(BadReply::Foreign);
    }
    let payload: Payload =
        serde_json::from_str(&notification.message).map_err(unreadable("payload"))?;
    let at = notification.timestamp.min(now);
    Ok(Incoming {
        id: ExternalId::parse(&payload.inbound_message_id)
            .map_err(|_| BadReply::Field("inboundMessageId"))?,
        at: at
            .duration_trunc(TimeDelta::milliseconds(1))
            .map_err(|_| BadReply::Field("Timestamp"))?,
        from: Origin::parse(&payload.origination_number)
            .ok_or(BadReply::Field("originationNumber"))?,
        to: payload.destination_number,
        text: Phi::new(payload.message_body),
        answers: payload.previous_published_message_id.filter(|id| !id.is_empty()),
    })
}
