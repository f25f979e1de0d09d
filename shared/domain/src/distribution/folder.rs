//! Where the letters of “Save file” lie: a folder and a name, made by a pattern.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::disguise::is_disguise;
use crate::ids::LetterId;

/// What stands in a pattern for something of a letter.
///
/// A patient's name is not among them: paths are in the logs of the store and of whoever copies the
/// files, and nothing there may tell who a patient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// The patient's id.
    Patient,
    /// The day the letter is dated: `2026-11-26`.
    Date,
    /// What staff call the letter.
    Letter,
    /// The program's name.
    Program,
    /// The site's name.
    Site,
    /// `patient` or `gp`.
    Addressee,
}

impl Placeholder {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Patient, Self::Date, Self::Letter, Self::Program, Self::Site, Self::Addressee];

    /// How it is written, without its braces.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient.id",
            Self::Date => "date",
            Self::Letter => "letter",
            Self::Program => "program",
            Self::Site => "site",
            Self::Addressee => "addressee",
        }
    }
}

/// A pattern of paths: folders and a name, divided by `/`. `.pdf` is put behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePattern {
    text: String,
    folders: Vec<Vec<Piece>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Of(Placeholder),
}

/// Why a text is no pattern of paths.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    /// Too short or too long.
    #[error("must have 1 to {max} characters", max = FilePattern::MAX)]
    Length,
    /// Something in braces that is not known.
    #[error("has {{{0}}}, which is not known; known are {known}", known = known())]
    Unknown(String),
    /// A brace without its other.
    #[error("has a brace without its other")]
    Brace,
    /// A folder, or the name, is nothing.
    #[error("has a folder without a name; it must not begin or end with / nor have // in it")]
    Empty,
    /// A folder that is another one.
    #[error("must not have a folder that is named . or ..")]
    Dots,
    /// A character that is not for names of files.
    #[error("must not have the character U+{:04X} in it", u32::from(*.0))]
    Character(char),
}

fn known() -> String {
    Placeholder::ALL.map(|it| format!("{{{}}}", it.as_str())).join(", ")
}

impl Default for FilePattern {
    fn default() -> Self {
        Self::parse("{patient.id}/{date} {letter}").expect("it is tried by a test")
    }
}

impl fmt::Display for FilePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FilePattern {
    /// Most characters of a pattern.
    pub const MAX: usize = 120;

    /// Reads a pattern; `.pdf` at its end is taken as said.
    ///
    /// # Errors
    /// With what is wrong with it.
    ///
    /// ```
    /// use domain::distribution::FilePattern;
    /// assert!(FilePattern::parse("{patient.id}/{date} {letter}.pdf").is_ok());
    /// assert!(FilePattern::parse("../{letter}").is_err());
    /// assert!(FilePattern::parse("{patient.name}").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadPattern> {
        let text = text.trim();
        let text = text.strip_suffix(".pdf").unwrap_or(text);
        if !(1..=Self::MAX).contains(&text.chars().count()) {
            return Err(BadPattern::Length);
        }
        let folders = text.split('/').map(pieces).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), folders })
    }

    /// The pattern's text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path of a letter, of what `value` says of it.
    pub fn fill<'a>(&self, value: impl Fn(Placeholder) -> &'a str) -> FileNames {
        // A store takes 1,024 bytes for the whole path (Amazon S3, “Object key naming”).
        let longest = LONGEST.min(LONGEST_PATH / self.folders.len().max(1));
        let name = |pieces: &Vec<Piece>| {
            let filled: String = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Of(placeholder) => value(*placeholder),
                })
                .collect();
            safe(&filled, longest)
        };
        FileNames(self.folders.iter().map(name).collect::<Vec<_>>().join("/"))
    }
}

fn pieces(folder: &str) -> Result<Vec<Piece>, BadPattern> {
    if folder.trim().is_empty() {
        return Err(BadPattern::Empty);
    }
    if matches!(folder.trim(), "." | "..") {
        return Err(BadPattern::Dots);
    }
    let mut pieces = Vec::new();
    let mut rest = folder;
    while let Some((text, after)) = rest.split_once('{') {
        pieces.extend(plain(text)?);
        let (name, after) = after.split_once('}').ok_or(BadPattern::Brace)?;
        let found = Placeholder::ALL.into_iter().find(|it| it.as_str() == name.trim());
        pieces.push(Piece::Of(found.ok_or_else(|| BadPattern::Unknown(name.to_owned()))?));
        rest = after;
    }
    pieces.extend(plain(rest)?);
    Ok(pieces)
}

fn plain(text: &str) -> Result<Option<Piece>, BadPattern> {
    if text.contains('}') {
        return Err(BadPattern::Brace);
    }
    match text.chars().find(|character| !is_for_names(*character)) {
        Some(character) => Err(BadPattern::Character(character)),
        None if text.is_empty() => Ok(None),
        None => Ok(Some(Piece::Text(text.to_owned()))),
    }
}

/// Whether every system takes a character in the name of a file.
fn is_for_names(character: char) -> bool {
    !character.is_control() && !is_disguise(character) && !r#"/\:*?"<>|"#.contains(character)
}

/// Names that Windows keeps for devices, whatever follows a dot in them.
const RESERVED: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// Most bytes of one name: file systems take 255, and an id and `.pdf` come behind.
const LONGEST: usize = 200;

/// Most bytes of all names of a path together.
const LONGEST_PATH: usize = 800;

