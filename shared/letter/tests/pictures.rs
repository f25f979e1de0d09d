//! Letters as they look: three of them are rendered, and the test looks for what
//! a person would look for. The pictures stay in `target/letters`, for a person
//! to look at: what is beautiful no test says.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use letter::sheet::{
    Area, BODY, DATE, FIRST_BODY, FOOT, KEEP_CLEAR, LETTERHEAD, LOGO, SHEET, WINDOW,
};
use letter::{Block, Letter, Run, typeset};

#[path = "../examples/shared/letters.rs"]
mod letters;
mod looking;

use letters::{letter_to, p};
use looking::logo::{RIVER, logo};
use looking::{Colour, Picture, area, inset, is_about, is_ink, is_within, mm};

/// The ink of the practice's name.
const PRACTICE: Colour = [22, 62, 92];

fn look_at(letter: &Letter) -> Vec<Picture> {
    looking::pages(typeset(letter).expect("a letter").bytes())
}

fn look_at_one(letter: &Letter) -> Picture {
    let mut pages = look_at(letter);
    assert_eq!(pages.len(), 1);
    pages.remove(0)
}

fn plain() -> Letter {
    let mut letter = letters::plain();
    letter.letterhead.logo = Some(logo(300, 300));
    letter
}

/// The pages of the three letters, which are written as files when first looked at.
static PICTURES: LazyLock<Vec<(&'static str, Vec<Picture>)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("letters");
    fs::create_dir_all(&folder).expect("a folder");
    let mut pictures = Vec::new();
    for (name, letter) in letters::all() {
        let letter = if name == "plain" { plain() } else { letter };
        let pages = look_at(&letter);
        for (nth, page) in (1..).zip(&pages) {
            fs::write(folder.join(format!("{name}-{nth}.png")), page.png()).expect("a file");
        }
        pictures.push((name, pages));
    }
    println!("The pictures are in {}", folder.display());
    pictures
});

/// The pages of a letter, with the letter's name and the number of each.
fn every_page() -> impl Iterator<Item = (&'static str, usize, &'static Picture)> {
    PICTURES.iter().flat_map(|(name, pages)| (1..).zip(pages).map(|(nth, page)| (*name, nth, page)))
}

fn pages_of(wanted: &str) -> &'static [Picture] {
    let found = PICTURES.iter().find(|(name, _)| *name == wanted);
    found.map(|(_, pages)| pages.as_slice()).expect("one of the three")
}

fn body_of(page: usize) -> Area {
    if page == 1 { FIRST_BODY } else { BODY }
}

#[test]
fn there_are_three_letters_and_the_long_one_has_two_pages() {
    let pages: Vec<_> = PICTURES.iter().map(|(name, pages)| (*name, pages.len())).collect();
    assert_eq!(pages, [("plain", 1), ("long", 2), ("names", 2)]);
}

#[test]
fn every_page_has_text_inside_its_margins_and_nothing_outside() {
    for (name, nth, page) in every_page() {
        let body = body_of(nth);
        let ink = page.share(body, is_ink);
        assert!(ink > 0.005 && ink < 0.25, "{name}, page {nth}: {ink} of the text's place is ink");
        let head = if nth == 1 { LETTERHEAD.top } else { body.top };
        let all = page.bounds(SHEET, is_ink).expect("there is something");
        // A glyph may stand out of its place by less than half a millimetre.
        let place = inset(area(body.left, head, body.right, FOOT.bottom), mm(-0.5));
        assert!(is_within(all, place), "{name}, page {nth}: {all:?} is not within {place:?}");
        // Between the text and the rule over the foot.
        let between = area(0.0, body.bottom, SHEET.right, FOOT.top - mm(2.0));
        assert_eq!(page.bounds(between, is_ink), None, "{name}, page {nth}: in the foot's way");
    }
}

#[test]
fn the_window_shows_the_address_and_nothing_else() {
    for (name, nth, page) in every_page().filter(|(_, nth, _)| *nth == 1) {
        let shown = page.bounds(KEEP_CLEAR, is_ink).expect("an address");
        assert!(is_within(shown, inset(WINDOW, mm(1.0))), "{name}, page {nth}: {shown:?}");
        let lines = page.bands(WINDOW, 0.0).len();
        assert!(lines == 3 || lines == 4, "{name}: {lines} lines of name, street and town");
    }
    // And it is the address: of another recipient, all else is the same.
    let mut letter = plain();
    letter.recipient.name = "Mr Bao Tran".to_owned();
    letter.recipient.address = vec!["8 Banksia Avenue".to_owned(), "DUBBO NSW 2830".to_owned()];
    let other = look_at_one(&letter);
    let different = other.difference(&pages_of("plain")[0]).expect("another address");
    assert!(is_within(different, WINDOW), "{different:?}");
}

