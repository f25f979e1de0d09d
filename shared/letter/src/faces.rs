//! The fonts: read once, used by every letter.
//!
//! They are inside the program. Those every letter may need lie there as they
//! are; those of single scripts are packed, and unpacked when a line first has
//! their script. Which fonts a line may use depends on that line alone, never on
//! what was set before it: the same letter is the same file.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use lzma_rust2::LzmaReader;
use parley::FontContext;
use parley::fontique::{
    Blob, Collection, CollectionOptions, FallbackKey, FamilyId, Script, SourceCache,
};

use crate::coverage::{self, Coverage};

/// The family all text is set in, as far as it goes.
pub(crate) const TEXT_FAMILY: &str = "Noto Sans";

/// Latin, Greek, Cyrillic, in two weights.
static TEXT: [&[u8]; 2] =
    [include_bytes!("../fonts/NotoSans-Regular.ttf"), include_bytes!("../fonts/NotoSans-Bold.ttf")];

/// Signs any script's text can have in it.
static SIGNS: [&[u8]; 3] = [
    include_bytes!("../fonts/NotoSansMath-Regular.ttf"),
    include_bytes!("../fonts/NotoSansSymbols2-Regular.ttf"),
    include_bytes!("../fonts/NotoSansSymbols-Regular.ttf"),
];

/// Scripts that need no family but [`TEXT`], and text of no script.
static PLAIN_SCRIPTS: [&[u8; 4]; 6] = [b"Latn", b"Grek", b"Cyrl", b"Zyyy", b"Zinh", b"Zzzz"];

/// A packed family: its scripts, its characters, its weights (one or two).
struct Packed {
    scripts: &'static [&'static [u8; 4]],
    coverage: Coverage,
    files: &'static [&'static [u8]],
}

macro_rules! packed {
    ([$($script:literal),*], $coverage:ident, $($file:literal),+) => {
        Packed {
            scripts: &[$($script),*],
            coverage: coverage::$coverage,
            files: &[$(include_bytes!(concat!("../fonts/", $file, ".ttf.lzma"))),+],
        }
    };
}

/// In the order in which a character several have is looked for.
static PACKED: [Packed; 28] = [
    packed!([b"Arab"], ARABIC, "NotoSansArabic-Regular", "NotoSansArabic-Bold"),
    packed!([b"Deva"], DEVANAGARI, "NotoSansDevanagari-Regular", "NotoSansDevanagari-Bold"),
    packed!([b"Armn"], ARMENIAN, "NotoSansArmenian-Regular", "NotoSansArmenian-Bold"),
    packed!([b"Beng"], BENGALI, "NotoSansBengali-Regular", "NotoSansBengali-Bold"),
    packed!([b"Geor"], GEORGIAN, "NotoSansGeorgian-Regular", "NotoSansGeorgian-Bold"),
    packed!([b"Gujr"], GUJARATI, "NotoSansGujarati-Regular", "NotoSansGujarati-Bold"),
    packed!([b"Guru"], GURMUKHI, "NotoSansGurmukhi-Regular", "NotoSansGurmukhi-Bold"),
    packed!([b"Hebr"], HEBREW, "NotoSansHebrew-Regular", "NotoSansHebrew-Bold"),
    packed!([b"Knda"], KANNADA, "NotoSansKannada-Regular", "NotoSansKannada-Bold"),
    packed!([b"Khmr"], KHMER, "NotoSansKhmer-Regular", "NotoSansKhmer-Bold"),
    packed!([b"Laoo"], LAO, "NotoSansLao-Regular", "NotoSansLao-Bold"),
    packed!([b"Mlym"], MALAYALAM, "NotoSansMalayalam-Regular", "NotoSansMalayalam-Bold"),
    packed!([b"Mymr"], MYANMAR, "NotoSansMyanmar-Regular", "NotoSansMyanmar-Bold"),
    packed!([b"Sinh"], SINHALA, "NotoSansSinhala-Regular", "NotoSansSinhala-Bold"),
    packed!([b"Taml"], TAMIL, "NotoSansTamil-Regular", "NotoSansTamil-Bold"),
    packed!([b"Telu"], TELUGU, "NotoSansTelugu-Regular", "NotoSansTelugu-Bold"),
    packed!([b"Thai"], THAI, "NotoSansThai-Regular", "NotoSansThai-Bold"),
    packed!([b"Ethi"], ETHIOPIC, "NotoSansEthiopic-Regular"),
    packed!([b"Mtei"], MEETEI_MAYEK, "NotoSansMeeteiMayek-Regular"),
    packed!([b"Nkoo"], N_KO, "NotoSansNKo-Regular"),
    packed!([b"Olck"], OL_CHIKI, "NotoSansOlChiki-Regular"),
    packed!([b"Orya"], ORIYA, "NotoSansOriya-Regular"),
    packed!([b"Syrc"], SYRIAC, "NotoSansSyriac-Regular"),
    packed!([b"Thaa"], THAANA, "NotoSansThaana-Regular"),
    packed!([b"Tfng"], TIFINAGH, "NotoSansTifinagh-Regular"),
    packed!([b"Tibt"], TIBETAN, "NotoSerifTibetan-Regular"),
    packed!([b"Hang", b"Kore"], HANGUL, "LetterHangul-Regular"),
    packed!(
        [b"Hani", b"Hans", b"Hant", b"Hira", b"Kana", b"Bopo", b"Jpan", b"Hrkt"],
        HAN,
        "DroidSansFallbackFull"
    ),
];

