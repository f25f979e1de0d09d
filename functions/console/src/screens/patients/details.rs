//! An enrolment: where it stands, and every action of its cycle with what became of its message.

use axum::extract::{Path, Query};
use chrono_tz::Tz;
use futures_util::try_join;
use maud::{Markup, html};
use serde::Deserialize;

use super::acts::{self, Refused};
use super::enrolment::{CycleEnd, Details, PastCycle, Step, Summary};
use super::record::{Patient, read};
use super::words;
use crate::api::{Versioned, at};
use crate::failure::Failure;
use crate::html::{Section, dates, empty, heading, page, said};
use crate::screens::lists::{self, Site};
use crate::staff::Staff;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    said: Option<String>,
}

/// An enrolment with whose it is, and all that its pages need.
pub(super) struct Read {
    pub(super) it: Versioned<Details>,
    pub(super) patient: Patient,
    pub(super) zone: Tz,
}

impl Read {
    /// Of the enrolment of that id. Only its patient must be waited for after it.
    pub(super) async fn of(staff: &Staff, id: &str) -> Result<Self, Failure> {
        let address = at(&["v1", "enrolments", id], &[]);
        let enrolment = async {
            let it: Versioned<Details> = staff.api.read(&address).await?;
            let patient = read(staff, &it.it.patient).await?;
            Ok::<_, Failure>((it, patient.it))
        };
        let ((it, patient), sites) = try_join!(enrolment, lists::sites(&staff.api))?;
        let zone = zone_of(&it.it.summary, &sites);
        Ok(Self { it, patient, zone })
    }

    /// The heading of its pages, and the way from one to the other.
    pub(super) fn top(&self, here: &str) -> Markup {
        let Summary { program, .. } = &self.it.it.summary;
        let summary = &self.it.it.summary;
        let tabs = [
            ("", "Details", summary.address()),
            ("history", "History", summary.below("history")),
            ("timeline", "Timeline ahead", summary.below("timeline")),
        ];
        html! {
            p { a href=(self.patient.address()) { (self.patient.name()) } }
            (heading(program.title(), html! { (words::status(&summary.status)) }))
            nav.tabs aria-label="This enrolment" {
                @for (name, label, address) in tabs {
                    a href=(address) aria-current=[(name == here).then_some("page")] { (label) }
                }
            }
        }
    }

    /// The title of its pages.
    pub(super) fn title(&self) -> String {
        format!("{}: {}", self.patient.name(), self.it.it.summary.program.title())
    }
}

fn zone_of(enrolment: &Summary, sites: &[Site]) -> Tz {
    words::zone(sites, Some(&enrolment.site.id))
}

/// The page.
pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let read = Read::of(&staff, &id).await?;
    let notice = said::notice(asked.said.as_deref());
    Ok(shown(&staff, &read, &notice, None).await)
}

/// The page with what is said on top, and the form that was refused as it was filled.
pub(super) async fn shown(
    staff: &Staff,
    read: &Read,
    notice: &Markup,
    refused: Refused<'_>,
) -> Markup {
    let Details { summary, steps, .. } = &read.it.it;
    let body = html! {
        (read.top(""))
        (notice)
        @if let (Some(why), true) = (&summary.reason, summary.status == "held") {
            div.warning {
                strong { "It waits for a person." }
                @if summary.next_action.as_ref().is_some_and(|next| next.kind == "pause") {
                    p { "It is at a pause. Do what the pause is for, then go on." }
                } @else {
                    p { (words::linked(why)) "." }
                }
            }
        } @else if let Some(why) = &summary.reason {
            p.warning { "It ended: " (words::linked(why)) "." }
        }
        div.split.wide-left {
            div {
                section.card {
                    h2 { "Actions of cycle " (summary.cycle) }
                    @if steps.is_empty() {
                        (empty(html! {
                            p { "There are none: the program has no actions any more. See the history." }
                        }))
                    } @else {
                        (table(steps, read.zone))
                    }
                }
                (past(&read.it.it.past_cycles, read.zone))
            }
            div {
                (acts::shown(staff, read, refused))
                (facts(read))
            }
        }
    };
    page(staff, Section::Patients, &read.title(), body).await
}

