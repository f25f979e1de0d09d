//! Medicare numbers (Services Australia).

use std::fmt;

/// The weights of the first eight digits, whose weighted sum modulo 10 is the ninth.
const WEIGHTS: [u32; 8] = [1, 3, 7, 9, 1, 3, 7, 9];

/// A number on a Medicare card: eight digits, a check digit and the issue number, and the individual
/// reference number that tells the people on one card apart, should it be known. `Debug` shows none
/// of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MedicareNumber(String);

/// A text that is no [`MedicareNumber`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not a Medicare number: ten digits, such as 2123 45670 1, and perhaps the number beside the name"
)]
pub struct BadMedicareNumber;

impl MedicareNumber {
    /// Reads ten or eleven digits, with blanks, dashes or a slash between them.
    ///
    /// # Errors
    /// When there are not as many, the first is not 2 to 6, or the check digit is wrong.
    ///
    /// ```
    /// use domain::patient::MedicareNumber;
    /// for typed in ["2123456701", "2123 45670 1", "2123 45670 1/1", "2123-45670-1-1"] {
    ///     assert!(MedicareNumber::parse(typed).is_ok(), "{typed}");
    /// }
    /// for wrong in ["2123456711", "7123456701", "212345670", "212345670111", "x2123456701"] {
    ///     assert!(MedicareNumber::parse(wrong).is_err(), "{wrong}");
    /// }
    /// ```
    pub fn parse(typed: &str) -> Result<Self, BadMedicareNumber> {
        let between = |c: &char| !matches!(c, ' ' | '-' | '/');
        let digits: String = typed.trim().chars().filter(between).collect();
        let values: Vec<u32> = digits
            .chars()
            .map(|c| c.to_digit(10).ok_or(BadMedicareNumber))
            .collect::<Result<_, _>>()?;
        let is_sum = values.get(8).is_some_and(|check| {
            values.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum::<u32>() % 10
                == *check
        });
        let is_card = values.first().is_some_and(|first| (2..=6).contains(first));
        if matches!(values.len(), 10 | 11) && is_card && is_sum {
            Ok(Self(digits))
        } else {
            Err(BadMedicareNumber)
        }
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number of the card, which a family shares.
    pub fn card(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }

    /// Whether it says who of those on the card is meant.
    pub fn is_of_one_person(&self) -> bool {
        self.person().is_some()
    }

    /// As it is printed on the card, with the person's number behind a slash.
    ///
    /// ```
    /// use domain::patient::MedicareNumber;
    /// let number = MedicareNumber::parse("21234567011").unwrap();
    /// assert_eq!(number.grouped(), "2123 45670 1/1");
    /// assert_eq!(MedicareNumber::parse(&number.grouped()), Ok(number));
    /// ```
    pub fn grouped(&self) -> String {
        let part = |range| self.0.get::<std::ops::Range<usize>>(range).unwrap_or_default();
        let card = format!("{} {} {}", part(0..4), part(4..9), part(9..10));
        self.person().map_or_else(|| card.clone(), |person| format!("{card}/{person}"))
    }

    /// The individual reference number.
    fn person(&self) -> Option<&str> {
        self.0.get(10..).filter(|person| !person.is_empty())
    }

    /// Whether both can be one person's: the card is the same, and no two individual reference
    /// numbers speak against it.
    ///
    /// ```
    /// use domain::patient::MedicareNumber;
    /// let number = |text: &str| MedicareNumber::parse(text).unwrap();
    /// assert!(number("2123456701").may_be(&number("21234567011")));
    /// assert!(!number("21234567012").may_be(&number("21234567011")));
    /// ```
    pub fn may_be(&self, other: &Self) -> bool {
        let persons = self.person().zip(other.person());
        self.card() == other.card() && persons.is_none_or(|(mine, theirs)| mine == theirs)
    }
}

impl fmt::Debug for MedicareNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted Medicare number]")
    }
}
