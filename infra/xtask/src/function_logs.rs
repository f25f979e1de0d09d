//! What the functions log, as they log it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use stack::{Emulator, LogLine};

/// Reads on from where it was.
#[derive(Debug)]
pub(crate) struct FunctionLogs {
    emulator: Emulator,
    prefix: String,
    started: i64,
    groups: BTreeMap<String, Position>,
}

/// How far a group was read: to a time, and which lines of that time were seen.
#[derive(Debug, Default)]
struct Position {
    time: i64,
    seen: BTreeSet<(String, String)>,
}

impl FunctionLogs {
    /// Of the stack's functions, from this moment on.
    pub(crate) fn from_now(emulator: Emulator, stack_name: &str) -> Self {
        Self {
            emulator,
            prefix: format!("/aws/lambda/{stack_name}-"),
            started: stack::unix_seconds() * 1000,
            groups: BTreeMap::new(),
        }
    }

    /// What was logged since the last look, ready to be printed. Trouble shows as silence: the
    /// caller finds out by itself when the local cloud is gone.
    pub(crate) fn news(&mut self) -> Vec<String> {
        let mut news: Vec<(i64, String)> = Vec::new();
        for group in self.emulator.log_groups(&self.prefix).unwrap_or_default() {
            let started = self.started;
            let position = self
                .groups
                .entry(group.clone())
                .or_insert_with(|| Position { time: started, seen: BTreeSet::new() });
            let lines = self.emulator.log_lines(&group, position.time).unwrap_or_default();
            let function = group.strip_prefix(&self.prefix).unwrap_or(&group);
            for line in lines {
                if position.is_news(&line)
                    && let Some(text) = readable(function, &line.message)
                {
                    news.push((line.timestamp, text));
                }
            }
        }
        news.sort_by_key(|(time, _)| *time);
        news.into_iter().map(|(_, text)| text).collect()
    }
}

impl Position {
    fn is_news(&mut self, line: &LogLine) -> bool {
        if line.timestamp > self.time {
            self.time = line.timestamp;
            self.seen.clear();
        }
        line.timestamp == self.time
            && self.seen.insert((line.event_id.clone(), line.message.clone()))
    }
}

/// A log line as a person reads it; `None` for what Lambda itself says about each call.
fn readable(function: &str, message: &str) -> Option<String> {
    let message = message.trim();
    if message.is_empty()
        || ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"]
            .iter()
            .any(|platform| message.starts_with(platform))
    {
        return None;
    }
    let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(message) else {
        return Some(format!("{function:16} {message}"));
    };
    if fields.get("type").and_then(Value::as_str).is_some_and(|it| it.starts_with("platform.")) {
        return None;
    }
    // Metrics, which CloudWatch reads out of the log.
    if fields.contains_key("_aws") {
        return None;
    }
    // tracing nests what was logged under `fields`.
    if let Some(Value::Object(nested)) = fields.remove("fields") {
        fields.extend(nested);
    }
    // What a request is about stands in its span; a span's own name says nothing more.
    if let Some(Value::Object(span)) = fields.remove("span") {
        fields.extend(span.into_iter().filter(|(name, _)| name != "name"));
    }
    let time = take(&mut fields, "timestamp");
    let time = time.split('T').nth(1).and_then(|clock| clock.get(..8)).unwrap_or("").to_owned();
    let level = take(&mut fields, "level");
    let sentence = take(&mut fields, "message");
    for noise in ["target", "spans", "filename", "line_number", "threadId"] {
        fields.remove(noise);
    }
    let rest: Vec<String> = fields
        .iter()
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name}={text}"),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                format!("{name}={value}")
            }
        })
        .collect();
    Some(
        format!("{time:8} {function:16} {level:5} {sentence}  {}", rest.join(" "))
            .trim_end()
            .to_owned(),
    )
}

fn take(fields: &mut Map<String, Value>, name: &str) -> String {
    match fields.remove(name) {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use stack::LogLine;

    use super::{Position, readable};

    #[test]
    fn json_becomes_a_sentence_and_its_fields() {
        let line = r#"{"timestamp":"2026-11-22T08:00:01.123Z","level":"INFO","fields":{"message":"Leased what is due.","leased":3},"target":"sweeper"}"#;
        assert_eq!(
            readable("sweeper", line).as_deref(),
            Some("08:00:01 sweeper          INFO  Leased what is due.  leased=3")
        );
    }

    #[test]
    fn plain_text_is_shown_and_the_platforms_own_lines_are_not() {
        assert_eq!(readable("programs", "hello").as_deref(), Some("programs         hello"));
        assert_eq!(readable("programs", "START RequestId: 1 Version: $LATEST"), None);
        assert_eq!(readable("programs", r#"{"type":"platform.start"}"#), None);
        assert_eq!(readable("programs", r#"{"_aws":{},"Sent":1}"#), None);
    }

    #[test]
    fn each_line_is_news_once() {
        let line = |timestamp, message: &str| LogLine {
            timestamp,
            message: message.to_owned(),
            event_id: String::new(),
        };
        let mut position = Position::default();
        assert!(position.is_news(&line(1, "a")));
        assert!(position.is_news(&line(1, "b")));
        assert!(!position.is_news(&line(1, "a")));
        assert!(position.is_news(&line(2, "a")));
        assert!(!position.is_news(&line(1, "b")));
    }
}
