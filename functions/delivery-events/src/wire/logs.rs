//! What a subscription of CloudWatch Logs hands over: base64 of gzip of JSON.
//!
//! Read by hand, because the ready-made type unpacks whatever it is given, however large, and shows
//! every line in its `Debug`.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::phi::Phi;
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::Unreadable;

/// Most bytes of lines that are unpacked. CloudWatch Logs hands over far fewer at once.
const MOST: u64 = 32 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    message_type: String,
    log_events: Vec<LogEvent>,
}

#[derive(Deserialize)]
struct LogEvent {
    message: String,
}

/// The lines of a batch. A message by which CloudWatch Logs tries whether anybody listens has none.
pub(crate) fn lines(payload: &Value) -> Result<Vec<Phi<String>>, Unreadable> {
    let data = payload.get("data").and_then(Value::as_str);
    let packed = data.and_then(|data| STANDARD.decode(data).ok());
    let packed = packed.ok_or(Unreadable("its lines are not base64"))?;
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(packed.as_slice()).take(MOST + 1).read_to_end(&mut unpacked);
    if read.is_err() {
        return Err(Unreadable("its lines are not gzip"));
    }
    if u64::try_from(unpacked.len()).unwrap_or(u64::MAX) > MOST {
        return Err(Unreadable("its lines are too many"));
    }
    let batch: Batch = serde_json::from_slice(&unpacked)
        .map_err(|_| Unreadable("its lines are not what CloudWatch Logs hands over"))?;
    match batch.message_type.as_str() {
        "DATA_MESSAGE" => Ok(batch.log_events.into_iter().map(|it| Phi::new(it.message)).collect()),
        "CONTROL_MESSAGE" => Ok(Vec::new()),
        _ => Err(Unreadable("its type of message is not known")),
    }
}
