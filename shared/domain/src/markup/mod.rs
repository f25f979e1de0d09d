//! The text of a letter or an email: plain text with headings, lists, bold and merge tags.
//!
//! It is read as `CommonMark` by `pulldown-cmark`; what a message has no use for is refused, with a
//! sentence that says where it is. A new line in the text is a new line in the message. Tags are
//! filled in what was read, and never in what is to be read: whatever a patient is called, nothing
//! in it is markup.

mod bad;
mod document;
mod marked;
mod read;

#[cfg(test)]
mod tests;

pub use self::bad::{BadMarkup, NotUsed};
pub use self::document::{Block, Document, Level, Marks, Role, Run};
use self::read::Piece;

/// How deep lists may stand in lists.
pub const DEEPEST_LIST: usize = 3;

/// A text with markup and tags, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(Document<Piece>);

impl Markup {
    /// Reads a text. Its tags stand between `{{` and `}}`.
    ///
    /// # Errors
    /// When it uses something that messages do not have, such as a table or HTML.
    ///
    /// ```
    /// use domain::markup::{BadMarkup, Markup};
    /// assert!(Markup::parse("# Your visit\n\nDear **{{ patient.first_name }}**").is_ok());
    /// let refused = Markup::parse("Hello\n<b>you</b>").unwrap_err();
    /// assert_eq!(refused.line, 2);
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadMarkup> {
        read::read(text).map(Self)
    }

    /// Puts a value in the place of each tag. `link` says of a tag whether its value is an address of
    /// ours to be followed; every other value is text, also when it looks like an address.
    ///
    /// # Errors
    /// With the first tag that has no value.
    pub fn fill<'a>(
        &self,
        value: impl Fn(&str) -> Option<&'a str>,
        link: impl Fn(&str) -> bool,
    ) -> Result<Document, String> {
        self.0.fill(&|piece: &Piece| match piece {
            Piece::Written(run) => Ok(run.clone()),
            Piece::Tag { name, bold } => {
                let text = value(name).ok_or_else(|| name.clone())?.to_owned();
                let role = if link(name) { Role::Link } else { Role::Text };
                Ok(Run { text, bold: *bold, role })
            }
        })
    }
}
