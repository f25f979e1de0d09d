//! Why a letter or a batch could not be made.

use std::fmt::{self, Write as _};

use crate::content::{Logo, Recipient};

/// Why a letter was not set: what is wrong, and what to do about it.
///
/// No variant carries the letter's text, so that an error can be logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotTypeset {
    /// No font here has these characters. A letter with boxes in a name is
    /// worse than none.
    #[error("no font has {0}: write them otherwise, or have the letter written by hand")]
    MissingGlyphs(CodePoints),
    /// The address has more lines than the window shows.
    #[error("the recipient's address has {0} lines under the name, at most {max} show in the envelope's window: join or shorten lines", max = Recipient::MAX_LINES)]
    TooManyAddressLines(usize),
    /// The address does not fit the window even in the smallest size.
    #[error(
        "the recipient's name and address do not fit the envelope's window: shorten its longest lines"
    )]
    AddressTooLarge,
    /// There is no name to send it to.
    #[error("the recipient's name is empty")]
    NoRecipient,
    /// The year, month and day are not a day.
    #[error("the date's year, month and day are not a day of a calendar")]
    NotADate,
    /// The picture is not the file it is said to be.
    #[error("the logo cannot be read as the {0} it is said to be: upload it again")]
    BadLogo(&'static str),
    /// The picture has too many pixels.
    #[error("the logo has more than {max} pixels along a side: save it smaller", max = Logo::MOST_PIXELS)]
    LogoTooLarge,
    /// The letterhead is taller than its place above the window.
    #[error(
        "the letterhead does not fit above the envelope's window: use fewer or shorter address lines"
    )]
    LetterheadTooLarge,
    /// More pages than any letter has: a template went wrong.
    #[error("the letter is longer than {0} pages: is its template right?")]
    TooLong(usize),
    /// The PDF library refused the document: a bug here, not in the letter.
    #[error("the PDF could not be written ({0}): this is a bug")]
    Pdf(String),
}

/// Why finished letters were not joined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotBatch {
    /// A batch of nothing.
    #[error("there is no letter to print")]
    Empty,
    /// The cover's list and the letters do not match.
    #[error("the cover lists {listed} letters, {given} were given")]
    ListDiffers {
        /// How many the cover lists.
        listed: usize,
        /// How many letters were given.
        given: usize,
    },
    /// One of the letters is not a PDF with pages.
    #[error("letter {0} of the batch is not a PDF file with pages")]
    NotAPdf(usize),
    /// The cover sheet could not be set.
    #[error("the cover sheet: {0}")]
    Cover(#[from] CannotTypeset),
}

/// Characters, shown by their code points only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePoints(Vec<char>);

impl CodePoints {
    pub(crate) fn new(mut characters: Vec<char>) -> Self {
        characters.sort_unstable();
        characters.dedup();
        CodePoints(characters)
    }

    /// The characters, in order, each once.
    pub fn characters(&self) -> &[char] {
        &self.0
    }
}

impl fmt::Display for CodePoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        let mut text = String::new();
        for (nth, character) in self.0.iter().take(SHOWN).enumerate() {
            let comma = if nth == 0 { "" } else { ", " };
            write!(text, "{comma}U+{:04X}", u32::from(*character))?;
        }
        if self.0.len() > SHOWN {
            write!(text, " and {} more", self.0.len() - SHOWN)?;
        }
        f.write_str(&text)
    }
}
