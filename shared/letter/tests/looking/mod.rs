//! Looks at a PDF as a person with a ruler would: pages as pixels, places in
//! points from the top left, as [`letter::sheet`] has them.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels of one page are few thousand a side"
)]

pub(crate) mod logo;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};
use letter::sheet::{Area, SHEET};

/// Pixels in a point: 144 to the inch.
const SCALE: f32 = 2.0;

/// Red, green and blue.
pub(crate) type Colour = [u8; 3];

/// A page as it looks.
pub(crate) struct Picture(Pixmap);

/// Every page of a file.
pub(crate) fn pages(bytes: &[u8]) -> Vec<Picture> {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF file");
    let settings = RenderSettings {
        x_scale: SCALE,
        y_scale: SCALE,
        bg_color: WHITE,
        ..RenderSettings::default()
    };
    let cache = RenderCache::new();
    pdf.pages()
        .iter()
        .map(|page| Picture(render(page, &cache, &InterpreterSettings::default(), &settings)))
        .collect()
}

/// Whether there is anything on the paper.
pub(crate) fn is_ink(colour: Colour) -> bool {
    colour.iter().any(|part| *part < 240)
}

/// Whether a colour is another but for the smoothing of edges.
pub(crate) fn is_about(colour: Colour, other: Colour) -> bool {
    colour.iter().zip(other).all(|(part, other)| part.abs_diff(other) < 12)
}

/// An area with one side or another elsewhere.
pub(crate) fn area(left: f32, top: f32, right: f32, bottom: f32) -> Area {
    Area { left, top, right, bottom }
}

/// Millimetres as points.
pub(crate) fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// Whether all of one area is within another.
pub(crate) fn is_within(inner: Area, outer: Area) -> bool {
    inner.left >= outer.left
        && inner.right <= outer.right
        && inner.top >= outer.top
        && inner.bottom <= outer.bottom
}

/// An area as large as one, without its outermost `by` on each side.
pub(crate) fn inset(area: Area, by: f32) -> Area {
    Area {
        left: area.left + by,
        top: area.top + by,
        right: area.right - by,
        bottom: area.bottom - by,
    }
}

impl Picture {
    /// The page as a PNG file.
    pub(crate) fn png(&self) -> Vec<u8> {
        self.0.clone().into_png().expect("a picture")
    }

    fn colour(&self, x: u16, y: u16) -> Colour {
        let pixel = self.0.sample(x, y);
        [pixel.r, pixel.g, pixel.b]
    }

    /// The columns and rows of pixels of an area.
    fn pixels(&self, area: Area) -> (std::ops::Range<u16>, std::ops::Range<u16>) {
        let at = |points: f32, most: u16| ((points * SCALE).round().max(0.0) as u16).min(most);
        let (wide, high) = (self.0.width(), self.0.height());
        (at(area.left, wide)..at(area.right, wide), at(area.top, high)..at(area.bottom, high))
    }

    /// The places of an area's pixels that are as wanted.
    fn found(
        &self,
        area: Area,
        wanted: impl Fn(u16, u16) -> bool,
    ) -> impl Iterator<Item = (u16, u16)> {
        let (columns, rows) = self.pixels(area);
        rows.flat_map(move |y| columns.clone().map(move |x| (x, y)))
            .filter(move |(x, y)| wanted(*x, *y))
    }

    /// How much of an area is as wanted, from 0 to 1.
    pub(crate) fn share(&self, area: Area, wanted: impl Fn(Colour) -> bool) -> f32 {
        let (columns, rows) = self.pixels(area);
        let all = (columns.len() * rows.len()).max(1);
        let found = self.found(area, |x, y| wanted(self.colour(x, y))).count();
        found as f32 / all as f32
    }

    /// How dark an area is, from 0 to 1.
    pub(crate) fn darkness(&self, area: Area) -> f32 {
        let (columns, rows) = self.pixels(area);
        let all = (columns.len() * rows.len()).max(1);
        let dark = |(x, y)| f32::from(255 - self.colour(x, y)[0]) / 255.0;
        self.found(area, |_, _| true).map(dark).sum::<f32>() / all as f32
    }

