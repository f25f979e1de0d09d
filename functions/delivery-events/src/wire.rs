//! What providers say, read.
//!
//! Whatever is wrong with it is told without what it says: it names patients' addresses.

mod email;
mod logs;
mod sms;

use app::receipts::News;
use domain::phi::Phi;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use self::logs::lines;

/// Most characters of a provider's id for a message. Theirs have less than a hundred.
const LONGEST_ID: usize = 200;

/// What a queue message says.
#[derive(Debug)]
pub(crate) enum Said {
    /// What became of a message.
    News(News),
    /// Nothing that anybody here needs to know.
    Nothing(&'static str),
    /// Lines of a log that could not be queued before.
    Lines(Vec<Phi<String>>),
}

/// Something that cannot be read. It never will be: after its tries it is a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was said cannot be read: {0}")]
pub struct Unreadable(pub(crate) &'static str);

/// What SNS puts around a message for a queue.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    r#type: String,
    message: String,
}

/// Reads a queue message's body: an event of SES in the envelope of its topic, a line of the log of
/// text messages, or an invocation that failed.
pub(crate) fn read(body: &str) -> Result<Said, Unreadable> {
    let body: Value = serde_json::from_str(body).map_err(|_| Unreadable("it is not JSON"))?;
    if body.get("Type").is_some() {
        let envelope: Envelope = typed(body, "its envelope is not one of SNS")?;
        return match envelope.r#type.as_str() {
            "Notification" => email::read(&envelope.message),
            _ => Err(Unreadable("it is no notification of SNS")),
        };
    }
    if body.get("notification").is_some() {
        return sms::read(body);
    }
    if let Some(payload) = body.get("requestPayload").and_then(|payload| payload.get("awslogs")) {
        return lines(payload).map(Said::Lines);
    }
    Err(Unreadable("it is nothing that a provider sends"))
}

fn typed<T: DeserializeOwned>(value: Value, otherwise: &'static str) -> Result<T, Unreadable> {
    // The reader's own error can hold what it could not read.
    serde_json::from_value(value).map_err(|_| Unreadable(otherwise))
}

fn provider_id(text: String) -> Result<String, Unreadable> {
    let is_one =
        (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if is_one { Ok(text) } else { Err(Unreadable("its message id is none")) }
}
