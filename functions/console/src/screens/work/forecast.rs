//! What the next two weeks bring, by day and channel, as the API foresees it.

use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};
use serde::Deserialize;

use crate::failure::Failure;
use crate::html::{Section, empty, heading, page};
use crate::staff::Staff;

/// What is counted, in the order of the columns.
const CHANNELS: [&str; 4] = ["SMS", "Email", "Letters", "Pauses"];

/// What the next days bring.
#[derive(Debug, Clone, Deserialize)]
struct Forecast {
    time_zone: Tz,
    complete_until: Option<DateTime<Utc>>,
    enrolments: u64,
    unreadable: u64,
    days: Vec<Day>,
}

/// What a day brings.
#[derive(Debug, Clone, Deserialize)]
struct Day {
    date: NaiveDate,
    sms: u64,
    email: u64,
    letter: u64,
    pause: u64,
}

/// Whether all of a number was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    All,
    AtLeast,
}

impl Day {
    /// In the order of the columns.
    const fn counts(&self) -> [u64; CHANNELS.len()] {
        [self.sms, self.email, self.letter, self.pause]
    }
}

impl Forecast {
    fn known(&self, date: NaiveDate) -> Known {
        match self.complete_until {
            Some(until) if date >= until.with_timezone(&self.time_zone).date_naive() => {
                Known::AtLeast
            }
            Some(_) | None => Known::All,
        }
    }

    /// All days together.
    fn together(&self) -> ([u64; CHANNELS.len()], Known) {
        let counts = self.days.iter().map(Day::counts);
        let sum = counts.fold([0; CHANNELS.len()], |sum, counts| {
            let mut counts = counts.into_iter();
            sum.map(|so_far| so_far + counts.next().unwrap_or_default())
        });
        let known = if self.complete_until.is_some() { Known::AtLeast } else { Known::All };
        (sum, known)
    }
}

/// The page.
pub(super) async fn forecast(staff: Staff) -> Result<Response, Failure> {
    let forecast: Forecast = staff.api.get("/v1/forecast").await?;
    let body = html! {
        (heading("The next 14 days", html! { a.button href="/app/work" { "Work list" } }))
        (said(&forecast))
        @if forecast.enrolments == 0 {
            (empty(html! {
                p { strong { "Nothing is planned for the next 14 days." } }
                p { a href="/app/patients" { "Find a patient" } " and put them on a program." }
            }))
        } @else {
            (table(&forecast))
        }
    };
    Ok(page(&staff, Section::Work, "The next 14 days", body).await.into_response())
}

fn said(forecast: &Forecast) -> Markup {
    html! {
        p {
            "Planned as things are now, with what follows within the two weeks. What comes after a pause is for a person "
            "to say, and who is put on a program meanwhile comes on top. Who books meanwhile may not be written to."
        }
        @if let Some(until) = forecast.complete_until {
            p.warning {
                "There is more than can be counted here: the days before "
                (until.with_timezone(&forecast.time_zone).format("%a %-d %b")) " are counted in full, the others as far "
                "as the first " (forecast.enrolments) " of patients' programs go."
            }
        }
        @if forecast.unreadable > 0 {
            p.warning {
                @match forecast.unreadable {
                    1 => "1 patient's program cannot be read, and is not counted.",
                    many => { (many) " of patients' programs cannot be read, and are not counted." }
                }
                " Tell whoever looks after the system."
            }
        }
    }
}

fn table(forecast: &Forecast) -> Markup {
    let (together, known) = forecast.together();
    html! {
        table {
            caption { "What is planned, by day and channel" }
            thead { tr {
                th scope="col" { "Day" }
                @for channel in CHANNELS { th.number scope="col" { (channel) } }
            } }
            tbody {
                @for (day, ahead) in forecast.days.iter().zip(0_u64..) {
                    tr {
                        th scope="row" {
                            @if ahead == 0 { "Today" }
                            @else { time datetime=(day.date) { (day.date.format("%a %-d %b")) } }
                        }
                        @for count in day.counts() {
                            td.number { (number(count, forecast.known(day.date))) }
                        }
                    }
                }
            }
            tfoot { tr {
                th scope="row" { "Together" }
                @for count in together {
                    td.number { strong { (at_least(known)) (count) } }
                }
            } }
        }
        p.small.soft { "At a pause a person is asked: it comes onto the work list." }
    }
}

/// What stands before a number when not all were counted.
const fn at_least(known: Known) -> &'static str {
    match known {
        Known::All => "",
        Known::AtLeast => "at least ",
    }
}

/// How many on a day. When not all were counted, none of them is no dash: some may come.
fn number(count: u64, known: Known) -> Markup {
    html! {
        @if count == 0 && known == Known::All { span.soft { "–" } }
        @else { (at_least(known)) (count) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_day_up_to_which_all_was_counted_and_later_ones_say_at_least() {
        let day = |date: &str, sms: u64| json!({ "date": date, "sms": sms, "email": 0, "letter": 0, "pause": 1 });
        let mut told = json!({
            "time_zone": "Australia/Sydney", "complete_until": null, "enrolments": 5_000, "unreadable": 0,
            "days": [day("2026-11-23", 7), day("2026-11-24", 5), day("2026-11-25", 0)],
        });
        let shown = |told: &serde_json::Value| {
            table(&serde_json::from_value(told.clone()).unwrap()).into_string()
        };
        let all = shown(&told);
        assert!(!all.contains("at least"), "{all}");
        // It is the 24th in Sydney by then.
        told["complete_until"] = json!("2026-11-23T20:00:00Z");
        let some = shown(&told);
        assert_eq!(some.matches("at least ").count(), 3 * CHANNELS.len(), "{some}");
        for said in ["at least 5", "at least 0", "at least 12", "at least 3", ">7<", "–"] {
            assert!(some.contains(said), "{said}: {some}");
        }
    }
}
