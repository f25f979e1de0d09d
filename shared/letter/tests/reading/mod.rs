//! Reads a PDF back as a reader of its text would: characters in the order of
//! the file, and where they stand.

#![expect(
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a file this crate wrote: what is not as expected fails the test"
)]

use std::collections::HashMap;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use hayro_syntax::page::Page;

/// A piece of text and the place of its beginning, from the top left.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Of the page, not of the text: the foot.
    pub(crate) is_artifact: bool,
}

pub(crate) fn open(bytes: &[u8]) -> Pdf {
    Pdf::new(bytes.to_vec()).expect("a PDF file")
}

/// Everything on each page, in the order of the file.
pub(crate) fn pages(bytes: &[u8]) -> Vec<Vec<Piece>> {
    open(bytes).pages().iter().map(read_page).collect()
}

/// The text of the whole file, in its order, with every run of spaces as one.
///
/// Nothing is put in where a line ends: the spaces are those of the file.
pub(crate) fn text(bytes: &[u8]) -> String {
    let pages = pages(bytes);
    let pieces = pages.iter().flatten().filter(|piece| !piece.is_artifact);
    let whole: String = pieces.map(|piece| piece.text.as_str()).collect();
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

enum Mark {
    Plain,
    Artifact,
    Reversed,
    Actual(String),
}

fn read_page(page: &Page<'_>) -> Vec<Piece> {
    let height = f64::from(page.base_dimensions().1);
    let mut fonts: HashMap<Vec<u8>, HashMap<u16, String>> = HashMap::new();
    let mut font = Vec::new();
    let mut marks: Vec<Mark> = Vec::new();
    let (mut x, mut y) = (0.0, 0.0);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut operations = page.operations();
    while let Some(instruction) = operations.next() {
        let operands: Vec<Object<'_>> = instruction.operands().cloned().collect();
        match std::str::from_utf8(instruction.operator).unwrap_or_default() {
            "BMC" => marks.push(if name_of(&operands[0]) == b"ReversedChars" {
                Mark::Reversed
            } else {
                Mark::Plain
            }),
            "BDC" => {
                let actual = match &operands[1] {
                    Object::Dict(properties) => properties.get::<PdfString<'_>>("ActualText"),
                    _ => None,
                };
                let plain =
                    if name_of(&operands[0]) == b"Artifact" { Mark::Artifact } else { Mark::Plain };
                marks.push(actual.map_or(plain, |text| Mark::Actual(text_string(text.as_bytes()))));
            }
            "EMC" => {
                if let Some(Mark::Actual(text)) = marks.pop() {
                    let is_artifact = marks.iter().any(|mark| matches!(mark, Mark::Artifact));
                    pieces.push(Piece { text, x, y, is_artifact });
                }
            }
            "Tf" => {
                font = name_of(&operands[0]).to_vec();
                if !fonts.contains_key(&font) {
                    fonts.insert(font.clone(), unicode_of(page, &font));
                }
            }
            "Tm" => {
                let numbers: Vec<f64> = operands.iter().map(number_of).collect();
                (x, y) = (numbers[4], numbers[5]);
                // krilla draws in a space that counts downwards already.
                assert!(numbers[3] < 0.0 && y <= height);
            }
            "Tj" | "TJ" => {
                let mut glyphs = Vec::new();
                collect(&operands[0], &mut glyphs);
                if marks.iter().any(|mark| matches!(mark, Mark::Actual(_))) {
                    continue;
                }
                if marks.iter().any(|mark| matches!(mark, Mark::Reversed)) {
                    glyphs.reverse();
                }
                let table = &fonts[&font];
                let text = glyphs
                    .iter()
                    .map(|glyph| table.get(glyph).map_or("\u{FFFD}", String::as_str))
                    .collect();
                let is_artifact = marks.iter().any(|mark| matches!(mark, Mark::Artifact));
                pieces.push(Piece { text, x, y, is_artifact });
            }
            _ => {}
        }
    }
    pieces
}

fn name_of<'a>(object: &'a Object<'_>) -> &'a [u8] {
    match object {
        Object::Name(name) => name,
        _ => b"",
    }
}

fn number_of(object: &Object<'_>) -> f64 {
    match object {
        Object::Number(number) => number.as_f64(),
        _ => f64::NAN,
    }
}

fn collect(object: &Object<'_>, glyphs: &mut Vec<u16>) {
    match object {
        Object::String(string) => {
            glyphs.extend(
                string.as_bytes().chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])),
            );
        }
        Object::Array(array) => {
            for part in array.iter::<Object<'_>>() {
                collect(&part, glyphs);
            }
        }
        _ => {}
    }
}

fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest),
        plain => plain.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> =
        bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).expect("UTF-16")
}

/// What each glyph of a font stands for.
fn unicode_of(page: &Page<'_>, font: &[u8]) -> HashMap<u16, String> {
    let dict = page
        .resources()
        .get_font(&Name::new_unescaped(font))
        .expect("the font is in the page's resources");
    let stream =
        dict.get::<Stream<'_>>("ToUnicode").expect("the font says what its glyphs stand for");
    let map = String::from_utf8(stream.decoded().expect("a readable map").to_vec()).expect("ASCII");
    let mut table = HashMap::new();
    let mut ranges = false;
    for line in map.lines() {
        ranges = (ranges || line.ends_with("beginbfrange")) && line != "endbfrange";
        let groups: Vec<Vec<u8>> = line.split(['<', '>']).skip(1).step_by(2).map(hex).collect();
        match (ranges, groups.as_slice()) {
            (false, [glyph, text]) if glyph.len() == 2 && !line.contains("FFFF>") => {
                table.insert(u16::from_be_bytes([glyph[0], glyph[1]]), utf16(text));
            }
            (true, [first, last, text]) => {
                let (first, last) = (
                    u16::from_be_bytes([first[0], first[1]]),
                    u16::from_be_bytes([last[0], last[1]]),
                );
                let start = utf16(text).chars().next().expect("a character");
                for (offset, glyph) in (first..=last).enumerate() {
                    let code = u32::from(start) + u32::try_from(offset).expect("small");
                    table.insert(glyph, char::from_u32(code).expect("a character").to_string());
                }
            }
            _ => {}
        }
    }
    table
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .filter_map(|nth| u8::from_str_radix(&text[nth * 2..nth * 2 + 2], 16).ok())
        .collect()
}

/// The types of the structure's elements, in its order, and how often each is there.
pub(crate) fn structure(bytes: &[u8]) -> Vec<String> {
    let pdf = open(bytes);
    let catalog: Dict<'_> = pdf.xref().get(pdf.xref().root_id()).expect("a catalog");
    let root: Dict<'_> = catalog.get("StructTreeRoot").expect("a structure");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found
}

fn walk(element: &Dict<'_>, found: &mut Vec<String>) {
    if let Some(name) = element.get::<Name<'_>>("S") {
        found.push(String::from_utf8_lossy(&name).into_owned());
    }
    if let Some(kids) = element.get::<Array<'_>>("K") {
        for kid in kids.iter::<Object<'_>>() {
            if let Object::Dict(kid) = kid {
                walk(&kid, found);
            }
        }
    } else if let Some(kid) = element.get::<Dict<'_>>("K") {
        walk(&kid, found);
    }
}
