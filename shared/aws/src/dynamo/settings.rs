//! The practice's settings: one item of the catalogue table.

use app::ports::{PracticeSettings, SaveError, StoreError};
use domain::settings::Settings;

use super::catalogue::CatalogueStore;
use super::records::SettingsData;
use super::{Condition, Written, item, unreadable};

const PARTITION: &str = "SETTINGS";
const KEY: &str = "PRACTICE";

impl PracticeSettings for CatalogueStore {
    async fn settings(&self) -> Result<Settings, StoreError> {
        match self.table.data::<SettingsData>(PARTITION, KEY).await? {
            Some(data) => data.try_into().map_err(|error| unreadable(PARTITION, error)),
            None => Ok(Settings::default()),
        }
    }

    async fn save_settings(&self, settings: &Settings) -> Result<(), SaveError> {
        self.put_settings(settings, settings.revision.saturating_sub(1)).await
    }

    async fn remember_home(&self, settings: &Settings) -> Result<(), SaveError> {
        self.put_settings(settings, settings.revision).await
    }
}

impl CatalogueStore {
    /// Stores settings in the place of those of a revision. That of 0 may be stored too: the tables
    /// are remembered before anything is saved.
    async fn put_settings(&self, settings: &Settings, before: u64) -> Result<(), SaveError> {
        let record = item(PARTITION, KEY, settings.revision, &SettingsData::from(settings));
        let condition = match before {
            0 => Condition::absent_or_revision(0),
            before => Condition::revision(before),
        };
        match self.table.put_if(record, condition).await? {
            Written::Yes => Ok(()),
            Written::No(_) => Err(SaveError::Stale),
        }
    }
}
