//! The practice's mark, as it stands on its letters.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::text::Label;

/// The kinds of files a logo can be: those that a PDF takes as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
}

impl PictureKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Png, Self::Jpeg];

    /// The name used in the API, in storage and behind the dot of a file's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The kind of a file, by how every file of it begins (PNG 3rd edition, §5.2; ITU-T T.81, annex B).
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else {
            None
        }
    }
}

/// By what a picture is told from every other: the SHA-256 of its file, in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct PictureId(String);

impl PictureId {
    /// The id of a file.
    pub fn of(bytes: &[u8]) -> Self {
        Self(format!("{:x}", Sha256::digest(bytes)))
    }

    /// Reads an id; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 64 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PictureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The practice's mark. Its file is kept apart and never changes: a letter made anew years later has
/// the one it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Which picture.
    pub picture: PictureId,
    /// What kind of file it is.
    pub kind: PictureKind,
    /// What a screen reader says in its place.
    pub description: Label,
}

/// Why a file is no logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLogo {
    /// It is another kind of file.
    #[error("must be a PNG or JPEG file, in Base64")]
    Kind,
    /// Each letter carries it.
    #[error("must have at most {max} bytes; save it smaller", max = Logo::MOST_BYTES)]
    TooLarge,
}

impl Logo {
    /// Most bytes of its file. It is in every letter, and at 60 mm across 150 kB is more than print shows.
    pub const MOST_BYTES: usize = 150_000;

    /// The logo that a file is.
    ///
    /// # Errors
    /// When it is no picture, or too large.
    pub fn of(bytes: &[u8], description: Label) -> Result<Self, BadLogo> {
        let kind = PictureKind::of(bytes).ok_or(BadLogo::Kind)?;
        if bytes.len() > Self::MOST_BYTES {
            return Err(BadLogo::TooLarge);
        }
        Ok(Self { picture: PictureId::of(bytes), kind, description })
    }

    /// Where its file is kept.
    pub fn path(&self) -> String {
        format!("logos/{}.{}", self.picture.as_str(), self.kind.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logo(bytes: &[u8]) -> Result<Logo, BadLogo> {
        Logo::of(bytes, Label::parse("Harbour Health").unwrap())
    }

    #[test]
    fn a_logo_is_a_picture_of_bounded_size_and_is_found_by_what_is_in_it() {
        let png = logo(b"\x89PNG\r\n\x1a\n one").unwrap();
        assert_eq!(png.kind, PictureKind::Png);
        assert_eq!(png.path(), format!("logos/{}.png", png.picture.as_str()));
        assert_ne!(png.path(), logo(b"\x89PNG\r\n\x1a\n two").unwrap().path());
        assert_eq!(logo(b"\xff\xd8\xff\xe0").unwrap().kind, PictureKind::Jpeg);
        assert_eq!(PictureId::parse(png.picture.as_str()), Some(png.picture));
        assert_eq!(PictureId::parse("../../etc/passwd"), None);
        for other in [&b"GIF89a"[..], b"<svg>", b"", b"\x89PNG"] {
            assert_eq!(logo(other), Err(BadLogo::Kind), "{other:?}");
        }
        let mut large = b"\xff\xd8\xff".to_vec();
        large.resize(Logo::MOST_BYTES + 1, 0);
        assert_eq!(logo(&large), Err(BadLogo::TooLarge));
    }
}
