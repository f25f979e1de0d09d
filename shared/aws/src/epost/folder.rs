//! A folder that an ePost provider collects from: for each letter a PDF, and a manifest that says to
//! whom it goes. The manifest comes last, so what has one is whole. Nobody tells there whether a letter
//! was collected before, so what may have been put there once is never put there again.

use app::ports::{
    Before, EpostProvider, FileKind, HandOver, LetterFiles, SendError, StoreError, Written,
};
use serde_json::Value;

use super::told;
use crate::files::S3Files;

/// `epost/` in the bucket of letters.
#[derive(Debug, Clone)]
pub struct DropFolder {
    files: S3Files,
}

impl DropFolder {
    /// The folder in that bucket.
    pub const fn new(files: S3Files) -> Self {
        Self { files }
    }

    /// Writes a file once. One that is there is this letter's, or it is somebody else's for good.
    async fn put(
        &self,
        path: &str,
        kind: FileKind,
        bytes: &[u8],
        key: &str,
        unanswered: fn(String) -> SendError,
    ) -> Result<(), SendError> {
        match self.files.write_new(path, kind, bytes, key).await {
            Ok(Written::New) => Ok(()),
            Ok(Written::There { owner }) if owner.as_deref() == Some(key) => Ok(()),
            Ok(Written::There { .. }) => {
                Err(SendError::Permanent("another letter lies in its folder".to_owned()))
            }
            Err(StoreError::Unavailable(why)) => Err(unanswered(why)),
            Err(error @ (StoreError::Refused(_) | StoreError::Unreadable { .. })) => {
                Err(SendError::Permanent(error.to_string()))
            }
        }
    }
}

impl EpostProvider for DropFolder {
    async fn hand_over(&self, letter: HandOver<'_>, key: &str) -> Result<String, SendError> {
        let folder = format!("epost/{}/", letter.letter.id);
        let manifest_at = format!("{folder}manifest.json");
        if letter.before == Before::Perhaps {
            // Who collects may have taken the files away, and would take them twice.
            return match self.files.owner(&manifest_at).await {
                Ok(Some(owner)) if owner == key => Ok(folder),
                Ok(_) => Err(SendError::InDoubt("it does not lie in its folder".to_owned())),
                Err(error) => Err(SendError::InDoubt(error.to_string())),
            };
        }
        let mut manifest = told(letter);
        if let Some(fields) = manifest.as_object_mut() {
            fields.insert("file".to_owned(), Value::from("letter.pdf"));
            fields.insert("key".to_owned(), Value::from(key));
        }
        let pdf = letter.pdf.reveal();
        // Nobody collects a letter without its manifest.
        self.put(&format!("{folder}letter.pdf"), FileKind::Pdf, pdf, key, SendError::Transient)
            .await?;
        let manifest = manifest.to_string().into_bytes();
        self.put(
            &format!("{folder}manifest.json"),
            FileKind::Json,
            &manifest,
            key,
            SendError::InDoubt,
        )
        .await?;
        Ok(folder)
    }
}
