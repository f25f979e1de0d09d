//! Where lines may end in scripts that write no spaces between words, and where
//! they may not though there is a space: between a number and its unit. A dose
//! torn in two is misread.
//!
//! For the first the shaper can do this itself (its feature `complex-scripts`), with
//! dictionaries that add 2.2 MB to the deployed zip: most of that for Chinese
//! and Japanese words, which no line needs. Here the same library's small models
//! for Thai, Lao, Khmer and Burmese are asked (0.3 MB), for text in them only.

use std::sync::atomic::{AtomicUsize, Ordering};

use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;
use parley::{LineBreakContext, LineBreakOverrideFn};

/// Whether a script has no spaces between its words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' // Thai, Lao
        | '\u{1000}'..='\u{109F}' | '\u{A9E0}'..='\u{A9FF}' | '\u{AA60}'..='\u{AA7F}' // Burmese
        | '\u{1780}'..='\u{17FF}' | '\u{19E0}'..='\u{19FF}' // Khmer
    )
}

/// What stands after a number and belongs to it; also the part before a stroke, as
/// in "mmol/L".
const UNITS: [&str; 22] = [
    "am", "pm", "a.m", "p.m", "mg", "g", "kg", "mcg", "µg", "μg", "mL", "ml", "L", "mmol", "mmHg",
    "mm", "cm", "m", "km", "IU", "units", "%",
];

/// Where lines may not end: before a unit that follows a number and one space,
/// and after a stroke in it. In bytes.
fn units_in(text: &str) -> Vec<usize> {
    let mut kept = Vec::new();
    for (space, _) in text.match_indices(' ') {
        let (number, word) = text.split_at(space);
        let word = word.split(' ').nth(1).unwrap_or_default();
        let unit = word.split('/').next().unwrap_or_default();
        let unit = unit.trim_end_matches(['.', ',', ';', ':', '?', '!', ')']);
        if !number.ends_with(char::is_numeric) || !UNITS.contains(&unit) {
            continue;
        }
        kept.push(space + 1);
        kept.extend(word.match_indices('/').map(|(stroke, _)| space + 1 + stroke + 1));
    }
    kept
}

/// What the shaper is to be told of the words in `text`: nothing, for most.
pub(crate) fn words_of(text: &str) -> Option<Box<LineBreakOverrideFn>> {
    let units = units_in(text);
    let has_unspaced = text.contains(is_unspaced);
    if !has_unspaced && units.is_empty() {
        return None;
    }
    let breaks: Vec<usize> = if has_unspaced {
        LineSegmenter::new_lstm(LineBreakOptions::default()).segment_str(text).collect()
    } else {
        Vec::new()
    };
    // Of each character: whether a line may end before it, and whether a unit is kept together there.
    let of_character: Vec<(bool, bool)> = text
        .char_indices()
        .map(|(at, _)| (breaks.binary_search(&at).is_ok(), units.binary_search(&at).is_ok()))
        .collect();
    // The shaper asks about each pair of characters once, in order.
    let asked = AtomicUsize::new(0);
    Some(Box::new(move |pair: LineBreakContext| {
        let second = asked.fetch_add(1, Ordering::Relaxed) + 1;
        let (may_end, is_unit) = of_character.get(second).copied().unwrap_or_default();
        let both = is_unspaced(pair.before) && is_unspaced(pair.after);
        if is_unit { Some(false) } else { both.then_some(may_end) }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaced_text_needs_no_words() {
        assert!(words_of("Dear Alexandra").is_none());
        assert!(words_of("العربية 中文").is_none());
    }

    #[test]
    fn a_unit_is_what_follows_a_number() {
        assert_eq!(units_in("at 9:00 am, 5 mg (7 mmol/L), 20 mL."), [8, 14, 20, 25, 32]);
        assert!(units_in("I am 45 and 5 amber g of 3  mg").is_empty());
    }
}
