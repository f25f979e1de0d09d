//! The practice's settings, and the tables they are about.

use std::future::Future;

use domain::home::Tables;
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
    /// Stores what settings remember of the tables, and nothing else of them: their revision is the
    /// one they were read with. Answers `Stale` when the stored one is not that.
    fn remember_home(
        &self,
        settings: &Settings,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}

/// The tables that this function works on now, by their identities. Whoever sends asks before each
/// message, so the answer may be kept for a minute: restoring a table takes longer.
pub trait Here: Send + Sync {
    /// The tables. While they cannot be told nothing may be sent.
    fn tables(&self) -> impl Future<Output = Result<Tables, StoreError>> + Send;
}
