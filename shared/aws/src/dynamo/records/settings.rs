//! The practice's settings.

use chrono::{DateTime, Utc};
use domain::settings::{Remark, Sending, Settings};
use domain::staff::StaffId;
use domain::text::Label;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct SettingsData {
    revision: u64,
    practice_name: Option<Label>,
    sending: SendingData,
}

/// Without a default: what is not known to be on must not be taken for it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum SendingData {
    On,
    Held { since: DateTime<Utc>, by: StaffId, why: Remark },
}

impl From<&Settings> for SettingsData {
    fn from(settings: &Settings) -> Self {
        let sending = match settings.sending.clone() {
            Sending::On => SendingData::On,
            Sending::Held { since, by, why } => SendingData::Held { since, by, why },
        };
        let (revision, practice_name) = (settings.revision, settings.practice_name.clone());
        Self { revision, practice_name, sending }
    }
}

impl From<SettingsData> for Settings {
    fn from(data: SettingsData) -> Self {
        let sending = match data.sending {
            SendingData::On => Sending::On,
            SendingData::Held { since, by, why } => Sending::Held { since, by, why },
        };
        Self { revision: data.revision, practice_name: data.practice_name, sending }
    }
}
