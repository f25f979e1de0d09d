//! From a letter to a PDF.

use std::sync::{Mutex, PoisonError};

use krilla::configure::{
    Accessibility, Archival, Configuration, ConfigurationBuilder, ValidationError,
};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::ArtifactType;
use krilla::{Document, SerializeSettings};

use crate::clean::one_line;
use crate::content::{Letter, LetterDate, Logo};
use crate::error::{CannotTypeset, CodePoints};
use crate::frame::{Frame, RULES, set_foot, set_frame};
use crate::glyphs::SetLine;
use crate::letterhead::read_logo;
use crate::pages::paginate;
use crate::paint::Painter;
use crate::rows::{Row, RowSetter};
use crate::shape::{Ink, Shaper};
use crate::sheet::{BODY, FIRST_BODY, FOOT, SHEET};
use crate::structure::Structure;

/// A finished letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf {
    bytes: Vec<u8>,
    pages: usize,
}

impl Pdf {
    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, given away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.pages
    }
}

impl std::fmt::Debug for Pdf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pdf").field("bytes", &self.bytes.len()).field("pages", &self.pages).finish()
    }
}

/// The most pages a letter may have: more is a template gone wrong.
pub const MOST_PAGES: usize = 60;

/// How many letters the PDF library remembers compressed streams for.
const LETTERS_REMEMBERED: usize = 4;

/// Sets letters. Making one reads the fonts; keep it for the next letter.
pub struct Typesetter {
    pub(crate) shaper: Shaper,
    /// The last logo, decoded: most letters of a day have the same.
    logo: Option<(Logo, Image)>,
}

impl Default for Typesetter {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Typesetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typesetter").finish_non_exhaustive()
    }
}

/// Sets a letter with the process's own [`Typesetter`], made at the first call.
pub fn typeset(letter: &Letter) -> Result<Pdf, CannotTypeset> {
    with_shared(|typesetter| typesetter.typeset(letter))
}

/// Runs `work` with the process's own typesetter.
pub(crate) fn with_shared<T>(work: impl FnOnce(&mut Typesetter) -> T) -> T {
    static SHARED: Mutex<Option<Typesetter>> = Mutex::new(None);
    let mut shared = SHARED.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
        // A panic in the middle of a letter: what it left behind is not trusted.
        SHARED.clear_poison();
        let mut shared = poisoned.into_inner();
        *shared = None;
        shared
    });
    work(shared.get_or_insert_with(Typesetter::new))
}

impl Typesetter {
    /// Reads the fonts.
    pub fn new() -> Self {
        Typesetter { shaper: Shaper::new(), logo: None }
    }

    /// Sets a letter. The same letter gives the same bytes.
    pub fn typeset(&mut self, letter: &Letter) -> Result<Pdf, CannotTypeset> {
        let date = checked_date(&letter.date)?;
        let logo = self.logo_of(letter)?;
        self.shaper.begin();

        let mut structure = Structure::default();
        let logo = logo.zip(letter.letterhead.logo.as_ref());
        let frame = set_frame(&mut self.shaper, &mut structure, letter, logo)?;
        let rows = self.rows_of(letter, &mut structure);
        let pages = paginate(&rows, FIRST_BODY, BODY);
        if pages.len() > MOST_PAGES {
            return Err(CannotTypeset::TooLong(MOST_PAGES));
        }
        let feet: Vec<Vec<(SetLine, f32)>> = (1..=pages.len())
            .map(|page| set_foot(&mut self.shaper, letter, page, pages.len()))
            .collect();
        if !self.shaper.missing.is_empty() {
            return Err(CannotTypeset::MissingGlyphs(CodePoints::new(std::mem::take(
                &mut self.shaper.missing,
            ))));
        }

        let mut document = Document::new_with(SerializeSettings {
            configuration: standard()?,
            ..SerializeSettings::default()
        });
        for (nth, (page, foot)) in pages.iter().zip(&feet).enumerate() {
            let area = if nth == 0 { FIRST_BODY } else { BODY };
            let first = (nth == 0).then_some(&frame);
            let settings = sheet_settings()?;
            let mut page_of_pdf = document.start_page_with(settings);
            let mut painter = Painter {
                surface: page_of_pdf.surface(),
                faces: &mut self.shaper.faces,
                structure: &mut structure,
            };
            if let Some(frame) = first {
                paint_frame(&mut painter, frame);
            }
            for position in page {
                let Some(row) = rows.get(position.row) else {
                    continue;
                };
                paint_row(&mut painter, row, area.left, position.top);
            }
            painter.rule(RULES[1], Ink::Quiet);
            painter.artifact(ArtifactType::Footer, foot, FOOT.top);
            painter.finish();
            page_of_pdf.finish();
        }
        let title = title_of(letter);
        let mut outline = Outline::new();
        outline.push_child(OutlineNode::new(
            title.clone(),
            XyzDestination::new(0, Point::from_xy(0.0, 0.0)),
        ));
        document.set_outline(outline);
        document.set_metadata(
            Metadata::new()
                .title(title)
                .authors(vec![one_line(&letter.letterhead.practice)])
                .language(letter.language.as_str().to_owned())
                .creation_date(date),
        );
        document.set_tag_tree(structure.into_tree());
        let bytes = document.finish().map_err(|error| CannotTypeset::Pdf(describe(&error)));
        comemo::evict(LETTERS_REMEMBERED);
        Ok(Pdf { bytes: bytes?, pages: pages.len() })
    }

