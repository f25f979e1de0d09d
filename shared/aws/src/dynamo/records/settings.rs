//! The practice's settings.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::distribution::FilePattern;
use domain::home::{Copied, Home, Kept, TableId, Tables};
use domain::logo::{Logo, PictureId, PictureKind};
use domain::price::Price;
use domain::settings::{Remark, Sending, Settings};
use domain::staff::StaffId;
use domain::text::Label;
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct SettingsData {
    revision: u64,
    practice_name: Option<Label>,
    #[serde(default)]
    letter_files: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logo: Option<LogoData>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sms_price: Option<String>,
    sending: SendingData,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    released_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    home: BTreeMap<String, TableId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    copy: Option<CopyData>,
}

#[derive(Serialize, Deserialize)]
struct CopyData {
    noticed: DateTime<Utc>,
    tables: BTreeMap<String, TableId>,
}

#[derive(Serialize, Deserialize)]
struct LogoData {
    picture: String,
    kind: String,
    description: Label,
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
        let letter_files = Some(settings.letter_files.as_str().to_owned());
        let logo = settings.logo.as_ref().map(|logo| LogoData {
            picture: logo.picture.as_str().to_owned(),
            kind: logo.kind.as_str().to_owned(),
            description: logo.description.clone(),
        });
        let sms_price = settings.sms_price.map(|price| price.to_string());
        let home = named(&settings.home.tables);
        let copy = settings.home.copy.as_ref();
        let copy = copy.map(|copy| CopyData { noticed: copy.noticed, tables: named(&copy.tables) });
        let released_at = settings.released_at;
        Self {
            revision,
            practice_name,
            letter_files,
            logo,
            sms_price,
            sending,
            released_at,
            home,
            copy,
        }
    }
}

fn named(tables: &Tables) -> BTreeMap<String, TableId> {
    tables.iter().map(|(kept, id)| (kept.as_str().to_owned(), id.clone())).collect()
}

fn read_tables(named: BTreeMap<String, TableId>, field: &'static str) -> Result<Tables, BadRecord> {
    let read = |(name, id): (String, TableId)| Ok((Kept::parse(&name).field(field)?, id));
    named.into_iter().map(read).collect()
}

impl TryFrom<LogoData> for Logo {
    type Error = BadRecord;

    fn try_from(data: LogoData) -> Result<Self, BadRecord> {
        let picture = PictureId::parse(&data.picture).field("logo.picture")?;
        let kind = PictureKind::parse(&data.kind).field("logo.kind")?;
        Ok(Self { picture, kind, description: data.description })
    }
}

impl TryFrom<SettingsData> for Settings {
    type Error = BadRecord;

    fn try_from(data: SettingsData) -> Result<Self, BadRecord> {
        let sending = match data.sending {
            SendingData::On => Sending::On,
            SendingData::Held { since, by, why } => Sending::Held { since, by, why },
        };
        let letter_files = match data.letter_files {
            Some(pattern) => FilePattern::parse(&pattern).field("letter_files")?,
            None => FilePattern::default(),
        };
        let (revision, practice_name) = (data.revision, data.practice_name);
        let logo = data.logo.map(Logo::try_from).transpose()?;
        let copy = data.copy.map(|copy| {
            let tables = read_tables(copy.tables, "copy.tables")?;
            Ok(Copied { noticed: copy.noticed, tables })
        });
        let home = Home { tables: read_tables(data.home, "home")?, copy: copy.transpose()? };
        // It only says what a preview costs, and must not keep anything from being sent.
        let sms_price = data.sms_price.as_deref().and_then(|price| {
            let read = Price::parse(price);
            if read.is_err() {
                tracing::error!(price, "the price of a text message cannot be read");
            }
            read.ok()
        });
        let released_at = data.released_at;
        Ok(Self {
            revision,
            practice_name,
            letter_files,
            logo,
            sms_price,
            sending,
            released_at,
            home,
        })
    }
}
