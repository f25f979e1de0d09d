//! What a text may not use, in words for who wrote it.

use std::fmt;

/// Why a text was refused: it uses something that messages do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("has {what} on line {line}: {}", .what.instead())]
pub struct BadMarkup {
    /// The line, from 1.
    pub line: usize,
    /// What is there.
    pub what: NotUsed,
}

/// What messages do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotUsed {
    /// `*…*` or `_…_`.
    Italics,
    /// `[…](…)`, `[…]: …` or `<https://…>`.
    Link,
    /// `![…](…)`.
    Picture,
    /// `<b>`, `<!-- … -->`.
    Html,
    /// Text between backquotes, or a block between lines of three.
    Code,
    /// Four blanks or more before a paragraph.
    Indented,
    /// `> …`.
    Quote,
    /// `a | b` over `---|---`.
    Table,
    /// A line of `---` or `***`.
    Rule,
    /// `###` and more.
    DeepHeading,
    /// A line of text over a line of `--` or `==`.
    UnderlinedHeading,
    /// `#` and nothing more.
    EmptyHeading,
    /// `-` and nothing more.
    EmptyItem,
    /// A list in a list in a list in a list.
    DeepList,
    /// Something that is not read at all.
    Other,
}

impl fmt::Display for NotUsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Italics => "words between single `*` or `_`",
            Self::Link => "a link",
            Self::Picture => "a picture",
            Self::Html => "HTML",
            Self::Code => "a backquote that makes code",
            Self::Indented => "text that begins four blanks from the left",
            Self::Quote => "a line that begins with `>`",
            Self::Table => "a table",
            Self::Rule => "a line that makes a rule",
            Self::DeepHeading => "a heading of `###` or more",
            Self::UnderlinedHeading => "a heading that is underlined by `-` or `=`",
            Self::EmptyHeading => "a heading without text",
            Self::EmptyItem => "a list item without text",
            Self::DeepList => "a list in a list in a list in a list",
            Self::Other => "something that messages do not have",
        })
    }
}

impl NotUsed {
    /// What to write instead.
    const fn instead(self) -> &'static str {
        match self {
            Self::Italics => {
                "write two of them on both sides for bold, or `\\*` where a star is meant"
            }
            Self::Link => "write only its address, beginning with https://, and no brackets",
            Self::Picture => "leave it out",
            Self::Html => "leave it out, or write `\\<` where the sign is meant",
            Self::Code => "leave it out, or write `\\` before it",
            Self::Indented => "take the blanks away",
            Self::Quote => "leave the sign out, or write `\\>`",
            Self::Table => "use a list",
            Self::Rule => "leave it out; an empty line keeps paragraphs apart",
            Self::DeepHeading => "use `#` or `##`, or write `\\#` where the sign is meant",
            Self::UnderlinedHeading => {
                "write `#` before its text for a heading, or put an empty line over the signs"
            }
            Self::EmptyHeading | Self::EmptyItem => {
                "write some, or `\\` before the sign where it is meant"
            }
            Self::DeepList => "use three at most",
            Self::Other => "use headings (`#`), lists (`-`, `1.`), bold (`**`) and merge tags only",
        }
    }
}
