//! The characters of a message (MSH-18, table 0211).

use std::borrow::Cow;

/// How a message's bytes are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// UTF-8, of which ASCII is a part.
    Utf8,
    /// ISO 8859-1, in which each byte is the code point of the same number.
    Latin1,
}

impl Charset {
    /// The charset of that name; none says UTF-8, and that is what is checked.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name.trim().to_ascii_uppercase().as_str() {
            "" | "ASCII" | "UNICODE UTF-8" | "UNICODE" | "UTF-8" => Some(Self::Utf8),
            "8859/1" => Some(Self::Latin1),
            _ => None,
        }
    }

    /// The text; `None` when the bytes are none.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Latin1 => Some(Cow::Owned(bytes.iter().copied().map(char::from).collect())),
        }
    }

    /// The bytes of a text; what the charset has no character for becomes a question mark.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Latin1 => {
                text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
            }
        }
    }

    /// Its name in HTTP.
    pub(super) const fn http_name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Latin1 => "iso-8859-1",
        }
    }
}
