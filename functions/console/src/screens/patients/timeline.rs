//! What lies ahead of an enrolment, as things stand.

use axum::extract::{Path, Query};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use futures_util::try_join;
use maud::{Markup, html};
use serde::Deserialize;

use super::details::Read;
use super::words;
use crate::api::at;
use crate::failure::Failure;
use crate::html::{Items, Section, dates, empty, more, page, tag};
use crate::screens::ahead;
use crate::staff::Staff;

/// What the address says.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    cursor: Option<String>,
}

/// Something that lies ahead.
#[derive(Debug, Deserialize)]
struct Ahead {
    at: DateTime<Utc>,
    cycle: u64,
    outcome: String,
    planned: Option<DateTime<Utc>>,
    step: Option<u64>,
    #[serde(rename = "type")]
    kind: Option<String>,
    why: Option<String>,
    message: Option<Message>,
}

/// A message as it would read.
#[derive(Debug, Deserialize)]
struct Message {
    subject: Option<String>,
    body: String,
    parts: Option<u64>,
}

impl Ahead {
    /// As it is drawn.
    fn mark(&self) -> ahead::Ahead {
        let is_done = self.outcome == "sent";
        ahead::Ahead { cycle: self.cycle, step: self.step, at: self.at, is_done }
    }
}

/// The page.
pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let cursor = asked.cursor.as_deref().unwrap_or_default();
    let address = at(&["v1", "enrolments", &id, "timeline"], &[("cursor", cursor)]);
    let (read, found) = try_join!(Read::of(&staff, &id), staff.api.get::<Items<Ahead>>(&address))?;
    let here = read.it.it.summary.below("timeline");
    let marks: Vec<_> = found.items.iter().map(Ahead::mark).collect();
    let body = html! {
        (read.top("timeline"))
        @if found.items.is_empty() {
            (empty(html! {
                p { "Nothing lies ahead." }
                p { a href=(read.it.it.summary.address()) { "See where it stands" } }
            }))
        } @else {
            p.soft { "As things stand. A booking, a changed address or a changed program changes it." }
            (ahead::of(&marks, read.zone))
            @for items in found.items.chunk_by(|a, b| a.cycle == b.cycle) {
                @if let Some(first) = items.first() { h2 { "Cycle " (first.cycle) } }
                ol.list { @for it in items { li { (entry(it, read.zone)) } } }
            }
            (more(&here, found.next.as_deref()))
        }
    };
    Ok(page(&staff, Section::Patients, &format!("Ahead, {}", read.title()), body).await)
}

fn entry(it: &Ahead, zone: Tz) -> Markup {
    let fate = match it.outcome.as_str() {
        "sent" => tag("good", "Will be sent"),
        "paused" => tag("wait", "Waits for a person"),
        "skipped" => tag("off", "Will be skipped"),
        "failed" => tag("bad", "Will fail"),
        other => tag("off", other),
    };
    let planned = it.planned.as_ref().filter(|planned| **planned != it.at);
    html! {
        strong { (dates::moment(&it.at.to_rfc3339(), zone)) } " "
        (it.kind.as_deref().map_or("Action", words::carrier))
        @if let Some(step) = it.step { span.soft { " (step " (step) ")" } }
        " " (fate)
        @if let Some(why) = &it.why { div.small { (words::capital(why)) "." } }
        @if let Some(planned) = planned {
            div.small.soft { "By its timing alone: " (dates::moment(&planned.to_rfc3339(), zone)) }
        }
        @if let Some(message) = &it.message {
            details {
                summary { "Read it" span.hidden { ": " (it.kind.as_deref().map_or("", words::carrier)) } }
                div.preview {
                    @if let Some(subject) = &message.subject { strong { (subject) } "\n\n" }
                    (message.body)
                }
                @if let Some(parts) = message.parts.filter(|parts| *parts > 1) {
                    p.hint { "Sent in " (parts) " parts." }
                }
            }
        }
    }
}
