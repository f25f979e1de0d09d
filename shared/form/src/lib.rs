//! Reads JSON into domain types and reports **every** wrong field, each by its JSON pointer.

pub mod json;
mod lists;
mod numbers;
pub mod shapes;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;

use domain::invalid::{FieldError, Invalid};
use serde_json::{Map, Value};

/// What to do about fields nobody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownFields {
    /// Refuse them: a misspelt field must not be lost in silence.
    Refuse,
    /// Pass over them: other systems send more than we need.
    Ignore,
}

/// Reads a whole document. `fields` reads the fields; it answers `None` when something is missing
/// that it reported.
///
/// # Errors
/// With every wrong field.
///
/// ```
/// use form::{read, UnknownFields};
/// use domain::text::Label;
/// let input = serde_json::json!({ "name": "", "nmae": "x" });
/// let refused = read(&input, UnknownFields::Refuse, |form| form.required("name", Label::parse)).unwrap_err();
/// let pointers: Vec<_> = refused.errors().iter().map(|e| e.pointer.as_str()).collect();
/// assert_eq!(pointers, ["/name", "/nmae"]);
/// ```
pub fn read<T>(
    document: &Value,
    unknown: UnknownFields,
    fields: impl FnOnce(&Form<'_>) -> Option<T>,
) -> Result<T, Invalid> {
    let errors = RefCell::new(Vec::new());
    let built = Form::enter(document, String::new(), unknown, &errors, fields);
    let errors = errors.into_inner();
    match built {
        Some(built) if errors.is_empty() => Ok(built),
        // A builder that gives up reports why; this is the answer should one forget.
        _ => Invalid::unless_empty(errors).and(Err(Invalid::one("", "cannot be read"))),
    }
}

/// One object of the document.
pub struct Form<'a> {
    object: &'a Map<String, Value>,
    pointer: String,
    unknown: UnknownFields,
    errors: &'a RefCell<Vec<FieldError>>,
    seen: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Form<'a> {
    fn enter<T>(
        value: &'a Value,
        pointer: String,
        unknown: UnknownFields,
        errors: &'a RefCell<Vec<FieldError>>,
        fields: impl FnOnce(&Form<'a>) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(object) = value else {
            errors.borrow_mut().push(FieldError::new(pointer, "must be an object"));
            return None;
        };
        let form = Form { object, pointer, unknown, errors, seen: RefCell::default() };
        let built = fields(&form);
        form.refuse_unread();
        built
    }

    fn refuse_unread(&self) {
        if self.unknown == UnknownFields::Ignore {
            return;
        }
        let seen = self.seen.borrow();
        for name in self.object.keys().filter(|name| !seen.contains(name.as_str())) {
            let known = seen.iter().copied().collect::<Vec<_>>().join(", ");
            self.error(
                name,
                match known.as_str() {
                    "" => "is not known here; nothing is read".to_owned(),
                    known => format!("is not known here; known are {known}"),
                },
            );
        }
    }

    /// Whether something of the document is found wrong by now: once every field is read, whether it
    /// is refused.
    pub fn is_refused(&self) -> bool {
        let unread = |name: &String| !self.seen.borrow().contains(name.as_str());
        let surplus = self.unknown == UnknownFields::Refuse && self.object.keys().any(unread);
        surplus || !self.errors.borrow().is_empty()
    }

    /// Reports what is wrong with fields of this object by their pointers in it.
    pub fn refuse(&self, invalid: &Invalid) {
        for FieldError { pointer, detail } in invalid.errors() {
            let pointer = format!("{}{pointer}", self.pointer);
            self.errors.borrow_mut().push(FieldError::new(pointer, detail));
        }
    }

    /// Reports that `name` is wrong.
    pub fn error(&self, name: &str, detail: impl Into<String>) {
        self.errors.borrow_mut().push(FieldError::new(self.at(name), detail));
    }

    /// Whether the field is there, be it `null`.
    pub fn says(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Whether the field is there and not `null`.
    pub fn gives(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    /// Reports that a field of the `i`th entry of a list is wrong.
    pub fn error_in(&self, list: &str, i: usize, name: &str, detail: impl Into<String>) {
        let pointer = format!("{}/{i}/{name}", self.at(list));
        self.errors.borrow_mut().push(FieldError::new(pointer, detail));
    }

    /// Reports a field that is left out, though it may be `null`.
    pub fn must_say(&self, name: &str) {
        if !self.says(name) {
            self.error(name, "is required; say null or an empty list for none");
        }
    }

    /// Allows fields that are not read, such as those an answer shows and a save sends back.
    pub fn pass_over(&self, names: &[&'static str]) {
        self.seen.borrow_mut().extend(names);
    }

    fn at(&self, name: &str) -> String {
        // RFC 6901: `~` and `/` in a name are written `~0` and `~1`.
        format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"))
    }

    fn value(&self, name: &'static str) -> Option<&'a Value> {
        self.seen.borrow_mut().insert(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// A text that must be there.
    pub fn required<T, E: Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let found = self.optional(name, parse)?;
        if found.is_none() {
            self.error(name, "is required");
        }
        found
    }

    /// A text that may be missing: `Some(None)` then, and `None` when it is wrong.
    pub fn optional<T, E: Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        let Some(value) = self.value(name) else {
            return Some(None);
        };
        let Value::String(text) = value else {
            self.error(name, "must be a text");
            return None;
        };
        match parse(text) {
            Ok(parsed) => Some(Some(parsed)),
            Err(error) => {
                self.error(name, error.to_string());
                None
            }
        }
    }

    /// One of several names.
    pub fn choice<T: Copy>(
        &self,
        name: &'static str,
        choices: &[T],
        label: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        self.required(name, |text| {
            choices.iter().copied().find(|choice| label(*choice) == text).ok_or_else(|| {
                let labels: Vec<_> = choices.iter().map(|choice| label(*choice)).collect();
                format!("must be one of {}", labels.join(", "))
            })
        })
    }

    /// One of several names that may be missing: `Some(None)` then.
    pub fn optional_choice<T: Copy>(
        &self,
        name: &'static str,
        choices: &[T],
        label: impl Fn(T) -> &'static str,
    ) -> Option<Option<T>> {
        if self.value(name).is_none() {
            return Some(None);
        }
        self.choice(name, choices, label).map(Some)
    }

    /// A yes or no that may be missing.
    pub fn flag(&self, name: &'static str, default: bool) -> Option<bool> {
        self.optional_flag(name).map(|flag| flag.unwrap_or(default))
    }

    /// A yes or no that may be missing: `Some(None)` then.
    pub fn optional_flag(&self, name: &'static str) -> Option<Option<bool>> {
        let Some(value) = self.value(name) else { return Some(None) };
        if value.as_bool().is_none() {
            self.error(name, "must be true or false");
        }
        value.as_bool().map(Some)
    }

    /// A whole number that may be missing.
    pub fn number(&self, name: &'static str, min: u64, max: u64) -> Option<Option<u64>> {
        let Some(value) = self.value(name) else {
            return Some(None);
        };
        let number = value.as_u64().filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.error(name, format!("must be a whole number from {min} to {max}"));
        }
        number.map(Some)
    }

    /// An object that must be there.
    pub fn object<T>(
        &self,
        name: &'static str,
        build: impl FnOnce(&Form<'a>) -> Option<T>,
    ) -> Option<T> {
        let Some(value) = self.value(name) else {
            self.error(name, "is required");
            return None;
        };
        Form::enter(value, self.at(name), self.unknown, self.errors, build)
    }

    /// An object that may be missing: `Some(None)` then.
    pub fn optional_object<T>(
        &self,
        name: &'static str,
        build: impl FnOnce(&Form<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.value(name).is_none() {
            return Some(None);
        }
        self.object(name, build).map(Some)
    }

    /// A list of objects; empty when missing.
    pub fn objects<T>(
        &self,
        name: &'static str,
        max: usize,
        build: impl Fn(&Form<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.list(name, max, |value, pointer| {
            Form::enter(value, pointer, self.unknown, self.errors, &build)
        })
    }

    /// A list of texts; empty when missing.
    pub fn texts<T, E: Display>(
        &self,
        name: &'static str,
        max: usize,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Vec<T>> {
        self.list(name, max, |value, pointer| {
            let text = value.as_str().ok_or_else(|| "must be a text".to_owned());
            text.and_then(|text| parse(text).map_err(|error| error.to_string()))
                .map_err(|detail| {
                    self.errors.borrow_mut().push(FieldError::new(pointer, detail));
                })
                .ok()
        })
    }

    fn list<T>(
        &self,
        name: &'static str,
        max: usize,
        item: impl Fn(&'a Value, String) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(value) = self.value(name) else {
            return Some(Vec::new());
        };
        let Value::Array(values) = value else {
            self.error(name, "must be a list");
            return None;
        };
        if values.len() > max {
            self.error(name, format!("must have at most {max} entries"));
            return None;
        }
        // Every entry is read before any is missed, so that all that is wrong is reported.
        let read: Vec<_> = values
            .iter()
            .enumerate()
            .map(|(i, value)| item(value, format!("{}/{i}", self.at(name))))
            .collect();
        read.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::text::Label;
    use serde_json::json;

    use super::*;

    fn pointers(document: &Value) -> Vec<String> {
        let refused = read(document, UnknownFields::Refuse, |form| {
            let name = form.required("name", Label::parse);
            let flag = form.flag("flag", false);
            let number = form.number("number", 1, 9);
            let inner = form.objects("inner", 3, |form| form.required("a/b", Label::parse));
            Some((name?, flag?, number?, inner?))
        });
        refused.unwrap_err().errors().iter().map(|error| error.pointer.clone()).collect()
    }

    #[test]
    fn every_wrong_field_is_reported_with_its_pointer() {
        let document = json!({
            "name": 3, "flag": "yes", "number": 10,
            "inner": [{"a/b": "fine"}, {"a/b": ""}, "no object"], "surplus": 1,
        });
        let expected = ["/name", "/flag", "/number", "/inner/1/a~1b", "/inner/2", "/surplus"];
        assert_eq!(pointers(&document), expected);
    }

    #[test]
    fn a_missing_field_and_null_are_the_same() {
        assert_eq!(pointers(&json!({})), ["/name"]);
        assert_eq!(pointers(&json!({"name": null})), ["/name"]);
    }

    #[test]
    fn a_document_that_is_no_object_is_refused_at_its_root() {
        assert_eq!(pointers(&json!([1])), [""]);
    }
}
