//! Mobile numbers, by the `phonenumber` crate (libphonenumber's metadata).

use std::fmt;

use phonenumber::Type;
use phonenumber::country::Id as Region;
use phonenumber::metadata::DATABASE;

/// Most digits anybody dials: fifteen of E.164, and a prefix.
const MAX_DIGITS: usize = 20;

/// A number that can receive an SMS, in E.164 form (ITU-T E.164: `+` and up to 15 digits).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MobileNumber(String);

/// Why a number cannot receive an SMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadNumber {
    /// Not a telephone number at all, or one that no country gives out.
    #[error("is not a telephone number; write it as 0400 000 000 or +61 400 000 000")]
    NotANumber,
    /// A number that cannot receive an SMS, such as a landline.
    #[error(
        "is not a mobile number but a landline or service number; a text message needs a mobile"
    )]
    NotMobile,
}

impl MobileNumber {
    /// Reads what staff type: `0400 000 000`, `+61 400…`, `0061…`, `0011…`, with spaces, dots, dashes
    /// and brackets, and nothing else. Numbers without a country are Australian.
    ///
    /// # Errors
    /// When it is no valid number, or not a mobile one.
    ///
    /// ```
    /// use domain::phone::{BadNumber, MobileNumber};
    /// for typed in ["0491 570 006", "+61 491 570 006", "0061491570006", "0011 61 491.570.006", "(0491) 570-006"] {
    ///     assert_eq!(MobileNumber::parse(typed).unwrap().e164(), "+61491570006", "{typed}");
    /// }
    /// assert_eq!(MobileNumber::parse("(02) 5550 1234"), Err(BadNumber::NotMobile));
    /// assert_eq!(MobileNumber::parse("12"), Err(BadNumber::NotANumber));
    /// ```
    pub fn parse(typed: &str) -> Result<Self, BadNumber> {
        let dialled = dialled(typed).ok_or(BadNumber::NotANumber)?;
        let number =
            phonenumber::parse(Some(Region::AU), dialled).map_err(|_| BadNumber::NotANumber)?;
        if !phonenumber::is_valid(&number) || number.extension().is_some() {
            return Err(BadNumber::NotANumber);
        }
        match number.number_type(&DATABASE) {
            Type::Mobile | Type::FixedLineOrMobile => {
                Ok(Self(number.format().mode(phonenumber::Mode::E164).to_string()))
            }
            Type::FixedLine
            | Type::TollFree
            | Type::PremiumRate
            | Type::SharedCost
            | Type::PersonalNumber
            | Type::Voip
            | Type::Pager
            | Type::Uan
            | Type::Emergency
            | Type::Voicemail
            | Type::ShortCode
            | Type::StandardRate
            | Type::Carrier
            | Type::NoInternational
            | Type::Unknown => Err(BadNumber::NotMobile),
        }
    }

