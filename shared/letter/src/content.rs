//! What a letter says: plain data, nothing in it is markup.

use std::fmt;
use std::sync::Arc;

use crate::language::Language;

/// A letter: everything that stands on it, and nothing about how it looks.
///
/// Its text is data. No character in it means anything to the layout except
/// `'\n'`, which ends a line.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Letter {
    /// Whose paper it is written on.
    pub letterhead: Letterhead,
    /// The day it is dated.
    pub date: LetterDate,
    /// "Our ref: …", when there is one.
    pub reference: Option<String>,
    /// What tells whose the pages after the first are, should they come apart.
    #[cfg_attr(feature = "serde", serde(default))]
    pub running: Option<String>,
    /// Who gets it: what shows in the window of the envelope.
    pub recipient: Recipient,
    /// What it is about: its heading, and the title of the document.
    pub subject: Option<String>,
    /// The text, from the salutation to the signature.
    pub body: Vec<Block>,
    /// The language most of it is in.
    pub language: Language,
}

/// Letters carry health information: only what cannot tell a patient shows.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("practice", &self.letterhead.practice)
            .field("language", &self.language)
            .field("blocks", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The practice's paper.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Letterhead {
    /// The practice's name; also the author of the document.
    pub practice: String,
    /// The practice's mark: its name stands beside it, or under it if it is wide.
    ///
    /// It is not kept with a letter: whoever reads a kept one puts it in.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub logo: Option<Logo>,
    /// The site that writes, when it has a name of its own.
    pub site: Option<String>,
    /// The site's address, a line each.
    pub address: Vec<String>,
    /// The site's telephone number, as it is to be read.
    pub phone: Option<String>,
    /// The site's email address.
    pub email: Option<String>,
}

/// A picture at the top of the paper.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// What kind of file it is.
    pub format: PictureFormat,
    /// The file. Shared, so that a thousand letters hold it once.
    pub bytes: Arc<[u8]>,
    /// What a screen reader says in its place.
    pub description: String,
}

impl Logo {
    /// Most pixels along a side: a thousand dots an inch over its place. A small file can hold many
    /// more, and unpacking them would take all the memory there is.
    pub const MOST_PIXELS: usize = 2_400;
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logo")
            .field("format", &self.format)
            .field("bytes", &self.bytes.len())
            .field("description", &self.description)
            .finish()
    }
}

/// The files a [`Logo`] can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
}

/// The day a letter is dated: as it is read, and as the document records it.
///
/// This crate knows no clock and no language's way of writing a date.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LetterDate {
    /// As it stands on the letter: "14 March 2026".
    pub text: String,
    /// The year.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

/// Who a letter is for.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Recipient {
    /// The name, the first line of the address.
    pub name: String,
    /// The rest of the address: at most [`Recipient::MAX_LINES`] lines.
    pub address: Vec<String>,
}

impl Recipient {
    /// How many lines under the name an envelope's window has room for.
    pub const MAX_LINES: usize = 6;
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(…)")
    }
}

/// A part of a letter's text.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Block {
    /// A heading inside the letter.
    Heading(Level, Vec<Run>),
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// Items with bullets; an item is blocks of its own.
    BulletList(Vec<Vec<Block>>),
    /// Items with numbers.
    NumberedList {
        /// The number of the first item.
        start: u32,
        /// The items, each blocks of its own.
        items: Vec<Vec<Block>>,
    },
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Block::Heading(..) => "Heading(…)",
            Block::Paragraph(_) => "Paragraph(…)",
            Block::BulletList(_) => "BulletList(…)",
            Block::NumberedList { .. } => "NumberedList(…)",
        })
    }
}

/// How deep a heading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Level {
    /// A part of the letter.
    One,
    /// A part of a part.
    Two,
    /// The least.
    Three,
}

/// A piece of text in one weight.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Run {
    /// The text; `'\n'` in it ends a line.
    pub text: String,
    /// How heavy it is set.
    pub weight: Weight,
}

impl Run {
    /// Text in the ordinary weight.
    pub fn regular(text: impl Into<String>) -> Self {
        Run { text: text.into(), weight: Weight::Regular }
    }

    /// Text that stands out.
    pub fn bold(text: impl Into<String>) -> Self {
        Run { text: text.into(), weight: Weight::Bold }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("weight", &self.weight).finish_non_exhaustive()
    }
}

/// How heavy text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Weight {
    /// As text is.
    Regular,
    /// Standing out.
    Bold,
}
