//! The practice's settings, and holding all sending.

use serde_json::json;
use utoipa::ToSchema;

use super::letters::Logo;
use super::{Area, release};
use crate::names::{SendingStateName, names};
use crate::operation::Operation;

/// Sending, as an answer shows it; a save does not change it.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendingDraft {
    /// Whether messages go out. It must be what it is: hold and release are routes of their own.
    pub state: SendingStateName,
    /// Taken and passed over.
    pub since: Option<String>,
    /// Taken and passed over.
    pub by: Option<String>,
    /// Taken and passed over.
    pub why: Option<String>,
}

/// The logo, as an answer shows it; a save does not change it.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogoSent {
    /// Taken and passed over.
    pub kind: Option<String>,
    /// Taken and passed over.
    pub description: Option<String>,
}

/// The practice's settings, to be saved.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsDraft {
    /// Taken and passed over; `If-Match` says the version.
    pub version: Option<u64>,
    /// What patients know the practice by.
    #[schema(min_length = 1, max_length = 80, examples("Harbour Health"))]
    pub practice_name: String,
    /// Where the letters of “save file” lie: folders and a name, with `{patient.id}`, `{date}`,
    /// `{letter}`, `{program}`, `{site}` and `{addressee}` in them. Left out or `null`, it stays as it is.
    #[schema(min_length = 1, max_length = 124, examples("{patient.id}/{date} {letter}"))]
    pub letter_files: Option<String>,
    /// What the provider charges for a part of a text message: a currency and an amount of at most 100, to a
    /// ten-thousandth. Left out, it stays as it is; `null`, it is not known, and no text is said to cost anything.
    #[schema(examples("AUD 0.074"))]
    pub sms_price: Option<String>,
    /// Taken and passed over: it has a route of its own.
    pub logo: Option<LogoSent>,
    /// May be sent back as it was answered.
    pub sending: Option<SendingDraft>,
}

/// Whether messages go out.
#[derive(Debug, ToSchema)]
pub struct Sending {
    /// `on`, or `held`.
    pub state: SendingStateName,
    /// Since when it is held.
    #[schema(format = DateTime)]
    pub since: Option<String>,
    /// Who holds it: the id of their account.
    pub by: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// That the tables are a copy, from which nothing is sent. The answers of `/v1/sending` say so.
    pub copy: Option<Copy>,
}

names! {
    /// A table of the practice, by what is kept in it.
    TableName: ["catalogue", "people", "enrolments", "intake", "letters", "work_list"];
}

/// Tables that are not those from which messages were sent, such as a backup that was restored.
#[derive(Debug, ToSchema)]
pub struct Copy {
    /// Which tables they are.
    pub tables: Vec<TableName>,
    /// When it was noticed; `null` in the first minute.
    #[schema(format = DateTime, required)]
    pub noticed: Option<String>,
    /// What that means.
    pub why: String,
    /// What is to be done before a release.
    pub what_to_do: String,
}

/// The practice's settings.
#[derive(Debug, ToSchema)]
pub struct Settings {
    /// Their version; 0 until they are saved.
    pub version: u64,
    /// What patients know the practice by.
    pub practice_name: String,
    /// Where the letters of “save file” lie.
    pub letter_files: String,
    /// What the provider charges for a part of a text message; `null` while that is not known.
    #[schema(required)]
    pub sms_price: Option<String>,
    /// What stands at the top of letters; none when nothing does.
    #[schema(required)]
    pub logo: Option<Logo>,
    /// Whether messages go out.
    pub sending: Sending,
}

/// Why all sending is held.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// The reason, for whoever reads it.
    #[schema(min_length = 1, examples("The phone system is down."))]
    pub why: String,
}

/// The area.
pub fn area() -> Area {
    Area {
        name: "Practice",
        says: "What patients know the practice by, and the switch that holds every message.",
        operations: vec![get(), put(), sending(), hold(), release::preview(), release::release()],
    }
}

fn get() -> Operation {
    Operation::get("/v1/settings", "getSettings", "Read the settings")
        .answers::<Settings>(200, "The settings.")
        .tells_version()
}

fn put() -> Operation {
    Operation::put("/v1/settings", "saveSettings", "Save the settings")
        .takes::<SettingsDraft>()
        .example("name", "Another name", json!({ "practice_name": "Harbour Health" }))
        .answers::<Settings>(200, "The settings as they are now.")
        .saves_version()
}

fn sending() -> Operation {
    Operation::get("/v1/sending", "getSending", "See whether messages go out")
        .says(
            "When the tables are a copy, such as a backup that was restored, nothing is sent from them \
             until sending is released, whatever the switch says: what was sent since would be sent \
             again. `copy` then says which tables they are, and what to do.",
        )
        .answers::<Sending>(200, "Whether messages go out.")
}

fn hold() -> Operation {
    Operation::post("/v1/sending/hold", "holdSending", "Hold all sending")
        .says(
            "From now on no message goes out. What is due stays due, and goes after the release \
             unless it is too late by then. The first hold stands until it is released.",
        )
        .takes::<Hold>()
        .example("phones", "The phones are down", json!({ "why": "The phone system is down." }))
        .answers::<Sending>(200, "It is held.")
}
