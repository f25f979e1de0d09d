//! Makes a text ready for a reader of `CommonMark` that knows nothing of merge tags.
//!
//! A tag becomes one character that no text can hold, because texts with private characters are
//! refused before. So the underscores, stars and line breaks of a tag are no markup, and a tag
//! between stars is a letter to the rules of bold. An ampersand becomes another one: `&amp;` and
//! `&#8238;` are what they say, and bring no character in that was refused.

/// Stands for a tag.
pub(super) const TAG: char = '\u{e000}';

/// Stands for `&`.
pub(super) const AMPERSAND: char = '\u{e001}';

/// A text with a character in the place of each tag.
pub(super) struct Marked<'a> {
    pub(super) text: String,
    /// The tags, in order, as they stand between the braces.
    tags: Vec<&'a str>,
}

impl<'a> Marked<'a> {
    pub(super) fn new(written: &'a str) -> Self {
        let (mut text, mut tags) = (String::with_capacity(written.len()), Vec::new());
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((tag, after)) = after.split_once("}}") else { break };
            text.push_str(before);
            text.push(TAG);
            tags.push(tag);
            rest = after;
        }
        text.push_str(rest);
        Self { text: text.replace('&', &AMPERSAND.to_string()), tags }
    }

    /// The names of the tags, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.tags.iter().map(|tag| tag.trim())
    }

    /// The line of the written text, from 1, in which this byte of the marked text is.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let breaks = |text: &str| text.matches('\n').count();
        let in_tags = self.tags.iter().take(before.matches(TAG).count());
        1 + breaks(before) + in_tags.map(|tag| breaks(tag)).sum::<usize>()
    }
}
