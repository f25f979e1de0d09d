//! Words of the API, as people say them.

use chrono::NaiveDate;
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::api::at;
use crate::html::{dates, tag};
use crate::screens::lists::Site;
use crate::staff::Names;

/// How a message goes, or that it is a pause.
pub(super) fn carrier(name: &str) -> &str {
    match name {
        "sms" => "SMS",
        "email" => "Email",
        "letter" => "Letter",
        "letter_to_patient" => "Letter to the patient",
        "letter_to_gp" => "Letter to the GP",
        "pause" => "Pause",
        other => other,
    }
}

/// What messages are for.
pub(super) fn purpose(name: &str) -> &str {
    match name {
        "care" => "Care",
        "commercial" => "Offers",
        other => other,
    }
}

/// What a type of program is called.
pub(super) fn program_type(name: &str) -> &str {
    match name {
        "general" => "General",
        "recall" => "Recall",
        "program" => "Program",
        "booking" => "Booking",
        "referral" => "Referral",
        other => other,
    }
}

/// Whether somebody is a patient still; nothing is said of whoever is.
pub(super) fn standing(name: &str) -> Markup {
    html! {
        @match name {
            "current" => {}
            "archived" => (tag("off", "Archived")),
            "deceased" => (tag("off", "Deceased")),
            "merged" => (tag("off", "Merged")),
            other => (tag("off", other)),
        }
    }
}

/// The day somebody was born.
pub(super) fn born(text: &str) -> Markup {
    let shown = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_or_else(|_| text.to_owned(), |day| day.format("%-d %b %Y").to_string());
    html! { time datetime=(text) { (shown) } }
}

/// Where an enrolment stands.
pub(super) fn status(name: &str) -> Markup {
    match name {
        "active" => tag("good", "Active"),
        "held" => tag("wait", "Waits for a person"),
        "completed" => tag("off", "Completed"),
        "ended" => tag("off", "Ended"),
        other => tag("off", other),
    }
}

/// Where an action of a cycle stands.
pub(super) fn step(name: &str) -> Markup {
    match name {
        "done" => tag("good", "Done"),
        "sent" => tag("good", "Sent"),
        "failed" => tag("bad", "Failed"),
        "skipped" => tag("off", "Skipped"),
        "waiting" => tag("wait", "Next"),
        "held" => tag("wait", "Waits for a person"),
        "ahead" => tag("off", "To come"),
        other => tag("off", other),
    }
}

/// Whether a message has arrived.
pub(super) fn receipt(name: &str) -> Markup {
    match name {
        "waiting" => tag("wait", "No word yet"),
        "delayed" => tag("wait", "Delayed"),
        "delivered" => tag("good", "Delivered"),
        "undelivered" => tag("bad", "Did not arrive"),
        "complained" => tag("bad", "Unwanted"),
        "unknown" => tag("wait", "Not known"),
        other => tag("off", other),
    }
}

/// Who did something.
pub(super) fn who(by: &str, names: &Names) -> String {
    match by.split_once(' ') {
        _ if by == "patient connect" => "Patient Connect".to_owned(),
        _ if by == "patient" => "The patient, by a link".to_owned(),
        Some(("webhook", source)) => format!("The system “{source}”"),
        // Words that the API itself says, such as of a link in an email.
        Some(_) => capital(by),
        None => match names.of(by) {
            "you" => "You".to_owned(),
            "somebody" => "Somebody here".to_owned(),
            name => name.to_owned(),
        },
    }
}

/// A sentence begins with a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A sentence of the API, in which another enrolment is a link instead of its id.
pub(super) fn linked(text: &str) -> Markup {
    let Some((before, rest)) = text.split_once("enr_") else { return html! { (capital(text)) } };
    let end = rest.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (id, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let before = before.trim_end_matches("as ").trim_end().trim_end_matches(',');
    let address = at(&["app", "enrolments", &format!("enr_{id}")], &[]);
    html! { (capital(before)) " (" a href=(address) { "see it" } ")" (after) }
}

/// What something counts from: a day, or the moment that a booking starts.
pub(super) fn reference(text: &str, zone: Tz) -> Markup {
    if text.contains('T') { dates::moment(text, zone) } else { dates::day(text) }
}

/// The clock of the site of that id or code; else of the first one.
pub(super) fn zone(sites: &[Site], site: Option<&str>) -> Tz {
    let named =
        sites.iter().find(|it| Some(it.id.as_str()) == site || Some(it.code.as_str()) == site);
    named.or(sites.first()).map_or(chrono_tz::UTC, |site| site.time_zone)
}

/// How many, of one or of more.
pub(super) fn count(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_enrolment_is_a_link_and_no_id() {
        let said = "the patient is on this since 3 May 2026, as enr_0a1b. Look <there>";
        assert_eq!(
            linked(said).into_string(),
            "The patient is on this since 3 May 2026 (<a href=\"/app/enrolments/enr_0a1b\">see it</a>). \
             Look &lt;there&gt;"
        );
        assert_eq!(linked("no GP on file").into_string(), "No GP on file");
    }
}
