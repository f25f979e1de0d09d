//! What stands at fixed places: letterhead, address, date, and the foot.

use krilla::image::Image;
use krilla::tagging::Tag;

use crate::clean::{HardLine, hard_lines, one_line};
use crate::content::{Letter, Letterhead, Logo, PictureFormat, Recipient, Run, Weight};
use crate::error::CannotTypeset;
use crate::glyphs::SetLine;
use crate::rows::{Placed, TEXT};
use crate::shape::{Ink, Shaper, Side, Style};
use crate::sheet::{ADDRESS, Area, DATE, FOOT, LETTERHEAD, LOGO};
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

const PRACTICE: Style =
    Style { size: 17.0, weight: Weight::Bold, leading: 1.2, ink: Ink::Practice, side: Side::Start };
const DETAIL: Style =
    Style { size: 8.5, weight: Weight::Regular, leading: 1.35, ink: Ink::Quiet, side: Side::Right };
const SMALL: Style =
    Style { size: 8.0, weight: Weight::Regular, leading: 1.3, ink: Ink::Quiet, side: Side::Start };
const DETAIL_WIDTH: f32 = 175.0;
const COLUMN_GAP: f32 = 14.0;
const UNDER_LOGO: f32 = 4.0;
/// Room between the letterhead's text and the rule under it.
const ABOVE_RULE: f32 = 6.0;

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

fn lines_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<HardLine> {
    texts
        .into_iter()
        .flat_map(|text| hard_lines(&[Run::regular(one_line(text))]))
        .filter(|line| !line.is_blank())
        .collect()
}

fn height_of(lines: &[SetLine]) -> f32 {
    lines.iter().map(|line| line.height).sum()
}

impl Frame {
    fn put(&mut self, lines: Vec<SetLine>, left: f32, mut top: f32, element: Element) {
        for line in lines {
            let height = line.height;
            self.lines.push(Fixed { placed: Placed { line, x: left, element }, top });
            top += height;
        }
    }
}

fn set_letterhead(
    shaper: &mut Shaper,
    structure: &mut Structure,
    letterhead: &Letterhead,
    logo: Option<(Image, &Logo)>,
    frame: &mut Frame,
) -> Result<(), CannotTypeset> {
    let place = LETTERHEAD;
    let room = place.height() - ABOVE_RULE;
    let section = structure.add(None, Tag::Div);
    let picture = logo.map(|(image, logo)| {
        let size = fit(image.size(), LOGO);
        let element = structure.add(Some(section), Tag::Figure(Some(one_line(&logo.description))));
        FixedPicture { image, left: place.left, top: place.top, size, element }
    });
    let used = picture.as_ref().map_or(0.0, |picture| picture.size.1 + UNDER_LOGO);

    let name = lines_of([letterhead.practice.as_str()]);
    let width = place.width() - DETAIL_WIDTH - COLUMN_GAP;
    let name = largest_that_fits(
        shaper,
        &name,
        PRACTICE,
        &[17.0, 15.0, 13.0, 11.0, 9.5, 8.0],
        width,
        room - used,
    )
    .ok_or(CannotTypeset::LetterheadTooLarge)?;
    let above = (room - used - height_of(&name)) / 2.0;
    let element = structure.paragraph(Some(section));
    frame.put(name, place.left, place.top + above + used, element);
    frame.logo = picture.map(|picture| FixedPicture { top: picture.top + above, ..picture });

    let mut details: Vec<HardLine> = lines_of(letterhead.site.as_deref());
    for line in &mut details {
        line.bold.clear();
        line.bold.push(0..line.text.len());
    }
    let rest = letterhead.address.iter().map(String::as_str);
    details.extend(lines_of(
        rest.chain(letterhead.phone.as_deref()).chain(letterhead.email.as_deref()),
    ));
    let details =
        largest_that_fits(shaper, &details, DETAIL, &[8.5, 8.0, 7.5, 7.0, 6.5], DETAIL_WIDTH, room)
            .ok_or(CannotTypeset::LetterheadTooLarge)?;
    let top = place.top + (room - height_of(&details)) / 2.0;
    let element = structure.paragraph(Some(section));
    frame.put(details, place.right - DETAIL_WIDTH, top, element);
    Ok(())
}

fn largest_that_fits(
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
    let element = structure.paragraph(None);
    frame.put(date.into_iter().take(1).collect(), DATE.left, DATE.top, element);
    let reference = shaper.set(
        &lines_of(letter.reference.as_deref()),
        Style { side: Side::Right, ink: Ink::Quiet, size: 9.0, ..style },
        half,
    );
    let element = structure.paragraph(None);
    frame.put(reference.into_iter().take(2).collect(), DATE.left + half, DATE.top, element);
}

/// The foot of a page: the practice, and which page of how many it is.
pub(crate) fn set_foot(
    shaper: &mut Shaper,
    letterhead: &Letterhead,
    page: usize,
    pages: usize,
) -> Vec<(SetLine, f32)> {
    let parts = std::iter::once(letterhead.practice.as_str())
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

/// The largest size of a picture inside a box, its shape kept.
#[expect(
    clippy::cast_precision_loss,
    reason = "a picture's pixels are far below what f32 counts exactly"
)]
fn fit((width, height): (u32, u32), (most_wide, most_high): (f32, f32)) -> (f32, f32) {
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let scale = (most_wide / width).min(most_high / height);
    (width * scale, height * scale)
}

/// Reads a logo's file.
pub(crate) fn read_logo(logo: &Logo) -> Result<Image, CannotTypeset> {
    let format = match logo.format {
        PictureFormat::Png => "PNG file",
        PictureFormat::Jpeg => "JPEG file",
    };
    let size = imagesize::blob_size(&logo.bytes).map_err(|_| CannotTypeset::BadLogo(format))?;
    if size.width.max(size.height) > Logo::MOST_PIXELS {
        return Err(CannotTypeset::LogoTooLarge);
    }
    let data = krilla::Data::from(logo.bytes.to_vec());
    let image = match logo.format {
        PictureFormat::Png => Image::from_png(data, false),
        PictureFormat::Jpeg => Image::from_jpeg(data, false),
    };
    let image = image.map_err(|_| CannotTypeset::BadLogo(format))?;
    let (width, height) = image.size();
    if width == 0 || height == 0 { Err(CannotTypeset::BadLogo(format)) } else { Ok(image) }
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
