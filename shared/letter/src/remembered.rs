//! Paragraphs set before, for the letters that follow.
//!
//! The letters of a day come from few templates: letterhead, foot and most
//! paragraphs of one are those of the next. What was not used by the last few
//! letters is forgotten, so that no patient's words stay longer than that, and
//! memory is bounded by what a few letters hold.

use std::collections::HashMap;
use std::sync::Arc;

use crate::clean::HardLine;
use crate::content::Weight;
use crate::glyphs::SetLine;
use crate::shape::{Ink, Side, Style};

/// How many letters a paragraph is kept for after the last that had it.
const LETTERS: u64 = 3;

#[derive(PartialEq, Eq, Hash)]
struct Key {
    lines: Vec<HardLine>,
    size: u32,
    leading: u32,
    width: u32,
    weight: Weight,
    ink: Ink,
    side: Side,
}

impl Key {
    fn new(lines: &[HardLine], style: Style, width: f32) -> Self {
        Key {
            lines: lines.to_vec(),
            size: style.size.to_bits(),
            leading: style.leading.to_bits(),
            width: width.to_bits(),
            weight: style.weight,
            ink: style.ink,
            side: style.side,
        }
    }
}

/// The paragraphs, and the letter each was last used in.
#[derive(Default)]
pub(crate) struct Remembered {
    paragraphs: HashMap<Key, (Arc<[SetLine]>, u64)>,
    letter: u64,
}

impl Remembered {
    /// A new letter begins: forgets what the last few did not use.
    pub(crate) fn next_letter(&mut self) {
        self.letter += 1;
        let letter = self.letter;
        self.paragraphs.retain(|_, (_, used)| *used + LETTERS >= letter);
    }

    /// The lines of this paragraph, if it was set before, or else what `set`
    /// makes of it. What `set` calls incomplete is not kept.
    pub(crate) fn recall_or(
        &mut self,
        lines: &[HardLine],
        style: Style,
        width: f32,
        set: impl FnOnce() -> (Vec<SetLine>, Whole),
    ) -> Arc<[SetLine]> {
        let key = Key::new(lines, style, width);
        if let Some((kept, used)) = self.paragraphs.get_mut(&key) {
            *used = self.letter;
            return Arc::clone(kept);
        }
        let (made, whole) = set();
        let made: Arc<[SetLine]> = made.into();
        match whole {
            Whole::Complete => {
                self.paragraphs.insert(key, (Arc::clone(&made), self.letter));
            }
            Whole::CharactersMissing => {}
        }
        made
    }
}

/// Whether all of a paragraph's characters were found in a font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    Complete,
    CharactersMissing,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::hard_lines;
    use crate::content::Run;
    use crate::rows::TEXT;

    fn times_set(remembered: &mut Remembered, text: &str, whole: Whole) -> u32 {
        let mut times = 0;
        let lines = hard_lines(&[Run::regular(text)]);
        for _ in 0..2 {
            remembered.recall_or(&lines, TEXT, 100.0, || {
                times += 1;
                (Vec::new(), whole)
            });
        }
        times
    }

    #[test]
    fn a_paragraph_is_kept_for_a_few_letters_and_no_longer() {
        let mut remembered = Remembered::default();
        assert_eq!(times_set(&mut remembered, "a", Whole::Complete), 1);
        for _ in 0..LETTERS {
            remembered.next_letter();
        }
        assert_eq!(times_set(&mut remembered, "a", Whole::Complete), 0);
        for _ in 0..=LETTERS {
            remembered.next_letter();
        }
        assert!(remembered.paragraphs.is_empty());
        assert_eq!(times_set(&mut remembered, "a", Whole::Complete), 1);
    }

    #[test]
    fn what_lacks_characters_is_set_again_so_that_they_are_reported_again() {
        assert_eq!(times_set(&mut Remembered::default(), "a", Whole::CharactersMissing), 2);
    }
}
