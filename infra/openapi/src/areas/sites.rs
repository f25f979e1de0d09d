//! Sites and their holidays.

use serde_json::json;
use utoipa::ToSchema;

use super::Area;
use crate::ids;
use crate::names::{HolidayResult, Weekday, names};
use crate::operation::Operation;

names! {
    /// Every site there is.
    EverySite: ["all"];
}

/// When messages may go, on the site's clock.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendingWindow {
    /// From when.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", examples("09:00"))]
    pub opens: String,
    /// Until when; later than `opens`.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", examples("18:00"))]
    pub closes: String,
    /// On which days of the week; at least one.
    #[schema(min_items = 1, max_items = 7)]
    pub days: Vec<Weekday>,
    /// Dates on which it stays closed. Left out, they stay as they are; their names are kept at
    /// `/v1/sites/{id}/holidays`.
    #[schema(max_items = 1000, examples(json!(["2026-12-25"])))]
    pub holidays: Option<Vec<String>>,
}

/// Whom text messages come from: give exactly one of the two.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsSender {
    /// A name, which patients cannot answer: 3 to 11 letters and digits.
    #[schema(pattern = "^(?=.*[A-Za-z])[A-Za-z0-9]{3,11}$", examples("Harbour"))]
    pub sender_id: Option<String>,
    /// A number of the practice's own, with its country's code, or a short code of 3 to 8 digits.
    /// Patients can answer it.
    #[schema(examples("+61491570156"))]
    pub number: Option<String>,
}

/// A site, to be saved.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteDraft {
    /// Taken and passed over, so that an answer can be sent back.
    pub id: Option<String>,
    /// Taken and passed over; `If-Match` says the version.
    pub version: Option<u64>,
    /// The code by which booking systems and patients name the site. No two sites have the same.
    #[schema(min_length = 1, max_length = 64, examples("harbour"))]
    pub code: String,
    /// Its name, as patients read it.
    #[schema(min_length = 1, max_length = 80, examples("Harbour Clinic"))]
    pub name: String,
    /// Its IANA time zone.
    #[schema(examples("Australia/Sydney"))]
    pub time_zone: String,
    /// When messages may go. Left out or `null`: 09:00 to 17:00, Monday to Friday, also when a site
    /// that had another one is saved.
    pub sending_window: Option<SendingWindow>,
    /// Whom its text messages come from; `null` for the deployment's sender, which is a name. Left out,
    /// it stays as it is. While enabled programs save answers, or end commercial messages by STOP, every
    /// site needs a number.
    pub sms: Option<SmsSender>,
    /// Where answers to its e-mail go; `null`: to the address it comes from. Left out, it stays as it is.
    #[schema(examples("desk@harbour.example"))]
    pub reply_to: Option<String>,
    /// What stands on its letters. Left out or `null`, it stays as it is.
    pub letterhead: Option<Letterhead>,
}

/// What stands on a site's letters, below the name of the practice and its own.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Letterhead {
    /// Its address, a line each.
    #[schema(max_items = 4, examples(json!(["214 Illawarra Road", "Marrickville NSW 2204"])))]
    pub address: Option<Vec<String>>,
    /// Its telephone number, as it is to be read.
    #[schema(min_length = 1, max_length = 30, examples("(02) 5550 1234"))]
    pub phone: Option<String>,
    /// Its e-mail address.
    #[schema(examples("desk@harbour.example"))]
    pub email: Option<String>,
}

/// What stands on a site's letters, as it is shown.
#[derive(Debug, ToSchema)]
pub struct ShownLetterhead {
    /// Its address, a line each.
    pub address: Vec<String>,
    /// Its telephone number.
    #[schema(required)]
    pub phone: Option<String>,
    /// Its e-mail address.
    #[schema(required)]
    pub email: Option<String>,
}

/// A sending window, as it is shown.
#[derive(Debug, ToSchema)]
pub struct ShownWindow {
    /// From when.
    pub opens: String,
    /// Until when.
    pub closes: String,
    /// On which days of the week.
    pub days: Vec<Weekday>,
    /// Dates on which it stays closed.
    pub holidays: Vec<String>,
}

/// A site.
#[derive(Debug, ToSchema)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// The code by which booking systems and patients name it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its version, which is its `ETag` too.
    pub version: u64,
    /// Its IANA time zone.
    pub time_zone: String,
    /// When messages may go.
    pub sending_window: ShownWindow,
    /// Whom its text messages come from; `null` for the deployment's sender.
    #[schema(required)]
    pub sms: Option<SmsSender>,
    /// Where answers to its e-mail go.
    #[schema(required)]
    pub reply_to: Option<String>,
    /// What stands on its letters.
    pub letterhead: ShownLetterhead,
}

