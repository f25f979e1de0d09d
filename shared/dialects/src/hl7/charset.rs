//! The characters of a message: by MSH-18 (table 0211), else by the `Content-Type`, else by its bytes.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_8859_15, UTF_8, WINDOWS_1252};
use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// How a message's bytes are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charset(&'static Encoding);

/// Names for what is read that the web has not.
const NAMES: [(&str, &Encoding); 5] = [
    ("unicode", UTF_8),
    ("unicode utf-8", UTF_8),
    ("8859/1", WINDOWS_1252),
    ("8859/15", ISO_8859_15),
    ("8859-1", WINDOWS_1252),
];

impl Charset {
    /// UTF-8, of which ASCII is a part.
    pub(super) const UTF_8: Self = Self(UTF_8);

    /// The charset of a message.
    ///
    /// # Errors
    /// When it is said to be in one that is not read.
    pub(super) fn of(name: &str, headers: &HeaderMap, body: &[u8]) -> Result<Self, NotRead> {
        let claimed = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let in_http = claimed.and_then(in_http).unwrap_or_default();
        match [name, in_http.as_str()].into_iter().find(|name| !says_nothing(name)) {
            Some(name) => Self::named(name).ok_or(NotRead),
            None if std::str::from_utf8(body).is_ok() => Ok(Self::UTF_8),
            // What senders who say nothing and are not in UTF-8 are in.
            None => Ok(Self(WINDOWS_1252)),
        }
    }

    /// ISO 8859-1 is read as Windows-1252, as on the web: senders who say the one often mean the other.
    fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let own = NAMES.iter().find(|(own, _)| *own == name).map(|(_, encoding)| *encoding);
        let encoding = own.or_else(|| Encoding::for_label(name.as_bytes()))?;
        [UTF_8, WINDOWS_1252, ISO_8859_15].contains(&encoding).then_some(Self(encoding))
    }

    /// The text; `None` when the bytes are none.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        self.0.decode_without_bom_handling_and_without_replacement(bytes)
    }

    /// The bytes of a text; what the charset has no character for becomes a question mark.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        let encoded = |c: char| {
            let mut space = [0; 4];
            match self.0.encode(c.encode_utf8(&mut space)) {
                (_, _, true) => vec![b'?'],
                (bytes, _, false) => bytes.into_owned(),
            }
        };
        text.chars().flat_map(encoded).collect()
    }

    /// Its name in HTTP.
    pub(super) fn http_name(self) -> &'static str {
        match self.0.name() {
            "windows-1252" => "iso-8859-1",
            "ISO-8859-15" => "iso-8859-15",
            _ => "utf-8",
        }
    }
}

/// That a message is in a charset that is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotRead;

/// Whether it leaves the charset open. Senders say ASCII by default, whatever they send.
fn says_nothing(name: &str) -> bool {
    matches!(name.trim().to_ascii_lowercase().as_str(), "" | "ascii" | "us-ascii")
}

/// The charset in a `Content-Type`.
fn in_http(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("charset").then(|| value.to_owned())
    })
}
