//! What the next two weeks bring, by channel: counted from the next action of everybody on a program.
//!
//! The API has no forecast. It does say what comes next for each enrolment, so that is what is counted: what
//! follows upon it is not, and the page says so.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Days, NaiveDate};
use futures_util::try_join;
use maud::{Markup, html};
use serde::Deserialize;

use super::view::Place;
use crate::api::at;
use crate::failure::Failure;
use crate::handler::Shared;
use crate::html::{Items, Section, empty, heading, page};
use crate::screens::lists::{self, Site};
use crate::staff::Staff;

/// For how many days.
const DAYS: usize = 14;
/// Most pages of enrolments that are read, of 200 each: a page must be there in a few seconds.
const MOST: usize = 15;
/// What is counted, in the order of the columns.
const CHANNELS: [&str; 4] = ["SMS", "Email", "Letters", "Pauses"];

/// As much of an enrolment as is counted.
#[derive(Debug, Clone, Deserialize)]
struct OnProgram {
    site: Place,
    next_action: Option<Next>,
}

/// Its next action.
#[derive(Debug, Clone, Deserialize)]
struct Next {
    #[serde(rename = "type")]
    kind: Option<String>,
    due: String,
}

/// How many of each channel come on each day.
#[derive(Debug, Clone, Default)]
struct Forecast {
    days: [[u32; CHANNELS.len()]; DAYS],
    /// How many enrolments were looked at.
    seen: usize,
    /// Whether there are more than were looked at.
    more: bool,
}

impl Forecast {
    /// Counts one, on the clock of its site. What is due already comes today.
    fn count(&mut self, it: &OnProgram, sites: &[Site], now: DateTime<chrono::Utc>) {
        self.seen += 1;
        let Some(next) = &it.next_action else { return };
        let channel = match next.kind.as_deref() {
            Some("sms") => 0,
            Some("email") => 1,
            Some("letter_to_patient" | "letter_to_gp") => 2,
            Some("pause") => 3,
            _ => return,
        };
        let site = sites.iter().find(|site| site.id == it.site.id).or(sites.first());
        let zone = site.map_or(chrono_tz::UTC, |site| site.time_zone);
        let Ok(due) = DateTime::parse_from_rfc3339(&next.due) else { return };
        let [due, today] = [due.to_utc(), now].map(|it| it.with_timezone(&zone).date_naive());
        let ahead = usize::try_from((due - today).num_days()).unwrap_or_default();
        if let Some(count) = self.days.get_mut(ahead).and_then(|day| day.get_mut(channel)) {
            *count += 1;
        }
    }

    fn total(&self, channel: usize) -> u32 {
        self.days.iter().filter_map(|day| day.get(channel)).sum()
    }
}

/// The page.
pub(super) async fn forecast(
    State(console): State<Shared>,
    staff: Staff,
) -> Result<Response, Failure> {
    let now = console.clock.now();
    let first = async { read(&staff, "").await };
    let (sites, mut page_of) = try_join!(lists::sites(&staff.api), first)?;
    let mut forecast = Forecast::default();
    for number in 1.. {
        for it in &page_of.items {
            forecast.count(it, &sites, now);
        }
        let Some(next) = page_of.next else { break };
        if number == MOST {
            forecast.more = true;
            break;
        }
        page_of = read(&staff, &next).await?;
    }
    let zone = sites.first().map_or(chrono_tz::UTC, |site| site.time_zone);
    let today = now.with_timezone(&zone).date_naive();
    let body = html! {
        (heading("The next 14 days", html! { a.button href="/app/work" { "Work list" } }))
        (said(&forecast))
        @if forecast.seen == 0 {
            (empty(html! {
                p { strong { "Nobody is on a program." } }
                p { a href="/app/patients" { "Find a patient" } " and put them on one." }
            }))
        } @else {
            (table(&forecast, today))
        }
    };
    Ok(page(&staff, Section::Work, "The next 14 days", body).await.into_response())
}

async fn read(staff: &Staff, cursor: &str) -> Result<Items<OnProgram>, Failure> {
    let query = [("status", "active"), ("limit", "200"), ("cursor", cursor)];
    staff.api.get(&at(&["v1", "enrolments"], &query)).await
}

fn said(forecast: &Forecast) -> Markup {
    html! {
        p {
            "Planned as things are now: the next action of each patient's program. What follows upon it within "
            "the two weeks, and who is put on a program meanwhile, comes on top."
        }
        @if forecast.more {
            p.warning {
                "There are more patients on programs than can be counted here: these are the first "
                (forecast.seen) "."
            }
        }
    }
}

fn table(forecast: &Forecast, today: NaiveDate) -> Markup {
    let days = forecast.days.iter().zip(0_u64..);
    html! {
        table {
            caption {
                @if forecast.more { "What is planned at least, by day and channel" }
                @else { "What is planned, by day and channel" }
            }
            thead { tr {
                th scope="col" { "Day" }
                @for channel in CHANNELS { th.number scope="col" { (channel) } }
            } }
            tbody {
                @for (counts, ahead) in days {
                    tr {
                        th scope="row" {
                            @if ahead == 0 { "Today" }
                            @else if let Some(on) = today.checked_add_days(Days::new(ahead)) {
                                time datetime=(on) { (on.format("%a %-d %b")) }
                            }
                        }
                        @for count in counts {
                            td.number { (number(*count, forecast.more)) }
                        }
                    }
                }
            }
            tfoot { tr {
                th scope="row" { "Together" }
                @for channel in 0..CHANNELS.len() {
                    td.number { strong { (at_least(forecast.more)) (forecast.total(channel)) } }
                }
            } }
        }
        p.small.soft { "At a pause a person is asked: it comes onto the work list." }
    }
}

/// What stands before a number when not all were counted.
const fn at_least(more: bool) -> &'static str {
    if more { "at least " } else { "" }
}

/// How many on a day. When not all were counted, none of them is no dash: some may come.
fn number(count: u32, more: bool) -> Markup {
    html! {
        @if count == 0 && !more { span.soft { "–" } } @else { (at_least(more)) (count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_not_all_were_counted_every_number_says_so() {
        let mut forecast = Forecast { seen: 3_000, ..Forecast::default() };
        forecast.days[0][0] = 7;
        let today = NaiveDate::default();
        let shown = table(&forecast, today).into_string();
        assert!(!shown.contains("at least") && shown.contains('–'), "{shown}");
        forecast.more = true;
        let shown = table(&forecast, today).into_string();
        assert!(shown.contains("What is planned at least, by day"), "{shown}");
        let numbers = (DAYS + 1) * CHANNELS.len();
        assert_eq!(shown.matches("at least ").count(), numbers, "{shown}");
        assert!(shown.contains("at least 7") && !shown.contains('–'), "{shown}");
    }
}
