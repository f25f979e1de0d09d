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
        let record = item(PARTITION, KEY, settings.revision, &SettingsData::from(settings));
        let condition = Condition::revision(settings.revision.saturating_sub(1));
        match self.table.put_if(record, condition).await? {
            Written::Yes => Ok(()),
            Written::No(_) => Err(SaveError::Stale),
        }
    }
}
