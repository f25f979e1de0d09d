//! The practice's settings, and holding and releasing all sending.

use chrono::{DateTime, Utc};
use domain::distribution::FilePattern;
use domain::home::Tables;
use domain::invalid::Invalid;
use domain::price::Price;
use domain::settings::{Remark, SendingState, Settings};
use domain::staff::StaffId;
use domain::text::Label;

use crate::catalogue::ChangeError;
use crate::ports::{PracticeSettings, SaveError};

/// How often a hold or a release is tried anew when others save at the same time.
const TRIES: usize = 8;

/// The settings as an admin writes them.
#[derive(Debug, Clone)]
pub struct SettingsDraft {
    /// What patients know the practice by.
    pub practice_name: Label,
    /// Where the letters of “Save file” lie, should the draft say so; left out, it stays.
    pub letter_files: Option<FilePattern>,
    /// What a part of a text message costs.
    pub sms_price: PriceDraft,
    /// Whether messages go out, should the draft say so. A save does not change it.
    pub sending: Option<SendingState>,
}

/// A price as an admin writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceDraft {
    /// The draft does not say: it stays.
    AsItIs,
    /// It is not known (any more).
    Unknown,
    /// It is this.
    Known(Price),
}

impl PriceDraft {
    const fn over(self, before: Option<Price>) -> Option<Price> {
        match self {
            Self::AsItIs => before,
            Self::Unknown => None,
            Self::Known(price) => Some(price),
        }
    }
}

/// Saves settings that were read as `revision`; 0 when none had been saved.
///
/// # Errors
/// When the draft would hold or release sending, or somebody else saved first.
pub async fn save_settings(
    store: &impl PracticeSettings,
    revision: u64,
    draft: SettingsDraft,
) -> Result<Settings, ChangeError> {
    let before = store.settings().await?;
    if before.revision != revision {
        return Err(ChangeError::Stale);
    }
    if draft.sending.is_some_and(|state| state != before.sending.state()) {
        let detail = "a save does not change this; post to /v1/sending/hold or /v1/sending/release";
        return Err(Invalid::one("/sending/state", detail).into());
    }
    let letter_files = draft.letter_files.unwrap_or_else(|| before.letter_files.clone());
    let sms_price = draft.sms_price.over(before.sms_price);
    let after = before.named(draft.practice_name).filing(letter_files).priced(sms_price);
    let saved = store.save_settings(&after).await;
    saved.map_err(|error| ChangeError::from_save(error, "/practice_name"))?;
    Ok(after)
}

/// Holds all sending of the practice. What is due stays due; a message whose last look came before
/// this may still go out. When sending is held already, that hold stands.
///
/// # Errors
/// When the store fails, or others save all the time.
pub async fn hold_sending(
    store: &impl PracticeSettings,
    since: DateTime<Utc>,
    by: &StaffId,
    why: &Remark,
) -> Result<Settings, ChangeError> {
    let settings = change(store, |settings| settings.held(since, by.clone(), why.clone())).await?;
    tracing::warn!(staff.id = %by, "all sending is on hold");
    Ok(settings)
}

/// Releases all sending that is held as in `seen`, from the tables that are `here`: should they be a
/// copy, they are home from now on. What came due meanwhile goes out, unless it is too late by now.
/// When sending is not held nothing happens.
///
/// # Errors
/// When somebody else has released that hold and sending is held again, for a reason that nobody
/// here has seen; when the store fails, or others save all the time.
pub async fn release_sending(
    store: &impl PracticeSettings,
    seen: Settings,
    here: &Tables,
    by: &StaffId,
    at: DateTime<Utc>,
) -> Result<Settings, ChangeError> {
    let (hold, home) = (seen.sending.clone(), seen.home.tables.clone());
    let next = |settings: &Settings| {
        match settings.released(here, at) {
        Some(_) if (&settings.sending, &settings.home.tables) != (&hold, &home) => Err(ChangeError::Conflict(
            "Sending was released and is held again, by somebody else or for another reason, and \
             stays held. See GET /v1/sending/release; then release it once more."
                .to_owned(),
        )),
        released => Ok(released),
    }
    };
    let settings = change_from(store, seen, next).await?;
    tracing::warn!(staff.id = %by, "all sending is released");
    Ok(settings)
}

async fn change(
    store: &impl PracticeSettings,
    next: impl Fn(&Settings) -> Option<Settings>,
) -> Result<Settings, ChangeError> {
    let read = store.settings().await?;
    change_from(store, read, |settings| Ok(next(settings))).await
}

/// Changes the settings that were read, and those that others have saved meanwhile.
async fn change_from(
    store: &impl PracticeSettings,
    mut before: Settings,
    next: impl Fn(&Settings) -> Result<Option<Settings>, ChangeError>,
) -> Result<Settings, ChangeError> {
    for _ in 0..TRIES {
        let Some(after) = next(&before)? else {
            return Ok(before);
        };
        match store.save_settings(&after).await {
            Ok(()) => return Ok(after),
            Err(SaveError::Stale | SaveError::Taken(_)) => before = store.settings().await?,
            Err(SaveError::Store(error)) => return Err(error.into()),
        }
    }
    Err(ChangeError::Stale)
}
