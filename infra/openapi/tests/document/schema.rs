//! What a schema says.

use std::collections::BTreeSet;

use jsonschema::Validator;
use openapi::operation::Operation;
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
    judge(place, &document["components"])
}

/// The same for what we answer, in which every field must be described, though callers must take
/// others: there may be more of them one day.
pub(crate) fn strict_validator(document: &Value, place: &str) -> Validator {
    let mut components = document["components"].clone();
    close(&mut components);
    judge(place, &components)
}

fn judge(place: &str, components: &Value) -> Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(&json!({ "$ref": place, "components": components }))
        .expect("the document's schemas are schemas")
}

/// Refuses fields that are not described, in every object below.
fn close(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(Value::is_object) {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// How an answer of this status is described on a route.
pub(crate) fn described<'a>(document: &'a Value, it: &Operation, status: u16) -> &'a Value {
    let method = it.method.as_str().to_ascii_lowercase();
    &document["paths"][it.path][method]["responses"][status.to_string()]
}

/// The names that a value may be, in a schema or where it points.
pub(crate) fn names(document: &Value, schema: &Value) -> BTreeSet<String> {
    if let Some(place) = schema["$ref"].as_str() {
        return names(document, document.pointer(place.trim_start_matches('#')).unwrap());
    }
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    let names_of = |name: &Value| name.as_str().map(str::to_owned);
    let own = schema["enum"].as_array().into_iter().flatten().filter_map(names_of);
    choices.flat_map(|choice| names(document, choice)).chain(own).collect()
}

/// An object that a request may hold, by a body that holds it alone and in it one unknown field.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) pointer: String,
    pub(crate) probe: Value,
    pub(crate) known: BTreeSet<String>,
    pub(crate) required: BTreeSet<String>,
    /// For each field whose value is a name: bodies in which it is unknown, and those that it knows.
    pub(crate) named: Vec<Named>,
}

/// A field that takes some names only.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) pointer: String,
    pub(crate) probe: Value,
    pub(crate) names: BTreeSet<String>,
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
        let named = properties.iter().filter_map(|(name, property)| {
            let names = names(document, property);
            let pointer = format!("{at}/{name}");
            (!names.is_empty()).then(|| Named { pointer, probe: with(name, json!(UNKNOWN)), names })
        });
        let named = named.collect();
        let known = properties.keys().cloned().collect();
        let required = schema["required"].as_array().into_iter().flatten();
        let required = required.map(|name| name.as_str().unwrap().to_owned());
        let required = required.filter(|name| !fixed.contains_key(name)).collect();
        found.push(Place {
            pointer: at.to_owned(),
            probe: with(UNKNOWN, json!(1)),
            known,
            required,
            named,
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
