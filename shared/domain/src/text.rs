//! Short texts a person types, checked once.

use std::fmt;

use crate::disguise::{UNREAD, UNREAD_REFUSAL, is_disguise, is_seen, refusal};

/// Declares a text newtype with a length range in characters, trimmed, without control characters
/// and without what disguises a text.
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
            /// When it is too short, too long, or holds a control character, one that disguises
            /// the text, or one that could not be read.
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
    /// It holds a character that makes a text look like another one: it turns the direction of
    /// writing, is not seen, or is private or no character at all.
    Disguise(char),
    /// It holds the character that stands for one that could not be read.
    Unread,
}

impl fmt::Display for BadText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { min, max } => write!(f, "must have {min} to {max} characters"),
            Self::ControlCharacter => {
                f.write_str("must not hold line breaks or control characters")
            }
            Self::Disguise(character) => f.write_str(&refusal(*character)),
            Self::Unread => f.write_str(UNREAD_REFUSAL),
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
    if text.contains(UNREAD) {
        return Err(BadText::Unread);
    }
    if let Some(character) = text.chars().find(|character| is_disguise(*character)) {
        return Err(BadText::Disguise(character));
    }
    if !text.chars().any(is_seen) {
        return Err(BadText::Length { min, max });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_disguises_a_name_is_refused_by_its_code_point() {
        let ranges =
            ["\u{202a}\u{202e}", "\u{2066}\u{2069}", "\u{e0001}\u{e007f}", "\u{2060}\u{2064}"];
        let ranges = ranges.iter().flat_map(|ends| {
            let mut ends = ends.chars();
            ends.next().unwrap()..=ends.next().unwrap()
        });
        let single = "\u{200b}\u{200e}\u{200f}\u{61c}\u{feff}\u{2028}\u{2029}\u{ad}\u{180e}\u{3164}\u{ffa0}\u{2800}\u{34f}";
        let no_character = "\u{378}\u{fdd0}\u{fffe}\u{10ffff}\u{e000}\u{f8ff}\u{100000}";
        for character in ranges.chain(single.chars()).chain(no_character.chars()) {
            let refused = Label::parse(&format!("Ma{character}ria"));
            assert_eq!(refused, Err(BadText::Disguise(character)), "{character:?}");
        }
        let refused = Label::parse("Dr \u{202e}enaJ").unwrap_err().to_string();
        assert!(refused.contains("U+202E"), "{refused}");
    }

    #[test]
    fn a_text_that_was_not_read_as_utf_8_is_refused_and_says_what_to_do() {
        let refused = Label::parse("Ren\u{fffd}e").unwrap_err();
        assert_eq!(refused, BadText::Unread);
        let says = "has a character that could not be read (\u{fffd}); save the file, or send the text, as UTF-8";
        assert_eq!(refused.to_string(), says);
    }

    #[test]
    fn names_of_every_script_are_taken() {
        let names = [
            "Renée O’Brien-Đỗ",
            "नरेन्द्र",
            "ක්\u{200d}ෂේමා",
            "علی\u{200c}رضا",
            "ܫܡܥܘܢ\u{70f}",
            "葛\u{e0100}城",
            "김민준",
            "❤\u{fe0f} Clinic 👩\u{200d}⚕\u{fe0f}",
        ];
        for name in names {
            assert_eq!(Label::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_character_is_a_code_point_whatever_its_bytes_and_a_family_has_seven() {
        let length = Err(BadText::Length { min: 1, max: 80 });
        for one in ["x", "é", "李", "😀"] {
            assert!(Label::parse(&one.repeat(80)).is_ok(), "{one}");
            assert!(Label::parse(&format!("  {}  ", one.repeat(80))).is_ok(), "{one}");
            assert_eq!(Label::parse(&one.repeat(81)), length, "{one}");
        }
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        assert!(Label::parse(&family.repeat(11)).is_ok());
        assert_eq!(Label::parse(&family.repeat(12)), length);
    }

    #[test]
    fn a_name_of_which_nothing_is_seen_is_empty() {
        for name in ["\u{200d}", "\u{200c} \u{200c}", "\u{fe0f}", "\u{a0}"] {
            assert_eq!(Label::parse(name), Err(BadText::Length { min: 1, max: 80 }), "{name:?}");
        }
    }
}
