//! Whom a text message comes from: a name that nobody can answer, or a number that takes answers.

use std::fmt;

/// A sender in letters, as a phone shows it: `Harbour`. It cannot receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderId(String);

/// A number of the practice's own, in E.164 form or a short code. It receives answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OriginationNumber(String);

/// A text that is no sender id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 3 to 11 letters and digits, with at least one letter and no spaces")]
pub struct BadSenderId;

/// A text that is no number to send from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a number as +61 491 570 156, or a short code of 3 to 8 digits")]
pub struct BadOriginationNumber;

impl SenderId {
    /// Reads a sender id, by the rules of the provider and of the networks.
    ///
    /// # Errors
    /// When it is none.
    ///
    /// ```
    /// use domain::sender::SenderId;
    /// assert!(SenderId::parse("Harbour").is_ok());
    /// for wrong in ["Hb", "Harbour Clinic", "12345", "Harbour-Clinic", "Hafenpraxis12"] {
    ///     assert!(SenderId::parse(wrong).is_err(), "{wrong}");
    /// }
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadSenderId> {
        let fits = (3..=11).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().any(|byte| byte.is_ascii_alphabetic());
        if fits { Ok(Self(text.to_owned())) } else { Err(BadSenderId) }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl OriginationNumber {
    /// Reads a number: with its country's code, or a short code. Blanks are passed over.
    ///
    /// # Errors
    /// When it is none.
    ///
    /// ```
    /// use domain::sender::OriginationNumber;
    /// assert_eq!(OriginationNumber::parse("+61 491 570 156").unwrap().as_str(), "+61491570156");
    /// assert_eq!(OriginationNumber::parse("19901").unwrap().as_str(), "19901");
    /// for wrong in ["0491570156", "000", "+61", "+0491570156", "Harbour", "12", ""] {
    ///     assert!(OriginationNumber::parse(wrong).is_err(), "{wrong}");
    /// }
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadOriginationNumber> {
        let compact: String = text.chars().filter(|character| *character != ' ').collect();
        let (digits, lengths) = match compact.strip_prefix('+') {
            // No country's code begins with a nought.
            Some(digits) if !digits.starts_with('0') => (digits, 7..=15),
            Some(_) => return Err(BadOriginationNumber),
            // Nor does a short code.
            None if compact.starts_with('0') => return Err(BadOriginationNumber),
            None => (compact.as_str(), 3..=8),
        };
        let fits = lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self(compact)) } else { Err(BadOriginationNumber) }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SenderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for OriginationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whom the text messages of a site come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SmsSender {
    /// The deployment's sender, which is a name.
    #[default]
    Deployment,
    /// A name of the site's own.
    Id(SenderId),
    /// A number of the site's own.
    Number(OriginationNumber),
}

/// Whether patients can answer what a sender sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replies {
    /// Patients can answer.
    Received,
    /// What patients answer is lost.
    Lost,
}

impl SmsSender {
    /// Whether patients can answer.
    pub const fn replies(&self) -> Replies {
        match self {
            Self::Deployment | Self::Id(_) => Replies::Lost,
            Self::Number(_) => Replies::Received,
        }
    }
}