/// Which of [`PACKED`] a line needs, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Needed(u32);

impl Needed {
    fn of(text: &str) -> Self {
        let mut needed = 0;
        for c in text.chars().filter(|c| *c >= '\u{370}') {
            for (nth, family) in PACKED.iter().enumerate() {
                needed |= u32::from(covers(family.coverage, c)) << nth;
            }
        }
        Needed(needed)
    }

    fn has(self, nth: usize) -> bool {
        self.0 & (1 << nth) != 0
    }
}

fn covers(coverage: Coverage, c: char) -> bool {
    let after = coverage.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).and_then(|nth| coverage.get(nth)).is_some_and(|(_, last)| c <= *last)
}

/// The font of a glyph, by the number [`Faces`] has given it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Face(usize);

/// A font's file, where it lies.
#[derive(Clone)]
enum File {
    InProgram(&'static [u8]),
    Unpacked(Arc<Vec<u8>>),
}

/// Every font, for the shaper and for the PDF writer.
pub(crate) struct Faces {
    /// The shaper's view.
    pub(crate) context: FontContext,
    by_blob: HashMap<u64, Face>,
    files: Vec<File>,
    /// The PDF writer's view, made when a letter first needs it.
    for_pdf: Vec<Option<krilla::text::Font>>,
    signs: Vec<FamilyId>,
    /// The families unpacked so far.
    unpacked: [Option<FamilyId>; PACKED.len()],
    /// Which of them the shaper falls back to at present.
    present: Needed,
}

impl Faces {
    pub(crate) fn new() -> Self {
        let mut faces = Faces {
            context: FontContext {
                collection: Collection::new(CollectionOptions {
                    shared: false,
                    system_fonts: false,
                }),
                source_cache: SourceCache::default(),
            },
            by_blob: HashMap::new(),
            files: Vec::new(),
            for_pdf: Vec::new(),
            signs: Vec::new(),
            unpacked: [None; PACKED.len()],
            present: Needed::default(),
        };
        for file in TEXT {
            faces.register(File::InProgram(file));
        }
        faces.signs =
            SIGNS.iter().filter_map(|file| faces.register(File::InProgram(file))).collect();
        faces.fall_back_to(Needed::default());
        faces
    }

