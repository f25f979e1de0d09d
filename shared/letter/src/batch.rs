//! Many finished letters as one file to print, a cover sheet first.

use std::sync::Arc;

use krilla::configure::Configuration;
use krilla::metadata::Metadata;
use krilla::pdf::{Pdf as ReadPdf, PdfDocument};
use krilla::tagging::ArtifactType;
use krilla::{Document, SerializeSettings};

use crate::clean::{hard_lines, one_line};
use crate::content::{Run, Weight};
use crate::error::{CannotBatch, CannotTypeset, CodePoints};
use crate::glyphs::SetLine;
use crate::language::Language;
use crate::pages::paginate;
use crate::paint::Painter;
use crate::rows::{Placed, Row, TEXT, Tie};
use crate::shape::{Ink, Shaper, Side, Style};
use crate::sheet::{BODY, FOOT};
use crate::structure::{Element, Structure};
use crate::typesetter::{Typesetter, describe, paint_row, sheet_settings, with_shared};

/// What the sheet on top of a printed batch says.
#[derive(Clone, PartialEq, Eq)]
pub struct Cover {
    /// What the batch is: "Letters to post".
    pub title: String,
    /// Whose letters they are.
    pub practice: String,
    /// The site they go out from, if they are of one site.
    pub site: Option<String>,
    /// The day it was made, as it is read.
    pub date: String,
    /// A line for each letter, in the letters' order.
    pub letters: Vec<CoverLine>,
    /// How it will be printed.
    pub sides: Sides,
    /// The language of the cover.
    pub language: Language,
}

impl std::fmt::Debug for Cover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cover")
            .field("letters", &self.letters.len())
            .field("sides", &self.sides)
            .finish_non_exhaustive()
    }
}

impl Cover {
    /// The cover with a question mark in the place of each of these characters.
    fn without(&self, lost: &[char]) -> Self {
        let kept = |text: &String| text.replace(lost, "?");
        let line = |line: &CoverLine| CoverLine {
            recipient: kept(&line.recipient),
            note: line.note.as_ref().map(kept),
        };
        Self {
            title: kept(&self.title),
            practice: kept(&self.practice),
            site: self.site.as_ref().map(kept),
            date: kept(&self.date),
            letters: self.letters.iter().map(line).collect(),
            sides: self.sides,
            language: self.language.clone(),
        }
    }
}

/// A letter in a cover sheet's table.
#[derive(Clone, PartialEq, Eq)]
pub struct CoverLine {
    /// Who the letter is for.
    pub recipient: String,
    /// Which letter it is: what tells it from another of the same person.
    pub note: Option<String>,
}

impl std::fmt::Debug for CoverLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CoverLine(…)")
    }
}

/// Which sides of the paper are printed on.
///
/// Printed on both, each letter starts on a sheet of its own: blank pages are
/// put in, so that no letter has the next patient's on its back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// One side of each sheet.
    One,
    /// Both sides.
    Both,
}

/// Joins letters into one file, the cover sheet first.
pub fn batch(cover: &Cover, letters: &[&[u8]]) -> Result<Vec<u8>, CannotBatch> {
    with_shared(|typesetter| typesetter.batch(cover, letters))
}

/// How many pages a PDF file has; `None` if it is not one.
pub fn page_count(pdf: &[u8]) -> Option<usize> {
    read(pdf).map(|pdf| pdf.pages().len())
}

fn read(bytes: &[u8]) -> Option<ReadPdf> {
    let pdf = ReadPdf::new(bytes.to_vec()).ok()?;
    (!pdf.pages().is_empty()).then_some(pdf)
}

impl Typesetter {
    /// Joins letters into one file, the cover sheet first.
    pub fn batch(&mut self, cover: &Cover, letters: &[&[u8]]) -> Result<Vec<u8>, CannotBatch> {
        if letters.is_empty() {
            return Err(CannotBatch::Empty);
        }
        if letters.len() != cover.letters.len() {
            return Err(CannotBatch::ListDiffers {
                listed: cover.letters.len(),
                given: letters.len(),
            });
        }
        let mut read_letters = Vec::with_capacity(letters.len());
        for (nth, letter) in letters.iter().enumerate() {
            read_letters.push(Arc::new(read(letter).ok_or(CannotBatch::NotAPdf(nth + 1))?));
        }
        let pages: Vec<usize> = read_letters.iter().map(|letter| letter.pages().len()).collect();

        let settings = SerializeSettings {
            configuration: Configuration::default(),
            enable_tagging: false,
            ..SerializeSettings::default()
        };
        let mut document = Document::new_with(settings);
        let cover_pages = match self.paint_cover(&mut document, cover, &pages) {
            // The sheet stays in the house: a sign nobody can read there holds up no letter.
            Err(CannotTypeset::MissingGlyphs(lost)) => {
                self.paint_cover(&mut document, &cover.without(lost.characters()), &pages)?
            }
            painted => painted?,
        };
        blank_back(&mut document, cover.sides, cover_pages)?;
        for (letter, pages) in read_letters.iter().zip(&pages) {
            let indices: Vec<usize> = (0..*pages).collect();
            document.embed_pdf_pages(&PdfDocument::new(Arc::clone(letter)), &indices);
            blank_back(&mut document, cover.sides, *pages)?;
        }
        document.set_metadata(
            Metadata::new()
                .title(one_line(&cover.title))
                .authors(vec![one_line(&cover.practice)])
                .language(cover.language.as_str().to_owned()),
        );
        let bytes = document.finish().map_err(|error| CannotTypeset::Pdf(describe(&error)))?;
        comemo::evict(0);
        Ok(bytes)
    }

