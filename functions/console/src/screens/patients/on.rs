//! The programs that a patient is on, on their card.

use chrono_tz::Tz;
use maud::{Markup, html};
use serde::Deserialize;

use super::enrolment::Summary;
use super::record::Patient;
use super::words;
use crate::failure::Failure;
use crate::html::{dates, empty, more};
use crate::screens::lists::{self, Site};
use crate::staff::Staff;
use aws::http::Role;

/// A page of what somebody is on.
#[derive(Debug, Deserialize)]
pub(super) struct OnPrograms {
    items: Vec<Summary>,
    next: Option<String>,
    unreadable: Vec<Unreadable>,
}

/// That there is more, which nobody can read.
#[derive(Debug, Deserialize)]
struct Unreadable {}

impl OnPrograms {
    /// How many are not over. A first page without a next one has them all; else they are asked for.
    pub(super) async fn count_open(
        &self,
        staff: &Staff,
        patient: &str,
        is_first: bool,
    ) -> Result<usize, Failure> {
        if is_first && self.next.is_none() {
            return Ok(self.items.iter().filter(|it| it.is_open()).count());
        }
        Ok(open(staff, patient).await?.len())
    }
}

/// All that somebody is on and that is not over.
pub(super) async fn open(staff: &Staff, patient: &str) -> Result<Vec<Summary>, Failure> {
    lists::all(&staff.api, &["v1", "patients", patient, "enrolments"], &[]).await
}

/// The list, with a switch for those that are over.
pub(super) fn shown(
    staff: &Staff,
    patient: &Patient,
    on: &OnPrograms,
    over: bool,
    sites: &[Site],
) -> Markup {
    let enrols = staff.may(Role::FrontDesk) && patient.is_current();
    let address = patient.address();
    let address = if over { format!("{address}?over=on") } else { address };
    html! {
        section.card {
            div.heading {
                h2 #programs { "Programs" }
                @if enrols { a.button.primary href=(patient.below("enrol")) { "Enrol on a program" } }
            }
            form.row method="get" action=(patient.address()) data-auto {
                label.choice {
                    input type="checkbox" name="over" value="on" checked[over];
                    span { "Include completed and deleted" }
                }
                button.quiet { "Show" }
            }
            @if !on.unreadable.is_empty() {
                p.warning {
                    (words::count(on.unreadable.len(), "program", "programs"))
                    " of this patient cannot be read. Ask support to mend that; nothing of it is lost."
                }
            }
            @if on.items.is_empty() {
                (empty(html! {
                    @if over {
                        p { "They are on no program, and were on none." }
                    } @else {
                        p { "They are on no program now." }
                    }
                    @if enrols {
                        p { a href=(patient.below("enrol")) { "Enrol them on one" } }
                    }
                }))
            } @else {
                (table(&on.items, sites))
                (more(&address, on.next.as_deref()))
            }
        }
    }
}

fn table(items: &[Summary], sites: &[Site]) -> Markup {
    html! {
        table.stack {
            thead {
                tr {
                    th scope="col" { "Program" }
                    th scope="col" { "Reference date" }
                    th scope="col" { "Cycle" }
                    th scope="col" { "State" }
                    th scope="col" { "Next" }
                }
            }
            tbody {
                @for it in items {
                    @let zone = words::zone(sites, Some(&it.site.id));
                    tr {
                        th scope="row" {
                            a href=(it.address()) { (it.program.title()) }
                            @if it.program.deleted { " " span.small.soft { "(the program is deleted)" } }
                        }
                        td data-label="Reference date" { (words::reference(&it.reference, zone)) }
                        td data-label="Cycle" { (it.cycle) " of " (it.of) }
                        td data-label="State" { (words::status(&it.status)) }
                        td data-label="Next" { (next(it, zone)) }
                    }
                }
            }
        }
    }
}

/// What comes next, or what it waits for, in words.
pub(super) fn next(it: &Summary, zone: Tz) -> Markup {
    html! {
        @match (&it.next_action, it.status.as_str(), &it.reason) {
            (Some(next), "active", _) => {
                (words::carrier(&next.kind)) " on " (dates::moment(&next.due, zone))
            }
            (Some(next), "held", _) if next.kind == "pause" => "It is at a pause, until you go on",
            (Some(next), _, Some(why)) => {
                (words::carrier(&next.kind)) ": " (words::linked(why))
            }
            (_, _, Some(why)) => (words::linked(why)),
            (_, "completed", None) => span.soft { "All cycles are complete" },
            _ => span.soft { "Nothing" },
        }
    }
}
