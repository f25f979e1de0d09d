//! The languages people read, by the `unic-langid` crate.

use std::fmt;

use unic_langid::LanguageIdentifier;

/// A language tag (BCP 47): language, and if need be script, region and variants, in the case that
/// standard recommends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(String);

/// A text that names no language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a language tag; write it as en-AU, vi or zh-Hant (BCP 47)")]
pub struct BadLanguage;

impl LanguageTag {
    /// Reads a tag.
    ///
    /// # Errors
    /// When it is not in the form of one, or names no language.
    ///
    /// ```
    /// use domain::language::LanguageTag;
    /// assert_eq!(LanguageTag::parse("EN-au").unwrap().as_str(), "en-AU");
    /// assert_eq!(LanguageTag::parse("zh-hant").unwrap().as_str(), "zh-Hant");
    /// assert!(LanguageTag::parse("Italian, please").is_err());
    /// assert!(LanguageTag::parse("und").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadLanguage> {
        let tag: LanguageIdentifier = text.trim().parse().map_err(|_| BadLanguage)?;
        if tag.language.is_empty() { Err(BadLanguage) } else { Ok(Self(tag.to_string())) }
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
