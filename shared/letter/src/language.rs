//! The language of a document.

use std::fmt;

/// A language tag (BCP 47): what a screen reader chooses its voice by.
///
/// ```
/// use letter::Language;
/// assert_eq!(Language::parse("en-AU").unwrap().as_str(), "en-AU");
/// assert!(Language::parse("English (Australia)").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Language(String);

/// Text that is not a language tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a language is a tag such as en-AU: letters and digits in groups of at most eight, joined by hyphens"
)]
pub struct NotALanguage;

impl Language {
    /// Reads a tag: a primary language of two to eight letters, then subtags.
    pub fn parse(tag: &str) -> Result<Self, NotALanguage> {
        let mut subtags = tag.split('-');
        let primary = subtags.next().unwrap_or_default();
        let is_language =
            (2..=8).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        let rest_is_fine = subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        if is_language && rest_is_fine { Ok(Language(tag.to_owned())) } else { Err(NotALanguage) }
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Language {
    type Error = NotALanguage;

    fn try_from(tag: String) -> Result<Self, NotALanguage> {
        Self::parse(&tag)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
