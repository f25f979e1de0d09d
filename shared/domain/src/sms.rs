//! What a text costs: a text message is paid for and sent in parts.
//!
//! By 3GPP TS 23.038 (the characters) and TS 23.040 (the parts, with a header of 6 bytes). Written
//! here: the crate found that counts parts dates from 2024, and `gsm7` only encodes.

mod tidy;

use std::collections::BTreeSet;

pub use tidy::tidy;

/// How the characters of a message are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// The GSM alphabet of 7 bits: Western European letters.
    Gsm7,
    /// UTF-16, for everything else. One such character takes the whole message with it.
    Ucs2,
}

impl Encoding {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "gsm-7",
            Self::Ucs2 => "ucs-2",
        }
    }

    /// How many units a message of one part holds.
    const fn single(self) -> u32 {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// How many units each of several parts holds, beside the header that joins them.
    const fn joined(self) -> u32 {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    /// The units of a character: an escape pair and a surrogate pair are two.
    fn units(self, character: char) -> u32 {
        match self {
            Self::Gsm7 => 1 + u32::from(EXTENSION.contains(character)),
            Self::Ucs2 => 1 + u32::from(character.len_utf16() == 2),
        }
    }
}

/// What a text costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// How it is written.
    pub encoding: Encoding,
    /// Its length in units of that encoding: septets, or 16 bits.
    pub units: u32,
    /// The number of messages it is sent as and paid for; none for an empty text.
    pub count: u16,
}

/// The basic set of the GSM alphabet without ASCII's letters and digits, and without its escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";

/// The characters that GSM writes as an escape and one more septet.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Whether the GSM alphabet has the character.
fn is_gsm(character: char) -> bool {
    character.is_ascii_alphanumeric() || BASIC.contains(character) || EXTENSION.contains(character)
}

/// How many parts a text has. Count the text as it is sent, with its tags filled: a name can turn
/// the whole message to UCS-2.
///
/// ```
/// use domain::sms::{Encoding, parts};
/// let plain = parts("See you at 10:30");
/// assert_eq!((plain.encoding, plain.units, plain.count), (Encoding::Gsm7, 16, 1));
/// assert_eq!(parts("Dr O’Brien").encoding, Encoding::Ucs2);
/// ```
pub fn parts(text: &str) -> Parts {
    let encoding = if text.chars().all(is_gsm) { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let units = text.chars().fold(0, |sum: u32, c| sum.saturating_add(encoding.units(c)));
    let count = if units <= encoding.single() {
        u16::from(units > 0)
    } else {
        u16::try_from(joined_parts(text, encoding)).unwrap_or(u16::MAX)
    };
    Parts { encoding, units, count }
}

/// The parts of a text that needs several. A pair is never torn: when only one unit is left, the
/// character begins the next part.
fn joined_parts(text: &str, encoding: Encoding) -> u32 {
    let (mut full, mut used) = (0, 0);
    for character in text.chars() {
        let units = encoding.units(character);
        if used + units > encoding.joined() {
            full += 1;
            used = 0;
        }
        used += units;
    }
    full + 1
}

/// The characters that force a text into UCS-2.
pub fn not_gsm(text: &str) -> BTreeSet<char> {
    text.chars().filter(|character| !is_gsm(*character)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(text: &str) -> (Encoding, u32, u16) {
        let Parts { encoding, units, count } = parts(text);
        (encoding, units, count)
    }

    #[test]
    fn the_published_limits_hold() {
        use Encoding::{Gsm7, Ucs2};
        let cases = [
            ("a".repeat(160), (Gsm7, 160, 1)),
            ("a".repeat(161), (Gsm7, 161, 2)),
            ("a".repeat(306), (Gsm7, 306, 2)),
            ("a".repeat(307), (Gsm7, 307, 3)),
            ("€".repeat(80), (Gsm7, 160, 1)),
            ("€".repeat(81), (Gsm7, 162, 2)),
            ("Dr O’Brien".to_owned(), (Ucs2, 10, 1)),
            ("😀".repeat(35), (Ucs2, 70, 1)),
            ("😀".repeat(36), (Ucs2, 72, 2)),
            ("ы".repeat(70), (Ucs2, 70, 1)),
            ("ы".repeat(71), (Ucs2, 71, 2)),
            ("ы".repeat(134), (Ucs2, 134, 2)),
            ("ы".repeat(135), (Ucs2, 135, 3)),
            (String::new(), (Gsm7, 0, 0)),
        ];
        for (text, expected) in cases {
            assert_eq!(counted(&text), expected, "{text}");
        }
    }

    #[test]
    fn a_pair_does_not_straddle_two_parts() {
        let escape = format!("{0}€{0}", "a".repeat(152));
        assert_eq!(counted(&escape), (Encoding::Gsm7, 306, 3), "306 septets would fit into two");
        let surrogates = format!("{0}😀{0}", "ы".repeat(66));
        assert_eq!(counted(&surrogates), (Encoding::Ucs2, 134, 3), "134 units would fit into two");
    }

    #[test]
    fn what_only_looks_like_the_gsm_alphabet_is_not_in_it() {
        let outside = "ç`‘’“”–—…\u{a0}\táíóúâêîôûëïÿõãÁ";
        assert_eq!(not_gsm(outside), outside.chars().collect());
        assert_eq!(not_gsm(&format!("{BASIC}{EXTENSION} Tīpene")), BTreeSet::from(['ī']));
        assert_eq!(BASIC.chars().count() + 62, 127, "TS 23.038 has 127 beside the escape");
    }

    proptest! {
        #[test]
        fn a_text_of_basic_characters_has_the_parts_of_its_length(
            text in prop::collection::vec(prop::sample::select(BASIC.chars().collect::<Vec<_>>()), 1..700)
        ) {
            let length = u32::try_from(text.len()).unwrap();
            let expected = if length <= 160 { 1 } else { length.div_ceil(153) };
            let text: String = text.into_iter().collect();
            prop_assert_eq!(counted(&text), (Encoding::Gsm7, length, u16::try_from(expected).unwrap()));
        }

        #[test]
        fn a_longer_text_never_has_fewer_parts(
            before in "[a-z€|é’ы😀]{0,200}", after in "[a-z€|é’ы😀]{0,200}"
        ) {
            let both = parts(&format!("{before}{after}")).count;
            prop_assert!(both >= parts(&before).count.max(parts(&after).count));
        }
    }
}
