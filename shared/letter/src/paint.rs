//! Lines onto a page of the PDF.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};

use crate::faces::Faces;
use crate::frame::FixedPicture;
use crate::glyphs::{SetLine, Strip};
use crate::rows::Placed;
use crate::shape::Ink;
use crate::sheet::Area;
use crate::structure::Structure;

/// How much wider than its outline a thickened glyph is, as a part of its size.
const THICKEN: f32 = 0.028;

fn colour(ink: Ink) -> rgb::Color {
    match ink {
        Ink::Text => rgb::Color::new(20, 20, 20),
        Ink::Quiet => rgb::Color::new(85, 85, 85),
        Ink::Practice => rgb::Color::new(22, 62, 92),
    }
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

/// Draws on one page.
pub(crate) struct Painter<'a, 's> {
    pub(crate) surface: Surface<'s>,
    pub(crate) faces: &'a mut Faces,
    pub(crate) structure: &'a mut Structure,
}

impl Painter<'_, '_> {
    /// Draws a line that is part of the text.
    pub(crate) fn text(&mut self, placed: &Placed, left: f32, top: f32) {
        let line = &placed.line;
        let mut rest: &[Strip] = &line.strips;
        while let Some(first) = rest.first() {
            let same = rest.iter().take_while(|strip| strip.weight == first.weight).count();
            let (strips, after) = rest.split_at(same);
            let mark = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            self.strips(line, strips, left + placed.x, top);
            self.surface.end_tagged();
            self.structure.drawn(placed.element, mark, first.weight);
            rest = after;
        }
    }

    /// Draws what belongs to the page and not to the text.
    pub(crate) fn artifact(&mut self, kind: ArtifactType, lines: &[(SetLine, f32)], top: f32) {
        for (line, left) in lines {
            self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
            self.strips(line, &line.strips, *left, top);
            self.surface.end_tagged();
        }
    }

    fn strips(&mut self, line: &SetLine, strips: &[Strip], left: f32, top: f32) {
        self.surface.set_fill(Some(fill(line.ink)));
        for strip in strips {
            let Some(font) = self.faces.for_pdf(strip.face) else {
                continue;
            };
            let stroke = strip.thicken.then(|| Stroke {
                paint: colour(line.ink).into(),
                width: line.size * THICKEN,
                ..Stroke::default()
            });
            self.surface.set_stroke(stroke);
            let start = Point::from_xy(left + strip.x, top + line.baseline);
            self.surface.draw_glyphs(start, &strip.glyphs, font, &line.text, line.size, false);
        }
        self.surface.set_stroke(None);
    }

    /// Ends the page's drawing.
    pub(crate) fn finish(self) {
        self.surface.finish();
    }

    /// Draws a thin filled rectangle.
    pub(crate) fn rule(&mut self, area: Area, ink: Ink) {
        let Some(rect) = Rect::from_ltrb(area.left, area.top, area.right, area.bottom) else {
            return;
        };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        if let Some(path) = path.finish() {
            self.surface
                .start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            self.surface.set_fill(Some(fill(ink)));
            self.surface.draw_path(&path);
            self.surface.end_tagged();
        }
    }

    /// Draws a picture that is part of the text.
    pub(crate) fn picture(&mut self, picture: &FixedPicture) {
        let Some(size) = Size::from_wh(picture.size.0, picture.size.1) else {
            return;
        };
        let mark = self.surface.start_tagged(ContentTag::Other);
        self.surface.push_transform(&Transform::from_translate(picture.left, picture.top));
        self.surface.draw_image(picture.image.clone(), size);
        self.surface.pop();
        self.surface.end_tagged();
        self.structure.drawn(picture.element, mark, crate::content::Weight::Regular);
    }
}
