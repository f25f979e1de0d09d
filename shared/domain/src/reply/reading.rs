//! The number in an answer.
//!
//! A number is taken only when it is the one number that can be meant: a wrong value in a patient's
//! series is worse than none, and what is not taken goes to a person. So does a blood pressure: two
//! numbers are no value.

use super::Number;
use super::around::{Around, bare};
use crate::text::short_text;

short_text! {
    /// The unit of a value: `mmol/L`, `kg`.
    Unit, 1..=20
}

/// What value an action asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRule {
    unit: Unit,
    min: Option<Number>,
    max: Option<Number>,
}

/// A range that holds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must not be below `min`")]
pub struct BadRange;

impl ValueRule {
    /// The rule of a unit and the range that needs nobody's attention; both ends belong to it.
    ///
    /// # Errors
    /// When the range ends below its beginning.
    pub fn new(unit: Unit, min: Option<Number>, max: Option<Number>) -> Result<Self, BadRange> {
        match (min, max) {
            (Some(min), Some(max)) if max < min => Err(BadRange),
            (Some(_) | None, Some(_) | None) => Ok(Self { unit, min, max }),
        }
    }

    /// In which unit the value is.
    pub const fn unit(&self) -> &Unit {
        &self.unit
    }

    /// The lowest value that needs nobody's attention.
    pub const fn min(&self) -> Option<Number> {
        self.min
    }

    /// The highest one.
    pub const fn max(&self) -> Option<Number> {
        self.max
    }

    /// Whether a value needs nobody's attention.
    pub fn holds(&self, value: Number) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// The number that was read in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// There is none.
    Nothing,
    /// This one, and no other.
    One(Number),
    /// There are several, or one that can be read in two ways or is in another unit.
    Unclear,
}

/// The number in an answer, to an action that asks for a value in `unit`, should it ask for one.
///
/// ```
/// use domain::reply::{Number, Reading, Unit, reading};
/// let mmol = Unit::parse("mmol/L").unwrap();
/// assert_eq!(reading("my sugar is 7,2 mmol/L", Some(&mmol)), Reading::One(Number::parse("7.2").unwrap()));
/// assert_eq!(reading("130 mg/dL", Some(&mmol)), Reading::Unclear);
/// assert_eq!(reading("bp 120/80", None), Reading::Unclear);
/// ```
pub fn reading(text: &str, unit: Option<&Unit>) -> Reading {
    let text: String = text.chars().take(super::ReplyText::MAX).map(ascii).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found = Reading::Nothing;
    for (place, word) in words.iter().enumerate() {
        if !word.chars().any(char::is_numeric) {
            continue;
        }
        let Some((number, glued)) = number(word) else { return Reading::Unclear };
        let before = place.checked_sub(1).and_then(|place| words.get(place));
        let around = Around {
            before: before.map(|word| bare(word)).unwrap_or_default(),
            glued: glued.to_lowercase(),
            after: words.get(place + 1).map(|word| bare(word)).unwrap_or_default(),
        };
        if found != Reading::Nothing || !around.leaves_a_value(unit) {
            return Reading::Unclear;
        }
        found = Reading::One(number);
    }
    found
}

/// Digits and signs of other scripts as those of ours; what stands between words as blanks.
fn ascii(character: char) -> char {
    let zeros = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}'];
    let code = u32::from(character);
    let digit = zeros.iter().find_map(|zero| {
        let digit = code.checked_sub(u32::from(*zero)).filter(|digit| *digit < 10)?;
        char::from_digit(digit, 10)
    });
    match character {
        '٫' | '．' => '.',
        '٬' => ',',
        '−' | '–' | '‐' | '‑' => '-',
        ':' | ';' | '=' | '(' | ')' | '[' | ']' | '"' | '“' | '”' | '!' | '?' => ' ',
        '’' | '‘' => '\'',
        other => digit.unwrap_or(other),
    }
}

/// A word as a number, and what is written behind it without a blank.
fn number(word: &str) -> Option<(Number, &str)> {
    let word = word.trim_end_matches(['.', ',']);
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let (whole, rest) = digits(unsigned);
    let (fraction, rest) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    let comma = unsigned.get(whole.len()..).is_some_and(|rest| rest.starts_with(','));
    // One thousand two hundred, or one and a fifth?
    let either = comma && fraction.len() == 3;
    if either || rest.chars().any(char::is_numeric) || rest.starts_with(['.', ',']) {
        return None;
    }
    let number = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    let number = Number::parse(&number).ok()?;
    Some((if word.starts_with('-') { -number } else { number }, rest))
}

/// The digits a text begins with, and the rest of it.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests;
