//! Lines of the log in which SNS says what became of text messages.
//! <https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html>

use app::receipts::{About, News};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use domain::ledger::Destination;
use domain::phone::MobileNumber;
use domain::receipt::{Fault, Receipt, Told};
use serde::Deserialize;
use serde_json::Value;

use super::{Said, Unreadable, provider_id, typed};

#[derive(Deserialize)]
struct Line {
    notification: Notification,
    delivery: Delivery,
    status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    message_id: String,
    /// Without a zone; it is UTC.
    timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    destination: String,
    #[serde(default)]
    provider_response: String,
    /// How long it took.
    #[serde(default)]
    dwell_time_ms: u32,
}

pub(super) fn read(line: Value) -> Result<Said, Unreadable> {
    let line: Line = typed(line, "its line is not one of the log of text messages")?;
    let told = match line.status.as_str() {
        "SUCCESS" => Told::Delivered,
        "FAILURE" => Told::Failed(fault(&line.delivery.provider_response)),
        _ => return Err(Unreadable("its status is not known")),
    };
    let handed_over_at = utc(&line.notification.timestamp)?;
    let provider_id = provider_id(line.notification.message_id)?;
    let Ok(to) = MobileNumber::from_e164(&line.delivery.destination) else {
        return Ok(Said::Nothing("a text message to a number that is no mobile"));
    };
    let at = handed_over_at + Duration::milliseconds(line.delivery.dwell_time_ms.into());
    let about = About::Message { to: Destination::Mobile(to), handed_over_at };
    Ok(Said::News(News { about, provider_id, receipt: Receipt { at, told } }))
}

fn utc(text: &str) -> Result<DateTime<Utc>, Unreadable> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")
        .map(|wall| wall.and_utc())
        .map_err(|_| Unreadable("its time is none"))
}

/// Why it did not arrive, by the sentences that SNS documents. Another sentence says nothing to us.
fn fault(response: &str) -> Fault {
    match response.trim_end_matches('.') {
        "Invalid phone number" => Fault::NoSuchAddress,
        "Phone number is opted out"
        | "Phone is on a blocked list"
        | "Destination is on a blocked list" => Fault::Listed,
        "Blocked as spam by phone carrier"
        | "Phone carrier has blocked this message"
        | "Phone has blocked SMS" => Fault::Blocked,
        "Message body is invalid" | "This delivery would exceed max price" => Fault::NotSent,
        "Phone carrier is currently unreachable/unavailable"
        | "Phone is currently unreachable/unavailable"
        | "Unknown error attempting to reach phone" => Fault::OutOfReach,
        _ => Fault::Unknown,
    }
}
