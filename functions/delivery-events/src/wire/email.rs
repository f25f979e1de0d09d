//! Events that SES publishes for a configuration set.
//! <https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>

use std::collections::BTreeMap;

use app::receipts::{About, News};
use chrono::{DateTime, Utc};
use domain::ids::{ActionId, EnrolmentId};
use domain::ledger::LedgerKey;
use domain::receipt::{Fault, Receipt, Told};
use serde::Deserialize;

use super::{Said, Unreadable, provider_id, typed};

/// What SES writes to a topic when somebody points a configuration set at it.
const GREETING: &str = "Successfully validated SNS topic";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(rename = "eventType")]
    kind: String,
    mail: Mail,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
    delivery: Option<Happened>,
    delivery_delay: Option<Happened>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    timestamp: DateTime<Utc>,
    /// Each tag that was put on the message, with its values.
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Bounce {
    #[serde(rename = "bounceType")]
    kind: String,
    #[serde(default, rename = "bounceSubType")]
    detail: String,
    timestamp: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Complaint {
    #[serde(default, rename = "complaintSubType")]
    detail: Option<String>,
    #[serde(default, rename = "complaintFeedbackType")]
    feedback: Option<String>,
    timestamp: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Happened {
    timestamp: DateTime<Utc>,
}

pub(super) fn read(message: &str) -> Result<Said, Unreadable> {
    if message.starts_with(GREETING) {
        return Ok(Said::Nothing("SES greets its topic"));
    }
    let message = serde_json::from_str(message).map_err(|_| Unreadable("its event is not JSON"))?;
    let event: Event = typed(message, "its event is not one of SES")?;
    let Some(receipt) = receipt(&event)? else {
        return Ok(Said::Nothing("an event of SES that says nothing of arrival"));
    };
    let Some(key) = key(&event.mail.tags) else {
        return Ok(Said::Nothing("a message without the tags of ours"));
    };
    let (about, provider_id) = (About::Attempt(key), provider_id(event.mail.message_id)?);
    Ok(Said::News(News { about, provider_id, receipt }))
}

/// What an event tells; `None` when it tells nothing of arrival.
fn receipt(event: &Event) -> Result<Option<Receipt>, Unreadable> {
    let incomplete = Unreadable("its event lacks what its type promises");
    let receipt = |at, told| Ok(Some(Receipt { at, told }));
    match event.kind.as_str() {
        "Delivery" => {
            receipt(event.delivery.as_ref().ok_or(incomplete)?.timestamp, Told::Delivered)
        }
        "DeliveryDelay" => {
            receipt(event.delivery_delay.as_ref().ok_or(incomplete)?.timestamp, Told::Delayed)
        }
        "Bounce" => {
            let bounce = event.bounce.as_ref().ok_or(incomplete)?;
            receipt(bounce.timestamp, Told::Failed(fault(bounce)?))
        }
        "Complaint" => {
            let complaint = event.complaint.as_ref().ok_or(incomplete)?;
            let told = match complaint.detail.as_deref() {
                // It was accepted and never sent: its reader had complained before.
                Some("OnAccountSuppressionList") => Told::Failed(Fault::Listed),
                Some(_) | None => Told::Complained,
            };
            if complaint.feedback.as_deref() == Some("not-spam") {
                return Ok(None);
            }
            receipt(complaint.timestamp, told)
        }
        "Reject" => receipt(event.mail.timestamp, Told::Failed(Fault::NotSent)),
        "Rendering Failure" => receipt(event.mail.timestamp, Told::Failed(Fault::NotMade)),
        "Send" | "Open" | "Click" | "Subscription" => Ok(None),
        _ => Err(Unreadable("its type of event is not known")),
    }
}

/// Why a message bounced.
/// <https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types>
fn fault(bounce: &Bounce) -> Result<Fault, Unreadable> {
    Ok(match (bounce.kind.as_str(), bounce.detail.as_str()) {
        ("Permanent", "Suppressed" | "OnAccountSuppressionList") => Fault::Listed,
        ("Permanent", _) => Fault::NoSuchAddress,
        ("Transient", "MailboxFull") => Fault::MailboxFull,
        ("Transient", "MessageTooLarge") => Fault::TooLarge,
        ("Transient", "ContentRejected" | "AttachmentRejected") => Fault::ContentRefused,
        // An automatic answer, too, comes as a general one.
        ("Transient", _) => Fault::Unknown,
        ("Undetermined", _) => Fault::Undetermined,
        _ => return Err(Unreadable("its type of bounce is not known")),
    })
}

/// The attempt that the tags name; `None` when the message is none of ours.
fn key(tags: &BTreeMap<String, Vec<String>>) -> Option<LedgerKey> {
    let tag = |name: &str| tags.get(name)?.first().map(String::as_str);
    Some(LedgerKey {
        enrolment: EnrolmentId::parse(tag("enrolment")?).ok()?,
        cycle: tag("cycle")?.parse().ok()?,
        action: ActionId::parse(tag("action")?).ok()?,
        attempt: tag("attempt")?.parse().ok()?,
    })
}
