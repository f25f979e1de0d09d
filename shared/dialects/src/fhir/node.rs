//! A place in a document.

use std::cell::RefCell;

use domain::invalid::FieldError;
use serde_json::Value;

/// Most entries of a list within a resource that are looked at.
const MOST_LOOKED_AT: usize = 100;

/// A value, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    pointer: String,
}

impl<'a> Node<'a> {
    pub(super) const fn root(value: &'a Value) -> Self {
        Self { value, pointer: String::new() }
    }

    pub(super) const fn value(&self) -> &'a Value {
        self.value
    }

    /// Its JSON pointer, for people.
    pub(super) fn place(&self) -> &str {
        if self.pointer.is_empty() { "/" } else { &self.pointer }
    }

    pub(super) fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, pointer: format!("{}/{name}", self.pointer) })
    }

    /// Whether it has a field that says something.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|node| node.value.as_array().is_none_or(|list| !list.is_empty()))
    }

    /// The entries of a list; none when there is no list.
    pub(super) fn items(&self, name: &str) -> Vec<Self> {
        self.first_items(name, MOST_LOOKED_AT)
    }

    pub(super) fn first_items(&self, name: &str, most: usize) -> Vec<Self> {
        let Some(list) = self.get(name) else { return Vec::new() };
        let Some(values) = list.value.as_array() else { return Vec::new() };
        let numbered = values.iter().take(most).enumerate();
        numbered
            .map(|(i, value)| Self { value, pointer: format!("{}/{i}", list.pointer) })
            .collect()
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        let text = self.value.get(name)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The texts in a list.
    pub(super) fn texts(&self, name: &str) -> Vec<&'a str> {
        self.items(name).iter().filter_map(|node| node.value.as_str()).collect()
    }

    /// Whether a field is `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.value.get(name).and_then(Value::as_bool) == Some(true)
    }
}

/// Everything that is wrong.
#[derive(Debug, Default)]
pub(super) struct Errors(RefCell<Vec<FieldError>>);

impl Errors {
    /// Says that a field of `node` is wrong. The name may lead further down.
    pub(super) fn add(&self, node: &Node<'_>, name: &str, detail: impl Into<String>) {
        let pointer = match name {
            "" => node.pointer.clone(),
            name => format!("{}/{name}", node.pointer),
        };
        self.0.borrow_mut().push(FieldError::new(pointer, detail));
    }

    /// Adds what was found elsewhere.
    pub(super) fn extend(&self, errors: impl IntoIterator<Item = FieldError>) {
        self.0.borrow_mut().extend(errors);
    }

    /// How many fields are wrong by now.
    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    pub(super) fn into_inner(self) -> Vec<FieldError> {
        self.0.into_inner()
    }
}
