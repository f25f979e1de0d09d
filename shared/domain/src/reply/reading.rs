//! The number in an answer.
//!
//! A number is taken only when it is the one number that can be meant: a wrong value in a patient's
//! series is worse than none, and what is not taken goes to a person.

use super::Number;
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

/// Units as they are written, each with the others that mean the same.
const UNITS: [&[&str]; 26] = [
    &["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"],
    &["g", "gram", "grams", "gm", "gms"],
    &["mg"],
    &["mcg", "ug", "µg", "μg"],
    &["lb", "lbs", "pound", "pounds"],
    &["st", "stone", "stones"],
    &["oz", "ounces"],
    &["mmol/l", "mmol", "mmols", "mmol/litre"],
    &["mg/dl"],
    &["mmol/mol"],
    &["mmhg"],
    &["bpm", "beats", "bpm/min"],
    &["cm", "cms", "centimetres"],
    &["mm", "millimetres"],
    &["m", "metres", "meters"],
    &["in", "inch", "inches"],
    &["ft", "foot", "feet"],
    &["%", "percent", "per cent"],
    &["c", "°c", "celsius"],
    &["f", "°f", "fahrenheit"],
    &["l", "litre", "litres"],
    &["ml", "mls"],
    &["l/min"],
    &["iu", "units", "u"],
    &["h", "hr", "hrs", "hour", "hours"],
    &["min", "mins", "minutes"],
];

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
        let Some((number, said)) = number(word) else { return Reading::Unclear };
        let said =
            if said.is_empty() { words.get(place + 1).copied().unwrap_or_default() } else { said };
        if found != Reading::Nothing || unit.is_some_and(|unit| is_another(said, unit)) {
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

/// Whether a word is a unit, and another one.
fn is_another(word: &str, unit: &Unit) -> bool {
    let known = |word: &str| {
        let word = word.trim_end_matches(['.', ',']).to_lowercase();
        UNITS.iter().position(|same| same.contains(&word.as_str()))
    };
    known(word).is_some_and(|said| known(unit.as_str()) != Some(said))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Reading {
        Reading::One(Number::parse(text).unwrap())
    }

    fn read(text: &str, unit: &str) -> Reading {
        reading(text, Some(&Unit::parse(unit).unwrap()))
    }

    #[test]
    fn the_one_number_of_an_answer_is_its_value() {
        for (text, expected) in [
            ("7.2", "7.2"),
            ("7,2", "7.2"),
            ("my sugar is 7.2 mmol/L", "7.2"),
            ("7.2mmol/L", "7.2"),
            ("sugar: 7.2.", "7.2"),
            ("Sugar=7.2!", "7.2"),
            ("(7.2)", "7.2"),
            ("-3", "-3"),
            ("−3", "-3"),
            ("+4.5", "4.5"),
            ("0.5", "0.5"),
            ("٧٫٢", "7.2"),
            ("۷٫۲", "7.2"),
            ("७.२", "7.2"),
            ("７．２", "7.2"),
            ("7", "7"),
            ("120", "120"),
            ("7.2 🙂", "7.2"),
            ("about 7.2 mmol", "7.2"),
        ] {
            assert_eq!(read(text, "mmol/L"), one(expected), "{text}");
        }
        assert_eq!(read("82 kgs today", "kg"), one("82"));
        assert_eq!(read("5000 steps", "steps"), one("5000"), "a unit we do not know");
        assert_eq!(reading("82 kg", None), one("82"), "an action that asks for no unit");
    }

    #[test]
    fn a_number_that_could_be_another_is_none() {
        for text in [
            "bp 120/80",
            "120/80",
            "BP120",
            "7.2 or 7.4",
            "7-8",
            "7.2 at 8am",
            "10:30",
            "1,200",
            "1,234.5",
            "10 000",
            "7.2.1",
            "7..2",
            "7½",
            "½",
            "²",
            "0491570156",
            "007",
            "<5",
            "$5",
            "hba1c 7.2",
            "7.23456",
            "٧ ٢",
        ] {
            assert_eq!(read(text, "mmol/L"), Reading::Unclear, "{text}");
        }
    }

    #[test]
    fn a_number_in_another_unit_is_no_value() {
        assert_eq!(read("130 mg/dL", "mmol/L"), Reading::Unclear);
        assert_eq!(read("180lbs", "kg"), Reading::Unclear);
        assert_eq!(read("12 stone", "kg"), Reading::Unclear);
        assert_eq!(read("7.2 %", "mmol/L"), Reading::Unclear);
        assert_eq!(read("7.2 thanks", "mmol/L"), one("7.2"));
    }

    #[test]
    fn an_answer_without_a_number_has_no_value() {
        for text in ["", "seven", "what do you mean", "🙂", "N/A", "-", "."] {
            assert_eq!(read(text, "mmol/L"), Reading::Nothing, "{text}");
        }
    }

    #[test]
    fn both_ends_of_a_range_belong_to_it_and_it_does_not_end_before_it_begins() {
        let number = |text: &str| Some(Number::parse(text).unwrap());
        let unit = || Unit::parse("mmol/L").unwrap();
        let rule = ValueRule::new(unit(), number("4"), number("7.8")).unwrap();
        for (value, holds) in [("4", true), ("7.80", true), ("3.99", false), ("7.81", false)] {
            assert_eq!(rule.holds(Number::parse(value).unwrap()), holds, "{value}");
        }
        assert_eq!(ValueRule::new(unit(), number("4"), number("3.9")), Err(BadRange));
        assert!(
            ValueRule::new(unit(), None, number("3"))
                .unwrap()
                .holds(Number::parse("-100").unwrap())
        );
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read(text in any::<String>()) {
            let unit = Unit::parse("kg").unwrap();
            // A unit may only take a value away.
            let asked = reading(&text, Some(&unit));
            prop_assert!(asked == Reading::Unclear || asked == reading(&text, None));
        }

        #[test]
        fn a_plain_number_is_its_own_value(whole in 0..999_999_u32, fraction in 0..1000_u32, negative in any::<bool>()) {
            let sign = if negative { "-" } else { "" };
            let text = format!("{sign}{whole}.{fraction:03}");
            prop_assert_eq!(reading(&text, None), one(&text));
        }
    }
}
