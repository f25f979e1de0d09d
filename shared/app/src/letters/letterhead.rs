//! The practice's logo on its letters. It may change: letters that are set keep the one they had.

use domain::invalid::Invalid;
use domain::logo::Logo;
use domain::settings::Settings;
use domain::text::Label;

use crate::catalogue::ChangeError;
use crate::paper::probe;
use crate::ports::{FileKind, LetterFiles, PracticeSettings};

/// A logo as an admin gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoDraft {
    /// The picture's file.
    pub file: Vec<u8>,
    /// What a screen reader says in its place.
    pub description: Label,
}

/// Gives the letters of the practice a logo. Its file is kept before the settings say so.
///
/// # Errors
/// When it is no picture that can stand on a letter, or somebody else saved the settings first.
pub async fn save_logo(
    store: &impl PracticeSettings,
    files: &impl LetterFiles,
    revision: u64,
    draft: LogoDraft,
) -> Result<Settings, ChangeError> {
    let logo = Logo::of(&draft.file, draft.description)
        .map_err(|error| Invalid::one("/file", error.to_string()))?;
    probe(&logo, &draft.file).map_err(|why| Invalid::one("/file", why))?;
    let before = unchanged(store, revision).await?;
    // One that is there is the same: it lies where its content says.
    let (path, kind) = (logo.path(), FileKind::Picture(logo.kind));
    files.write_new(&path, kind, &draft.file, logo.picture.as_str()).await?;
    save(store, before.marked(Some(logo))).await
}

/// Takes the logo off the letters that are made from now on.
///
/// # Errors
/// When somebody else saved the settings first.
pub async fn remove_logo(
    store: &impl PracticeSettings,
    revision: u64,
) -> Result<Settings, ChangeError> {
    let before = unchanged(store, revision).await?;
    save(store, before.marked(None)).await
}

/// The logo, its file, and the revision of the settings it was read from.
///
/// # Errors
/// When there is none.
pub async fn logo(
    store: &impl PracticeSettings,
    files: &impl LetterFiles,
) -> Result<(Logo, Vec<u8>, u64), ChangeError> {
    let settings = store.settings().await?;
    let logo = settings.logo.ok_or(ChangeError::NotFound("logo"))?;
    let file = files.read(&logo.path()).await?.ok_or(ChangeError::NotFound("logo"))?;
    Ok((logo, file, settings.revision))
}

async fn unchanged(store: &impl PracticeSettings, revision: u64) -> Result<Settings, ChangeError> {
    let before = store.settings().await?;
    if before.revision == revision { Ok(before) } else { Err(ChangeError::Stale) }
}

async fn save(store: &impl PracticeSettings, after: Settings) -> Result<Settings, ChangeError> {
    let saved = store.save_settings(&after).await;
    saved.map_err(|error| ChangeError::from_save(error, "/file"))?;
    Ok(after)
}