#[test]
fn the_letterhead_and_the_date_stand_at_their_places() {
    for (name, nth, page) in every_page().filter(|(_, nth, _)| *nth == 1) {
        for (what, place) in [("letterhead", LETTERHEAD), ("date and reference", DATE)] {
            let left = Area { right: place.right / 2.0, ..place };
            let right = Area { left: place.right / 2.0, ..place };
            for half in [left, right] {
                assert!(page.share(half, is_ink) > 0.005, "{name}, page {nth}: no {what}");
            }
        }
        let rows = page.bounds(Area { left: 0.0, right: SHEET.right, ..DATE }, is_ink);
        assert!(rows.is_some_and(|rows| rows.bottom < DATE.bottom - 1.0), "{name}: {rows:?}");
    }
}

#[test]
fn a_logo_of_any_shape_stands_clear_of_the_name_in_its_own_shape_and_colour() {
    let none = look_at_one(&letters::plain());
    assert_eq!(none.bounds(SHEET, |colour| is_about(colour, RIVER)), None, "no logo, no colour");
    for (wide, high) in [(300, 300), (900, 300), (600, 150), (150, 300)] {
        for practice in [
            "Riverside Family Practice",
            "Riverside and Marrickville Family Practice and Skin Cancer Clinic",
        ] {
            let mut letter = letters::plain();
            letter.letterhead.practice = practice.to_owned();
            letter.letterhead.logo = Some(logo(wide, high));
            let page = look_at_one(&letter);
            let what = format!("{wide} × {high}, {practice}");
            let mark = page.bounds(SHEET, |colour| is_about(colour, RIVER)).expect("a logo");
            let size = (mark.right - mark.left, mark.bottom - mark.top);
            assert!(is_within(mark, inset(LETTERHEAD, -0.5)), "{what}: {mark:?}");
            assert!(size.0 < LOGO.0 + 1.0 && size.1 < LOGO.1 + 1.0, "{what}: {size:?}");
            assert!(size.1 > mm(8.0), "{what}: a logo {size:?} is too small to be known again");
            let shape = size.0 / size.1;
            let own = f32::from(wide) / f32::from(high);
            assert!((shape / own - 1.0).abs() < 0.04, "{what}: {shape} is not {own}");
            let name = page
                .bounds(Area { bottom: LETTERHEAD.bottom - 2.0, ..LETTERHEAD }, |colour| {
                    is_about(colour, PRACTICE)
                })
                .expect("the practice's name");
            let apart = name.left > mark.right + 3.0 || name.top > mark.bottom + 1.0;
            assert!(apart, "{what}: the name {name:?} is in the logo {mark:?}");
        }
    }
}

#[test]
fn the_second_page_goes_on_where_the_first_ends_and_is_numbered() {
    let number = Area { left: FOOT.right - mm(30.0), ..FOOT };
    let [first, second] = pages_of("long") else { panic!("two pages") };
    let end = first.bounds(FIRST_BODY, is_ink).expect("text");
    assert!(end.bottom > FIRST_BODY.bottom - mm(25.0), "the first page is full: {end:?}");
    let start = second.bounds(BODY, is_ink).expect("text");
    assert!(start.top < BODY.top + mm(5.0), "the text goes on at the top: {start:?}");
    assert!(second.bands(BODY, 0.0).len() > 5, "and it is more than a last line");
    let head = Area { bottom: BODY.top, ..SHEET };
    assert_eq!(second.bounds(head, is_ink), None, "the letterhead is on the first page only");
    for page in [first, second] {
        assert!(page.share(number, is_ink) > 0.01, "a page's number");
    }
    let at = |page: &Picture| page.shape(number);
    assert!(at(first).difference(&at(second)) > 0.005, "1 and 2 are different numbers");
    let one = &pages_of("plain")[0];
    assert_eq!(one.bounds(number, is_ink), None, "one page needs no number");
    assert!(one.share(FOOT, is_ink) > 0.01, "but says who wrote it");
}

#[test]
fn no_line_touches_the_next() {
    for (text, within) in [
        ("Ngô Ủy Ẩn Ữ, Ắ Ộ qgjy", 0.0),
        ("Nguyễn Thị Phượng Ứng Ậ", 0.0),
        ("محمد علي ضحى إيمان", 0.0),
        ("น้ำผึ้ง ศรีสุวรรณ ญาณวุฒิ ที่ปู่ฎฏ", 0.0),
        // Its letters under letters stand a little apart from them.
        ("អ្នកស្រី សុខា ស្ត្រី", 0.5),
        ("བསྟན་འཛིན་རྒྱ་མཚོ", 0.0),
        ("ကျော်ကျော် မြင့်မြတ်", 0.0),
        ("শ্রেয়া বন্দ্যোপাধ্যায়", 0.0),
        ("王小明 歐陽美玲 山田 花子 김민준", 0.0),
    ] {
        let mut letter = letter_to("Ms A", vec![p(&[text; 8].join("\n"))]);
        letter.subject = None;
        let bands = look_at_one(&letter).bands(FIRST_BODY, within).len();
        assert_eq!(bands, 8, "{text}: so many bands of ink are 8 lines");
    }
}

