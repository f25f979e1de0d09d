//! The timeline of a program for a sample date: drawn, and as a table.

use axum::extract::{Path, Query, State};
use chrono::{
    DateTime, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc,
};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::frame::{Tab, around};
use super::lists::{self, Site, of_sites};
use super::model::{Does, Kind, Program};
use super::words;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::handler::Shared;
use crate::html::field::{choice, input, select};
use crate::html::{Items, alert, dates, empty, more, tag};
use crate::screens::ahead;
use crate::staff::Staff;

/// What it is drawn for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    date: String,
    time: String,
    site: String,
    cursor: String,
}

/// What becomes of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    Sent,
    Paused,
    Skipped,
    Failed,
}

/// Something that lies ahead.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Ahead {
    pub(super) cycle: u64,
    pub(super) step: Option<u64>,
    #[serde(rename = "type")]
    pub(super) does: Option<Does>,
    pub(super) at: DateTime<Utc>,
    pub(super) outcome: Fate,
    why: Option<String>,
    message: Option<Message>,
}

/// A message as it would read.
#[derive(Debug, Clone, Deserialize)]
struct Message {
    subject: Option<String>,
    body: String,
    parts: Option<u64>,
}

impl Ahead {
    /// As it is drawn.
    const fn mark(&self) -> ahead::Ahead {
        let is_done = matches!(self.outcome, Fate::Sent);
        ahead::Ahead { cycle: self.cycle, step: self.step, at: self.at, is_done }
    }
}

impl Asked {
    /// With a date, and a time for a booking, where none was given: days that show most of a program.
    fn filled(mut self, kind: Kind, today: NaiveDate) -> Self {
        if self.date.trim().is_empty() {
            let day = match kind {
                Kind::General | Kind::Program | Kind::Referral => Some(today),
                Kind::Booking => today.checked_add_days(Days::new(14)),
                Kind::Recall => today.checked_add_months(Months::new(3)),
            };
            self.date = day.unwrap_or(today).to_string();
        }
        if kind == Kind::Booking && self.time.trim().is_empty() {
            "10:00".clone_into(&mut self.time);
        }
        self
    }

    /// When the booking starts; a time that the clocks pass over is an hour later.
    fn start(&self, site: &Site) -> Option<DateTime<chrono_tz::Tz>> {
        let day = NaiveDate::parse_from_str(self.date.trim(), "%Y-%m-%d").ok()?;
        let time = NaiveTime::parse_from_str(self.time.trim(), "%H:%M").ok()?;
        let local = day.and_time(time);
        let there = |local: NaiveDateTime| site.time_zone.from_local_datetime(&local).earliest();
        there(local).or_else(|| there(local + TimeDelta::hours(1)))
    }
}

