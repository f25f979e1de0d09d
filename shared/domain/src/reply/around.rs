//! What is written around a number tells whether it can be a value: “82 kg” and “82” can, “5 pm”, “the
//! 7th” and “5k” cannot. Nothing here reads a time or a date; it only knows the words that give one
//! away.

use super::Unit;

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

/// After one of these no number is a value: it is a time, a day, or a bound.
const LEADING: [&str; 20] = [
    "at", "by", "before", "after", "until", "till", "til", "in", "on", "the", "from", "since",
    "past", "room", "aged", "under", "over", "below", "above", "than",
];

/// Before one of these no number is a value, unless it is the unit that was asked for: it counts
/// something, is a time or a day, or is only a part of a number.
const COUNTED: [&str; 51] = [
    "am",
    "a.m",
    "pm",
    "p.m",
    "o'clock",
    "oclock",
    "noon",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "min",
    "mins",
    "minute",
    "minutes",
    "day",
    "days",
    "night",
    "nights",
    "week",
    "weeks",
    "wk",
    "wks",
    "fortnight",
    "fortnights",
    "month",
    "months",
    "mth",
    "mths",
    "year",
    "years",
    "yr",
    "yrs",
    "time",
    "times",
    "x",
    "tomorrow",
    "tonight",
    "of",
    "th",
    "nd",
    "rd",
    "k",
    "hundred",
    "thousand",
    "million",
    "tablet",
    "tablets",
    "pills",
    "doses",
];

const MONTHS: [&str; 24] = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const DAYS: [&str; 14] = [
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// What is written around a number, in small letters.
pub(super) struct Around {
    /// The word before it.
    pub(super) before: String,
    /// What is written behind it without a blank.
    pub(super) glued: String,
    /// The word after it.
    pub(super) after: String,
}

impl Around {
    /// Whether it leaves the number a value in `unit`, and not a time, a date, a count, a bound or a
    /// value in another unit.
    pub(super) fn leaves_a_value(&self, unit: Option<&Unit>) -> bool {
        if !self.glued.is_empty() {
            return is_picture(&self.glued) || is_spelling(bare_of(&self.glued), unit);
        }
        if unit.is_some() && is_spelling(&self.after, unit) {
            return true;
        }
        let is_another = unit.is_some() && place_of(&self.after).is_some();
        let counts = COUNTED.contains(&self.after.as_str()) || is_date_word(&self.after);
        let leads =
            LEADING.contains(&self.before.as_str()) || MONTHS.contains(&self.before.as_str());
        !(is_another || counts || leads)
    }
}

/// A word in small letters, without a point or comma at its end.
pub(super) fn bare(word: &str) -> String {
    bare_of(word).to_lowercase()
}

fn bare_of(word: &str) -> &str {
    word.trim_end_matches(['.', ','])
}

/// Whether there is nothing but pictures: no letter, and no sign that could belong to the number.
fn is_picture(glued: &str) -> bool {
    let is_sign = |character: char| "°'′″‰∙×±".contains(character);
    glued.chars().all(|it| !it.is_ascii() && !it.is_alphanumeric() && !is_sign(it))
}

fn is_date_word(word: &str) -> bool {
    MONTHS.contains(&word) || DAYS.contains(&word)
}

/// Where a unit stands in the table of units.
fn place_of(word: &str) -> Option<usize> {
    UNITS.iter().position(|same| same.contains(&word))
}

/// Whether a word is the unit that was asked for, one way or another; where none was asked for, any
/// unit but one of time.
fn is_spelling(word: &str, unit: Option<&Unit>) -> bool {
    let Some(unit) = unit else {
        return place_of(word).is_some() && !COUNTED.contains(&word);
    };
    let asked = unit.as_str().to_lowercase();
    let one = |word: &str| word.trim_end_matches('s').to_owned();
    let known = place_of(word);
    !word.is_empty() && (one(word) == one(&asked) || (known.is_some() && known == place_of(&asked)))
}
