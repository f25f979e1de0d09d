//! Schemas, as tables.

use serde_json::Value;

use super::text;
use crate::markdown::{escape, inline};

/// A schema of the document.
pub(super) fn section(name: &str, schema: &Value) -> String {
    let says = inline(text(schema, "/description"));
    let properties = schema["properties"].as_object().into_iter().flatten();
    let (needed, others): (Vec<_>, Vec<_>) =
        properties.partition(|(name, _)| is_required(schema, name));
    let rows = [("required", needed), ("", others)].into_iter().flat_map(|(needed, rows)| {
        rows.into_iter().map(move |(name, property)| row(name, needed, property))
    });
    let rows: String = rows.collect();
    let table = if rows.is_empty() {
        format!("<p>{}</p>\n", words(schema))
    } else {
        format!("<table>\n{rows}</table>\n")
    };
    format!("<section id=\"schema-{name}\">\n<h3>{name}</h3>\n<p>{says}</p>\n{table}</section>\n")
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().into_iter().flatten().any(|each| each == name)
}

fn row(name: &str, needed: &str, property: &Value) -> String {
    // What may be `null` has its description beside what it else is.
    let says = [property.pointer("/description"), property.pointer("/oneOf/0/description")];
    let says = says.into_iter().flatten().find_map(Value::as_str).unwrap_or_default();
    format!(
        "<tr><td><code>{}</code></td><td>{}</td><td class=\"needed\">{needed}</td><td>{}</td></tr>\n",
        escape(name),
        words(property),
        inline(says),
    )
}

/// What a value may be, in a few words.
pub(super) fn words(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().filter_map(Value::as_str);
        return values.map(|value| format!("<code>{value}</code>")).collect::<Vec<_>>().join(", ");
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[several].as_array() {
            return choices.iter().map(words).collect::<Vec<_>>().join(" or ");
        }
    }
    if !schema["items"].is_null() {
        return format!("list of {}", words(&schema["items"]));
    }
    let kinds = schema["type"].as_array().into_iter().flatten().chain([&schema["type"]]);
    let kinds: Vec<_> = kinds.filter_map(Value::as_str).collect();
    let mut kind = if kinds.is_empty() { "anything".to_owned() } else { kinds.join(" or ") };
    for (name, before) in
        [("minimum", "from"), ("maximum", "to"), ("maxLength", "at most"), ("format", "as")]
    {
        // How many bits a number has says nothing to people.
        let limit = Some(&schema[name]).filter(|limit| **limit != "int64").unwrap_or(&Value::Null);
        let limit = limit.as_str().map_or_else(|| limit.to_string(), str::to_owned);
        if limit != "null" {
            kind = format!("{kind}, {before} {limit}");
        }
    }
    escape(&kind)
}