    /// The smallest area around all of an area's pixels that are as wanted.
    pub(crate) fn bounds(&self, area: Area, wanted: impl Fn(Colour) -> bool) -> Option<Area> {
        around(self.found(area, |x, y| wanted(self.colour(x, y))))
    }

    /// The smallest area around all that is not the same on another page.
    pub(crate) fn difference(&self, other: &Picture) -> Option<Area> {
        around(self.found(SHEET, |x, y| self.colour(x, y) != other.colour(x, y)))
    }

    /// Where ink begins and ends from the top down; paper no higher than `gap` between
    /// does not part it.
    pub(crate) fn bands(&self, place: Area, gap: f32) -> Vec<Area> {
        let (columns, rows) = self.pixels(place);
        let inked = rows.map(|y| columns.clone().any(|x| is_ink(self.colour(x, y))));
        stretches(inked, gap)
            .into_iter()
            .map(|(from, to)| area(place.left, place.top + from, place.right, place.top + to))
            .collect()
    }

    /// As [`Picture::bands`], from the left to the right.
    pub(crate) fn columns(&self, place: Area, gap: f32) -> usize {
        let (columns, rows) = self.pixels(place);
        let inked = columns.map(|x| rows.clone().any(|y| is_ink(self.colour(x, y))));
        stretches(inked, gap).len()
    }

    /// How dark an area is, in squares of its own: what a shape looks like from
    /// further away, whatever its size and to whichever fraction of a pixel it fell.
    pub(crate) fn shape(&self, place: Area) -> Shape {
        let place = self.bounds(place, is_ink).expect("there is something");
        let (wide, high) = (place.right - place.left, place.bottom - place.top);
        let squares = (0..SQUARES * SQUARES)
            .map(|nth| {
                let (column, row) = ((nth % SQUARES) as f32, (nth / SQUARES) as f32);
                let of = |part: f32| part / SQUARES as f32;
                let square = area(
                    place.left + wide * of(column),
                    place.top + high * of(row),
                    place.left + wide * of(column + 1.0),
                    place.top + high * of(row + 1.0),
                );
                self.darkness(square)
            })
            .collect();
        Shape { wide, high, squares }
    }
}

/// Into how many squares a shape is divided, across and down.
const SQUARES: usize = 6;

/// What a letter looks like.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) wide: f32,
    pub(crate) high: f32,
    squares: Vec<f32>,
}

impl Shape {
    /// How much two shapes differ, 0 for not at all.
    pub(crate) fn difference(&self, other: &Shape) -> f32 {
        let squares = self.squares.iter().zip(&other.squares).map(|(a, b)| (a - b).abs());
        squares.sum::<f32>() / self.squares.len() as f32
            + (self.wide - other.wide).abs() / 20.0
            + (self.high - other.high).abs() / 20.0
    }
}

/// The smallest area around pixels, in points.
fn around(pixels: impl Iterator<Item = (u16, u16)>) -> Option<Area> {
    let points = |pixel: u16| f32::from(pixel) / SCALE;
    pixels.fold(None, |area: Option<Area>, (x, y)| {
        let (left, top, right, bottom) = (points(x), points(y), points(x + 1), points(y + 1));
        Some(area.map_or(Area { left, top, right, bottom }, |area| Area {
            left: area.left.min(left),
            top: area.top.min(top),
            right: area.right.max(right),
            bottom: area.bottom.max(bottom),
        }))
    })
}

/// Where something begins and ends, in points; a gap no longer than `gap` does not part it.
fn stretches(inked: impl Iterator<Item = bool>, gap: f32) -> Vec<(f32, f32)> {
    let mut found: Vec<(f32, f32)> = Vec::new();
    for (nth, inked) in inked.enumerate() {
        let (from, to) = (nth as f32 / SCALE, (nth + 1) as f32 / SCALE);
        match found.last_mut() {
            _ if !inked => {}
            Some(last) if from - last.1 <= gap => last.1 = to,
            Some(_) | None => found.push((from, to)),
        }
    }
    found
}
