//! A shaped line into strips of glyphs, in the order they are read.

use std::ops::Range;
use std::sync::Arc;

use krilla::text::{Glyph, GlyphId, KrillaGlyph};
use parley::FontWeight;

use crate::content::Weight;
use crate::faces::{Face, Faces};
use crate::shape::{Ink, Side, Style};

/// Glyphs of one font that follow each other.
#[derive(Clone, Debug)]
pub(crate) struct Strip {
    pub(crate) face: Face,
    /// The font has no bold: its outline is to be thickened.
    pub(crate) thicken: bool,
    pub(crate) weight: Weight,
    pub(crate) x: f32,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    start_in_text: usize,
}

/// One line, ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct SetLine {
    pub(crate) text: Arc<str>,
    /// In the order they are read.
    pub(crate) strips: Arc<[Strip]>,
    /// How wide the ink is, without trailing spaces.
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// From the top of the line to its baseline.
    pub(crate) baseline: f32,
    pub(crate) size: f32,
    pub(crate) ink: Ink,
    /// Whether it is read from the right.
    pub(crate) is_rtl: bool,
}

/// How tall the text family is, from its highest to its lowest, at size 1.
const TEXT_EXTENT: f32 = 1.362;
/// Fonts say they are taller than this for marks stacked on marks: not in letters.
const LARGEST_EXTENT: f32 = 1.7;

/// Reads a line of the shaper's.
pub(crate) fn read_line(
    line: &parley::Line<'_, [u8; 4]>,
    text: &Arc<str>,
    style: Style,
    faces: &Faces,
    missing: &mut Vec<char>,
) -> SetLine {
    let metrics = line.metrics();
    let ascent = metrics.baseline - metrics.content_block_min_coord;
    let tall = metrics.content_block_max_coord - metrics.content_block_min_coord;
    // A script whose letters are taller than Latin ones gets that much more room.
    let taller = tall.min(style.size * LARGEST_EXTENT) - style.size * TEXT_EXTENT;
    let height = style.size * style.leading + taller.max(0.0);
    let scale = (height / tall).min(1.0);
    let mut x = metrics.offset + metrics.inline_min_coord;
    let mut strips = Vec::new();
    for run in line.runs() {
        let advance = run.advance();
        if let Some(face) = faces.face_of(run.font()) {
            let thicken = run.synthesis().embolden();
            let weight = if run.font_attrs().weight == FontWeight::BOLD {
                Weight::Bold
            } else {
                Weight::Regular
            };
            let mut push = |x, glyphs: Vec<KrillaGlyph>, start_in_text| {
                if !glyphs.is_empty() {
                    strips.push(Strip { face, thicken, weight, x, glyphs, start_in_text });
                }
            };
            let clusters = clusters_of(&run, text, missing);
            if run.is_rtl() {
                // One by one from the right: in one strip, the file's order would
                // be that of the eye, and a reader of its text would find words
                // with marks in them the wrong way round.
                let mut left = x + advance;
                for (range, glyphs) in clusters {
                    left -= glyphs.iter().map(|glyph| glyph.x_advance(style.size)).sum::<f32>();
                    push(left, glyphs, range.start);
                }
            } else {
                let glyphs = clusters.into_iter().flat_map(|(_, glyphs)| glyphs).collect();
                push(x, glyphs, run.text_range().start);
            }
        }
        x += advance;
    }
    strips.sort_by_key(|strip| strip.start_in_text);
    SetLine {
        text: Arc::clone(text),
        strips: strips.into(),
        width: metrics.advance - metrics.hanging_advance,
        height,
        baseline: (height - tall * scale) / 2.0 + ascent * scale,
        size: style.size,
        ink: style.ink,
        is_rtl: false,
    }
}

/// Lets the space at the end of a line stand outside the side the line keeps to.
pub(crate) fn hang_last_space(line: &mut SetLine, side: Side) {
    let shift = match (side, line.is_rtl) {
        (Side::Right, false) => 1.0,
        (Side::Left, true) => -1.0,
        (Side::Right, true) | (Side::Left, false) | (Side::Start | Side::FromRight, _) => return,
    };
    let space = line.text.len() - 1;
    let width: f32 = line
        .strips
        .iter()
        .flat_map(|strip| &strip.glyphs)
        .filter(|glyph| glyph.text_range().contains(&space))
        .map(|glyph| glyph.x_advance(line.size))
        .sum();
    let moved =
        line.strips.iter().cloned().map(|strip| Strip { x: strip.x + width * shift, ..strip });
    line.strips = moved.collect();
}

/// The pieces of a run in reading order: the glyphs of each, and the text they
/// stand for.
fn clusters_of(
    run: &parley::Run<'_, [u8; 4]>,
    text: &str,
    missing: &mut Vec<char>,
) -> Vec<(Range<usize>, Vec<KrillaGlyph>)> {
    let mut clusters: Vec<(parley::Cluster<'_, [u8; 4]>, Range<usize>)> = Vec::new();
    for cluster in run.clusters() {
        let range = cluster.text_range();
        match clusters.last_mut() {
            // What continues a ligature belongs to what it follows.
            Some((_, before)) if cluster.is_ligature_continuation() => before.end = range.end,
            Some(_) | None => clusters.push((cluster, range)),
        }
    }
    let size = run.font_size();
    let mut pieces = Vec::with_capacity(clusters.len());
    for (cluster, range) in clusters {
        let glyphs = cluster
            .glyphs()
            .map(|glyph| {
                if glyph.id == 0 {
                    let lost = text.get(range.clone()).unwrap_or_default();
                    missing.extend(lost.chars().filter(|c| !is_invisible(*c)));
                }
                KrillaGlyph::new(
                    GlyphId::new(glyph.id),
                    glyph.advance / size,
                    glyph.x / size,
                    // The shaper counts downwards, the PDF writer upwards.
                    -glyph.y / size,
                    0.0,
                    range.clone(),
                    None,
                )
            })
            .collect();
        pieces.push((range, glyphs));
    }
    pieces
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2066}'..='\u{2069}' | ' ')
}
