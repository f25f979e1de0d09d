//! What the ePost provider says, as JSON.

use std::convert::Infallible;

use app::form::Form;
use app::letters::Reported;
use chrono::{DateTime, Datelike, Duration, Utc};
use domain::distribution::{EpostReport, EpostStage};
use domain::ids::LetterId;
use domain::settings::Remark;
use serde_json::{Value, json};

use super::one_of;

/// What the ePost provider may say, and what each is.
const STATUSES: [&str; 4] = ["accepted", "printed", "posted", "failed"];

/// As many characters of why are kept.
const MOST_OF_WHY: usize = 200;

/// Reads what the ePost provider says: of which letter, what, and when it was so.
pub(crate) fn read_report(
    form: &Form<'_>,
    now: DateTime<Utc>,
) -> Option<(LetterId, EpostReport, DateTime<Utc>)> {
    let letter = form.required("letter", LetterId::parse);
    let status = form.required("status", one_of(&STATUSES, |status| status));
    let at = form.required("at", |text| match instant(text)? {
        // Clocks differ a little.
        at if at > now + Duration::days(1) => Err("must not lie ahead"),
        at => Ok(at),
    });
    let why = form.optional("why", |text| Ok::<_, Infallible>(reason(text)));
    let (letter, status, at, why) = (letter?, status?, at?, why?);
    let report = match EpostStage::parse(status) {
        Some(stage) => EpostReport::Reached(stage),
        None => EpostReport::Failed { why: why.flatten() },
    };
    Some((letter, report, at))
}

/// What the provider says of why, as far as it can be kept: a report is not refused for its words.
fn reason(text: &str) -> Option<Remark> {
    let words: Vec<_> = text.split(|it: char| it.is_whitespace() || it.is_control()).collect();
    let words = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let kept: String = words.chars().take(MOST_OF_WHY).collect();
    Remark::parse(&kept).ok()
}

fn instant(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let at = DateTime::parse_from_rfc3339(text)
        .map_err(|_| "must be a time with its offset, such as 2026-12-03T10:30:00+11:00")?
        .with_timezone(&Utc);
    if (2000..2200).contains(&at.year()) { Ok(at) } else { Err("must be from 2000 to 2199") }
}

/// What a report did.
pub(crate) fn show_reported(reported: Reported) -> Value {
    let detail = match reported {
        Reported::Applied => "The letter stands where you say.",
        Reported::Told => {
            "Nothing was changed: the practice has taken the letter over from you. Its staff are told that you post it too."
        }
        Reported::Ignored => {
            "Nothing was changed: this came before, or is older than what came before, or the letter is in other hands."
        }
    };
    json!({ "outcome": reported.as_str(), "detail": detail })
}
