//! Text as it may be set: without characters that act on what stands around.

use std::ops::Range;

use crate::content::{Run, Weight};

/// One line as its writer ended it: a paragraph is one or more of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct HardLine {
    pub(crate) text: String,
    /// Which parts are bold, in bytes of `text`.
    pub(crate) bold: Vec<Range<usize>>,
}

impl HardLine {
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Joins runs and cuts them at line ends.
pub(crate) fn hard_lines(runs: &[Run]) -> Vec<HardLine> {
    let mut lines = vec![HardLine::default()];
    for run in runs {
        let unified = run.text.replace("\r\n", "\n");
        for (nth, part) in unified.split(is_line_end).enumerate() {
            if nth > 0 {
                lines.push(HardLine::default());
            }
            let Some(line) = lines.last_mut() else {
                continue;
            };
            let start = line.text.len();
            line.text.extend(part.chars().filter_map(harmless));
            if run.weight == Weight::Bold && line.text.len() > start {
                line.bold.push(start..line.text.len());
            }
        }
    }
    for line in &mut lines {
        if !isolates_balance(&line.text) {
            remove_isolates(line);
        }
    }
    lines
}

/// One line of text, whatever it holds: a line end in it becomes a space.
pub(crate) fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if is_line_end(c) { ' ' } else { c }).collect();
    hard_lines(&[Run::regular(spaced.trim())]).into_iter().map(|line| line.text).collect()
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The character to set in place of `c`, if any.
///
/// Gone are control characters, direction overrides and embeddings (a name must
/// not turn the text after it around), invisible marks a font would show as a
/// box, and what is not a character at all. Direction *isolates* stay when they
/// are balanced: they only shield.
fn harmless(c: char) -> Option<char> {
    match c {
        '\t' => Some(' '),
        '\u{AD}' // soft hyphen: this crate does not hyphenate
        | '\u{61C}' // Arabic letter mark
        | '\u{180E}'
        | '\u{200E}' | '\u{200F}' // direction marks
        | '\u{202A}'..='\u{202E}' // embeddings and overrides
        | '\u{2060}'..='\u{2065}' // word joiner and invisible operators
        | '\u{206A}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' // variation selectors: there is one form here
        | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}' => None,
        c if c.is_control() || is_noncharacter(c) => None,
        c => Some(c),
    }
}

fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

fn is_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2069}')
}

fn isolates_balance(text: &str) -> bool {
    let mut open = 0_u32;
    for c in text.chars() {
        match c {
            '\u{2066}'..='\u{2068}' => open += 1,
            '\u{2069}' if open == 0 => return false,
            '\u{2069}' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

fn remove_isolates(line: &mut HardLine) {
    let gone_before = |at: usize| {
        line.text
            .char_indices()
            .take_while(|(index, _)| *index < at)
            .filter(|(_, c)| is_isolate(*c))
            .map(|(_, c)| c.len_utf8())
            .sum::<usize>()
    };
    let bold = line
        .bold
        .iter()
        .map(|r| r.start - gone_before(r.start)..r.end - gone_before(r.end))
        .collect();
    line.bold = bold;
    line.text.retain(|c| !is_isolate(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(runs: &[Run]) -> Vec<String> {
        hard_lines(runs).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn a_line_ends_where_its_writer_ended_it() {
        for end in ["\n", "\r\n", "\r", "\u{2028}", "\u{85}"] {
            assert_eq!(text_of(&[Run::regular(format!("a{end}b"))]), ["a", "b"], "{end:?}");
        }
    }

    #[test]
    fn bold_is_kept_across_runs_and_lines() {
        let lines = hard_lines(&[Run::regular("ab "), Run::bold("cd\nef"), Run::regular("g")]);
        assert_eq!(lines[0].bold, std::slice::from_ref(&(3..5)));
        assert_eq!(
            (lines[1].text.as_str(), lines[1].bold.as_slice()),
            ("efg", std::slice::from_ref(&(0..2)))
        );
    }

    #[test]
    fn nothing_that_acts_on_its_surroundings_is_left() {
        assert_eq!(text_of(&[Run::regular("a\u{202E}b\u{0}c\u{AD}d\u{FEFF}e\tf")]), ["abcde f"]);
    }

    #[test]
    fn isolates_stay_only_when_they_close() {
        assert_eq!(text_of(&[Run::regular("\u{2068}x\u{2069}")]), ["\u{2068}x\u{2069}"]);
        let lines = hard_lines(&[Run::regular("\u{2067}a"), Run::bold("b\u{2067}c")]);
        assert_eq!(
            (lines[0].text.as_str(), lines[0].bold.as_slice()),
            ("abc", std::slice::from_ref(&(1..3)))
        );
    }

    #[test]
    fn one_line_stays_one() {
        assert_eq!(one_line(" a\nb\r\nc "), "a b  c");
    }
}
