//! Functions: their logs, starting them, and holding their queues back.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Emulator;
use crate::Error;
use crate::answer::text_at;

/// One line of a function's log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// The line.
    pub message: String,
    /// The id of the event, unique in its group.
    #[serde(default)]
    pub event_id: String,
}

impl Emulator {
    /// Starts a function with this event, waits for it, and returns its result.
    pub fn invoke(&self, function: &str, event: &Value) -> Result<Value, Error> {
        let path = format!("/2015-03-31/functions/{function}/invocations");
        let answer = self.rest("lambda", "POST", &path, Some(event))?;
        if answer.header("x-amz-function-error").is_some() {
            return Err(answer.refused());
        }
        answer.success()
    }

    /// Lets a function take messages from its queues, or keeps it from doing so.
    pub fn let_consume(&self, function: &str, yes: bool) -> Result<(), Error> {
        let mappings = "/2015-03-31/event-source-mappings/";
        let path = format!("{mappings}?FunctionName={function}");
        let listed = self.rest("lambda", "GET", &path, None)?.success()?;
        let queues =
            listed.get("EventSourceMappings").and_then(Value::as_array).map_or(0, Vec::len);
        for queue in 0..queues {
            let id = format!("/EventSourceMappings/{queue}/UUID");
            let id = text_at(&listed, &id, "finding the queues of a function")?;
            let body = json!({ "Enabled": yes });
            self.rest("lambda", "PUT", &format!("{mappings}{id}"), Some(&body))?.success()?;
        }
        Ok(())
    }

    /// The log groups whose names start with `prefix`.
    pub fn log_groups(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let answer = self.call(
            "logs",
            "Logs_20140328.DescribeLogGroups",
            &json!({ "logGroupNamePrefix": prefix }),
        )?;
        let groups = answer.get("logGroups").and_then(Value::as_array);
        Ok(groups
            .into_iter()
            .flatten()
            .filter_map(|group| group.get("logGroupName")?.as_str().map(ToOwned::to_owned))
            .collect())
    }

    /// What was logged in a group at `since` (milliseconds since 1970) or later.
    pub fn log_lines(&self, group: &str, since: i64) -> Result<Vec<LogLine>, Error> {
        let answer = self.call(
            "logs",
            "Logs_20140328.FilterLogEvents",
            &json!({ "logGroupName": group, "startTime": since, "limit": 10_000 }),
        )?;
        let events = answer.get("events").cloned().unwrap_or_else(|| json!([]));
        serde_json::from_value(events).map_err(|error| Error::Form {
            what: "reading a function's log".to_owned(),
            why: error.to_string(),
        })
    }
}
