//! What a schema says.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Every reference in a value.
pub(crate) fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A judge of values by a schema of the document.
pub(crate) fn validator(document: &Value, place: &str) -> Validator {
    jsonschema::validator_for(&json!({ "$ref": place, "components": document["components"] }))
        .expect("the document's schemas are schemas")
}

/// An object that a request may hold, by a body that holds it alone and in it one unknown field.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) pointer: String,
    pub(crate) probe: Value,
    pub(crate) known: BTreeSet<String>,
    pub(crate) required: BTreeSet<String>,
}

/// What stands for a field nobody knows.
pub(crate) const UNKNOWN: &str = "?";

/// Every object that a request of this schema may hold.
pub(crate) fn places(document: &Value, schema: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    walk(document, schema, "#", &|probe| probe, &mut found);
    found
}

type Around<'a> = &'a dyn Fn(Value) -> Value;

fn walk(document: &Value, schema: &Value, at: &str, around: Around<'_>, found: &mut Vec<Place>) {
    if let Some(place) = schema["$ref"].as_str() {
        let schema = document.pointer(place.trim_start_matches('#')).unwrap();
        return walk(document, schema, at, around, found);
    }
    for choice in schema["oneOf"].as_array().into_iter().flatten() {
        walk(document, choice, at, around, found);
    }
    if !schema["items"].is_null() {
        let around = |probe| around(json!([probe]));
        walk(document, &schema["items"], &format!("{at}/0"), &around, found);
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    // Fields with fixed values say which of several objects it is.
    let fixed: Vec<Map<_, _>> = kinds(document, schema, properties);
    for fixed in fixed {
        let with = |name: &str, value: Value| {
            let mut object = fixed.clone();
            object.insert(name.to_owned(), value);
            around(Value::Object(object))
        };
        for (name, property) in properties {
            let around = |probe| with(name, probe);
            walk(document, property, &format!("{at}/{name}"), &around, found);
        }
        let known = properties.keys().cloned().collect();
        let required = schema["required"].as_array().into_iter().flatten();
        let required = required.map(|name| name.as_str().unwrap().to_owned());
        let required = required.filter(|name| !fixed.contains_key(name)).collect();
        found.push(Place {
            pointer: at.to_owned(),
            probe: with(UNKNOWN, json!(1)),
            known,
            required,
        });
    }
}

/// The values of the fields by which an object is told from others, each way in which they can be.
fn kinds(
    document: &Value,
    schema: &Value,
    properties: &Map<String, Value>,
) -> Vec<Map<String, Value>> {
    const TELLING: [&str; 4] = ["type", "channel", "when", "policy"];
    let required = schema["required"].as_array().into_iter().flatten();
    let telling: Vec<_> =
        required.filter_map(Value::as_str).filter(|it| TELLING.contains(it)).collect();
    let [name] = telling.as_slice() else { return vec![Map::new()] };
    let mut property = &properties[*name];
    while let Some(place) = property["$ref"].as_str() {
        property = document.pointer(place.trim_start_matches('#')).unwrap();
    }
    let Some(values) = property["enum"].as_array().filter(|values| values.len() < 3) else {
        return vec![Map::new()];
    };
    let one = |value: &Value| Map::from_iter([((*name).to_owned(), value.clone())]);
    values.iter().map(one).collect()
}