    fn rows_of(&mut self, letter: &Letter, structure: &mut Structure) -> Vec<Row> {
        let mut setter = RowSetter::new(&mut self.shaper, structure);
        if let Some(subject) = &letter.subject {
            setter.subject(&one_line(subject), FIRST_BODY.width());
        }
        setter.blocks(&letter.body, FIRST_BODY.width());
        setter.rows
    }

    fn logo_of(&mut self, letter: &Letter) -> Result<Option<Image>, CannotTypeset> {
        let Some(logo) = &letter.letterhead.logo else {
            return Ok(None);
        };
        match &self.logo {
            Some((known, image)) if known == logo => Ok(Some(image.clone())),
            Some(_) | None => {
                let image = read_logo(logo)?;
                self.logo = Some((logo.clone(), image.clone()));
                Ok(Some(image))
            }
        }
    }
}

fn paint_frame(painter: &mut Painter<'_, '_>, frame: &Frame) {
    if let Some(logo) = &frame.logo {
        painter.picture(logo);
    }
    for fixed in &frame.lines {
        painter.text(&fixed.placed, 0.0, fixed.top);
    }
    painter.rule(RULES[0], Ink::Practice);
}

pub(crate) fn paint_row(painter: &mut Painter<'_, '_>, row: &Row, left: f32, top: f32) {
    for placed in &row.placed {
        painter.text(placed, left, top);
    }
}

/// PDF/A-2a (kept for good, structured) and PDF/UA-1 (accessible).
fn standard() -> Result<Configuration, CannotTypeset> {
    ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| CannotTypeset::Pdf(format!("{error:?}")))
}

pub(crate) fn sheet_settings() -> Result<PageSettings, CannotTypeset> {
    PageSettings::from_wh(SHEET.width(), SHEET.height())
        .ok_or_else(|| CannotTypeset::Pdf("no page size".to_owned()))
}

fn title_of(letter: &Letter) -> String {
    let subject = letter.subject.as_deref().map(one_line).unwrap_or_default();
    if !subject.trim().is_empty() {
        return subject;
    }
    let practice = one_line(&letter.letterhead.practice);
    if practice.trim().is_empty() { "Letter".to_owned() } else { practice }
}

fn checked_date(date: &LetterDate) -> Result<DateTime, CannotTypeset> {
    let leap = date.year.is_multiple_of(4)
        && (!date.year.is_multiple_of(100) || date.year.is_multiple_of(400));
    let days = match date.month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    if date.year == 0 || date.year > 9999 || date.day == 0 || date.day > days {
        return Err(CannotTypeset::NotADate);
    }
    Ok(DateTime::new(date.year).month(date.month).day(date.day))
}

/// What the PDF library said, without any of the letter's text.
pub(crate) fn describe(error: &krilla::error::KrillaError) -> String {
    use krilla::error::KrillaError;
    if let KrillaError::Validation(refusals) = error {
        let kinds: Vec<&str> = refusals.iter().map(|(refusal, _)| kind_of(refusal)).collect();
        kinds.join(", ")
    } else {
        error.to_string()
    }
}

fn kind_of(refusal: &ValidationError) -> &'static str {
    use ValidationError as Refused;
    if matches!(refusal, Refused::ContainsNotDefGlyph(..)) {
        "a glyph is missing"
    } else if matches!(
        refusal,
        Refused::NoCodepointMapping(..) | Refused::InvalidCodepointMapping(..)
    ) {
        "a glyph stands for no character"
    } else if matches!(refusal, Refused::UnicodePrivateArea(..)) {
        "a character of private use"
    } else {
        "another rule of the standard"
    }
}
