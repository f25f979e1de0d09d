//! A number as a patient or an admin writes one: a few digits, and none of them guessed.

use std::fmt;
use std::ops::Neg;

/// Digits after the point that a number keeps.
const FRACTION: usize = 4;
/// The same, as what one whole is made of.
const ONE: i64 = 10_000;
/// Most digits before the point: no measurement has more, a telephone number has.
const WHOLE: usize = 6;

/// A number of at most six digits, and four after the point. It is exact, and it is the same number
/// with and without noughts at its end.
///
/// ```
/// use domain::reply::Number;
/// assert_eq!(Number::parse("7.20").unwrap(), Number::parse("7.2").unwrap());
/// assert_eq!(Number::parse("-0.5").unwrap().to_string(), "-0.5");
/// for wrong in ["", "1234567", "7.23456", "1e3", "07", ".5", "5."] {
///     assert!(Number::parse(wrong).is_err(), "{wrong}");
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(i64);

/// A text that is no [`Number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a number of at most six digits, and four after the point")]
pub struct BadNumber;

impl Number {
    /// Reads a number as `7.2` or `-12`.
    ///
    /// # Errors
    /// When it is none, or has more digits than are kept.
    pub fn parse(text: &str) -> Result<Self, BadNumber> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((_, "")) => return Err(BadNumber),
            Some(parts) => parts,
            None => (unsigned, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=WHOLE).contains(&whole.len())
            && (whole.len() == 1 || !whole.starts_with('0'))
            && fraction.len() <= FRACTION
            && digits(whole)
            && digits(fraction);
        let read = format!("{whole}{fraction:0<FRACTION$}").parse().ok().filter(|_| fits);
        let number = Self(read.ok_or(BadNumber)?);
        Ok(if text.starts_with('-') { -number } else { number })
    }

    /// The nearest number that a chart can draw.
    #[expect(clippy::cast_precision_loss, reason = "ten digits are fewer than an f64 keeps")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }
}

impl Neg for Number {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.abs() / ONE, self.0.abs() % ONE);
        let fraction = format!("{fraction:0FRACTION$}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            fraction => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same_number(ten_thousandths in -9_999_999_999_i64..=9_999_999_999) {
            let number = Number(ten_thousandths);
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
            let drawn = format!("{}", number.to_f64());
            prop_assert_eq!(Number::parse(&drawn), Ok(number));
        }

        #[test]
        fn no_text_is_read_as_a_number_by_mistake(text in "[-+.0-9e ]{0,12}") {
            if let Ok(number) = Number::parse(&text) {
                let same: f64 = text.parse().unwrap();
                prop_assert!((number.to_f64() - same).abs() < 1e-9);
            }
        }
    }
}
