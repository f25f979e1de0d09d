//! Short texts a person types, checked once.

use std::fmt;

/// Declares a text newtype with a length range in characters, trimmed, without control characters.
macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident, $min:literal..=$max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Trims and checks the text.
            ///
            /// # Errors
            /// When it is too short, too long, or holds a control character.
            pub fn parse(text: &str) -> Result<Self, $crate::text::BadText> {
                $crate::text::check(text, $min, $max).map(|text| Self(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::text::BadText;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}
pub(crate) use short_text;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadText {
    /// Its length in characters, after trimming, is outside this range.
    Length {
        /// Least number of characters.
        min: usize,
        /// Greatest number of characters.
        max: usize,
    },
    /// It holds a control character, such as a line break.
    ControlCharacter,
}

impl fmt::Display for BadText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { min, max } => write!(f, "must have {min} to {max} characters"),
            Self::ControlCharacter => {
                f.write_str("must not hold line breaks or control characters")
            }
        }
    }
}

impl std::error::Error for BadText {}

pub(crate) fn check(text: &str, min: usize, max: usize) -> Result<&str, BadText> {
    let text = text.trim();
    if !(min..=max).contains(&text.chars().count()) {
        return Err(BadText::Length { min, max });
    }
    if text.chars().any(char::is_control) {
        return Err(BadText::ControlCharacter);
    }
    Ok(text)
}

short_text! {
    /// The name of something staff manage: a template, a booking type, a site.
    ///
    /// ```
    /// use domain::text::Label;
    /// assert_eq!(Label::parse("  Physio, initial ").unwrap().as_str(), "Physio, initial");
    /// assert!(Label::parse(" ").is_err());
    /// ```
    Label, 1..=80
}

short_text! {
    /// A code by which another system names something of ours: a booking type, a site, a source.
    ///
    /// ```
    /// use domain::text::Code;
    /// assert_eq!(Code::parse("physio-initial").unwrap().as_str(), "physio-initial");
    /// assert!(Code::parse("").is_err());
    /// ```
    Code, 1..=64
}

short_text! {
    /// The key another system gives a record of its own: a booking, a patient.
    ExternalId, 1..=128
}