/// What texts look like, each in a paragraph of its own.
fn shapes_of(texts: &[&str]) -> Vec<(looking::Shape, usize)> {
    let mut letter = letter_to("Ms A", texts.iter().map(|text| p(text)).collect());
    letter.subject = None;
    let page = look_at_one(&letter);
    // A mark is nearer to its letter than a paragraph to the next.
    let bands = page.bands(FIRST_BODY, 4.0);
    assert_eq!(bands.len(), texts.len(), "{texts:?}");
    bands.iter().map(|band| (page.shape(*band), page.columns(*band, 0.0))).collect()
}

/// Less than this is the smoothing of edges.
const ALIKE: f32 = 0.06;

#[test]
fn every_letter_of_a_name_has_a_shape_of_its_own() {
    // A font without them would draw the same box for each.
    let boxes = shapes_of(&["\u{25A1}"; 12]);
    for (shape, _) in &boxes {
        let difference = shape.difference(&boxes[0].0);
        assert!(difference < ALIKE, "boxes are alike, these are not: {difference}");
    }
    for (script, letters) in
        [("Arabic", "فاطمةزهرعبدحنيس"), ("Thai", "สมศกดรวณนผงจ"), ("Vietnamese", "NễịPươợĐứcầƯ")]
    {
        let letters: Vec<String> = letters.chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        let shapes = shapes_of(&letters);
        for (nth, (shape, _)) in shapes.iter().enumerate() {
            for (other, (before, _)) in shapes.iter().enumerate().take(nth) {
                let difference = shape.difference(before);
                assert!(
                    difference > ALIKE,
                    "{script}: {} and {} look alike ({difference})",
                    letters[nth],
                    letters[other]
                );
            }
            let difference = shape.difference(&boxes[0].0);
            assert!(difference > ALIKE, "{script}: {} looks like a box", letters[nth]);
        }
    }
}

#[test]
fn marks_stand_above_and_below_their_letters_and_arabic_letters_join() {
    for (script, growing) in [
        ("Vietnamese, above", ["a", "ă", "ẳ"]),
        ("Vietnamese, above and below", ["o", "ô", "ộ"]),
        ("Thai, above", ["ผ", "ผึ", "ผึ้"]),
        ("Arabic, above and below", ["د", "دَ", "دَّ"]),
    ] {
        let shapes = shapes_of(&growing);
        for pair in shapes.windows(2) {
            let (small, large) = (&pair[0].0, &pair[1].0);
            assert!(large.high > small.high + 0.9, "{script}: {small:?} {large:?}");
            assert!(large.wide < small.wide * 1.5, "{script}: a mark stands over its letter");
        }
    }
    let columns: Vec<usize> =
        shapes_of(&["محمد", "م ح م د"]).iter().map(|(_, columns)| *columns).collect();
    assert_eq!(columns, [1, 4], "one stroke joins the letters of a word");
}

#[test]
fn a_paragraph_keeps_to_the_side_its_reading_starts_from() {
    let arabic = "عزيزتي فاطمة، موعدك للتطعيم يوم السبت في العيادة الساعة التاسعة ".repeat(5);
    let english = "Dear Fatima, your vaccination is on Saturday at nine in our rooms. ".repeat(5);
    for (text, from_right) in [(&arabic, true), (&english, false)] {
        let mut letter = letter_to("Ms A", vec![p(text)]);
        letter.subject = None;
        let page = look_at_one(&letter);
        let lines = page.bands(FIRST_BODY, 2.0);
        assert!(lines.len() > 2, "{text}");
        for line in &lines {
            let line = page.bounds(*line, is_ink).expect("a line");
            let (left, right) = (line.left - FIRST_BODY.left, FIRST_BODY.right - line.right);
            let (start, end) = if from_right { (right, left) } else { (left, right) };
            assert!(start < 2.5, "{start} from where reading starts: {text}");
            assert!(end > -0.5, "{text}");
        }
        let last = page.bounds(lines[lines.len() - 1], is_ink).expect("a line");
        assert!(last.right - last.left < mm(150.0), "the last line shows which side: {last:?}");
    }
}

#[test]
fn bold_is_darker_in_scripts_with_and_without_a_bold_font() {
    for text in ["Tuesday 10 March", "محمد علي", "สมศักดิ์", "Nguyễn Thị Phượng", "王小明"]
    {
        let dark = |run: Run| {
            let mut letter = letter_to("Ms A", vec![Block::Paragraph(vec![run])]);
            letter.subject = None;
            look_at_one(&letter).darkness(FIRST_BODY)
        };
        let (regular, bold) = (dark(Run::regular(text)), dark(Run::bold(text)));
        assert!(bold > regular * 1.12, "{text}: {regular} and {bold}");
    }
}
