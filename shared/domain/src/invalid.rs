//! Refusals that name every wrong field.

use std::fmt;

/// What is wrong with one field of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where: a JSON pointer (RFC 6901) into the input, without the leading `#`.
    pub pointer: String,
    /// What is wrong and what would be right, as a sentence fragment.
    pub detail: String,
}

impl FieldError {
    /// Most characters of a pointer. The names in it are the sender's, and as long as they please.
    pub const LONGEST_POINTER: usize = 300;

    /// A refusal of the field at `pointer`, which is cut when it is longer than it may be.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: cut(pointer.into()), detail: detail.into() }
    }
}

/// The pointer, or its beginning.
fn cut(pointer: String) -> String {
    if pointer.chars().nth(FieldError::LONGEST_POINTER).is_none() {
        return pointer;
    }
    pointer.chars().take(FieldError::LONGEST_POINTER - 1).chain(['…']).collect()
}

/// An input that was refused, with all of its wrong fields. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    errors: Vec<FieldError>,
    unnamed: usize,
}

impl Invalid {
    /// A refusal with a single wrong field.
    pub fn one(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { errors: vec![FieldError::new(pointer, detail)], unnamed: 0 }
    }

    /// `Err` with all of `errors`, or `Ok` when there are none.
    ///
    /// # Errors
    /// When `errors` is not empty.
    pub fn unless_empty(errors: Vec<FieldError>) -> Result<(), Self> {
        if errors.is_empty() { Ok(()) } else { Err(Self { errors, unnamed: 0 }) }
    }

    /// The same, when so many more fields are wrong that they are only counted.
    #[must_use]
    pub fn and_more(self, unnamed: usize) -> Self {
        Self { unnamed, ..self }
    }

    /// Every wrong field, but for those that are only counted.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// How many fields are wrong.
    pub fn count(&self) -> usize {
        self.errors.len() + self.unnamed
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.errors.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", error.pointer, error.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}