    /// Makes ready the fonts a line of text may need, and no others.
    pub(crate) fn prepare(&mut self, text: &str) {
        let needed = Needed::of(text);
        if needed == self.present {
            return;
        }
        for (nth, family) in PACKED.iter().enumerate().filter(|(nth, _)| needed.has(*nth)) {
            if self.unpacked.get(nth) == Some(&None) {
                let mut id = None;
                for file in family.files {
                    id = self.register(File::Unpacked(Arc::new(unpack(file))));
                }
                if let Some(slot) = self.unpacked.get_mut(nth) {
                    *slot = id;
                }
            }
        }
        self.fall_back_to(needed);
    }

    /// For each script: its own family, the signs, then all that is needed.
    fn fall_back_to(&mut self, needed: Needed) {
        let families: Vec<Option<FamilyId>> = self
            .unpacked
            .iter()
            .enumerate()
            .map(|(nth, family)| family.filter(|_| needed.has(nth)))
            .collect();
        let rest: Vec<FamilyId> =
            self.signs.iter().copied().chain(families.iter().copied().flatten()).collect();
        let plain = PLAIN_SCRIPTS.iter().map(|script| (script, None));
        let own = PACKED
            .iter()
            .zip(&families)
            .flat_map(|(packed, family)| packed.scripts.iter().map(|script| (script, *family)));
        for (script, family) in plain.chain(own) {
            let key = FallbackKey::new(Script::from_bytes(**script), None);
            let list = family.into_iter().chain(rest.iter().copied());
            self.context.collection.set_fallbacks(key, list);
        }
        self.present = needed;
    }

    fn register(&mut self, file: File) -> Option<FamilyId> {
        let blob = match &file {
            File::InProgram(bytes) => Blob::new(Arc::new(*bytes)),
            File::Unpacked(bytes) => Blob::new(Arc::clone(bytes) as _),
        };
        self.by_blob.insert(blob.id(), Face(self.files.len()));
        self.files.push(file);
        self.for_pdf.push(None);
        let families = self.context.collection.register_fonts(blob, None);
        families.first().map(|(family, _)| *family)
    }

    /// The face the shaper chose.
    pub(crate) fn face_of(&self, font: &parley::FontData) -> Option<Face> {
        self.by_blob.get(&font.data.id()).copied()
    }

    /// A face as the PDF writer takes it.
    pub(crate) fn for_pdf(&mut self, face: Face) -> Option<krilla::text::Font> {
        let slot = self.for_pdf.get_mut(face.0)?;
        if slot.is_none() {
            let data = match self.files.get(face.0)? {
                File::InProgram(bytes) => (*bytes).into(),
                File::Unpacked(bytes) => Arc::clone(bytes).into(),
            };
            *slot = krilla::text::Font::new(data, 0);
        }
        slot.clone()
    }
}

/// Unpacks a font. One that cannot be would be a broken program: it counts as
/// empty, and its characters as missing, which stops a letter with them.
fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut font = Vec::new();
    match LzmaReader::new_mem_limit(packed, u32::MAX, None)
        .map(|mut file| file.read_to_end(&mut font))
    {
        Ok(Ok(_)) => font,
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_packed_font_unpacks_to_a_font_of_one_family() {
        for family in &PACKED {
            let mut faces = Faces::new();
            let ids: Vec<_> = family
                .files
                .iter()
                .map(|file| faces.register(File::Unpacked(Arc::new(unpack(file)))))
                .collect();
            assert!(ids[0].is_some() && ids.iter().all(|id| *id == ids[0]));
        }
    }

    #[test]
    fn a_line_needs_the_fonts_of_its_scripts_and_no_others() {
        let families = |text| Needed::of(text).0.count_ones();
        assert_eq!(families("Dear Alexandra, Nguyễn, Ольга, Γιώργος → ½ €"), 0);
        for (text, count) in [
            ("فاطمة،", 1),
            ("สวัสดี", 1),
            ("王小明", 1),
            ("김민준", 1),
            ("शर्मा।", 1),
            ("王 فاطمة", 2),
        ] {
            assert_eq!(families(text), count, "{text}");
        }
    }
}
