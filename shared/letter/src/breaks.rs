//! Where lines may end in scripts that write no spaces between words.
//!
//! The shaper can do this itself (its feature `complex-scripts`), with
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

/// What the shaper is to be told of the words in `text`: nothing, for most.
pub(crate) fn words_of(text: &str) -> Option<Box<LineBreakOverrideFn>> {
    if !text.contains(is_unspaced) {
        return None;
    }
    let breaks: Vec<usize> =
        LineSegmenter::new_lstm(LineBreakOptions::default()).segment_str(text).collect();
    let before_character: Vec<bool> =
        text.char_indices().map(|(at, _)| breaks.binary_search(&at).is_ok()).collect();
    // The shaper asks about each pair of characters once, in order.
    let asked = AtomicUsize::new(0);
    Some(Box::new(move |pair: LineBreakContext| {
        let second = asked.fetch_add(1, Ordering::Relaxed) + 1;
        let both = is_unspaced(pair.before) && is_unspaced(pair.after);
        both.then(|| before_character.get(second).copied().unwrap_or_default())
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
}
