//! Characters that make a text look like another one (CVE-2021-42574 “Trojan Source”, and Unicode's
//! UTS #39).

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Zero-width non-joiner and joiner, which names in Indic and Persian scripts need.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Unicode's `Prepended_Concatenation_Mark`: format characters that are drawn, around a number.
const DRAWN: &str = "\u{600}\u{601}\u{602}\u{603}\u{604}\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}";

/// Letters, marks and a symbol of which nothing is drawn: the fillers of Hangul and Khmer and the
/// grapheme joiner, which are `Default_Ignorable_Code_Point`, and the Braille pattern without dots.
const FILLERS: &str = "\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{2800}\u{3164}\u{ffa0}";

/// What a program puts in the place of a character that it could not read. What stood
/// there is lost.
pub(crate) const UNREAD: char = '\u{fffd}';

/// Why a text with [`UNREAD`] was refused.
pub(crate) const UNREAD_REFUSAL: &str =
    "has a character that could not be read (\u{fffd}); save the file, or send the text, as UTF-8";

/// Whether a character disguises a text: what turns the direction of writing and other format
/// characters, line separators, fillers, and code points that are private or no character.
///
/// Not among them are the joiners, and the selectors that choose how a character is drawn: real
/// names and emoji need them.
pub(crate) fn is_disguise(character: char) -> bool {
    let category = character.general_category();
    if category == GeneralCategory::Format {
        return !JOINERS.contains(&character) && !DRAWN.contains(character);
    }
    [
        GeneralCategory::LineSeparator,
        GeneralCategory::ParagraphSeparator,
        GeneralCategory::PrivateUse,
        GeneralCategory::Unassigned,
    ]
    .contains(&category)
        || FILLERS.contains(character)
}

/// Whether anything of a character is seen. Joiners and selectors only change the one beside them.
pub(crate) fn is_seen(character: char) -> bool {
    !character.is_whitespace() && !JOINERS.contains(&character) && !is_selector(character)
}

/// Unicode's `Variation_Selector`.
const fn is_selector(character: char) -> bool {
    let common = matches!(character, '\u{fe00}'..='\u{fe0f}');
    let mongolian = matches!(character, '\u{180b}'..='\u{180d}' | '\u{180f}');
    common || mongolian || matches!(character, '\u{e0100}'..='\u{e01ef}')
}

/// Why a text with that character was refused.
pub(crate) fn refusal(character: char) -> String {
    let point = u32::from(character);
    format!(
        "must not hold U+{point:04X}, which not everybody sees: it can make a text look like another"
    )
}
