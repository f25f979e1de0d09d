//! Names as they are compared: `D’Angelo-Núñez` and `dangelo nunez` are one.

use unicode_normalization::UnicodeNormalization;

use super::Patient;

/// Most bytes of a folded name: two of them and what parts them fit the sort key of an index (1024
/// bytes in DynamoDB).
const MAX_BYTES: usize = 480;

/// A name, or the beginning of one, in the form in which names are compared: without case, accents
/// and apostrophes, its words parted by single blanks. Never empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoldedName(String);

impl std::fmt::Debug for FoldedName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted name]")
    }
}

/// A text without any letter or digit, such as `-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have a letter or a digit")]
pub struct NoLetters;

impl FoldedName {
    /// Folds a name.
    ///
    /// # Errors
    /// When nothing is left of it.
    ///
    /// ```
    /// use domain::patient::FoldedName;
    /// for (name, folded) in [
    ///     ("  ROSSI ", "rossi"),
    ///     ("D’Angelo-Núñez", "dangelo nunez"),
    ///     ("O'Brien", "obrien"),
    ///     ("Łukasz Søren Đặng Weiß", "lukasz soren dang weiss"),
    ///     ("李 小龙", "李 小龙"),
    /// ] {
    ///     assert_eq!(FoldedName::parse(name).unwrap().as_str(), folded);
    /// }
    /// assert!(FoldedName::parse(" - ").is_err());
    /// ```
    pub fn parse(name: &str) -> Result<Self, NoLetters> {
        let mut folded = String::new();
        let mut gap = false;
        for part in name.nfd().flat_map(char::to_lowercase) {
            match part {
                // Accents stand on their own once a text is decomposed (NFD).
                '\u{300}'..='\u{36f}' | '\'' | '’' | 'ʼ' | '`' => {}
                _ if is_part_of_a_word(part) => {
                    if gap && !folded.is_empty() {
                        folded.push(' ');
                    }
                    gap = false;
                    push(&mut folded, part);
                }
                _ => gap = true,
            }
        }
        let end = folded.char_indices().map(|(at, it)| at + it.len_utf8());
        let end = end.take_while(|end| *end <= MAX_BYTES).last().unwrap_or(0);
        folded.truncate(end);
        if folded.is_empty() { Err(NoLetters) } else { Ok(Self(folded)) }
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first letter.
    pub fn initial(&self) -> char {
        self.0.chars().next().unwrap_or(NO_LETTER)
    }

    /// Whether the name goes on like this.
    pub fn starts_with(&self, beginning: &Self) -> bool {
        self.0.starts_with(beginning.as_str())
    }
}

/// Letters and digits, and the marks of scripts that write vowels as marks.
fn is_part_of_a_word(part: char) -> bool {
    part.is_alphanumeric() || unicode_normalization::char::is_combining_mark(part)
}

/// Letters that Unicode does not decompose, though people type them without their stroke.
fn push(folded: &mut String, letter: char) {
    match letter {
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ı' => folded.push('i'),
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        other => folded.push(other),
    }
}

/// Stands for a name without letters, in which no search finds anything.
const NO_LETTER: char = '-';

/// Parts the two names in a key. No folded name holds it, and it sorts before every letter.
const BETWEEN: char = ',';

/// Both names of a patient, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedNames {
    /// The family name.
    pub last: FoldedName,
    /// The given name.
    pub first: FoldedName,
}

impl FoldedNames {
    /// `rossi,maria`: sorts as a list of patients does.
    pub fn last_first(&self) -> String {
        format!("{}{BETWEEN}{}", self.last.0, self.first.0)
    }

    /// `maria,rossi`.
    pub fn first_last(&self) -> String {
        format!("{}{BETWEEN}{}", self.first.0, self.last.0)
    }

    /// The names as somebody writes them who takes each for the other.
    #[must_use]
    pub fn swapped(&self) -> Self {
        Self { last: self.first.clone(), first: self.last.clone() }
    }

    /// Reads what [`Self::last_first`] wrote.
    pub fn from_last_first(text: &str) -> Option<Self> {
        let (last, first) = text.split_once(BETWEEN)?;
        let part = |text: &str| {
            let folded = !text.is_empty() && text.len() <= MAX_BYTES && !text.contains(BETWEEN);
            folded.then(|| FoldedName(text.to_owned()))
        };
        Some(Self { last: part(last)?, first: part(first)? })
    }

    /// Reads what [`Self::first_last`] wrote.
    pub fn from_first_last(text: &str) -> Option<Self> {
        Self::from_last_first(text).map(|it| Self { last: it.first, first: it.last })
    }
}

impl Patient {
    /// Both names, folded.
    pub fn folded_names(&self) -> FoldedNames {
        let fold = |name: &super::PersonName| {
            FoldedName::parse(name.as_str())
                .unwrap_or_else(|NoLetters| FoldedName(NO_LETTER.into()))
        };
        FoldedNames { last: fold(self.last_name.reveal()), first: fold(self.first_name.reveal()) }
    }
}
