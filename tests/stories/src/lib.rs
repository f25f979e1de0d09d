//! A practice behind its webhooks, and other systems that tell it a story, each in its own language.

#![expect(clippy::indexing_slicing, reason = "indexing a JSON object to set a field cannot fail")]

mod language;
mod practice;
mod story;

pub use language::{Language, Subject};
pub use practice::Practice;
pub use story::{Person, Step, Visit, What, at, booked};
