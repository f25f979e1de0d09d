//! What something costs.

use std::fmt;

/// Most that a price may be: a hundred, whatever the currency.
const MOST: u64 = 1_000_000;

/// Digits of a price behind the point.
const DIGITS: usize = 4;

/// A currency (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency([u8; 3]);

/// A price, to a ten-thousandth: providers charge parts of a cent.
///
/// ```
/// use domain::price::Price;
/// let price = Price::parse("AUD 0.074").unwrap();
/// assert_eq!(price.to_string(), "AUD 0.074");
/// assert_eq!(price.times(3).to_string(), "AUD 0.222");
/// assert_eq!(Price::parse("nzd 0.1").unwrap().to_string(), "NZD 0.10");
/// assert!(Price::parse("0.074").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    currency: Currency,
    /// Of the currency's unit.
    ten_thousandths: u64,
}

/// Why a text is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a currency and an amount of at most 100, such as “AUD 0.074”")]
pub struct NotAPrice;

impl Price {
    /// Reads what [`fmt::Display`] writes, in capitals or not.
    ///
    /// # Errors
    /// When it is no currency of three letters and an amount of four digits behind the point at most.
    pub fn parse(text: &str) -> Result<Self, NotAPrice> {
        let (currency, amount) = text.trim().split_once(' ').ok_or(NotAPrice)?;
        let letters: [u8; 3] = currency.as_bytes().try_into().map_err(|_| NotAPrice)?;
        if !letters.iter().all(u8::is_ascii_alphabetic) {
            return Err(NotAPrice);
        }
        let currency = Currency(letters.map(|letter| letter.to_ascii_uppercase()));
        let (whole, part) = amount.trim().split_once('.').unwrap_or((amount.trim(), "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > DIGITS {
            return Err(NotAPrice);
        }
        let number = |text: &str| text.parse::<u64>().map_err(|_| NotAPrice);
        let whole = number(whole)?.checked_mul(10_000).ok_or(NotAPrice)?;
        let ten_thousandths =
            whole.checked_add(number(&format!("{part:0<DIGITS$}"))?).ok_or(NotAPrice)?;
        if ten_thousandths > MOST {
            return Err(NotAPrice);
        }
        Ok(Self { currency, ten_thousandths })
    }

    /// What so many cost.
    #[must_use]
    pub const fn times(self, many: u16) -> Self {
        // No more than a hundred, 65,535 times.
        let ten_thousandths = self.ten_thousandths * many as u64;
        Self { currency: self.currency, ten_thousandths }
    }
}

impl fmt::Display for Price {
    /// With two digits behind the point, and more where there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Currency(letters) = self.currency;
        for letter in letters {
            write!(f, "{}", char::from(letter))?;
        }
        let part = format!("{:04}", self.ten_thousandths % 10_000);
        let short = part.trim_end_matches('0');
        write!(f, " {}.{short:0<2}", self.ten_thousandths / 10_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_a_currency_and_an_amount_and_nothing_else() {
        let good = [
            ("AUD 0.074", "AUD 0.074"),
            (" aud  0.0740 ", "AUD 0.074"),
            ("NZD 0", "NZD 0.00"),
            ("EUR 1", "EUR 1.00"),
            ("EUR 12.5", "EUR 12.50"),
            ("USD 100", "USD 100.00"),
            ("USD 0.0001", "USD 0.0001"),
        ];
        for (text, shown) in good {
            assert_eq!(Price::parse(text).unwrap().to_string(), shown);
        }
        for text in [
            "",
            "AUD",
            "0.07",
            "AUD0.07",
            "AU 1",
            "AUDD 1",
            "A$D 1",
            "AUD -1",
            "AUD +1",
            "AUD 1.",
            "AUD .5",
            "AUD 0.00001",
            "AUD 1,5",
            "AUD 100.0001",
            "AUD 101",
            "AUD 99999999999",
            "AUD 1 2",
            "AUD ١",
            "ÄU 1",
        ] {
            assert_eq!(Price::parse(text), Err(NotAPrice), "{text}");
        }
    }
}
