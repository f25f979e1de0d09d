//! Letters that become files of the practice.

use chrono::NaiveDate;
use domain::distribution::{FileNames, LetterState, ListedLetter, Placeholder};
use domain::program::Addressee;

use super::{Composing, LetterCourier};
use crate::ports::{FileKind, LetterFiles, Letters, SaveError, StoreError, Written};

/// Where the files lie.
const FOLDER: &str = "files/";

/// The names a letter may be filed under.
pub(super) fn names(
    composing: &Composing<'_>,
    addressee: Addressee,
    dated: NaiveDate,
) -> FileNames {
    let facts = composing.facts;
    let dated = dated.to_string();
    composing.settings.letter_files.fill(|placeholder| match placeholder {
        Placeholder::Patient => facts.patient.id.as_str(),
        Placeholder::Date => &dated,
        Placeholder::Letter => composing.title.as_str(),
        Placeholder::Program => facts.program.name.as_str(),
        Placeholder::Site => facts.site.name.as_str(),
        Placeholder::Addressee => addressee.as_str(),
    })
}

impl<L: Letters, F: LetterFiles, P, W, K> LetterCourier<L, F, P, W, K> {
    /// Makes a letter that is on the list a file. Done again, it is the same file, because a file says
    /// whose it is.
    pub(super) async fn save(
        &self,
        listed: &ListedLetter,
        names: &FileNames,
        pdf: &[u8],
    ) -> Result<(), StoreError> {
        let path = self.file(listed, names, pdf).await?;
        let (revision, state) = (listed.revision + 1, LetterState::Filed { path });
        let filed = ListedLetter { revision, state, ..listed.clone() };
        match self.letters.save_letter(listed, &filed, None).await {
            // Somebody else has just finished the same.
            Ok(()) | Err(SaveError::Stale | SaveError::Taken(_)) => Ok(()),
            Err(SaveError::Store(error)) => Err(error),
        }
    }

    /// Writes the file under the first of its names that is free, or its own.
    async fn file(
        &self,
        listed: &ListedLetter,
        names: &FileNames,
        pdf: &[u8],
    ) -> Result<String, StoreError> {
        for path in names.paths(&listed.id) {
            let place = format!("{FOLDER}{path}");
            let written = self.files.write_new(&place, FileKind::Pdf, pdf, listed.id.as_str());
            match written.await? {
                Written::New => return Ok(path),
                Written::There { owner } if owner.as_deref() == Some(listed.id.as_str()) => {
                    return Ok(path);
                }
                Written::There { .. } => {}
            }
        }
        let why = "another letter's file bears this letter's id".to_owned();
        Err(StoreError::Unreadable { what: listed.id.to_string(), why })
    }
}
