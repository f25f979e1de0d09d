//! Mobile numbers, by the `phonenumber` crate (libphonenumber's metadata).

use std::fmt;

use phonenumber::Type;
use phonenumber::country::Id as Region;
use phonenumber::metadata::DATABASE;

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
    #[error("is not a mobile number; an SMS needs one")]
    NotMobile,
}

impl MobileNumber {
    /// Reads what staff type: `0400 000 000`, `+61 400…`, `0061…`, `0011…`, with spaces, dots and
    /// brackets. Numbers without a country are Australian.
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
        let typed = typed.trim();
        // 00 is the prefix most of the world dials for "abroad"; Australia's own is 0011.
        let international = typed
            .strip_prefix("0011")
            .or_else(|| typed.strip_prefix("00"))
            .map(|rest| format!("+{}", rest.trim_start()));
        let number =
            phonenumber::parse(Some(Region::AU), international.as_deref().unwrap_or(typed))
                .map_err(|_| BadNumber::NotANumber)?;
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

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted mobile]")
    }
}