/// A page of sites.
#[derive(Debug, ToSchema)]
pub struct SitePage {
    /// The sites, oldest first.
    pub items: Vec<Site>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// A day on which a site's window stays closed.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    #[schema(format = Date, examples("2026-12-25"))]
    pub date: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 80, examples("Christmas Day"))]
    pub name: String,
}

/// All holidays of a site, to be saved.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidaysDraft {
    /// Taken and passed over; `If-Match` says the version.
    pub version: Option<u64>,
    /// The days; an empty list for none. None is listed twice.
    #[schema(max_items = 1000, required)]
    pub holidays: Option<Vec<Holiday>>,
}

/// The holidays of a site.
#[derive(Debug, ToSchema)]
pub struct Holidays {
    /// The version of the site.
    pub version: u64,
    /// The days, in order.
    pub holidays: Vec<Holiday>,
}

/// Sites, by their codes, or the word `all`.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum WhichSites {
    /// The word `all`.
    All(EverySite),
    /// Codes of sites.
    These(Vec<String>),
}

/// A holiday of many sites.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHoliday {
    /// The day.
    #[schema(format = Date, examples("2026-12-25"))]
    pub date: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 80, examples("Christmas Day"))]
    pub name: String,
    /// Whose holiday it becomes.
    pub sites: WhichSites,
}

/// What became of a holiday at one site.
#[derive(Debug, ToSchema)]
pub struct HolidayOutcome {
    /// The site's code.
    pub site: String,
    /// What became of it.
    pub outcome: HolidayResult,
}

/// What became of a holiday at each site.
#[derive(Debug, ToSchema)]
pub struct HolidayReport {
    /// One entry for each site.
    pub items: Vec<HolidayOutcome>,
}

/// The area.
pub fn area() -> Area {
    Area {
        name: "Sites",
        says: "Where the practice sees patients: time zone, sending window, holidays.",
        operations: vec![list(), create(), get(), put(), holidays(), put_holidays(), add_holiday()],
    }
}

fn list() -> Operation {
    Operation::get("/v1/sites", "listSites", "List the sites")
        .query("q", "A part of the name.", &json!({ "type": "string" }))
        .pages()
        .answers::<SitePage>(200, "A page of sites.")
}

fn create() -> Operation {
    Operation::post("/v1/sites", "createSite", "Create a site")
        .takes::<SiteDraft>()
        .example(
            "harbour",
            "A clinic in Sydney",
            json!({
                "code": "harbour",
                "name": "Harbour Clinic",
                "time_zone": "Australia/Sydney",
                "sending_window": {
                    "opens": "09:00", "closes": "18:00",
                    "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                },
                "sms": { "number": "+61491570156" },
            }),
        )
        .gives("/id", ids::SITE)
        .answers::<Site>(201, "The site.")
        .tells_version()
}

fn get() -> Operation {
    Operation::get("/v1/sites/{id}", "getSite", "Read a site")
        .answers::<Site>(200, "The site.")
        .tells_version()
}

fn put() -> Operation {
    Operation::put("/v1/sites/{id}", "saveSite", "Save a site")
        .takes::<SiteDraft>()
        .example(
            "longer-day",
            "A longer day, and Saturdays",
            json!({
                "code": "harbour",
                "name": "Harbour Clinic",
                "time_zone": "Australia/Sydney",
                "sending_window": {
                    "opens": "08:00", "closes": "20:00",
                    "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
                },
            }),
        )
        .answers::<Site>(200, "The site as it is now.")
        .saves_version()
}

fn holidays() -> Operation {
    Operation::get("/v1/sites/{id}/holidays", "getHolidays", "Read a site's holidays")
        .answers::<Holidays>(200, "The holidays.")
        .tells_version()
}

fn put_holidays() -> Operation {
    Operation::put("/v1/sites/{id}/holidays", "saveHolidays", "Save a site's holidays")
        .says("The body is the whole list: a day that is left out is no holiday any more.")
        .takes::<HolidaysDraft>()
        .example(
            "christmas",
            "Two days",
            json!({ "holidays": [
                { "date": "2026-12-25", "name": "Christmas Day" },
                { "date": "2026-12-26", "name": "Boxing Day" },
            ] }),
        )
        .answers::<Holidays>(200, "The holidays as they are now.")
        .saves_version()
}

fn add_holiday() -> Operation {
    Operation::post("/v1/holidays", "addHoliday", "Add a holiday to many sites")
        .says("Sent again it changes nothing more. A site at which it failed is named; send it again for that one.")
        .takes::<NewHoliday>()
        .example(
            "everywhere",
            "Every site",
            json!({ "date": "2027-01-26", "name": "Australia Day", "sites": "all" }),
        )
        .example(
            "one",
            "One site",
            json!({ "date": "2027-04-25", "name": "Anzac Day", "sites": ["harbour"] }),
        )
        .answers::<HolidayReport>(200, "What became of it at each site.")
}
