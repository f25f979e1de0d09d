//! The letterhead: the practice's logo and name at the left, its site at the right.

use krilla::image::Image;
use krilla::tagging::Tag;

use crate::clean::{HardLine, one_line};
use crate::content::{Letterhead, Logo, PictureFormat, Weight};
use crate::error::CannotTypeset;
use crate::frame::{FixedPicture, Frame, height_of, largest_that_fits, lines_of};
use crate::glyphs::SetLine;
use crate::shape::{Ink, Shaper, Side, Style};
use crate::sheet::{LETTERHEAD, LOGO};
use crate::structure::Structure;

const PRACTICE: Style =
    Style { size: 17.0, weight: Weight::Bold, leading: 1.2, ink: Ink::Practice, side: Side::Start };
const DETAIL: Style =
    Style { size: 8.5, weight: Weight::Regular, leading: 1.35, ink: Ink::Quiet, side: Side::Right };
const DETAIL_WIDTH: f32 = 175.0;
const COLUMN_GAP: f32 = 14.0;
/// Room between the letterhead's text and the rule under it.
const ABOVE_RULE: f32 = 6.0;

/// Sizes of the practice's name: the first that fits is taken.
const NAME_SIZES: [f32; 4] = [17.0, 15.0, 13.0, 11.0];
/// Sizes of a name no other place is left for.
const LEAST_NAME_SIZES: [f32; 2] = [9.5, 8.0];
/// Wider than this, a logo stands over the name: beside it the name would be
/// cut into too many lines.
const WIDEST_BESIDE: f32 = 90.0;
const BESIDE_LOGO: f32 = 12.0;
const UNDER_LOGO: f32 = 6.0;
/// How much of its largest size a logo over the name has: the first that leaves
/// the name enough room.
const SCALES_OVER: [f32; 3] = [0.85, 0.7, 0.55];

/// Where the name goes, with the logo at the size that leaves it there.
struct Arranged {
    logo: (f32, f32),
    name: Vec<SetLine>,
    /// The name's place, from the upper left of both.
    name_at: (f32, f32),
    height: f32,
}

pub(crate) fn set_letterhead(
    shaper: &mut Shaper,
    structure: &mut Structure,
    letterhead: &Letterhead,
    logo: Option<(Image, &Logo)>,
    frame: &mut Frame,
) -> Result<(), CannotTypeset> {
    let place = LETTERHEAD;
    let room = place.height() - ABOVE_RULE;
    let section = structure.add(None, Tag::Div);

    let name = lines_of([letterhead.practice.as_str()]);
    let size = logo.as_ref().map(|(image, _)| fit(image.size(), LOGO));
    let arranged = arrange(shaper, &name, size, place.width() - DETAIL_WIDTH - COLUMN_GAP, room)
        .ok_or(CannotTypeset::LetterheadTooLarge)?;
    let top = place.top + (room - arranged.height) / 2.0;
    frame.logo = logo.map(|(image, logo)| {
        let element = structure.add(Some(section), Tag::Figure(Some(one_line(&logo.description))));
        let (_, high) = arranged.logo;
        // Beside a name that is higher, in its middle; over it, at the top.
        let lower = if arranged.name_at.0 > 0.0 { (arranged.height - high) / 2.0 } else { 0.0 };
        FixedPicture { image, left: place.left, top: top + lower, size: arranged.logo, element }
    });
    let element = structure.paragraph(Some(section));
    let (right, down) = arranged.name_at;
    frame.put(arranged.name, place.left + right, top + down, element);

    let mut details: Vec<HardLine> = lines_of(letterhead.site.as_deref());
    for line in &mut details {
        line.bold.clear();
        line.bold.push(0..line.text.len());
    }
    let rest = letterhead.address.iter().map(String::as_str);
    details.extend(lines_of(
        rest.chain(letterhead.phone.as_deref()).chain(letterhead.email.as_deref()),
    ));
    let details = largest_that_fits(
        shaper,
        &details,
        DETAIL,
        &[8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0],
        DETAIL_WIDTH,
        room,
    )
    .ok_or(CannotTypeset::LetterheadTooLarge)?;
    let top = place.top + (room - height_of(&details)) / 2.0;
    let element = structure.paragraph(Some(section));
    frame.put(details, place.right - DETAIL_WIDTH, top, element);
    Ok(())
}

/// Arranges name and logo: beside each other if the logo is narrow, or the name
/// under the logo.
fn arrange(
    shaper: &mut Shaper,
    name: &[HardLine],
    logo: Option<(f32, f32)>,
    width: f32,
    room: f32,
) -> Option<Arranged> {
    let mut set = |sizes: &[f32], width, room| {
        let mut fits =
            |sizes: &[f32]| largest_that_fits(shaper, name, PRACTICE, sizes, width, room);
        let largest = fits(sizes)?;
        if largest.len() == name.len() {
            return Some(largest);
        }
        // Rather one line, a little smaller, than a last word on a line of its own.
        let smaller = sizes.get(1..2).and_then(fits).filter(|set| set.len() == name.len());
        smaller.or(Some(largest))
    };
    let Some((wide, high)) = logo else {
        let name = set(&NAME_SIZES, width, room).or_else(|| set(&LEAST_NAME_SIZES, width, room))?;
        let height = height_of(&name);
        return Some(Arranged { logo: (0.0, 0.0), name, name_at: (0.0, 0.0), height });
    };
    if wide <= WIDEST_BESIDE {
        let right = wide + BESIDE_LOGO;
        if let Some(name) = set(&NAME_SIZES, width - right, room) {
            let height = height_of(&name).max(high);
            let down = (height - height_of(&name)) / 2.0;
            return Some(Arranged { logo: (wide, high), name, name_at: (right, down), height });
        }
    }
    let mut over = |scale: f32, sizes: &[f32]| {
        // One that is low already need not be made smaller.
        let scale = (LOGO.1 * scale / high).min(1.0);
        let logo = (wide * scale, high * scale);
        let down = logo.1 + UNDER_LOGO;
        let name = set(sizes, width, room - down)?;
        let height = down + height_of(&name);
        Some(Arranged { logo, name, name_at: (0.0, down), height })
    };
    SCALES_OVER
        .iter()
        .find_map(|scale| over(*scale, &NAME_SIZES))
        .or_else(|| SCALES_OVER.last().and_then(|scale| over(*scale, &LEAST_NAME_SIZES)))
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
