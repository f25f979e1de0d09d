//! Email addresses, by the `email_address` crate (the syntax of RFC 5321 and 5322).

use std::fmt;

use email_address::{EmailAddress as Syntax, Options};

/// Most bytes of an address in a mail transaction: a path of 256 with its brackets (RFC 5321,
/// 4.5.3.1.3).
const MAX_BYTES: usize = 254;

/// Where an email reaches a person. The domain is in lower case; what stands before the `@` is the
/// receiver's own and stays as it was typed (RFC 5321, 2.4).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// A text to which no email can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEmail {
    /// Not in the form of an address.
    #[error("is not an email address; write it as name@example.com")]
    NotAnAddress,
    /// It has letters outside ASCII, which the mail service does not deliver to.
    #[error(
        "has letters that mail services do not deliver to; only plain Latin letters can be used"
    )]
    NotAscii,
}

impl EmailAddress {
    /// Reads what staff type.
    ///
    /// # Errors
    /// When no email can be sent to it.
    ///
    /// ```
    /// use domain::email::{BadEmail, EmailAddress};
    /// let email = EmailAddress::parse(" Maria.Rossi@Example.COM ").unwrap();
    /// assert_eq!(email.as_str(), "Maria.Rossi@example.com");
    /// for wrong in ["maria", "maria@", "maria@example", "Maria <m@example.com>", "a@example.com, b@example.com"] {
    ///     assert_eq!(EmailAddress::parse(wrong), Err(BadEmail::NotAnAddress), "{wrong}");
    /// }
    /// assert_eq!(EmailAddress::parse("märia@example.com"), Err(BadEmail::NotAscii));
    /// ```
    pub fn parse(typed: &str) -> Result<Self, BadEmail> {
        let typed = typed.trim();
        if !typed.is_ascii() {
            return Err(BadEmail::NotAscii);
        }
        // A quoted name may hold blanks and controls, which end a header early somewhere on the way.
        let printable = typed.bytes().all(|byte| byte.is_ascii_graphic());
        let options =
            Options::default().with_required_tld().without_display_text().without_domain_literal();
        let address = Syntax::parse_with_options(typed, options)
            .ok()
            .filter(|_| printable && typed.len() <= MAX_BYTES)
            .ok_or(BadEmail::NotAnAddress)?;
        Ok(Self(format!("{}@{}", address.local_part(), address.domain().to_ascii_lowercase())))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted email]")
    }
}
