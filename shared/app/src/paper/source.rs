//! What a letter says, kept beside its PDF: should it have to go to another address, it is made anew
//! of this, and says what it said. Its template and its patient's data may have changed since.

use domain::logo::{Logo, PictureId, PictureKind};
use domain::text::Label;
use letter::{Letter, Pdf, Recipient};
use serde::{Deserialize, Serialize};

use super::logo::Logos;
use crate::ports::{LetterFiles, StoreError};

/// A letter, but for the file of its logo, which is kept once for all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Source {
    letter: Letter,
    logo: Option<LogoNote>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct LogoNote {
    picture: String,
    kind: String,
    description: Label,
}

impl Source {
    pub(super) fn new(letter: Letter, logo: Option<&Logo>) -> Self {
        let logo = logo.map(|logo| LogoNote {
            picture: logo.picture.as_str().to_owned(),
            kind: logo.kind.as_str().to_owned(),
            description: logo.description.clone(),
        });
        Self { letter, logo }
    }

    /// As it is kept.
    pub(crate) fn to_file(&self) -> Result<Vec<u8>, String> {
        serde_json::to_vec(self).map_err(|error| error.to_string())
    }

    /// A source that was kept; `None` when it is none.
    pub(crate) fn of_file(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The same letter to another address.
    pub(crate) fn to(mut self, recipient: Recipient) -> Self {
        self.letter.recipient = recipient;
        self
    }

    fn logo(&self) -> Option<Logo> {
        let LogoNote { picture, kind, description } = self.logo.as_ref()?;
        let (picture, kind) = (PictureId::parse(picture)?, PictureKind::parse(kind)?);
        Some(Logo { picture, kind, description: description.clone() })
    }

    /// Sets the letter, with its logo. `Ok(Err(why))` when it cannot be set.
    ///
    /// # Errors
    /// When the logo could not be read now.
    pub(crate) async fn set(
        &self,
        logos: &Logos,
        files: &impl LetterFiles,
    ) -> Result<Result<(Pdf, u16), String>, StoreError> {
        let mut letter = self.letter.clone();
        if let Some(logo) = self.logo() {
            letter.letterhead.logo = logos.read(files, &logo).await?;
        }
        let set = letter::typeset(&letter).map_err(|error| error.to_string()).and_then(|pdf| {
            let pages =
                u16::try_from(pdf.pages()).map_err(|_| "it has too many pages".to_owned())?;
            Ok((pdf, pages))
        });
        Ok(set)
    }
}
