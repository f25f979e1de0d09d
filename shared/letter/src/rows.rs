//! A letter's text as rows: lines with the space above them, and which of them
//! may not be torn apart at the end of a page.

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, Tag};

use crate::clean::hard_lines;
use crate::content::{Block, Level, Run, Weight};
use crate::glyphs::SetLine;
use crate::shape::{Ink, Shaper, Side, Style};
use crate::structure::{Element, Structure};

/// The size of the text.
pub(crate) const TEXT: Style =
    Style { size: 11.0, weight: Weight::Regular, leading: 1.4, ink: Ink::Text, side: Side::Start };
const SUBJECT: Style = Style { size: 13.0, weight: Weight::Bold, leading: 1.3, ..TEXT };
const BETWEEN_PARAGRAPHS: f32 = 8.0;
const BETWEEN_ITEMS: f32 = 3.0;
const BEFORE_HEADING: f32 = 15.0;
const AFTER_HEADING: f32 = 4.0;
const AFTER_SUBJECT: f32 = 9.0;
const LIST_INDENT: f32 = 19.0;
const AFTER_LABEL: f32 = 6.0;
/// How many lines a signature has at most, with those left for the pen.
const LONGEST_SIGNATURE: usize = 8;

/// Lists in lists deeper than this are set as deep as this.
const DEEPEST: usize = 6;

/// Something drawn at a place in a row.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) line: SetLine,
    pub(crate) x: f32,
    pub(crate) element: Element,
}

/// Whether a page may end after a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    Free,
    ToNext,
}

/// One line of the text, with what stands beside it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The space above it, except at the top of a page.
    pub(crate) before: f32,
    pub(crate) height: f32,
    pub(crate) tie: Tie,
    pub(crate) placed: Vec<Placed>,
}

/// Makes rows of blocks.
pub(crate) struct RowSetter<'a> {
    pub(crate) shaper: &'a mut Shaper,
    pub(crate) structure: &'a mut Structure,
    pub(crate) rows: Vec<Row>,
    /// The level of the heading before: levels are not skipped.
    heading: u16,
}

impl<'a> RowSetter<'a> {
    pub(crate) fn new(shaper: &'a mut Shaper, structure: &'a mut Structure) -> Self {
        RowSetter { shaper, structure, rows: Vec::new(), heading: 0 }
    }

    /// The heading of the whole letter.
    pub(crate) fn subject(&mut self, text: &str, width: f32) {
        let runs = [Run::regular(text)];
        self.heading_rows(1, &runs, SUBJECT, width, 0.0);
    }

    /// Blocks below each other in a column.
    pub(crate) fn blocks(&mut self, blocks: &[Block], width: f32) {
        let first = if self.rows.is_empty() { 0.0 } else { AFTER_SUBJECT };
        self.column(blocks, width, None, 0, first);
        self.keep_the_end_together();
    }

    /// Ties the last paragraph, short as a signature is, and the "Yours sincerely,"
    /// before it to the end of the text: neither has a page to itself.
    fn keep_the_end_together(&mut self) {
        let starts = self.rows.iter().enumerate().filter(|(_, row)| row.before > 0.0);
        let mut starts = starts.map(|(nth, _)| nth).rev();
        let Some(signature) = starts.next() else { return };
        if self.rows.len() - signature > LONGEST_SIGNATURE {
            return;
        }
        let from = starts.next().filter(|greeting| signature - greeting == 1).unwrap_or(signature);
        let end = self.rows.len() - 1;
        for row in self.rows.get_mut(from.saturating_sub(1)..end).into_iter().flatten() {
            row.tie = Tie::ToNext;
        }
    }

    fn column(
        &mut self,
        blocks: &[Block],
        width: f32,
        parent: Option<Element>,
        depth: usize,
        first: f32,
    ) {
        let mut before = first;
        for (nth, block) in blocks.iter().enumerate() {
            let rows = self.rows.len();
            match block {
                Block::Heading(level, runs) => {
                    let (asked, size) = match level {
                        Level::One => (2, 12.0),
                        Level::Two => (3, 11.0),
                        Level::Three => (4, 10.5),
                    };
                    let above = if rows == 0 { 0.0 } else { before.max(BEFORE_HEADING) };
                    self.heading_rows(
                        asked,
                        runs,
                        Style { size, weight: Weight::Bold, ..TEXT },
                        width,
                        above,
                    );
                }
                Block::Paragraph(runs) => {
                    let element = self.structure.paragraph(parent);
                    self.paragraph(runs, TEXT, width, element, before);
                    let leads_in = matches!(
                        blocks.get(nth + 1),
                        Some(Block::BulletList(_) | Block::NumberedList { .. })
                    );
                    if leads_in && self.rows.len() > rows {
                        self.tie_last();
                    }
                }
                Block::BulletList(items) => {
                    let label = if depth == 0 { "\u{2022}" } else { "\u{2013}" };
                    let labels = vec![label.to_owned(); items.len()];
                    self.list(
                        items,
                        &labels,
                        ListNumbering::Disc,
                        Place { width, parent, depth, before },
                    );
                }
                Block::NumberedList { start, items } => {
                    let labels: Vec<String> = (0..)
                        .zip(items)
                        .map(|(nth, _)| format!("{}.", start.saturating_add(nth)))
                        .collect();
                    self.list(
                        items,
                        &labels,
                        ListNumbering::Decimal,
                        Place { width, parent, depth, before },
                    );
                }
            }
            if self.rows.len() > rows {
                before = match block {
                    Block::Heading(..) => AFTER_HEADING,
                    Block::Paragraph(_) | Block::BulletList(_) | Block::NumberedList { .. }
                        if depth > 0 =>
                    {
                        BETWEEN_ITEMS
                    }
                    Block::Paragraph(_) | Block::BulletList(_) | Block::NumberedList { .. } => {
                        BETWEEN_PARAGRAPHS
                    }
                };
            }
        }
    }