    /// Takes a number this type wrote before, without the country's metadata.
    ///
    /// # Errors
    /// When the text is not in E.164 form.
    pub fn from_e164(stored: &str) -> Result<Self, BadNumber> {
        let digits = stored.strip_prefix('+').ok_or(BadNumber::NotANumber)?;
        let well_formed =
            (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if well_formed { Ok(Self(stored.to_owned())) } else { Err(BadNumber::NotANumber) }
    }

    /// The number as `+61491570006`.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The number as it is dialled and read in Australia: `0491 570 006`. Another country's number
    /// stays as it is, because without its country code it would be misdialled. No metadata is
    /// needed for it: Australian mobiles have nine digits (ACMA Numbering Plan 2015).
    ///
    /// ```
    /// use domain::phone::MobileNumber;
    /// assert_eq!(MobileNumber::parse("+61491570006").unwrap().national(), "0491 570 006");
    /// assert_eq!(MobileNumber::parse("+64 21 123 4567").unwrap().national(), "+64211234567");
    /// ```
    pub fn national(&self) -> String {
        let digits = self.0.strip_prefix("+61").filter(|digits| digits.len() == 9);
        match digits.and_then(|it| Some((it.get(..3)?, it.get(3..6)?, it.get(6..)?))) {
            Some((start, middle, end)) => format!("0{start} {middle} {end}"),
            None => self.0.clone(),
        }
    }
}

/// The digits as they are dialled, after a `+` when they begin with a country's code. `None` when
/// there is anything besides: two numbers, an extension or a word would otherwise become a part of
/// the number, or be lost.
fn dialled(typed: &str) -> Option<String> {
    let mut compact = String::new();
    for character in typed.chars() {
        match character {
            '0'..='9' | '+' => compact.push(character),
            // As they are typed on East Asian keyboards.
            '０'..='９' => {
                compact.extend(char::from_digit(u32::from(character) - u32::from('０'), 10));
            }
            '(' | ')' | '.' | '-' | '‐' | '‑' | '‒' | '–' => {}
            blank if blank.is_whitespace() && !blank.is_control() => {}
            _ => return None,
        }
    }
    if compact.len() > MAX_DIGITS {
        return None;
    }
    // 00 is the prefix most of the world dials for "abroad"; Australia's own is 0011.
    let abroad = ["0011", "00"].into_iter().find_map(|prefix| compact.strip_prefix(prefix));
    let abroad = match abroad {
        Some(rest) => Some(rest.strip_prefix('+').unwrap_or(rest)),
        None => compact.strip_prefix('+'),
    };
    match abroad {
        // No country's code begins with a nought.
        Some(rest) if rest.starts_with('0') || rest.contains('+') => None,
        Some(rest) => Some(format!("+{rest}")),
        None if compact.contains('+') => None,
        None => Some(compact),
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted mobile]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_type_is_one_number() {
        for typed in [
            "0491570006",
            "0491 570 006",
            "0491-570-006",
            "0491.570.006",
            "04 9157 0006",
            "(04) 9157-0006",
            "(0491) 570 006",
            "491 570 006",
            "+61491570006",
            "+61 491 570 006",
            "+61 (0)491 570 006",
            "+61 0491 570 006",
            "+61-491-570-006",
            "(+61) 491 570 006",
            "61 491 570 006",
            "0061491570006",
            "0061 491 570 006",
            "00 61 491 570 006",
            "001161491570006",
            "0011 61 491 570 006",
            "0011-61-491-570-006",
            "0011 (61) 491 570 006",
            "0011+61491570006",
            "00+61 491 570 006",
            "\u{a0}0491\u{a0}570\u{a0}006\u{a0}",
            "0491\u{2009}570\u{2009}006",
            "0491\u{2011}570\u{2011}006",
            "0491–570–006",
            "０４９１ ５７０ ００６",
        ] {
            let read = MobileNumber::parse(typed);
            assert_eq!(read.as_ref().map(MobileNumber::e164), Ok("+61491570006"), "{typed:?}");
        }
    }

    #[test]
    fn a_foreign_mobile_is_taken_with_its_country() {
        for (typed, expected) in [
            ("+64 21 123 4567", "+64211234567"),
            ("0064 21 123 4567", "+64211234567"),
            ("0011 64 21 123 4567", "+64211234567"),
            ("+44 7400 123456", "+447400123456"),
            ("+91 81234 56789", "+918123456789"),
            ("+86 131 2345 6789", "+8613123456789"),
            // North American numbers do not say which they are.
            ("+1 201 555 0123", "+12015550123"),
        ] {
            let read = MobileNumber::parse(typed);
            assert_eq!(read.as_ref().map(MobileNumber::e164), Ok(expected), "{typed}");
        }
        let national = |typed| MobileNumber::parse(typed).unwrap().national();
        assert_eq!(national("+64 21 123 4567"), "+64211234567", "nothing else could be dialled");
    }

    #[test]
    fn a_number_that_receives_no_text_message_says_so() {
        for typed in [
            "(02) 5550 1234",
            "02 5550 1234",
            "+61 2 5550 1234",
            "0011 61 2 5550 1234",
            "1300 975 707",
            "1800 160 401",
            "+44 20 7946 0018",
        ] {
            assert_eq!(MobileNumber::parse(typed), Err(BadNumber::NotMobile), "{typed}");
        }
        let said = BadNumber::NotMobile.to_string();
        assert!(said.contains("landline"), "{said}");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for typed in [
            "",
            " ",
            "0",
            "000",
            "12",
            "0491 570 00",
            "0491 570 0066",
            "+61",
            "+61 491 570 00",
            "+999 400 000 000",
            "00",
            "0011",
            "0011 0011 61 491 570 006",
            "++61 491 570 006",
            "0491 570 006 ext 5",
            "0491 570 006 or 0491 570 156",
            "0491 570 006; 0491 570 156",
            "0491 570 006 / 0491 570 156",
            "mum: 0491 570 006",
            "0491 CALL US",
            "o491 570 006",
            "0491 570 006\u{0}",
            "0491 570 006\u{202e}",
            "0491 570 006;phone-context=+64",
            "none",
        ] {
            assert_eq!(MobileNumber::parse(typed), Err(BadNumber::NotANumber), "{typed:?}");
        }
        assert_eq!(MobileNumber::parse(&"4".repeat(100_000)), Err(BadNumber::NotANumber));
    }
}
