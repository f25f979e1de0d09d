//! Who is on a program, and what comes next for each.

use axum::extract::{Path, Query};
use chrono_tz::Tz;
use maud::{Markup, html};
use serde::Deserialize;

use super::frame::{Tab, around};
use super::lists::{self, Site};
use super::model::{Does, Program};
use super::words;
use crate::api::at;
use crate::failure::Failure;
use crate::html::{dates, empty, more, tag};
use crate::staff::Staff;

/// A page of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    cursor: String,
    said: Option<String>,
}

/// A page of those who are on a program.
#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<OnIt>,
    next: Option<String>,
    unreadable: Vec<serde::de::IgnoredAny>,
}

/// Somebody on it.
#[derive(Debug, Deserialize)]
struct OnIt {
    enrolment: String,
    patient: Person,
    site: Place,
    enrolled_at: String,
    held_since: Option<String>,
    reason: Option<String>,
    cycle: u64,
    of: u64,
    next_action: Option<Next>,
}

#[derive(Debug, Deserialize)]
struct Person {
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Place {
    id: String,
    name: Option<String>,
}

/// What comes next.
#[derive(Debug, Deserialize)]
struct Next {
    step: Option<u64>,
    steps: u64,
    #[serde(rename = "type")]
    does: Option<Does>,
    due: String,
}

impl OnIt {
    /// What the patient is called.
    fn name(&self) -> String {
        let parts = [self.patient.first_name.as_deref(), self.patient.last_name.as_deref()];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if name.is_empty() { "A patient whose name cannot be read".to_owned() } else { name }
    }
}

pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let api = &staff.api;
    let (program, list) = (
        at(&["v1", "programs", &id], &[]),
        at(&["v1", "programs", &id, "patients"], &[("limit", "50"), ("cursor", &asked.cursor)]),
    );
    let (program, found, sites) = futures_util::try_join!(
        api.get::<Program>(&program),
        api.get::<Page>(&list),
        lists::sites(api),
    )?;
    let body = html! {
        h2 { "Patients on it now" }
        @if !found.unreadable.is_empty() {
            p.warning {
                (words::amount(found.unreadable.len() as u64, "records")) " of this program cannot be read. Tell \
                 whoever looks after the system."
            }
        }
        @if found.items.is_empty() { (nobody(&program)) } @else {
            table.stack {
                caption { "Who has been on it longest comes first" }
                thead { tr {
                    th scope="col" { "Patient" } th scope="col" { "Added" } th scope="col" { "Cycle" }
                    th scope="col" { "Next" } th scope="col" { "Status" } th scope="col" { "Site" }
                } }
                tbody { @for it in &found.items { (row(it, &sites)) } }
            }
            (more(&Tab::Patients.address(&id), found.next.as_deref()))
        }
    };
    Ok(around(&staff, &program, Tab::Patients, asked.said.as_deref(), body).await)
}

fn row(it: &OnIt, sites: &[Site]) -> Markup {
    let zone =
        sites.iter().find(|site| site.id == it.site.id).map_or(Tz::UTC, |site| site.time_zone);
    html! {
        tr {
            th scope="row" { a href=(at(&["app", "enrolments", &it.enrolment], &[])) { (it.name()) } }
            td data-label="Added" { (dates::moment(&it.enrolled_at, zone)) }
            td data-label="Cycle" { (it.cycle) " of " (it.of) }
            td data-label="Next" { (next(it.next_action.as_ref(), zone)) }
            td data-label="Status" {
                @if it.held_since.is_some() {
                    (tag("wait", "Waits for a person"))
                    @if let Some(reason) = &it.reason { div.small { (reason) } }
                } @else { (tag("good", "Active")) }
            }
            td data-label="Site" { (it.site.name.as_deref().unwrap_or("Unknown")) }
        }
    }
}

fn next(next: Option<&Next>, zone: Tz) -> Markup {
    html! {
        @if let Some(next) = next {
            (next.does.map_or("An action that is deleted", words::does))
            " on " (dates::moment(&next.due, zone))
            @if let Some(step) = next.step { div.small.soft { "Action " (step) " of " (next.steps) } }
        } @else { "Nothing more" }
    }
}

fn nobody(program: &Program) -> Markup {
    empty(html! {
        p { "No patients are on it now." }
        @if program.enabled {
            p { "Open a patient to put them on it. " a href="/app/patients" { "Find a patient" } }
        } @else {
            p { "It is disabled: enable it, and patients can be put on it." }
        }
    })
}
