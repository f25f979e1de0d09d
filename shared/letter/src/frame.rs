//! What stands at fixed places: letterhead, address, date, and the foot.

use krilla::image::Image;

use crate::clean::{HardLine, hard_lines, one_line};
use crate::content::{Letter, Logo, Recipient, Run, Weight};
use crate::error::CannotTypeset;
use crate::glyphs::SetLine;
use crate::letterhead::set_letterhead;
use crate::rows::{Placed, TEXT};
use crate::shape::{Ink, Shaper, Side, Style};
use crate::sheet::{ADDRESS, Area, DATE, FOOT, LETTERHEAD};
use crate::structure::{Element, Structure};

/// A line at its place on the page.
#[derive(Clone, Debug)]
pub(crate) struct Fixed {
    pub(crate) placed: Placed,
    pub(crate) top: f32,
}

/// A picture at its place on the page.
#[derive(Clone)]
pub(crate) struct FixedPicture {
    pub(crate) image: Image,
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) size: (f32, f32),
    pub(crate) element: Element,
}

/// Everything fixed on the first page.
pub(crate) struct Frame {
    pub(crate) lines: Vec<Fixed>,
    pub(crate) logo: Option<FixedPicture>,
}

const SMALL: Style =
    Style { size: 8.0, weight: Weight::Regular, leading: 1.3, ink: Ink::Quiet, side: Side::Start };

/// Sizes of the address, as factors: the first that fits is taken.
const ADDRESS_SIZES: [f32; 6] = [10.5, 10.0, 9.5, 9.0, 8.5, 8.0];
/// Below this size a long line may also be broken.
const ADDRESS_BREAKS_BELOW: f32 = 9.5;

/// Sets everything fixed on the first page.
pub(crate) fn set_frame(
    shaper: &mut Shaper,
    structure: &mut Structure,
    letter: &Letter,
    logo: Option<(Image, &Logo)>,
) -> Result<Frame, CannotTypeset> {
    let mut frame = Frame { lines: Vec::new(), logo: None };
    set_letterhead(shaper, structure, &letter.letterhead, logo, &mut frame)?;
    set_address(shaper, structure, &letter.recipient, &mut frame)?;
    set_date(shaper, structure, letter, &mut frame);
    Ok(frame)
}

/// Texts as lines, without those that say nothing.
pub(crate) fn lines_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<HardLine> {
    texts
        .into_iter()
        .flat_map(|text| hard_lines(&[Run::regular(one_line(text))]))
        .filter(|line| !line.is_blank())
        .collect()
}

pub(crate) fn height_of(lines: &[SetLine]) -> f32 {
    lines.iter().map(|line| line.height).sum()
}

impl Frame {
    pub(crate) fn put(&mut self, lines: Vec<SetLine>, left: f32, mut top: f32, element: Element) {
        for line in lines {
            let height = line.height;
            self.lines.push(Fixed { placed: Placed { line, x: left, element }, top });
            top += height;
        }
    }
}

/// Lines in the first of the sizes in which they are no higher than the room.
pub(crate) fn largest_that_fits(
    shaper: &mut Shaper,
    lines: &[HardLine],
    style: Style,
    sizes: &[f32],
    width: f32,
    room: f32,
) -> Option<Vec<SetLine>> {
    sizes
        .iter()
        .map(|size| shaper.set(lines, Style { size: *size, ..style }, width))
        .find(|set| height_of(set) <= room)
}

fn set_address(
    shaper: &mut Shaper,
    structure: &mut Structure,
    recipient: &Recipient,
    frame: &mut Frame,
) -> Result<(), CannotTypeset> {
    if lines_of([recipient.name.as_str()]).is_empty() {
        return Err(CannotTypeset::NoRecipient);
    }
    let lines = lines_of(
        std::iter::once(recipient.name.as_str())
            .chain(recipient.address.iter().map(String::as_str)),
    );
    if lines.len() > Recipient::MAX_LINES + 1 {
        return Err(CannotTypeset::TooManyAddressLines(lines.len() - 1));
    }
    for size in ADDRESS_SIZES {
        let style = Style { size, leading: 1.25, side: Side::Left, ..TEXT };
        let set = shaper.set(&lines, style, ADDRESS.width());
        let broken = set.len() > lines.len();
        let height = height_of(&set);
        if height <= ADDRESS.height() && (!broken || size < ADDRESS_BREAKS_BELOW) {
            // In the middle of the window, so that it may slip both ways.
            let top = ADDRESS.top + (ADDRESS.height() - height) / 2.0;
            let element = structure.paragraph(None);
            frame.put(set, ADDRESS.left, top, element);
            return Ok(());
        }
    }
    Err(CannotTypeset::AddressTooLarge)
}

fn set_date(shaper: &mut Shaper, structure: &mut Structure, letter: &Letter, frame: &mut Frame) {
    let half = DATE.width() / 2.0;
    let style = Style { size: 10.0, ..TEXT };
    let date = shaper.set(&lines_of([letter.date.text.as_str()]), style, half);
    let reference = shaper.set(
        &lines_of(letter.reference.as_deref()),
        Style { side: Side::Right, ink: Ink::Quiet, size: 9.0, ..style },
        half,
    );
    // Both stand on one line, though the one is smaller.
    let baseline = |lines: &[SetLine]| lines.first().map_or(0.0, |line| line.baseline);
    let lower = (baseline(&date) - baseline(&reference)).max(0.0);
    let element = structure.paragraph(None);
    frame.put(date.into_iter().take(1).collect(), DATE.left, DATE.top, element);
    let element = structure.paragraph(None);
    let reference = reference.into_iter().take(2).collect();
    frame.put(reference, DATE.left + half, DATE.top + lower, element);
}

/// The foot of a page: the practice, and which page of how many it is; of those after the first also
/// whose letter it is.
pub(crate) fn set_foot(
    shaper: &mut Shaper,
    letter: &Letter,
    page: usize,
    pages: usize,
) -> Vec<(SetLine, f32)> {
    let letterhead = &letter.letterhead;
    let whose = letter.running.as_deref().filter(|_| page > 1);
    let parts = whose
        .into_iter()
        .chain(std::iter::once(letterhead.practice.as_str()))
        .chain(letterhead.site.as_deref())
        .chain(letterhead.phone.as_deref())
        .map(one_line)
        .filter(|part| !part.is_empty());
    let line = parts.collect::<Vec<_>>().join("  \u{B7}  ");
    let mut foot = Vec::new();
    let number_width = 90.0;
    let width = FOOT.width() - number_width;
    foot.extend(
        shaper
            .set(&lines_of([line.as_str()]), SMALL, width)
            .into_iter()
            .take(1)
            .map(|line| (line, FOOT.left)),
    );
    if pages > 1 {
        let number = format!("Page {page} of {pages}");
        let style = Style { side: Side::Right, ..SMALL };
        let set = shaper.set(&lines_of([number.as_str()]), style, number_width);
        foot.extend(set.into_iter().take(1).map(|line| (line, FOOT.left + width)));
    }
    foot
}

/// The rule under the letterhead and above the foot.
pub(crate) const RULES: [Area; 2] = [
    Area {
        left: LETTERHEAD.left,
        top: LETTERHEAD.bottom - 1.0,
        right: LETTERHEAD.right,
        bottom: LETTERHEAD.bottom,
    },
    Area { left: FOOT.left, top: FOOT.top - 5.0, right: FOOT.right, bottom: FOOT.top - 4.5 },
];
