//! What a patient answered to text messages, and the values in it.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use futures_util::try_join;
use http::{HeaderValue, Method, header};
use maud::{Markup, html};
use serde::Deserialize;

use super::card::zone_of;
use super::chart::{self, Series};
use super::record::read;
use crate::api::at;
use crate::failure::Failure;
use crate::html::{Items, Section, dates, empty, heading, more, page, tag};
use crate::screens::lists;
use crate::staff::Staff;

/// What the address says.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    cursor: Option<String>,
}

/// An answer.
#[derive(Debug, Deserialize)]
struct Reply {
    at: String,
    text: String,
    meaning: String,
    value: Option<Value>,
    answers: Option<Answered>,
}

#[derive(Debug, Deserialize)]
struct Value {
    number: f64,
    unit: Option<String>,
    in_range: Option<bool>,
}

/// What was answered.
#[derive(Debug, Deserialize)]
struct Answered {
    enrolment: String,
    program: ProgramOf,
}

#[derive(Debug, Deserialize)]
struct ProgramOf {
    name: Option<String>,
}

/// All values.
#[derive(Debug, Deserialize)]
struct AllValues {
    items: Vec<Series>,
    since: Option<String>,
}

/// The page.
pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let cursor = asked.cursor.as_deref().unwrap_or_default();
    let replies = at(&["v1", "patients", &id, "replies"], &[("cursor", cursor)]);
    let values = at(&["v1", "patients", &id, "values"], &[]);
    let (patient, replies, values, sites) = try_join!(
        read(&staff, &id),
        staff.api.get::<Items<Reply>>(&replies),
        staff.api.get::<AllValues>(&values),
        lists::sites(&staff.api)
    )?;
    let patient = patient.it;
    let zone = zone_of(&patient, &sites);
    let title = format!("Replies of {}", patient.name());
    let here = patient.below("replies");
    let actions = html! {
        @if !replies.items.is_empty() {
            a.button href=(format!("{here}.csv")) download { "Save as a file (CSV)" }
        }
    };
    let body = html! {
        p { a href=(patient.address()) { (patient.name()) } }
        (heading(&title, actions))
        @for (number, series) in values.items.iter().enumerate() {
            (chart::shown(series, number, zone))
        }
        @if let Some(since) = &values.since {
            p.hint { "Values are of the newest 5,000 answers: since " (dates::moment(since, zone)) "." }
        }
        @if replies.items.is_empty() {
            (empty(html! {
                p { "No answer has come from this patient yet." }
                p { "Answers are kept of messages whose action says “Save Reply Content”." }
            }))
        } @else {
            section {
                h2 { "Answers" }
                table.stack {
                    thead {
                        tr {
                            th scope="col" { "When" }
                            th scope="col" { "Answer" }
                            th scope="col" { "Means" }
                            th scope="col" { "To" }
                        }
                    }
                    tbody { @for reply in &replies.items { (row(reply, zone)) } }
                }
                (more(&here, replies.next.as_deref()))
            }
        }
    };
    Ok(page(&staff, Section::Patients, &title, body).await)
}

fn row(reply: &Reply, zone: chrono_tz::Tz) -> Markup {
    html! {
        tr {
            td data-label="When" { (dates::moment(&reply.at, zone)) }
            td data-label="Answer" { (reply.text) }
            td data-label="Means" {
                @if let Some(value) = &reply.value {
                    (value.number) @if let Some(unit) = &value.unit { " " (unit) } " "
                    @match value.in_range {
                        Some(true) => (tag("good", "In range")),
                        Some(false) => (tag("bad", "Out of range")),
                        None => {}
                    }
                } @else {
                    @match reply.meaning.as_str() {
                        "stop" => (tag("bad", "Stop")),
                        "sounds_like_stop" => (tag("bad", "Sounds like stop")),
                        "start" => (tag("good", "Start again")),
                        "cancel" => (tag("wait", "Cancels")),
                        "yes" => (tag("good", "Yes")),
                        "no" => (tag("bad", "No")),
                        _ => span.soft { "Text" },
                    }
                }
            }
            td data-label="To" {
                @match &reply.answers {
                    Some(answered) => {
                        a href=(at(&["app", "enrolments", &answered.enrolment], &[])) {
                            (answered.program.name.as_deref().unwrap_or("A program that is gone"))
                        }
                    }
                    None => span.soft { "nothing that keeps answers" },
                }
            }
        }
    }
}

/// The file of all answers, handed on as the API writes it.
pub(super) async fn file(staff: Staff, Path(id): Path<String>) -> Result<Response, Failure> {
    let address = at(&["v1", "patients", &id, "replies.csv"], &[]);
    let answer = staff.api.ask(Method::GET, &address).raw().await?;
    let mut response = answer.into_body().into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"replies.csv\""),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
