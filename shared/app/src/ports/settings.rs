//! The practice's settings.

use std::future::Future;

use domain::settings::Settings;

use super::{SaveError, StoreError};

/// The practice's settings. The read is strongly consistent, so that a committed hold of all sending
/// is seen by every later look.
pub trait PracticeSettings: Send + Sync {
    /// The settings; the default before anything was saved.
    fn settings(&self) -> impl Future<Output = Result<Settings, StoreError>> + Send;
    /// Stores settings whose revision is one more than the one they were made from. Answers `Stale`
    /// when the stored one is not that.
    fn save_settings(
        &self,
        settings: &Settings,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}
