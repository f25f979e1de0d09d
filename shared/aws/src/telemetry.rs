//! Logs and metrics.
//!
//! Logs are one JSON object a line: a readable sentence and dotted fields with ids only. Never log
//! names, numbers, addresses, message texts or bodies: the types that hold them print as redacted.
//! Metrics are lines in CloudWatch's embedded metric format (EMF).

use std::io::Write;

use serde_json::{Map, Value, json};
use tracing::level_filters::LevelFilter;

/// Starts logging. Call it once, first thing in `main`.
pub fn init() {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(LevelFilter::INFO)
        .init();
}

/// A unit of CloudWatch metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A duration.
    Seconds,
}

/// Publishes metrics, in the namespace `PatientConnect`, by the dimension `Stack`: an account may have several.
pub fn metrics(stack: &str, at_millis: i64, values: &[(&str, Unit, f64)]) {
    let line = emf(stack, at_millis, values);
    // A metric that cannot be written is lost; the work it counts is not.
    if writeln!(std::io::stdout(), "{line}").is_err() {
        tracing::warn!("metrics could not be written");
    }
}

fn emf(stack: &str, at_millis: i64, values: &[(&str, Unit, f64)]) -> Value {
    let definitions: Vec<Value> = values
        .iter()
        .map(|(name, unit, _)| json!({ "Name": name, "Unit": format!("{unit:?}") }))
        .collect();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": at_millis,
            "CloudWatchMetrics": [{
                "Namespace": "PatientConnect",
                "Dimensions": [["Stack"]],
                "Metrics": definitions,
            }],
        }),
    );
    line.insert("Stack".to_owned(), json!(stack));
    for (name, _, value) in values {
        line.insert((*name).to_owned(), json!(value));
    }
    Value::Object(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_in_the_embedded_metric_format() {
        let line = emf("prod", 7, &[("Queued", Unit::Count, 3.0)]);
        let expected = json!({
            "_aws": {
                "Timestamp": 7,
                "CloudWatchMetrics": [{
                    "Namespace": "PatientConnect",
                    "Dimensions": [["Stack"]],
                    "Metrics": [{ "Name": "Queued", "Unit": "Count" }],
                }],
            },
            "Stack": "prod",
            "Queued": 3.0,
        });
        assert_eq!(line, expected);
    }
}
