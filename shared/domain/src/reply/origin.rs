//! Who an answer came from.

use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::reply::ReplyText;
use crate::text::short_text;

short_text! {
    /// What a provider calls a sender that has no mobile number: a short code, or a name.
    SenderName, 1..=40
}

/// Who a text message came from, as the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A mobile.
    Mobile(MobileNumber),
    /// Anything else: a short code, a name. No patient is found by it, and nothing can be sent there.
    Other(Phi<SenderName>),
}

impl Origin {
    /// As it is stored: a number in E.164 form, or the name as it came.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mobile(number) => number.e164(),
            Self::Other(name) => name.reveal().as_str(),
        }
    }

    /// Reads what a provider, or [`Self::as_str`], wrote; `None` when it names nobody.
    ///
    /// ```
    /// use domain::reply::Origin;
    /// for text in ["+61491570006", "19901", "Harbour"] {
    ///     assert_eq!(Origin::parse(text).unwrap().as_str(), text);
    /// }
    /// assert_eq!(Origin::parse(""), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        match MobileNumber::from_e164(text) {
            Ok(number) => Some(Self::Mobile(number)),
            Err(_) => SenderName::parse(text).ok().map(|name| Self::Other(Phi::new(name))),
        }
    }

    /// As it is dialled and read in Australia.
    pub fn national(&self) -> String {
        match self {
            Self::Mobile(number) => number.national(),
            Self::Other(name) => name.reveal().to_string(),
        }
    }
}

/// What somebody wrote, and who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: ReplyText,
    /// Who. `None` in what was stored before this was kept.
    pub from: Option<Origin>,
}