    fn heading_rows(&mut self, asked: u16, runs: &[Run], style: Style, width: f32, before: f32) {
        let level = asked.min(self.heading + 1);
        let title: Vec<String> = hard_lines(runs).into_iter().map(|line| line.text).collect();
        let Some(level_number) = NonZeroU16::new(level) else {
            return;
        };
        let element = self.structure.heading(None, level_number, title.join(" "));
        let rows = self.rows.len();
        self.paragraph(runs, style, width, element, before);
        if self.rows.len() > rows {
            self.heading = level;
        }
        for row in self.rows.iter_mut().skip(rows) {
            row.tie = Tie::ToNext;
        }
    }

    fn paragraph(&mut self, runs: &[Run], style: Style, width: f32, element: Element, before: f32) {
        let hard = hard_lines(runs);
        if hard.iter().all(crate::clean::HardLine::is_blank) {
            return;
        }
        let lines = self.shaper.set(&hard, style, width);
        let count = lines.len();
        for (nth, line) in lines.into_iter().enumerate() {
            // No line of a paragraph alone at the end or at the top of a page.
            let tied = count > 1 && (nth == 0 || nth + 2 == count);
            self.rows.push(Row {
                before: if nth == 0 { before } else { 0.0 },
                height: line.height,
                tie: if tied { Tie::ToNext } else { Tie::Free },
                placed: vec![Placed { line, x: 0.0, element }],
            });
        }
    }

    fn list(
        &mut self,
        items: &[Vec<Block>],
        labels: &[String],
        numbering: ListNumbering,
        place: Place,
    ) {
        let list = self.structure.list(place.parent, numbering);
        let set: Vec<Option<SetLine>> = labels
            .iter()
            .map(|label| {
                self.shaper
                    .set(&hard_lines(&[Run::regular(label.as_str())]), TEXT, place.width)
                    .pop()
            })
            .collect();
        let widest = set.iter().flatten().map(|label| label.width).fold(0.0, f32::max);
        let indent =
            if place.depth < DEEPEST { LIST_INDENT.max(widest + AFTER_LABEL) } else { 0.0 };
        let mut before = place.before;
        for ((blocks, text), label) in items.iter().zip(labels).zip(set) {
            let rows = self.rows.len();
            let item = self.structure.add(Some(list), Tag::LI);
            let label_element = self.structure.add(Some(item), Tag::Lbl);
            let body = self.structure.add(Some(item), Tag::LBody);
            self.column(blocks, place.width - indent, Some(body), place.depth + 1, before);
            let Some(new) = self.rows.get_mut(rows..) else {
                continue;
            };
            let Some(first) = new.first() else { continue };
            let from_right = first.placed.first().is_some_and(|placed| placed.line.is_rtl);
            if !from_right {
                for placed in new.iter_mut().flat_map(|row| &mut row.placed) {
                    placed.x += indent;
                }
            }
            let label = if from_right {
                let style = Style { side: Side::FromRight, ..TEXT };
                self.shaper
                    .set(&hard_lines(&[Run::regular(text.as_str())]), style, place.width)
                    .pop()
            } else {
                label
            };
            if let (Some(first), Some(mut label)) = (new.first_mut(), label) {
                // Beside the first line, on its baseline, however tall that is.
                label.baseline =
                    first.placed.first().map_or(label.baseline, |placed| placed.line.baseline);
                first.placed.insert(0, Placed { line: label, x: 0.0, element: label_element });
            }
            before = BETWEEN_ITEMS;
        }
    }

    fn tie_last(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.tie = Tie::ToNext;
        }
    }
}

/// Where a list goes.
#[derive(Clone, Copy)]
struct Place {
    width: f32,
    parent: Option<Element>,
    depth: usize,
    before: f32,
}