pub(super) async fn show(
    staff: Staff,
    State(console): State<Shared>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<(StatusCode, Markup), Failure> {
    let api = &staff.api;
    let address = at(&["v1", "programs", &id], &[]);
    let (program, sites) =
        futures_util::try_join!(api.get::<Program>(&address), lists::sites(api))?;
    let Some(site) = sites.iter().find(|site| site.code == asked.site).or(sites.first()) else {
        let body = empty(
            html! { p { "There is no site yet. A timeline is drawn on the clock of a site." } },
        );
        return Ok((StatusCode::OK, around(&staff, &program, Tab::Timeline, None, body).await));
    };
    let today = console.clock.now().with_timezone(&site.time_zone).date_naive();
    let asked = asked.filled(program.kind, today);
    let found = lies_ahead(&staff, &program, site, &asked).await?;
    let (status, result) = match &found {
        Ok(found) => (StatusCode::OK, html! { (drawn(&program, site, &asked, found)) }),
        Err(problem) => (problem.status(), alert(problem)),
    };
    let problem = found.as_ref().err();
    let body = html! {
        h2 { "Timeline" }
        p {
            "What would be sent, and when, to a patient who is added now. For a patient who is on it, open the "
            a href=(Tab::Patients.address(&id)) { "patient's own timeline" } "."
        }
        (fields(&program, &sites, site, &asked, problem))
        (result)
    };
    Ok((status, around(&staff, &program, Tab::Timeline, None, body).await))
}

async fn lies_ahead(
    staff: &Staff,
    program: &Program,
    site: &Site,
    asked: &Asked,
) -> Result<Result<Items<Ahead>, Problem>, Failure> {
    let draft = if program.kind == Kind::Booking {
        let start = asked.start(site).map(|start| start.to_rfc3339());
        json!({ "site": site.code, "booking_start": start })
    } else {
        json!({ "site": site.code, "reference_date": asked.date.trim() })
    };
    let query = [("limit", "100"), ("cursor", asked.cursor.as_str())];
    let address = at(&["v1", "programs", &program.id, "timeline"], &query);
    let answer = staff.api.ask(Method::POST, &address).json(&draft).answer().await;
    answer.map_or_else(|failure| failure.refusal().map(Err), |found| Ok(Ok(found)))
}

fn fields(
    program: &Program,
    sites: &[Site],
    site: &Site,
    asked: &Asked,
    problem: Option<&Problem>,
) -> Markup {
    let wrong = |pointer: &str| problem.and_then(|problem| problem.of(pointer));
    let label = match program.kind {
        Kind::General => "The patient is added on",
        Kind::Recall => "Proposed booking date",
        Kind::Program => "Start date",
        Kind::Booking => "The booking is on",
        Kind::Referral => "The referral is added on",
    };
    let date = wrong("/reference_date").or_else(|| wrong("/booking_start"));
    let codes = of_sites(sites).zip(sites).map(|(it, site)| choice(&site.code, it.label));
    html! {
        form.filters method="get" action=(Tab::Timeline.address(&program.id)) {
            (input("date", "date", label).value(asked.date.as_str()).error(date))
            @if program.kind == Kind::Booking {
                (input("time", "time", "It starts at").value(asked.time.as_str()))
            }
            @if sites.len() > 1 { (select("site", "Site", codes).value(site.code.as_str())) }
            button.primary { "Show" }
        }
    }
}

fn drawn(program: &Program, site: &Site, asked: &Asked, found: &Items<Ahead>) -> Markup {
    let here = at(
        &["app", "programs", &program.id, "timeline"],
        &[("date", &asked.date), ("time", &asked.time), ("site", &asked.site)],
    );
    let many = found.items.iter().any(|it| it.cycle > 1);
    let marks: Vec<_> = found.items.iter().map(Ahead::mark).collect();
    html! {
        @if found.items.is_empty() {
            (empty(html! { p { "Nothing would be sent: the program has no action that lies ahead." } }))
        } @else {
            (ahead::of(&marks, site.time_zone))
            table.stack {
                caption { "Every action, on the clock of " (site.name) }
                thead { tr {
                    @if many { th scope="col" { "Cycle" } }
                    th scope="col" { "Action" } th scope="col" { "When" } th scope="col" { "What becomes of it" }
                    th scope="col" { "Text" }
                } }
                tbody { @for it in &found.items { (row(it, site, many)) } }
            }
            (more(&here, found.next.as_deref()))
        }
    }
}

fn row(it: &Ahead, site: &Site, many: bool) -> Markup {
    let name = it.does.map_or("Deleted action", words::does);
    html! {
        tr {
            @if many { td data-label="Cycle" { (it.cycle) } }
            th scope="row" { @if let Some(step) = it.step { (step) ". " } (name) }
            td data-label="When" { (dates::moment(&it.at.to_rfc3339(), site.time_zone)) }
            td data-label="What becomes of it" {
                (fate(it.outcome))
                @if let Some(why) = it.why.as_ref().filter(|_| it.outcome != Fate::Paused) { div.small { (why) } }
            }
            td data-label="Text" {
                @if let Some(message) = &it.message {
                    details {
                        summary { "Read it" span.hidden { ": " (name) } }
                        @if let Some(subject) = &message.subject { p { strong { (subject) } } }
                        div.preview { (message.body) }
                        @if let Some(parts) = message.parts { p.small.soft { (words::amount(parts, "parts")) } }
                    }
                } @else { span.soft { "None" } }
            }
        }
    }
}

fn fate(fate: Fate) -> Markup {
    match fate {
        Fate::Sent => tag("good", "Sent"),
        Fate::Paused => tag("wait", "Waits for a person"),
        Fate::Skipped => tag("off", "Skipped"),
        Fate::Failed => tag("bad", "Fails"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_booking_starts_on_the_clock_of_its_site_even_when_the_clocks_change() {
        let site = Site {
            id: "s".to_owned(),
            code: "harbour".to_owned(),
            name: "Harbour".to_owned(),
            time_zone: chrono_tz::Australia::Sydney,
        };
        let asked = |date: &str, time: &str| {
            let asked = Asked { date: date.into(), time: time.into(), ..Asked::default() };
            asked.start(&site).map(|start| start.to_rfc3339())
        };
        assert_eq!(asked("2026-12-01", "10:00").as_deref(), Some("2026-12-01T10:00:00+11:00"));
        // That hour does not exist.
        assert_eq!(asked("2026-10-04", "02:30").as_deref(), Some("2026-10-04T03:30:00+11:00"));
        assert_eq!(asked("soon", "10:00"), None);
    }
}