/// A name every system takes, of any text: normalised, without what divides folders or turns the
/// direction of writing, and not one that stands for something else.
fn safe(text: &str, longest: usize) -> String {
    let composed: String = text.nfc().map(|it| if is_for_names(it) { it } else { ' ' }).collect();
    let words = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    // A leading dot hides a file; Windows drops dots and spaces at the end.
    let name = words.trim_matches(|it: char| it == '.' || it == ' ');
    let mut end = name.len().min(longest);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let name = name.get(..end).unwrap_or_default().trim_end_matches(['.', ' ']);
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let port = (stem.starts_with("COM") || stem.starts_with("LPT")) && stem.chars().count() == 4;
    if name.is_empty() || port || RESERVED.contains(&stem.as_str()) {
        return format!("_{name}");
    }
    name.to_owned()
}

/// The paths a letter may be filed under, in turn: the first that is free is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNames(String);

impl FileNames {
    /// Most files that are told apart by a number. More of one name are a pattern that tells letters
    /// apart by nothing, and each bears the letter's id.
    const NUMBERED: usize = 9;

    /// A path that was made before; `None` when it could not have been.
    pub fn of(path: &str) -> Option<Self> {
        let whole = path.split('/').all(|name| safe(name, LONGEST) == name);
        whole.then(|| Self(path.to_owned()))
    }

    /// The path without what tells it from another of that name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The paths: `a.pdf`, `a (2).pdf`, `a (3).pdf`, … and at last one that only this letter can have.
    pub fn paths(&self, letter: &LetterId) -> impl Iterator<Item = String> {
        let first = std::iter::once(format!("{}.pdf", self.0));
        let numbered = (2..=Self::NUMBERED).map(|n| format!("{} ({n}).pdf", self.0));
        first.chain(numbered).chain([format!("{} {letter}.pdf", self.0)])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id() -> LetterId {
        LetterId::new(ulid::Ulid::from_parts(0, 7))
    }

    fn filled(pattern: &str, letter: &str) -> String {
        let value = |placeholder| match placeholder {
            Placeholder::Patient => "pat_1",
            Placeholder::Date => "2026-11-26",
            Placeholder::Letter => letter,
            Placeholder::Program => "Recall",
            Placeholder::Site => "Harbour",
            Placeholder::Addressee => "gp",
        };
        FilePattern::parse(pattern).unwrap().fill(value).paths(&id()).next().unwrap()
    }

    #[test]
    fn a_path_is_the_pattern_with_what_is_known_of_the_letter() {
        let path = filled(FilePattern::default().as_str(), "Your results");
        assert_eq!(path, "pat_1/2026-11-26 Your results.pdf");
        let path = filled("{site}/{program}/{addressee}-{letter}.pdf", "Results");
        assert_eq!(path, "Harbour/Recall/gp-Results.pdf");
    }

    #[test]
    fn no_text_of_a_letter_makes_a_folder_or_leaves_one() {
        let table = [
            ("../../etc/passwd", "a/etc passwd.pdf"),
            ("..", "a/_.pdf"),
            ("x/y\\z:w", "a/x y z w.pdf"),
            (".hidden", "a/hidden.pdf"),
            ("ends. . ", "a/ends.pdf"),
            ("con", "a/_con.pdf"),
            ("LPT1.old", "a/_LPT1.old.pdf"),
            ("fdp.\u{202e}exe", "a/fdp. exe.pdf"),
            ("Rene\u{301}e", "a/Ren\u{e9}e.pdf"),
            ("two\nlines\u{0}", "a/two lines.pdf"),
        ];
        for (letter, expected) in table {
            assert_eq!(filled("a/{letter}", letter), expected, "{letter:?}");
        }
    }

    #[test]
    fn a_pattern_is_refused_with_what_is_wrong() {
        let table = [
            ("", "must have 1 to 120 characters"),
            (
                "/a",
                "has a folder without a name; it must not begin or end with / nor have // in it",
            ),
            (
                "a//b",
                "has a folder without a name; it must not begin or end with / nor have // in it",
            ),
            ("a/../b", "must not have a folder that is named . or .."),
            ("{letter", "has a brace without its other"),
            ("letter}", "has a brace without its other"),
            ("a:b", "must not have the character U+003A in it"),
            ("a\u{202e}b", "must not have the character U+202E in it"),
            (
                "{patient.last_name}",
                "has {patient.last_name}, which is not known; known are {patient.id}, {date}, {letter}, {program}, {site}, {addressee}",
            ),
        ];
        for (pattern, expected) in table {
            let refused = FilePattern::parse(pattern).unwrap_err().to_string();
            assert_eq!(refused, expected, "{pattern:?}");
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let names = FileNames::of("a/b").unwrap();
        let paths: Vec<_> = names.paths(&id()).collect();
        assert_eq!(paths[..3], ["a/b.pdf", "a/b (2).pdf", "a/b (3).pdf"]);
        assert_eq!(
            paths.len(),
            10,
            "a name that a thousand letters have is not tried a thousand times"
        );
        assert_eq!(paths[9], format!("a/b {}.pdf", id()));
        assert_eq!(FileNames::of("a/../b"), None);
    }

    #[test]
    fn the_longest_path_is_one_a_store_takes() {
        let pattern = ["{letter}"; 12].join("/");
        let path = filled(&pattern, &"ก".repeat(300));
        assert!(path.len() <= 900, "{} bytes", path.len());
    }

    proptest! {
        #[test]
        fn whatever_a_letter_is_called_its_file_has_one_safe_name_and_is_read_back(
            letter in "\\PC{0,300}"
        ) {
            let path = filled("{letter}", &letter);
            prop_assert!(!path.contains('/') && !path.contains('\\'));
            prop_assert!(path.len() <= LONGEST + 5 && !path.starts_with('.'), "{path:?}");
            let names = path.strip_suffix(".pdf").unwrap();
            prop_assert!(FileNames::of(names).is_some(), "{names:?}");
        }
    }
}
