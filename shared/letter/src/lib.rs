#![doc = include_str!("../README.md")]

mod batch;
mod breaks;
mod clean;
mod content;
mod coverage;
mod direction;
mod error;
mod faces;
mod frame;
mod glyphs;
mod language;
mod letterhead;
mod pages;
mod paint;
mod remembered;
mod rows;
mod shape;
pub mod sheet;
mod structure;
mod typesetter;

pub use batch::{Cover, CoverLine, Sides, batch, page_count};
pub use content::{
    Block, Letter, LetterDate, Letterhead, Level, Logo, PictureFormat, Recipient, Run, Weight,
};
pub use error::{CannotBatch, CannotTypeset, CodePoints};
pub use language::{Language, NotALanguage};
pub use typesetter::{MOST_PAGES, Pdf, Typesetter, typeset};
