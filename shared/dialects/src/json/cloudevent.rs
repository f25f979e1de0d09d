//! `CloudEvents` 1.0: attributes around our data. A few dozen lines read what is used of them; the
//! crate for it brings seventy others.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::invalid::{FieldError, Invalid};
use form::Form;
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::dialect::{Mode, is_json};
use crate::refused::{Refused, malformed, not_spoken};

/// Longest `id`, and longest `source`.
const LONGEST: usize = 1024;

/// An event's `source` and `id`.
type Key = (String, String);

/// The event as one document, and its key if it has one.
pub(super) fn unpack(
    mode: Mode,
    headers: &HeaderMap,
    document: Value,
) -> Result<(Option<Key>, Value), Refused> {
    let event = match mode {
        Mode::Structured => structured(document)?,
        Mode::Binary => binary(headers, document),
    };
    let attribute = |name: &str| event.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok((attribute("source").zip(attribute("id")), event))
}

fn structured(mut document: Value) -> Result<Value, Refused> {
    let content_type = document.get("datacontenttype").and_then(Value::as_str).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !essence.is_empty() && !is_json(&essence) {
        return Err(not_spoken(
            "The data of a CloudEvent must be JSON: datacontenttype application/json.",
        ));
    }
    let Some(object) = document.as_object_mut() else { return Ok(document) };
    if let Some(encoded) = object.remove("data_base64") {
        if object.contains_key("data") {
            return Err(malformed("A CloudEvent has data or data_base64, and not both."));
        }
        let decoded = encoded.as_str().and_then(|text| STANDARD.decode(text).ok());
        let Some(decoded) = decoded else {
            return Err(malformed("The data_base64 of the CloudEvent is not base64."));
        };
        object.insert("data".to_owned(), super::document(&decoded)?);
    }
    Ok(document)
}

/// The event of attributes in headers and data in the body.
fn binary(headers: &HeaderMap, data: Value) -> Value {
    let mut event = Map::new();
    for (name, value) in headers {
        if let Some(attribute) = name.as_str().strip_prefix("ce-") {
            let text = value.to_str().ok().and_then(header_text).map_or(Value::Null, Value::String);
            event.insert(attribute.to_owned(), text);
        }
    }
    event.insert("data".to_owned(), data);
    Value::Object(event)
}

/// An attribute's text: out of its quotes, and then percent-decoded.
fn header_text(value: &str) -> Option<String> {
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let plain = quoted
        .map_or_else(|| value.to_owned(), |text| text.replace("\\\"", "\"").replace("\\\\", "\\"));
    percent_decode_str(&plain).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Checks the attributes that are read for nothing else.
pub(super) fn check(form: &Form<'_>) {
    form.required("specversion", |text| if text == "1.0" { Ok(()) } else { Err("must be 1.0") });
    let filled = |text: &str| match text.len() {
        0 => Err("must not be empty".to_owned()),
        1..=LONGEST => Ok(()),
        _ => Err(format!("must have at most {LONGEST} bytes")),
    };
    form.required("id", filled);
    form.required("source", filled);
}

/// Our own type in one that may begin with a domain in reverse and may end with a version:
/// `com.example.booking.made.v1` is `booking.made`.
pub(super) fn our_type(text: &str) -> Result<&str, String> {
    let version = text.rsplit_once('.').filter(|(_, last)| {
        let number = last.strip_prefix('v').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let text = match version {
        Some((rest, "v1")) => rest,
        Some(_) => {
            return Err(
                "must end with v1 or with no version: it is the only one there is".to_owned()
            );
        }
        None => text,
    };
    // Ours have two words; what is before them is the sender's.
    let words = text.rmatch_indices('.').nth(1).and_then(|(dot, _)| text.get(dot + 1..));
    Ok(words.unwrap_or(text))
}

/// Puts what is wrong where the sender has it: in binary mode attributes are headers and the body is
/// the data.
pub(super) fn place(mode: Mode, invalid: &Invalid) -> Refused {
    if mode == Mode::Structured {
        return invalid.clone().into();
    }
    let moved = invalid.errors().iter().map(|error| {
        if let Some(data) = error.pointer.strip_prefix("/data") {
            return FieldError::new(data, &error.detail);
        }
        let name = error.pointer.trim_start_matches('/');
        let detail = format!("the header ce-{name} {}", error.detail);
        FieldError::new("", detail)
    });
    match Invalid::unless_empty(moved.collect()) {
        Err(moved) => moved.into(),
        Ok(()) => invalid.clone().into(),
    }
}