fn facts(read: &Read) -> Markup {
    let it = &read.it.it;
    let summary = &it.summary;
    let none = || html! { span.soft { "not said" } };
    html! {
        section.card {
            h2 { "Details" }
            dl.facts {
                dt { "Patient" }
                dd { (read.patient.name()) ", " (read.patient.told_apart()) }
                dt { "Program" }
                dd {
                    @if summary.program.deleted {
                        (summary.program.title()) " (deleted)"
                    } @else {
                        a href=(at(&["app", "programs", &summary.program.id], &[])) { (summary.program.title()) }
                    }
                }
                dt { "Type" }
                dd { (summary.program.kind.as_deref().map_or("not known", words::program_type)) }
                dt { "Next" } dd { (super::on::next(summary, read.zone)) }
                dt { "Attending" }
                dd { (it.practitioner.as_ref().map_or_else(none, |name| html! { (name) })) }
                dt { "Location" }
                dd { (summary.site.name.as_ref().map_or_else(none, |name| html! { (name) })) }
                dt { "Frequency" }
                dd {
                    @match &it.frequency {
                        Some(frequency) => (words::capital(&frequency.in_words())),
                        None => "Once",
                    }
                }
                dt { "Enrolled on" } dd { (dates::moment(&summary.enrolled_at, read.zone)) (cause(it)) }
                dt { "Reference date" } dd { (words::reference(&summary.reference, read.zone)) }
                dt { "Cycle" } dd { (summary.cycle) " of " (summary.of) }
                @if let Some(from) = &it.moved_from {
                    dt { "Moved" }
                    dd {
                        a href=(at(&["app", "enrolments", from], &[])) { "From another program" }
                    }
                }
            }
        }
    }
}

fn cause(it: &Details) -> Markup {
    html! {
        @match (&it.cause.booking, &it.cause.referral) {
            (Some(key), _) => { ", for booking " (key.id) " of “" (key.source) "”" }
            (_, Some(key)) => { ", for referral " (key.id) " of “" (key.source) "”" }
            _ if it.cause.added_by.is_some() => ", by staff",
            _ => {}
        }
    }
}

/// Every action, and the truth about its message.
fn table(steps: &[Step], zone: Tz) -> Markup {
    html! {
        table.stack {
            thead {
                tr {
                    th scope="col" { "Step" }
                    th scope="col" { "Action" }
                    th scope="col" { "State" }
                    th scope="col" { "When" }
                    th scope="col" { "Message" }
                }
            }
            tbody {
                @for step in steps {
                    tr {
                        td data-label="Step" { (step.position) }
                        th scope="row" { (name(step)) }
                        td data-label="State" { (words::step(&step.state)) }
                        td data-label="When" {
                            @match step.at.as_ref().or(step.planned.as_ref()) {
                                Some(when) => (dates::moment(when, zone)),
                                None => span.soft { "no date yet" },
                            }
                            @if let Some(note) = &step.note { div.small.soft { (words::capital(note)) } }
                        }
                        td data-label="Message" { (message(step, zone)) }
                    }
                }
            }
        }
    }
}

/// What an action is called.
pub(super) fn name(step: &Step) -> Markup {
    html! {
        (words::carrier(&step.kind))
        @if let Some(template) = &step.template { " “" (template.name) "”" }
    }
}

fn message(step: &Step, zone: Tz) -> Markup {
    html! {
        @if let Some(receipt) = &step.receipt {
            (words::receipt(&receipt.state)) " "
            span.small {
                (words::capital(&receipt.summary))
                @if let Some(when) = &receipt.at { ", " (dates::moment(when, zone)) }
                "."
            }
        }
        @if let Some(why) = &step.why { div.small { (words::capital(why)) "." } }
        @if step.receipt.is_none() && step.why.is_none() {
            span.soft.small {
                @match (step.kind.as_str(), step.state.as_str()) {
                    ("pause", "done") => "A person went on.",
                    ("pause", _) => "It waits here until a person goes on.",
                    ("letter", "sent" | "done") => "Printed or handed to the post.",
                    (_, "ahead" | "waiting") => "It will be sent.",
                    _ => "",
                }
            }
        }
    }
}

fn past(cycles: &[PastCycle], zone: Tz) -> Markup {
    html! {
        @if !cycles.is_empty() {
            section.card {
                h2 { "Cycles before" }
                ul.list {
                    @for it in cycles {
                        li {
                            "Cycle " (it.cycle) " was over on " (dates::moment(&it.ended_at, zone)) ": "
                            @match &it.by {
                                CycleEnd::Booking { booking } => {
                                    "booking " (booking.id) " of “" (booking.source) "” completed it."
                                }
                                CycleEnd::Word(word) if word == "staff" => "staff completed it.",
                                CycleEnd::Word(_) => "its last action was done.",
                            }
                        }
                    }
                }
            }
        }
    }
}
