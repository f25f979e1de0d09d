//! A logo for the letters: drawn here, so that its size can be chosen.

use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::PremulRgba8;
use letter::{Logo, PictureFormat};

use super::Colour;

/// The colour of the logo, which is no ink of the letter's.
pub(crate) const RIVER: Colour = [0, 136, 122];

/// A mark with round ends and a river through it, on no background.
pub(crate) fn logo(wide: u16, high: u16) -> Logo {
    let pixels = (0..high).flat_map(|y| (0..wide).map(move |x| pixel(x, y, wide, high))).collect();
    let png = Pixmap::from_parts(pixels, wide, high).into_png().expect("a picture");
    Logo { format: PictureFormat::Png, bytes: png.into(), description: "A river".to_owned() }
}

fn pixel(x: u16, y: u16, wide: u16, high: u16) -> PremulRgba8 {
    let (x, y) = (f32::from(x), f32::from(y));
    let (wide, high) = (f32::from(wide), f32::from(high));
    let round = high.min(wide) / 2.0;
    let from_middle = (x - x.clamp(round, wide - round)).hypot(y - y.clamp(round, high - round));
    let river = high * (0.5 + 0.12 * (x / high * 6.0).sin());
    if from_middle > round {
        return PremulRgba8 { r: 0, g: 0, b: 0, a: 0 };
    }
    let [red, green, blue] = if (y - river).abs() < high * 0.06 { [255; 3] } else { RIVER };
    PremulRgba8 { r: red, g: green, b: blue, a: 255 }
}
