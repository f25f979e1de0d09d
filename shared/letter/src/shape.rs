//! Text into lines of positioned glyphs.

use std::borrow::Cow;
use std::sync::Arc;

use parley::{
    Alignment, AlignmentOptions, BaseDirection, FontFamily, FontFamilyName, FontWeight, Layout,
    LayoutContext, OverflowWrap, StyleProperty,
};

use crate::breaks::words_of;
use crate::clean::HardLine;
use crate::content::Weight;
use crate::direction::is_read_from_left;
use crate::faces::{Faces, TEXT_FAMILY};
use crate::glyphs::{SetLine, hang_last_space, read_line};
use crate::remembered::{Remembered, Whole};

/// How a piece of text is to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    /// The distance from line to line, as a factor of the size.
    pub(crate) leading: f32,
    pub(crate) ink: Ink,
    pub(crate) side: Side,
}

/// The inks of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ink {
    Text,
    Quiet,
    Practice,
}

/// Which side lines keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// Where reading starts: the left, or the right in Arabic or Hebrew.
    Start,
    /// The left, whatever the script: an address, a column of a table.
    Left,
    /// The right, whatever the script.
    Right,
    /// The right, and read from there: the number of an item in Arabic.
    FromRight,
}

/// The shaper, with what it keeps from letter to letter.
pub(crate) struct Shaper {
    pub(crate) faces: Faces,
    context: LayoutContext<[u8; 4]>,
    layout: Layout<[u8; 4]>,
    remembered: Remembered,
    /// Characters of the present letter no font has.
    pub(crate) missing: Vec<char>,
}

impl Shaper {
    pub(crate) fn new() -> Self {
        Shaper {
            faces: Faces::new(),
            context: LayoutContext::new(),
            layout: Layout::new(),
            remembered: Remembered::default(),
            missing: Vec::new(),
        }
    }

    /// A new letter or cover begins.
    pub(crate) fn begin(&mut self) {
        self.missing.clear();
        self.remembered.next_letter();
    }

    /// Sets lines in a column `width` wide, breaking those that are longer.
    pub(crate) fn set(&mut self, lines: &[HardLine], style: Style, width: f32) -> Vec<SetLine> {
        let mut remembered = std::mem::take(&mut self.remembered);
        let set = remembered.recall_or(lines, style, width, || self.set_anew(lines, style, width));
        self.remembered = remembered;
        set.to_vec()
    }

    fn set_anew(&mut self, lines: &[HardLine], style: Style, width: f32) -> (Vec<SetLine>, Whole) {
        let missing = self.missing.len();
        let mut set = Vec::with_capacity(lines.len());
        for (nth, line) in lines.iter().enumerate() {
            // A space, unseen, between this line and the next: a reader of the
            // file's text must not find their words joined.
            let last = nth + 1 == lines.len();
            self.set_line(line, !last, style, width, &mut set);
        }
        let complete = self.missing.len() == missing;
        (set, if complete { Whole::Complete } else { Whole::CharactersMissing })
    }

    fn set_line(
        &mut self,
        line: &HardLine,
        space_after: bool,
        style: Style,
        width: f32,
        out: &mut Vec<SetLine>,
    ) {
        if line.is_blank() {
            out.push(SetLine {
                text: Arc::from(""),
                strips: Arc::from([]),
                width: 0.0,
                height: style.size * style.leading,
                baseline: style.size,
                size: style.size,
                ink: style.ink,
                is_rtl: false,
            });
            return;
        }
        let mut text = line.text.clone();
        if space_after {
            text.push(' ');
        }
        self.faces.prepare(&text);
        self.lay_out(&text, line, style, width);
        let text: Arc<str> = Arc::from(text);
        let is_rtl = self.layout.is_rtl();
        for line in self.layout.lines() {
            let set = read_line(&line, &text, style, &self.faces, &mut self.missing);
            out.push(SetLine { is_rtl, ..set });
        }
        if space_after && let Some(last) = out.last_mut() {
            hang_last_space(last, style.side);
        }
    }

    fn lay_out(&mut self, text: &str, line: &HardLine, style: Style, width: f32) {
        let mut builder = self.context.ranged_builder(&mut self.faces.context, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::Single(FontFamilyName::Named(
            Cow::Borrowed(TEXT_FAMILY),
        ))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        match style.weight {
            Weight::Bold => builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD)),
            Weight::Regular => {
                for range in &line.bold {
                    builder.push(StyleProperty::FontWeight(FontWeight::BOLD), range.clone());
                }
            }
        }
        builder.set_base_direction(match style.side {
            Side::FromRight => BaseDirection::Rtl,
            Side::Start | Side::Left | Side::Right if is_read_from_left(text) => BaseDirection::Ltr,
            Side::Start | Side::Left | Side::Right => BaseDirection::Auto,
        });
        let words = words_of(text);
        builder.set_line_break_override(words.as_deref());
        builder.build_into(&mut self.layout, text);
        self.layout.break_all_lines(Some(width));
        let alignment = match style.side {
            Side::Start => Alignment::Start,
            Side::Left => Alignment::Left,
            Side::Right | Side::FromRight => Alignment::Right,
        };
        self.layout.align(alignment, AlignmentOptions::default());
    }
}