    fn paint_cover(
        &mut self,
        document: &mut Document,
        cover: &Cover,
        pages: &[usize],
    ) -> Result<usize, CannotTypeset> {
        self.shaper.begin();
        let mut structure = Structure::default();
        let element = structure.paragraph(None);
        let rows = cover_rows(&mut self.shaper, cover, pages, element);
        let sheets = paginate(&rows, BODY, BODY);
        let feet: Vec<Vec<(SetLine, f32)>> = (1..=sheets.len())
            .map(|sheet| cover_foot(&mut self.shaper, sheet, sheets.len()))
            .collect();
        if !self.shaper.missing.is_empty() {
            return Err(CannotTypeset::MissingGlyphs(CodePoints::new(std::mem::take(
                &mut self.shaper.missing,
            ))));
        }
        for (sheet, foot) in sheets.iter().zip(&feet) {
            let mut page = document.start_page_with(sheet_settings()?);
            let mut painter = Painter {
                surface: page.surface(),
                faces: &mut self.shaper.faces,
                structure: &mut structure,
            };
            for position in sheet {
                if let Some(row) = rows.get(position.row) {
                    paint_row(&mut painter, row, BODY.left, position.top);
                }
            }
            painter.artifact(ArtifactType::Footer, foot, FOOT.top);
            painter.finish();
            page.finish();
        }
        Ok(sheets.len())
    }
}

/// A blank page after an odd number of pages that are printed on both sides.
fn blank_back(document: &mut Document, sides: Sides, pages: usize) -> Result<(), CannotTypeset> {
    match sides {
        Sides::Both if pages % 2 == 1 => document.start_page_with(sheet_settings()?).finish(),
        Sides::Both | Sides::One => {}
    }
    Ok(())
}

/// A column of the table: where it starts, how wide it is, which side it keeps to.
type Column = (f32, f32, Side);
const COLUMNS: [Column; 4] = [
    (0.0, 26.0, Side::Right),
    (36.0, 210.0, Side::Left),
    (256.0, 150.0, Side::Left),
    (413.0, 40.0, Side::Right),
];

fn cover_rows(shaper: &mut Shaper, cover: &Cover, pages: &[usize], element: Element) -> Vec<Row> {
    let mut rows = Vec::new();
    let width = BODY.width();
    let title = Style {
        size: 20.0,
        weight: Weight::Bold,
        leading: 1.2,
        ink: Ink::Practice,
        side: Side::Start,
    };
    let place = [Some(cover.practice.as_str()), cover.site.as_deref(), Some(cover.date.as_str())];
    let total: usize = pages.iter().sum();
    let counts = format!("{}, {}", counted(pages.len(), "letter"), counted(total, "page"));
    let mut put = |text: &str, style: Style, before: f32| {
        let lines = shaper.set(&hard_lines(&[Run::regular(one_line(text))]), style, width);
        for (nth, line) in lines.into_iter().enumerate() {
            rows.push(Row {
                before: if nth == 0 { before } else { 0.0 },
                height: line.height,
                tie: Tie::ToNext,
                placed: vec![Placed { line, x: 0.0, element }],
            });
        }
    };
    put(&cover.title, title, 0.0);
    for text in place.into_iter().flatten() {
        put(text, TEXT, 2.0);
    }
    put(&counts, Style { weight: Weight::Bold, ..TEXT }, 10.0);

    let head = Style { size: 9.0, weight: Weight::Bold, ink: Ink::Quiet, ..TEXT };
    rows.extend(table_row(shaper, ["No.", "Recipient", "Letter", "Pages"], head, element, 16.0));
    if let Some(row) = rows.last_mut() {
        row.tie = Tie::ToNext;
    }
    let style = Style { size: 10.0, ..TEXT };
    for (nth, (line, pages)) in cover.letters.iter().zip(pages).enumerate() {
        let (number, pages) = ((nth + 1).to_string(), pages.to_string());
        let (recipient, note) =
            (one_line(&line.recipient), line.note.as_deref().map(one_line).unwrap_or_default());
        rows.extend(table_row(shaper, [&number, &recipient, &note, &pages], style, element, 3.0));
    }
    rows
}

/// A row of the table: as many lines as its longest cell has.
fn table_row(
    shaper: &mut Shaper,
    cells: [&str; 4],
    style: Style,
    element: Element,
    before: f32,
) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (cell, (left, width, side)) in cells.iter().zip(COLUMNS) {
        let lines = shaper.set(&hard_lines(&[Run::regular(*cell)]), Style { side, ..style }, width);
        for (nth, line) in lines.into_iter().enumerate() {
            if nth == rows.len() {
                let before = if nth == 0 { before } else { 0.0 };
                rows.push(Row { before, height: 0.0, tie: Tie::ToNext, placed: Vec::new() });
            }
            if let Some(row) = rows.get_mut(nth) {
                row.height = row.height.max(line.height);
                row.placed.push(Placed { line, x: left, element });
            }
        }
    }
    for row in &mut rows {
        // A name in a script with taller letters does not stand above its number.
        let baseline = row.placed.iter().map(|placed| placed.line.baseline).fold(0.0, f32::max);
        for placed in &mut row.placed {
            placed.line.baseline = baseline;
        }
    }
    if let Some(last) = rows.last_mut() {
        last.tie = Tie::Free;
    }
    rows
}

fn cover_foot(shaper: &mut Shaper, sheet: usize, sheets: usize) -> Vec<(SetLine, f32)> {
    let style = Style { size: 8.0, ink: Ink::Quiet, side: Side::Right, ..TEXT };
    let text = format!("Cover sheet {sheet} of {sheets}: not to be posted");
    let lines = shaper.set(&hard_lines(&[Run::regular(text)]), style, FOOT.width());
    lines.into_iter().take(1).map(|line| (line, FOOT.left)).collect()
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
