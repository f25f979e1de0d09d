//! The file of the practice's mark.

use std::sync::{Arc, Mutex, PoisonError};

use domain::logo::{Logo, PictureId, PictureKind};
use letter::{
    Block, Language, Letter, LetterDate, Letterhead, PictureFormat, Recipient, Run, typeset,
};

use crate::ports::{LetterFiles, StoreError};

/// The file of the logo that was read last: nearly every letter has the same.
#[derive(Debug, Default)]
pub(crate) struct Logos(Mutex<Option<(PictureId, Arc<[u8]>)>>);

impl Logos {
    /// The logo, as the typesetter takes it. `None` when its file does not exist: a letter with the
    /// practice's name alone at its top is a letter, and nobody waits for a picture.
    ///
    /// # Errors
    /// When the file could not be read now.
    pub(crate) async fn read(
        &self,
        files: &impl LetterFiles,
        logo: &Logo,
    ) -> Result<Option<letter::Logo>, StoreError> {
        if let Some(bytes) = self.known(&logo.picture) {
            return Ok(Some(mark(logo, bytes)));
        }
        let Some(bytes) = files.read(&logo.path()).await? else {
            let picture = logo.picture.as_str();
            tracing::error!(picture.id = picture, "the logo's file does not exist");
            return Ok(None);
        };
        let bytes: Arc<[u8]> = bytes.into();
        let read = Some((logo.picture.clone(), Arc::clone(&bytes)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(Some(mark(logo, bytes)))
    }

    fn known(&self, picture: &PictureId) -> Option<Arc<[u8]>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (id, bytes) = known.as_ref()?;
        (id == picture).then(|| Arc::clone(bytes))
    }
}

fn mark(logo: &Logo, bytes: Arc<[u8]>) -> letter::Logo {
    let format = match logo.kind {
        PictureKind::Png => PictureFormat::Png,
        PictureKind::Jpeg => PictureFormat::Jpeg,
    };
    letter::Logo { format, bytes, description: logo.description.to_string() }
}

/// Sets a letter with the logo, and nothing else, to see that it can be.
///
/// # Errors
/// With why it cannot.
pub(crate) fn probe(logo: &Logo, bytes: &[u8]) -> Result<(), String> {
    let letter = Letter {
        letterhead: Letterhead {
            practice: logo.description.to_string(),
            logo: Some(mark(logo, bytes.into())),
            site: None,
            address: Vec::new(),
            phone: None,
            email: None,
        },
        date: LetterDate { text: "1 January 2026".to_owned(), year: 2026, month: 1, day: 1 },
        reference: None,
        running: None,
        recipient: Recipient { name: "Anybody".to_owned(), address: Vec::new() },
        subject: None,
        body: vec![Block::Paragraph(vec![Run::regular("Nothing")])],
        language: Language::parse(super::LANGUAGE).map_err(|error| error.to_string())?,
    };
    typeset(&letter).map(|_| ()).map_err(|error| error.to_string())
}
