//! The numbers of today, and of the days to come.

use serde_json::json;
use utoipa::ToSchema;

use super::Area;
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    Area {
        name: "Numbers",
        says: "What went today, and what the next two weeks bring. What is exact is the balance of each day.",
        operations: vec![today(), forecast()],
    }
}

fn today() -> Operation {
    Operation::get("/v1/today", "getToday", "See what went today")
        .says(
            "What was seen going since midnight, and what is due before the next. It is counted when a batch of \
             messages is done: a sender that dies just then loses its count, and the balance of the night is the \
             exact one.",
        )
        .answers::<Today>(200, "The day so far.")
}

fn forecast() -> Operation {
    Operation::get("/v1/forecast", "getForecast", "See what the next 14 days bring")
        .says(
            "How many messages of each channel are sent on each day, and at how many pauses a person is asked, with \
             what follows upon the next action of each patient. What is due already counts today. It is as things \
             are now: looked at are timings, sending windows, visits, consents and addresses, and not whether a \
             booking to come completes a cycle, an address or all sending is on hold, nor what comes after a pause. Who waits for a person is not \
             counted, nor what would be skipped or fail. Looked at are up to 5,000 enrolments, those that are due \
             first.",
        )
        .query("site", "Only what is sent for this site: its code.", &json!({ "type": "string" }))
        .answers::<Forecast>(200, "The days, today first.")
}

/// What the next days bring.
#[derive(Debug, ToSchema)]
pub struct Forecast {
    /// The first day: today, by the clock of the practice's first site.
    #[schema(format = Date)]
    pub from: String,
    /// The last day.
    #[schema(format = Date)]
    pub to: String,
    /// The time zone of that clock.
    #[schema(examples("Australia/Sydney"))]
    pub time_zone: String,
    /// All that comes on the days before the day of this moment is counted; on that day and later ones there may be
    /// more. `null` when everything is counted.
    #[schema(required, format = DateTime)]
    pub complete_until: Option<String>,
    /// How many enrolments were looked at: of all sites, also when one is asked for.
    pub enrolments: u64,
    /// Of how many of them nothing can be said, because they, or something they need, cannot be read. Where one
    /// cannot be read at all, nobody knows of which site it is.
    pub unreadable: u64,
    /// The days.
    pub days: Vec<DayAhead>,
}

/// What a day brings.
#[derive(Debug, ToSchema)]
pub struct DayAhead {
    /// The day.
    #[schema(format = Date)]
    pub date: String,
    /// Text messages.
    pub sms: u64,
    /// Emails.
    pub email: u64,
    /// Letters.
    pub letter: u64,
    /// Pauses, at which a person is asked.
    pub pause: u64,
}

/// Messages of each channel.
#[derive(Debug, ToSchema)]
pub struct ByChannel {
    /// Text messages.
    pub sms: u64,
    /// Emails.
    pub email: u64,
    /// Letters: they are on the distribution list, or with the provider.
    pub letter: u64,
}

/// What is due before the day ends.
#[derive(Debug, ToSchema)]
pub struct StillToCome {
    /// Text messages.
    pub sms: u64,
    /// Emails.
    pub email: u64,
    /// Letters.
    pub letter: u64,
    /// Pauses, at which a person is asked.
    pub pause: u64,
    /// Whether there are more: no more than 2,000 are counted together.
    pub more: bool,
}

/// The day so far.
#[derive(Debug, ToSchema)]
pub struct Today {
    /// The day, by the clock of the practice's first site.
    #[schema(format = Date)]
    pub date: String,
    /// The time zone of that clock.
    #[schema(examples("Australia/Sydney"))]
    pub time_zone: String,
    /// What was sent.
    pub sent: ByChannel,
    /// What failed for good, or was told not to have arrived; that was sent first, today or before, and counts there too.
    pub failed: ByChannel,
    /// The next action of each patient, should it be due before the day ends. Some of it may turn out to be too late or
    /// to have no address, and nothing of it goes while all sending is on hold.
    pub still_to_come: StillToCome,
}
