//! The sheet of paper: where things stand on it, in points from the top left.
//!
//! A4, folded twice into thirds, goes into a DL envelope (110 mm × 220 mm) with
//! the top third in front. The address must show in the window, and nothing
//! else may.
//!
//! Windows differ by maker, and no standard for them was found to cite. The two
//! rectangles here are meant as common ground. The address stands in a *small*
//! window: 28 mm × 95 mm, 20 mm from the envelope's left and 20 mm above its
//! bottom edge, an assumption to be held against the practice's own envelopes.
//! Nothing else stands in a *large* one: Australia Post's recommendation for
//! envelopes up to C5, as printers' guides quote it, is at least 38 mm × 95 mm,
//! and the sheet can slip sideways by the 10 mm the envelope is wider. The bottom
//! of the top third is 99 mm down the sheet, and it rests on the envelope's
//! bottom edge: hence 51 mm to 79 mm down the page.

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;

/// A rectangle on the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Its left edge.
    pub left: f32,
    /// Its upper edge.
    pub top: f32,
    /// Its right edge.
    pub right: f32,
    /// Its lower edge.
    pub bottom: f32,
}

impl Area {
    const fn mm(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Area { left: left * MM, top: top * MM, right: right * MM, bottom: bottom * MM }
    }

    pub(crate) const fn width(self) -> f32 {
        self.right - self.left
    }

    pub(crate) const fn height(self) -> f32 {
        self.bottom - self.top
    }
}

/// A4.
pub const SHEET: Area = Area::mm(0.0, 0.0, 210.0, 297.0);
/// A small window, as seen on the sheet.
pub const WINDOW: Area = Area::mm(20.0, 51.0, 115.0, 79.0);
/// What a larger window or a slipped sheet shows: only the address stands here.
pub const KEEP_CLEAR: Area = Area::mm(10.0, 41.0, 120.0, 84.0);
/// Where the address is set: inside [`WINDOW`], with room to slip.
pub const ADDRESS: Area = Area::mm(25.0, 52.0, 108.0, 78.5);
/// The letterhead.
pub const LETTERHEAD: Area = Area::mm(25.0, 12.0, 185.0, 40.0);
/// The logo's largest size.
pub const LOGO: (f32, f32) = (60.0 * MM, 18.0 * MM);
/// The date and the reference.
pub const DATE: Area = Area::mm(25.0, 86.0, 185.0, 94.0);
/// The text on the first page.
pub const FIRST_BODY: Area = Area::mm(25.0, 98.0, 185.0, 275.0);
/// The text on the others.
pub const BODY: Area = Area::mm(25.0, 24.0, 185.0, 275.0);
/// The foot of every page.
pub const FOOT: Area = Area::mm(25.0, 281.0, 185.0, 288.0);

/// The address is in the window, and nothing else is: checked when compiled.
const _: () = {
    assert!(ADDRESS.left >= WINDOW.left && ADDRESS.right <= WINDOW.right);
    assert!(ADDRESS.top >= WINDOW.top && ADDRESS.bottom <= WINDOW.bottom);
    assert!(LETTERHEAD.bottom <= KEEP_CLEAR.top && DATE.top >= KEEP_CLEAR.bottom);
    assert!(DATE.bottom <= FIRST_BODY.top && FIRST_BODY.bottom < FOOT.top);
};
